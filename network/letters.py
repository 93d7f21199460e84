"""Letters of the ground: what the whole secretariat is told, each in their own language."""

from collections import defaultdict
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from network.models import Holding, Kind, Letter, Person, Role, Substitution, Term


def secretariat() -> QuerySet[Person]:
    """The people who keep the register today."""
    held = Holding.objects.current().filter(body__kind=Kind.OFFICE, role__in=(Role.CHAIR, Role.SECRETARY))
    return Person.objects.may_log_in().filter(pk__in=held.values("person"))


def tell_of_office_term(term: Term, by: Person) -> None:
    """Tell the secretariat of a term in the office, new or changed: it may open the whole register."""
    if term.body.kind == Kind.OFFICE:
        _tell(_("A term in the office: %(person)s"), "letters/office_term.txt", term=term, person=term.person, by=by)


def tell_of_substitution(substitution: Substitution, by: Person) -> None:
    """Tell the secretariat of a stand-in in the office, for rights follow the task."""
    term = substitution.term
    if term.body.kind == Kind.OFFICE:
        _tell(
            _("A substitute in the office: %(person)s"), "letters/office_substitute.txt",
            term=term, substitution=substitution, person=substitution.person, by=by,
        )  # fmt: skip


def tell_of_keeper(person: Person, by: Person) -> None:
    """Tell the secretariat of a new technical keeper."""
    _tell(_("A new technical keeper: %(person)s"), "letters/keeper.txt", person=person, by=by)


def _tell(subject: Any, template: str, *, person: Person, by: Person, **facts: Any) -> None:
    """Write one letter for each language that the secretariat reads."""
    readers: dict[str, list[Person]] = defaultdict(list)
    for reader in secretariat():
        readers[reader.language].append(reader)
    for language, people in readers.items():
        with translation.override(language):
            url = settings.PORTAL_URL + reverse("network:staff")
            text = render_to_string(template, {"person": person, "by": by, "url": url, **facts})
            heading = str(subject) % {"person": person}
        Letter.objects.write(subject=heading[:200], text=text.strip() + "\n", to=people, created_by=by)
