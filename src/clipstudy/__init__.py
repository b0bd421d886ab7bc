"""A reproducible study of short videos: how people find a clip again, and how clips spread."""
