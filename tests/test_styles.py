"""The stylesheets: each class that a template of ours writes has a rule."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WRITTEN = re.compile(r'class="([^"]*)"')
TEMPLATE_WORD = re.compile(r"\{[{%].*?[}%]\}")


def ruled() -> set[str]:
    """The classes that a stylesheet has a rule for."""
    sheets = [*(ROOT / "static" / "css").glob("*.css"), *(ROOT / "static" / "vendor").glob("*.css")]
    return {name for sheet in sheets for name in re.findall(r"\.(-?[a-zA-Z_][\w-]*)", sheet.read_text())}


def written() -> dict[str, str]:
    """The classes that stand in templates, each with one of its files; not those that a tag puts together."""
    found = {}
    templates = ROOT / "templates"
    for path in set(templates.rglob("*.html")) - set((templates / "admin").rglob("*.html")):  # Django's own classes
        for classes in WRITTEN.findall(path.read_text()):
            for name in TEMPLATE_WORD.sub(" ", classes).split():
                found[name] = str(path.relative_to(ROOT))
    return found


def test_each_class_of_a_template_has_a_rule() -> None:
    classes = written()
    assert len(classes) > 100
    assert {name: path for name, path in classes.items() if name not in ruled()} == {}
