"""One function a figure, one style for all."""
