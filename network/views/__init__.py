"""The views of the ground, by topic."""
