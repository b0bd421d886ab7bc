"""The simulated world: clips, people, comments and queries whose truth is known, and their rendered media.

Only scripts and tests may import it: the study must learn about the world by looking at its site, as it would of any
other.
"""
