"""The registers of the ground, by topic; Django finds them here."""

from network.admin import bodies, people, terms, texts

__all__ = ["bodies", "people", "terms", "texts"]
