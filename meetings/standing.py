"""What stands on every agenda of a kind of body (`domain.md` § 2.4), and the usual sentences of outcomes (§ 2.5).

In Finnish and Swedish, the languages that records are written in; so these are content and not catalogue strings.
"""

from dataclasses import dataclass

from meetings.outcomes import Outcome
from network.models import Kind


@dataclass(frozen=True)
class Standing:
    """A standing item: title and proposed decision."""

    title: str
    proposal: str = ""


FORMAL = {
    "fi": (
        Standing("Kokouksen avaus", "Puheenjohtaja avaa kokouksen."),
        Standing(
            "Kokouksen laillisuus ja päätösvaltaisuus",
            "Todetaan kokous laillisesti kokoon kutsutuksi ja päätösvaltaiseksi.",
        ),
        Standing("Pöytäkirjan tarkastajien valinta", "Valitaan kaksi pöytäkirjantarkastajaa."),
        Standing("Esityslistan hyväksyminen", "Hyväksytään esityslista kokouksen työjärjestykseksi."),
        Standing("Edellisen kokouksen pöytäkirja", "Merkitään edellisen kokouksen pöytäkirja tiedoksi."),
        Standing("Tiedoksi saatettavat asiat", "Merkitään asiat tiedoksi."),
        Standing("Muut mahdolliset asiat"),
        Standing("Seuraava kokous", "Merkitään seuraavan kokouksen ajankohta tiedoksi."),
        Standing("Kokouksen päättäminen", "Puheenjohtaja päättää kokouksen."),
    ),
    "sv": (
        Standing("Sammanträdet öppnas", "Ordföranden öppnar sammanträdet."),
        Standing(
            "Sammanträdets laglighet och beslutförhet",
            "Sammanträdet konstateras lagenligt sammankallat och beslutfört.",
        ),
        Standing("Val av protokolljusterare", "Två protokolljusterare väljs."),
        Standing("Godkännande av föredragningslistan", "Föredragningslistan godkänns som arbetsordning."),
        Standing("Protokollet från föregående sammanträde", "Protokollet antecknas för kännedom."),
        Standing("Ärenden för kännedom", "Ärendena antecknas för kännedom."),
        Standing("Övriga ärenden"),
        Standing("Nästa sammanträde", "Tidpunkten för nästa sammanträde antecknas för kännedom."),
        Standing("Sammanträdet avslutas", "Ordföranden avslutar sammanträdet."),
    ),
}
LIGHT = {
    "fi": (
        Standing("Kokouksen avaus", "Puheenjohtaja avaa kokouksen."),
        Standing("Edellisen muistion läpikäynti", "Merkitään edellinen muistio tiedoksi."),
        Standing("Tehtävien tilanne", "Käydään läpi avoimet tehtävät."),
        Standing("Muut asiat"),
        Standing("Seuraava kokous", "Merkitään seuraavan kokouksen ajankohta tiedoksi."),
    ),
    "sv": (
        Standing("Sammanträdet öppnas", "Ordföranden öppnar sammanträdet."),
        Standing("Genomgång av föregående promemoria", "Promemorian antecknas för kännedom."),
        Standing("Läget med åtgärderna", "De öppna åtgärderna gås igenom."),
        Standing("Övriga ärenden"),
        Standing("Nästa sammanträde", "Tidpunkten för nästa sammanträde antecknas för kännedom."),
    ),
}

SENTENCES = {
    "fi": {
        Outcome.AS_PROPOSED: "Päätösehdotus hyväksyttiin yksimielisesti.",
        Outcome.AMENDED: "Päätösehdotus hyväksyttiin muutettuna seuraavasti:",
        Outcome.TABLED: "Asia jätettiin pöydälle.",
        Outcome.RETURNED: "Asia palautettiin valmisteltavaksi.",
        Outcome.REMOVED: "Asia poistettiin esityslistalta.",
        Outcome.NOTED: "Merkittiin tiedoksi.",
        Outcome.NOT_HANDLED: "Asiaa ei käsitelty.",
    },
    "sv": {
        Outcome.AS_PROPOSED: "Beslutsförslaget godkändes enhälligt.",
        Outcome.AMENDED: "Beslutsförslaget godkändes ändrat enligt följande:",
        Outcome.TABLED: "Ärendet bordlades.",
        Outcome.RETURNED: "Ärendet återremitterades för ny beredning.",
        Outcome.REMOVED: "Ärendet ströks från föredragningslistan.",
        Outcome.NOTED: "Antecknades för kännedom.",
        Outcome.NOT_HANDLED: "Ärendet behandlades inte.",
    },
}


def standing_items(kind: str, language: str) -> tuple[Standing, ...]:
    """The standing items of a body of this kind, in the language of the record."""
    return (LIGHT if kind == Kind.WORKING_GROUP else FORMAL)[language]


def standing_titles(kind: str) -> set[str]:
    """The titles of the standing items of a body of this kind, in both languages of records."""
    return {line.title for language in ("fi", "sv") for line in standing_items(kind, language)}


STANDING_TITLES = standing_titles(Kind.BOARD) | standing_titles(Kind.WORKING_GROUP)  # of bodies of every kind


def sentence(outcome: str, language: str) -> str:
    """The usual sentence of an outcome, to be changed by hand where the meeting said it otherwise.

    In the passive, for the names of bodies are singular and plural: "Hallitus hyväksyi", "Turvallisuuspalvelut
    hyväksyivät".
    """
    return SENTENCES[language][Outcome(outcome)]
