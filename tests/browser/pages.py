"""The pages of the portal that are looked at, and who looks."""

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
    "hallinta": ("koordinaattori", "/hallinta/"),
    "hallinta-henkilot": ("koordinaattori", "/hallinta/network/person/"),
    "hallinta-toimielimet": ("koordinaattori", "/hallinta/network/body/"),
    "hallinta-laitos": ("koordinaattori", "/hallinta/network/department/add/"),
}
EVERYTHING = [(name, "", path) for name, path in PUBLIC.items()] + [
    (name, who, path) for name, (who, path) in MEMBERS.items()
]
