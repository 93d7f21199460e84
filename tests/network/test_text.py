"""Text: small Markdown and nothing else; a text tells its language where that is not the page's."""

import pytest
from django.utils.safestring import SafeString
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from network.text import Translated, language, markdown, marked, translated


class Record:
    """Something with a name in three languages."""

    def __init__(self, fi: str, sv: str = "", en: str = "") -> None:
        self.name_fi, self.name_sv, self.name_en = fi, sv, en


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Kappale", "<p>Kappale</p>"),
        ("# Otsikko", "<h1>Otsikko</h1>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("1. a", "<ol>\n<li>a</li>\n</ol>"),
        ("*a* **b**", "<p><em>a</em> <strong>b</strong></p>"),
        ("[a](https://b.example/)", '<p><a href="https://b.example/">a</a></p>'),
        ("[a](http://b.example/)", '<p><a href="http://b.example/">a</a></p>'),
        ("[a](mailto:b@c.example)", '<p><a href="mailto:b@c.example">a</a></p>'),
    ],
)
def test_small_markdown_becomes_html(text: str, html: str) -> None:
    assert markdown(text).strip() == html


def test_a_table_has_no_inline_style() -> None:
    html = markdown("| a | b |\n|:--|--:|\n| 1 | 2 |")
    assert "<table>" in html
    assert "style=" not in html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "a <b onclick=x>b</b>",
        "<!-- piilo -->",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>a</a>",
        "<table><tr><td>",
    ],
)
def test_html_is_shown_as_text(text: str) -> None:
    html = markdown(text)
    assert "&lt;" in html
    assert set(html.replace("<p>", "").replace("</p>", "")) & {"<", ">"} == set()


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "&#106;avascript:alert(1)",
        "java\tscript:alert(1)",
        "vbscript:x",
        "data:text/html,x",
        "data:image/png;base64,x",
        "file:///etc/passwd",
        "intent://x",
        "ftp://b.example/",
        "ms-settings:x",
    ],
)
@pytest.mark.parametrize("shape", ["[a]({})", "<{}>", "[a][b]\n\n[b]: {}"])
def test_a_link_leads_to_the_web_or_to_a_mailbox_only(address: str, shape: str) -> None:
    assert "<a" not in markdown(shape.format(address))


@pytest.mark.parametrize("text", ["![a](https://b.example/c.png)", "![a][b]\n\n[b]: https://b.example/c.png"])
def test_there_are_no_images(text: str) -> None:
    assert "<img" not in markdown(text)


ALLOWED = {"p", "em", "strong", "a", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote",
           "code", "pre", "hr", "br", "table", "thead", "tbody", "tr", "th", "td"}  # fmt: skip


@given(st.text(alphabet="<>&\"'`ab:/()[]!*_-#|\n \\javscript:onlod=", max_size=60))
def test_whatever_is_typed_only_small_tags_come_out(text: str) -> None:
    html = markdown(text)
    tags = {part.split(">")[0].strip("/ ").split(" ")[0] for part in html.split("<")[1:]}
    assert tags <= ALLOWED


def test_the_result_is_safe_to_print_and_nothing_else_is() -> None:
    assert isinstance(markdown("a"), SafeString)
    assert marked("<b>") == "&lt;b&gt;"
    assert not isinstance(translated(Record("<b>"), "name"), SafeString)


@pytest.mark.parametrize(
    ("code", "expected"), [("fi", ("a", "fi")), ("sv", ("b", "sv")), ("en", ("a", "fi")), ("de", ("a", "fi"))]
)
def test_a_text_is_in_the_readers_language_else_in_finnish(code: str, expected: tuple[str, str]) -> None:
    with override(code):
        text = translated(Record("a", "b"), "name")
    assert (text, text.language) == expected


def test_a_text_in_another_language_than_the_page_says_so() -> None:
    with override("sv"):
        assert marked(Translated("<a>", "fi")) == '<span lang="fi">&lt;a&gt;</span>'
        assert marked(Translated("a", "sv")) == "a"
        assert markdown(Translated("a", "fi")) == '<div lang="fi"><p>a</p>\n</div>'
        assert markdown(Translated("a", "sv")) == "<p>a</p>\n"


def test_an_unknown_language_is_read_as_finnish() -> None:
    codes = []
    for code in ("fi", "sv", "en", "de", "en-gb"):
        with override(code):
            codes.append(language())
    with override(None):
        codes.append(language())
    assert codes == ["fi", "sv", "en", "fi", "en", "fi"]
