"""The two catalogues: complete, without doubtful entries, and compiled from what is written."""

import ast
import gettext
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "network" / "locale"
OURS = ("network", "meetings", "documents", "serviceareas", "workinggroups")
CALLS = {"_", "gettext", "gettext_lazy", "gettext_noop", "pgettext", "pgettext_lazy", "ngettext", "ngettext_lazy"}


@dataclass
class Entry:
    """One entry of a catalogue."""

    msgid: str = ""
    plural: str = ""
    context: str = ""
    texts: dict[int, str] = field(default_factory=dict)
    is_fuzzy: bool = False

    @property
    def keys(self) -> list[tuple[str | tuple[str, int], str]]:
        """The entry as gettext reads it back from a compiled catalogue."""
        key = f"{self.context}\x04{self.msgid}" if self.context else self.msgid
        return [((key, n), t) for n, t in self.texts.items()] if self.plural else [(key, self.texts.get(0, ""))]


def entries(text: str) -> Iterator[Entry]:
    """The entries of a .po file; obsolete ones (#~) are no entries."""
    for block in re.split(r"\n\s*\n", text):
        entry, part, number = Entry(), "", 0
        for line in block.splitlines():
            if line.startswith("#,") and "fuzzy" in line:
                entry.is_fuzzy = True
            if line.startswith("#") or not line.strip():
                continue
            head = re.match(r"(msgctxt|msgid_plural|msgid|msgstr)(?:\[(\d)\])?\s+(?=\")", line)
            if head:
                part, number = head.group(1), int(head.group(2) or 0)
                line = line[head.end() :]
            _add(entry, part, number, ast.literal_eval(line.strip()))
        if part:
            yield entry


def _add(entry: Entry, part: str, number: int, text: str) -> None:
    if part == "msgid":
        entry.msgid += text
    elif part == "msgid_plural":
        entry.plural += text
    elif part == "msgctxt":
        entry.context += text
    else:
        entry.texts[number] = entry.texts.get(number, "") + text


@cache
def catalogue(code: str) -> tuple[Entry, ...]:
    """The written catalogue of a language, without its header."""
    path = LOCALE / code / "LC_MESSAGES" / "django.po"
    assert path.exists(), f"there is no {path.relative_to(ROOT)}"
    return tuple(entry for entry in entries(path.read_text(encoding="utf-8")) if entry.msgid)


def asked_in_python(source: str) -> Iterator[str]:
    """The texts that Python asks to be translated; the plural form is an entry of its first text."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS and node.args:
            argument = node.args[1 if node.func.id.startswith("p") else 0]
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield argument.value


LITERAL = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
TEMPLATE_CALL = re.compile(rf"(?:n?gettext\(|n?pgettext\({LITERAL},\s*)({LITERAL})", re.S)  # a context stands before


def asked_in_template(source: str) -> Iterator[str]:
    """The texts that a template asks to be translated, found by Django's own reading."""
    for literal in TEMPLATE_CALL.findall(templatize(source)):
        yield ast.literal_eval(literal)
    for quoted in re.findall(r"""\b_\(("[^"]*"|'[^']*')\)""", source):
        yield quoted[1:-1]


def asked() -> set[str]:
    """Every text of ours that is asked to be translated."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=True, text=True,
    ).stdout.splitlines()  # fmt: skip
    found: set[str] = set()
    for name in listed:
        path = ROOT / name
        if not path.is_file():
            continue
        if path.suffix == ".py" and path.parts[len(ROOT.parts)] in OURS and "migrations" not in path.parts:
            found |= set(asked_in_python(path.read_text()))
        elif path.suffix in (".html", ".txt") and path.is_relative_to(ROOT / "templates"):
            found |= set(asked_in_template(path.read_text()))
    return found - {""}


def test_the_texts_asked_for_are_found() -> None:
    assert {"There is just one body of this kind.", "The body already has a chair during this period."} <= asked()
    template = '{% load i18n %}{% translate "A" %}{% blocktranslate %}B {{ c }}{% endblocktranslate %}{{ _("D") }}'
    assert set(asked_in_template(template)) == {"A", "B %(c)s", "D"}


@pytest.mark.parametrize("code", ["fi", "sv"])
def test_every_text_has_an_entry(code: str) -> None:
    assert sorted(asked() - {entry.msgid for entry in catalogue(code)}) == []


@pytest.mark.parametrize("code", ["fi", "sv"])
def test_every_entry_is_translated_and_none_is_doubtful(code: str) -> None:
    doubtful = [e.msgid for e in catalogue(code) if e.is_fuzzy]
    untranslated = [e.msgid for e in catalogue(code) if not e.texts or not all(e.texts.values())]
    halves = [e.msgid for e in catalogue(code) if e.plural and len(e.texts) != 2]
    assert (doubtful, untranslated, halves) == ([], [], [])


PLACES = re.compile(r"%\([a-z_]+\)[sd]|%[sd]|\{[a-z_]*\}")


@pytest.mark.parametrize("code", ["fi", "sv"])
def test_every_translation_keeps_the_places_to_be_filled(code: str) -> None:
    broken = [
        (entry.msgid, text)
        for entry in catalogue(code)
        for text in entry.texts.values()
        if text
        and (
            not set(PLACES.findall(text)) <= set(PLACES.findall(entry.msgid + entry.plural))
            or (not entry.plural and set(PLACES.findall(text)) != set(PLACES.findall(entry.msgid)))
        )
    ]
    assert broken == []


@pytest.mark.parametrize("code", ["fi", "sv"])
def test_the_compiled_catalogue_says_what_is_written(code: str) -> None:
    written = {key: text for entry in catalogue(code) for key, text in entry.keys if text and not entry.is_fuzzy}
    path = LOCALE / code / "LC_MESSAGES" / "django.mo"
    assert path.exists(), f"there is no {path.relative_to(ROOT)}"
    assert {key: text for key, text in said_by(path).items() if key != ""} == written


# Django looks in our catalogue first, in the registers too: what these say there is what we mean.
MEANT = {
    "%(counter)s result", "%(full_result_count)s total", "Breadcrumbs", "Change", "Change password", "History", "Home",
    "Log in", "Page not found", "Save", "Search", "View on site",
}  # fmt: skip


@pytest.mark.parametrize("code", ["fi", "sv"])
def test_no_text_of_ours_says_another_thing_in_the_registers(code: str) -> None:
    """Its "Close" shuts a page, and ended a working group; its "My actions" are steps, and were duties."""
    theirs = Path(admin.__file__).parent / "locale" / code / "LC_MESSAGES" / "django.mo"
    said = [said_by(path) for path in (LOCALE / code / "LC_MESSAGES" / "django.mo", theirs)]
    other = {key for key, text in said[0].items() if said[1].get(key, text) != text}
    assert {key if isinstance(key, str) else key[0] for key in other} - MEANT - {""} == set()


def said_by(path: Path) -> dict[Any, str]:
    """The texts of a compiled catalogue."""
    with path.open("rb") as file:
        return gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
