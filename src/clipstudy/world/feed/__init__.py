"""The simulated feed: creators and clips that gain likes, comments and followers, and hourly runs that look at them."""
