"""The pages of the working groups, by topic: groups, steps of their life, proposals of people, the office's desk."""
