"""Look: icons, states, the mark of the current page, the dress of form fields, soft hyphens of long words."""

from dataclasses import dataclass

from django import forms, template
from django.forms import BaseForm, BoundField
from django.template.defaultfilters import capfirst
from django.utils.html import format_html
from django.utils.safestring import SafeString

from network.lemmas import hyphenated
from network.text import Translated, language

register = template.Library()

# Where our own long Swedish words may be broken, for there is no dictionary of Swedish either.
LONG_IN_SWEDISH = ("artnerskaps-nätverk", "öredrag-nings-list", "amman-träde")
# How wide a field is says what is expected in it; what is not named here takes the measure of the text.
WIDTHS = {
    "date": "w-date", "time": "w-date", "number": "w-date",
    "text": "w-m", "email": "w-m", "password": "w-m", "select": "w-m", "url": "w-m",
}  # fmt: skip


@register.simple_tag
def icon(name: str) -> SafeString:
    """The icon of that name from _sprite.html; the words beside it carry the meaning."""
    return format_html('<svg class="ico" aria-hidden="true"><use href="#{}"/></svg>', name)


@register.simple_tag
def state(shape: str, word: str) -> SafeString:
    """A state: a shape and a word in ink, never colour alone (the shapes are listed in _sprite.html).

    It stands by itself, so its word begins large, whatever it is within a sentence.
    """
    return format_html('<span class="state">{}{}</span>', icon(shape), capfirst(word))


@register.simple_tag
def here(current: object, name: str) -> SafeString:
    """Marks the link to the part of the site that the reader is in (base.html's `section`)."""
    return format_html(' aria-current="{}"', "true") if current == name else SafeString("")


@dataclass(frozen=True)
class FieldLook:
    """How a form field is dressed: the classes of its control, and whether its label stands after it."""

    classes: str
    is_check: bool


@register.simple_tag
def field_look(field: BoundField) -> FieldLook:
    """The dress of a field; a width the form itself has set (`w-…`) wins over the usual one."""
    widget = field.field.widget
    is_check = isinstance(widget, forms.CheckboxInput)
    if is_check:
        classes = "form-check-input"
    elif isinstance(widget, forms.Select):
        classes = "form-select"
    else:
        classes = "form-control"
    if not is_check and "w-" not in widget.attrs.get("class", ""):
        classes += " " + WIDTHS.get(field.widget_type, "w-l")
    if field.errors:
        classes += " is-invalid"
    return FieldLook(classes, is_check)


@dataclass(frozen=True)
class FormError:
    """One error of a form and the place of its field (an error of the whole form has none)."""

    text: str
    label: str = ""
    anchor: str = ""


@register.simple_tag
def error_links(form: BaseForm) -> list[FormError]:
    """Every error of the form in the order of its fields, for the summary at the head of the form.

    A form with `rows` (a name and a form each) is one with them on the page, so their errors stand in the same list.
    """
    found = _errors_of(form)
    for name, row in getattr(form, "rows", []):
        found += _errors_of(row, f"{name}, ")
    return found


def _errors_of(form: BaseForm, before: str = "") -> list[FormError]:
    found = [FormError(str(text), before.removesuffix(", ")) for text in form.non_field_errors()]
    for field in form:
        if field.is_hidden:
            found += [FormError(str(text)) for text in field.errors]
            continue
        anchor = field.id_for_label or f"div_{field.auto_id}"
        found += [FormError(str(text), f"{before}{field.label}", anchor) for text in field.errors]
    return found


@register.filter
def shy(text: object) -> str:
    """The text with soft hyphens where its long Finnish words may be broken, and our own long Swedish ones.

    Chromium on Linux has no Finnish dictionary, so a heading of one long word would run over a phone's edge.
    """
    spoken = getattr(text, "language", None) or language()
    if spoken == "fi":
        return Translated(hyphenated(str(text)), spoken)
    text = str(text)
    for word in LONG_IN_SWEDISH:
        text = text.replace(word.replace("-", ""), word.replace("-", "\u00ad"))
    return Translated(text, spoken)
