"""The virality study: a clean panel of a feed, rates, viral episodes, and what can be claimed from them."""
