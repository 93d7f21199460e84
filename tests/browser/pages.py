"""The pages of the portal that are looked at, and who looks.

A word in braces is the key of a record of the demonstration; find() tells them, asked once of the portal's database.
"""

import re
from typing import Any

from django.urls import Resolver404, resolve
from django.utils import translation

from documents.models import Attachment, Document
from meetings.models import Action, Meeting, Minutes
from network.models import Body, Envelope, Person, Term
from serviceareas.models import FlagshipProject
from workinggroups.models import Deliverable, WorkingGroup

GROUP = "neuvontakayntien-yhteinen-malli"


def find() -> dict[str, int | str]:
    """The keys of the records that the pages' addresses name."""
    area = Body.objects.get(slug="turvallisuuspalvelut")
    records = _of_meetings(area) | _of_minutes(area) | _of_registers(area)
    groups = WorkingGroup.objects
    slugs = {
        "closed": groups.filter(state="closed"),
        "overdue": groups.overdue(),
        "proposed": groups.filter(state="proposed"),
        "going": groups.filter(state="active", body__parent=area).exclude(pk__in=groups.overdue()),
    }
    found: dict[str, int | str] = {name: record.pk for name, record in records.items()}
    return found | {name: some.earliest("pk").body.slug for name, some in slugs.items()}


def _of_meetings(area: Body) -> dict[str, Any]:
    public = Meeting.objects.filter(visibility="public", minutes__state="published")
    agenda = area.meetings.filter(called_at=None, cancelled_at=None).earliest("starts_at")
    called = area.meetings.filter(called_at__isnull=False, opened_at=None, cancelled_at=None)
    return {
        "public": public.latest("starts_at"),
        "published": area.meetings.filter(minutes__state="published").latest("starts_at"),
        "called": called.earliest("starts_at"),
        "agenda": agenda,
        "item": agenda.items.earliest("position"),
        "cancelled": Meeting.objects.filter(cancelled_at__isnull=False, calendar_visibility="public").earliest("pk"),
    }


def _of_minutes(area: Body) -> dict[str, Any]:
    draft = Minutes.objects.filter(state="draft", meeting__body=area).earliest("pk").meeting
    review = Minutes.objects.filter(state="review")
    return {
        "draft": draft,
        "draft_item": draft.items.earliest("position"),
        "inspected": review.filter(reviews__person__email="jasen@example.org").earliest("pk"),
        "review": review.earliest("pk"),
        "signed": Minutes.objects.waiting_for(Person.objects.get(email="puheenjohtaja@example.org")).earliest("pk"),
        "waiting": Minutes.objects.filter(state="signed").earliest("pk"),
        "action": Action.objects.filter(done_on=None, dropped_on=None).earliest("pk"),
    }


def _of_registers(area: Body) -> dict[str, Any]:
    return {
        "document": Document.objects.filter(visibility="public", versions__isnull=False).earliest("pk"),
        "attached": Attachment.objects.filter(item__meeting__called_at=None).earliest("pk"),
        "person": Person.objects.get(email="puheenjohtaja@example.org"),
        "term": Term.objects.filter(body=area, role="member").current().earliest("pk"),
        "letter": Envelope.objects.filter(state="refused").earliest("pk"),
        "project": FlagshipProject.objects.filter(body=area).earliest("pk"),
        "deliverable": Deliverable.objects.filter(mandate__group__body__slug=GROUP, accepted_on=None).earliest("pk"),
    }


PUBLIC = {
    "etusivu": "/",
    "toiminta": "/verkosto/toiminta/",
    "historia": "/verkosto/historia/",
    "aineistot": "/verkosto/aineistot/",
    "johto": "/johto/",
    "johto-2018": "/johto/?pvm=2018-05-01",
    "johto-virhe": "/johto/?pvm=2018-13-45",
    "henkilosto": "/henkilosto/",
    "laitokset": "/laitokset/",
    "laitos": "/laitokset/helsingin/",
    "edustus": "/edustus/",
    "edustus-2018": "/edustus/?pvm=2018-05-01",
    "johtajat": "/toimielimet/pelastusjohtajien-kokous/",
    "hallitus": "/toimielimet/hallitus/",
    "hallitus-jasenet": "/toimielimet/hallitus/jasenet/",
    "palvelualueet": "/palvelualueet/",
    "palvelualue": "/palvelualueet/turvallisuuspalvelut/",
    "palvelualue-jasenet": "/toimielimet/turvallisuuspalvelut/jasenet/",
    "tyoryhmat": "/tyoryhmat/",
    "tyoryhma-kirjattu": "/tyoryhmat/palontutkinnan-tyoryhma/",
    "tyoryhma": f"/tyoryhmat/{GROUP}/",
    "tyoryhma-paattynyt": "/tyoryhmat/{closed}/",
    "tyoryhma-myohassa": "/tyoryhmat/{overdue}/",
    "henkilo": "/henkilot/{person}/",
    "haku": "/haku/",
    "haku-osumia": "/haku/?q=palovaroittimien+asennuskysely",
    "haku-korjattu": "/haku/?q=neuvontak%C3%A4ynitien+malli",
    "haku-suodatettu": "/haku/?q=ohje&laji=document",
    "haku-tyhja": "/haku/?q=xyzzyzzy",
    "asiakirjat": "/asiakirjat/",
    "kokoukset": "/kokoukset/",
    "kokoukset-toimielin": "/kokoukset/?toimielin=turvallisuuspalvelut",
    "paatokset": "/paatokset/",
    "paatokset-haku": "/paatokset/?q=ohje&tila=voimassa",
    "asiakirja": "/asiakirjat/{document}/",
    "kokous-julkinen": "/kokoukset/{public}/",
    "kokous-kutsuttu": "/kokoukset/{called}/",
    "kokous-peruttu": "/kokoukset/{cancelled}/",
    "kirjaudu": "/tili/kirjaudu/",
    "salasana-unohtui": "/tili/salasana/unohtui/",
    "ei-loydy": "/ei/loydy/",
    "sv": "/sv/",
    "sv-johto": "/sv/johto/",
    "sv-haku": "/sv/haku/?q=arbetsgrupp",
    "en-toiminta": "/en/verkosto/toiminta/",
}
MEMBERS = {
    "omat-jasen": ("jasen", "/omat/"),
    "omat-puheenjohtaja": ("puheenjohtaja", "/omat/"),
    "omat-tiedot": ("jasen", "/omat/tiedot/"),
    "omat-entinen": ("entinen", "/omat/"),
    "jasen-lisaa": ("koordinaattori", "/toimielimet/turvallisuuspalvelut/jasenet/uusi/"),
    "jasenet-hoitaja": ("koordinaattori", "/toimielimet/turvallisuuspalvelut/jasenet/"),
    "salasana": ("jasen", "/tili/salasana/"),
    "kokous-jasen": ("jasen", "/kokoukset/{called}/"),
    "kokous-jasen-julkaistu": ("jasen", "/kokoukset/{published}/"),
    "kokous-sihteeri-valmistelussa": ("sihteeri", "/kokoukset/{agenda}/"),
    "kokous-sihteeri-kutsuttu": ("sihteeri", "/kokoukset/{called}/"),
    "kokous-uusi": ("sihteeri", "/kokoukset/uusi/turvallisuuspalvelut/"),
    "kokous-muokkaa": ("sihteeri", "/kokoukset/{agenda}/muokkaa/"),
    "asia-uusi": ("sihteeri", "/kokoukset/{agenda}/asiat/uusi/"),
    "asia-liite": ("sihteeri", "/asiakirjat/liita/{item}/"),
    "kutsu-esikatselu": ("sihteeri", "/kokoukset/{agenda}/kutsu/"),
    "kutsu-lahetetty": ("sihteeri", "/kokoukset/{called}/kutsu/"),
    "kokous-siirra": ("sihteeri", "/kokoukset/{called}/siirra/"),
    "lasnaolo": ("sihteeri", "/kokoukset/{draft}/lasna/"),
    "poytakirja-muokkaus": ("sihteeri", "/kokoukset/{draft}/poytakirja/"),
    "poytakirja-tarkastettavaksi": ("sihteeri", "/kokoukset/{draft}/poytakirja/tarkastettavaksi/"),
    "poytakirja-tarkastus": ("jasen", "/kokoukset/{inspected}/poytakirja/tarkasta/"),
    "poytakirja-palautus": ("jasen", "/kokoukset/{inspected}/poytakirja/palauta/"),
    "poytakirja-allekirjoitus": ("puheenjohtaja", "/kokoukset/{signed}/poytakirja/allekirjoita/"),
    "omat-kalenteri": ("jasen", "/omat/kalenteri/"),
    "omat-sihteeri": ("sihteeri", "/omat/"),
    "omat-ryhma": ("ryhma", "/omat/"),
    "omat-asiantuntija": ("asiantuntija", "/omat/"),
    "omat-koordinaattori": ("koordinaattori", "/omat/"),
    "omat-yllapito": ("yllapito", "/omat/"),
    "haku-jasen": ("jasen", "/haku/?q=ty%C3%B6ryhm%C3%A4"),
    "tehtava-paata": ("koordinaattori", "/tehtavat/{term}/paata/"),
    "tehtava-korjaa": ("koordinaattori", "/tehtavat/{term}/korjaa/"),
    "toimisto": ("koordinaattori", "/toimisto/"),
    "toimisto-yhdista": ("koordinaattori", "/toimisto/yhdista/"),
    "toimisto-kirje": ("koordinaattori", "/toimisto/kirjeet/{letter}/uudelleen/"),
    "osoitteet": ("koordinaattori", "/toimielimet/turvallisuuspalvelut/osoitteet/"),
    "alue-puheenjohtaja": ("puheenjohtaja", "/palvelualueet/turvallisuuspalvelut/"),
    "alue-muokkaa": ("puheenjohtaja", "/palvelualueet/turvallisuuspalvelut/muokkaa/"),
    "hanke-uusi": ("puheenjohtaja", "/palvelualueet/turvallisuuspalvelut/hankkeet/uusi/"),
    "hanke-muokkaa": ("puheenjohtaja", "/palvelualueet/hankkeet/{project}/"),
    "ryhma-ehdota": ("puheenjohtaja", "/tyoryhmat/ehdota/turvallisuuspalvelut/"),
    "ryhma-ehdotettu": ("koordinaattori", "/tyoryhmat/{proposed}/"),
    "ryhma-kaynnista": ("koordinaattori", "/tyoryhmat/{proposed}/kaynnista/"),
    "ryhma-muokkaa": ("koordinaattori", "/tyoryhmat/{proposed}/muokkaa/"),
    "ryhma-jatka": ("puheenjohtaja", "/tyoryhmat/{going}/jatka/"),
    "ryhma-paata": ("puheenjohtaja", "/tyoryhmat/{going}/paata/"),
    "ryhma-oma": ("ryhma", f"/tyoryhmat/{GROUP}/"),
    "ryhma-asiantuntija": ("asiantuntija", f"/tyoryhmat/{GROUP}/"),
    "asiantuntija-ehdota": ("ryhma", f"/tyoryhmat/{GROUP}/asiantuntija/"),
    "tuotos": ("ryhma", "/tyoryhmat/tuotokset/{deliverable}/"),
    "kokous-peru": ("sihteeri", "/kokoukset/{called}/peru/"),
    "kutsu-korjaa": ("sihteeri", "/kokoukset/{called}/kutsu/korjaa/"),
    "asia-muokkaa": ("sihteeri", "/kokoukset/asiat/{item}/"),
    "asia-poista": ("sihteeri", "/kokoukset/asiat/{item}/poista/"),
    "tehtava-anna": ("sihteeri", "/kokoukset/asiat/{draft_item}/tehtava/"),
    "tehtava-tehty": ("koordinaattori", "/kokoukset/tehtavat/{action}/tehty/"),
    "tarkastaja-vaihda": ("koordinaattori", "/kokoukset/{review}/poytakirja/vaihda-tarkastaja/"),
    "poytakirja-seuraavaan": ("koordinaattori", "/kokoukset/{review}/poytakirja/seuraavaan/"),
    "poytakirja-hyvaksy": ("koordinaattori", "/kokoukset/{review}/poytakirja/hyvaksy/"),
    "poytakirja-julkaise": ("koordinaattori", "/kokoukset/{waiting}/poytakirja/julkaise/"),
    "asiakirja-hoitaja": ("koordinaattori", "/asiakirjat/{document}/"),
    "asiakirja-versio": ("koordinaattori", "/asiakirjat/{document}/versiot/uusi/"),
    "liite-poista": ("koordinaattori", "/asiakirjat/liitteet/{attached}/poista/"),
    "asiakirja-uusi": ("sihteeri", "/asiakirjat/uusi/"),
    "hallinta": ("koordinaattori", "/hallinta/"),
    "hallinta-henkilot": ("koordinaattori", "/hallinta/network/person/"),
    "hallinta-toimielimet": ("koordinaattori", "/hallinta/network/body/"),
    "hallinta-laitos": ("koordinaattori", "/hallinta/network/department/add/"),
}
EVERYTHING = [(name, "", path) for name, path in PUBLIC.items()] + [
    (name, who, path) for name, (who, path) in MEMBERS.items()
]


def view_of(path: str) -> str:
    """The name of the view that answers at the path, its records' keys still in braces."""
    plain = re.sub(r"\{\w+\}", "1", path).split("?")[0]
    with translation.override(translation.get_language_from_path(plain) or "fi"):
        try:
            return str(resolve(plain).view_name)
        except Resolver404:
            return "what is missing"


def one_of_each() -> list[tuple[str, str, str]]:
    """The first page of each view: as visitors see it, and as some login does."""
    first = {(view_of(path), bool(who)): (name, who, path) for name, who, path in reversed(EVERYTHING)}
    return [page for page in EVERYTHING if page in first.values()]
