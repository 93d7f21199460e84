"""The pages of the portal that are looked at, and who looks.

A word in braces is the key of a record of the demonstration; find() tells them, asked once of the portal's database.
"""

from documents.models import Document
from meetings.models import Meeting, Minutes
from network.models import Body, Person


def find() -> dict[str, int]:
    """The keys of the records that the pages' addresses name."""
    area = Body.objects.get(slug="turvallisuuspalvelut").meetings
    jasen = Person.objects.get(email="jasen@example.org")
    chair = Person.objects.get(email="puheenjohtaja@example.org")
    public = Meeting.objects.filter(visibility="public", minutes__state="published")
    agenda = area.filter(called_at=None, cancelled_at=None).earliest("starts_at")
    called = area.filter(called_at__isnull=False, opened_at=None, cancelled_at=None)
    found = {
        "public": public.latest("starts_at"),
        "published": area.filter(minutes__state="published").latest("starts_at"),
        "called": called.earliest("starts_at"),
        "agenda": agenda,
        "cancelled": Meeting.objects.filter(cancelled_at__isnull=False, calendar_visibility="public").earliest("pk"),
        "draft": Minutes.objects.filter(state="draft", meeting__body=area.instance).earliest("pk").meeting,
        "inspected": Minutes.objects.filter(state="review", reviews__person=jasen).earliest("pk"),
        "signed": Minutes.objects.waiting_for(chair).earliest("pk"),
        "document": Document.objects.filter(visibility="public", versions__isnull=False).earliest("pk"),
        "item": agenda.items.earliest("position"),
    }
    return {name: record.pk for name, record in found.items()}


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
    "asiakirja-uusi": ("sihteeri", "/asiakirjat/uusi/"),
    "hallinta": ("koordinaattori", "/hallinta/"),
    "hallinta-henkilot": ("koordinaattori", "/hallinta/network/person/"),
    "hallinta-toimielimet": ("koordinaattori", "/hallinta/network/body/"),
    "hallinta-laitos": ("koordinaattori", "/hallinta/network/department/add/"),
}
EVERYTHING = [(name, "", path) for name, path in PUBLIC.items()] + [
    (name, who, path) for name, (who, path) in MEMBERS.items()
]
