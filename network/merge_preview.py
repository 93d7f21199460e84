"""What the secretariat reads before it merges two rows of one person: both rows side by side, and what goes."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from network.models import Employment, Person, Term


@dataclass(frozen=True)
class Side:
    """One of the two rows, with what tells a namesake from the same person."""

    heading: str
    person: Person
    jobs: list[Employment]
    terms: list[Term]


@dataclass(frozen=True)
class MergePreview:
    """The two rows side by side, and what becomes of the address and the login of the one that goes."""

    duplicate: Side
    into: Side

    @property
    def sides(self) -> tuple[Side, Side]:
        """The row that goes, the row that stays."""
        return self.duplicate, self.into

    @property
    def names_differ(self) -> bool:
        """Whether the two are called differently, whatever the order and the case of the words."""
        first, second = (sorted(side.person.full_name.casefold().split()) for side in self.sides)
        return first != second

    @property
    def moves_account(self) -> bool:
        """Whether the address and the login go along; where who stays has an address, they close."""
        return bool(self.duplicate.person.email) and not self.into.person.email


def preview_of(duplicate: Person, into: Person) -> MergePreview:
    """Both rows as they stand, in four queries."""
    return MergePreview(_side(_("Goes"), duplicate), _side(_("Stays"), into))


def _side(heading: str, person: Person) -> Side:
    jobs = person.employments.select_related("department")
    terms = person.terms.select_related("body").order_by("-starts_on", "pk")
    return Side(heading, person, list(jobs), list(terms))
