"""Words as the index knows them."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from network import lemmas
from network.lemmas import forms, is_stop, tokens

needs_voikko = pytest.mark.usefixtures("finnish")


@needs_voikko
@pytest.mark.parametrize("word", ["pelastustoiminta", "pelastustoiminnan", "pelastustoimintaan", "Pelastustoiminnasta"])
def test_inflected_forms_have_one_lemma(word: str) -> None:
    assert forms(word, "fi").whole == ("pelastustoiminta",)


@needs_voikko
def test_a_compound_is_every_contiguous_run_of_its_parts() -> None:
    assert set(forms("öljyntorjuntakaluston", "fi").runs) == {
        "öljy", "torjunta", "kalusto", "öljyntorjunta", "torjuntakalusto",
    }  # fmt: skip


@needs_voikko
def test_what_snowball_misses_is_found() -> None:
    assert [forms(word, "fi").whole for word in ("kokouksen", "hallituksen")] == [("kokous",), ("hallitus",)]


@needs_voikko
def test_a_word_leads_to_what_it_is_derived_from() -> None:
    assert "torjua" in forms("torjunta", "fi").bases


def test_an_unknown_word_is_itself() -> None:
    assert "xyzzykone" in forms("Xyzzykone", "fi").whole


@pytest.mark.parametrize("word", ["övning", "övningar", "övningarna", "Övningen"])
def test_swedish_has_stems(word: str) -> None:
    assert forms(word, "sv").whole[0] == "övning"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("§ 44 ja 45 §", ["§ 44", "ja", "45 §"]),
        ("kokous 3/2018 pidettiin 12.12.2018.", ["kokous", "3/2018", "pidettiin", "12.12.2018"]),
        ("EU:n TKI-toiminta", ["EU:n", "TKI-toiminta"]),
        ("don't % _ ' \" \\", ["don't"]),
    ],
)
def test_sections_numbers_and_dates_are_words(text: str, found: list[str]) -> None:
    assert [token.text for token in tokens(text)] == found


def test_a_section_is_one_term_however_it_is_written() -> None:
    assert forms("§ 44", "fi").whole == forms("44 §", "fi").whole == ("§44",)


@pytest.mark.parametrize("word", ["mikä", "Milloin", "och", "varför", "the", "How"])
def test_words_of_asking_say_nothing(word: str) -> None:
    assert is_stop(word)


def test_without_voikko_words_keep_their_stems(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lemmas, "voikko", lambda: None)
    lemmas.forms.cache_clear()
    try:
        assert forms("työryhmien", "fi").whole[0] == forms("työryhmän", "fi").whole[0]
    finally:
        lemmas.forms.cache_clear()


@needs_voikko
def test_threads_share_the_one_handle_in_turn() -> None:
    """Without the lock four threads abort the process."""
    words = [f"pelastus{part}" for part in ("toiminta", "laitos", "johtaja", "suunnitelma", "ala", "opisto")] * 50
    lemmas.forms.cache_clear()
    lemmas.analyse.cache_clear()
    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(lambda word: forms(word, "fi").is_known, words))
