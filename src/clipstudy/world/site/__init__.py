"""The replica of a desktop site for short videos: its pages, its media hosts and their faults, on loopback."""
