"""What of the ground is found: pages, bodies with their former names, departments, people in public roles."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import F, Prefetch
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from network.finding import Findable, Paper
from network.models import Body, Department, Holding, Kind, Page, Person
from network.models.bodies import PAGE_OF_KIND
from network.models.pages import HOME
from network.text import LANGUAGES


def _texts(record: Any, field: str, language: str) -> str:
    return getattr(record, f"{field}_{language}", "")


def pages(ids: list[int]) -> Iterator[Paper]:
    """The texts of the network in each language that they are written in."""
    for page in Page.objects.filter(pk__in=ids):
        home = page.slug == HOME
        for language in LANGUAGES:
            if title := _texts(page, "title", language):
                yield Paper(
                    page.pk, language, title, _texts(page, "text", language), _texts(page, "menu", language),
                    route="network:home" if home else "network:page", key="" if home else page.slug,
                )  # fmt: skip


def bodies(ids: list[int]) -> Iterator[Paper]:
    """The bodies by their names of today and before."""
    for body in Body.objects.filter(pk__in=ids).prefetch_related("former_names"):
        for language in LANGUAGES:
            if name := _texts(body, "name", language):
                former = " ".join(_texts(row, "name", language) for row in body.former_names.all())
                yield Paper(
                    body.pk, language, name, _texts(body, "description", language), former, body_key=body.pk,
                    route=PAGE_OF_KIND.get(Kind(body.kind), "network:body_detail"), key=body.slug,
                )  # fmt: skip


def departments(ids: list[int]) -> Iterator[Paper]:
    """The rescue departments, in both languages."""
    for row in Department.objects.filter(pk__in=ids):
        for language in ("fi", "sv"):
            yield Paper(
                row.pk, language, _texts(row, "name", language), route="network:department_detail", key=row.slug
            )


def people(ids: list[int]) -> Iterator[Paper]:
    """People by name, with the roles and bodies that their page shows to whoever sees them."""
    # To the end of the view's key: roles that begin on one day would else stand in whatever order Postgres read them.
    order = (F("starts_on").desc(), "term_id", "substitution_key", "ex_officio_key")
    held = Prefetch("holdings", Holding.objects.select_related("body").order_by(*order))
    for person in Person.objects.filter(pk__in=ids).prefetch_related(held):
        holdings = list(person.holdings.all())
        for language in LANGUAGES if holdings else ("fi",):
            with override(language):
                roles = [f"{row.get_role_display()}: {row.body.name}." for row in holdings]
            text = " ".join(dict.fromkeys(roles))
            yield Paper(person.pk, language, person.full_name, text, route="network:person_detail", key=str(person.pk))


def kinds() -> Iterable[Findable]:
    """The ground's kinds."""
    return (
        Findable("page", _("Page"), lambda user: Page.objects.all(), pages, Page.objects.all, 30),
        Findable("body", _("Body"), lambda user: Body.objects.visible_to(user), bodies, Body.objects.all, 40),
        Findable("person", _("Person"), Person.objects.visible_to, people, Person.objects.all, 60),
        Findable("department", _("Rescue department"), lambda user: Department.objects.all(), departments,
                 Department.objects.all, 50),
    )  # fmt: skip
