"""The views of the meetings, by topic."""
