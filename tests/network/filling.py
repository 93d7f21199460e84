"""What a browser does with a form of the registers: reads it, changes it, sends it back."""

from typing import Any

from django.test import Client


def change_url(record: Any, language: str = "/en") -> str:
    return f"{language}/hallinta/{record._meta.app_label}/{record._meta.model_name}/{record.pk}/change/"


def typed(page: Any, **changes: Any) -> dict[str, Any]:
    """What a browser would send back from the change form, with the changes."""
    forms = [page.context["adminform"].form]
    for inline in page.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    data: dict[str, Any] = {}
    for form in forms:
        for field in form:
            value = field.value()
            shown = field.field.widget.format_value(value) if value is not None else ""
            shown = "on" if value is True else shown
            shown = shown[0] if isinstance(shown, list) and shown else shown
            if shown not in (None, "", [], "False", False):
                data[field.html_name] = shown
    return data | changes


def post(desk: Client, record: Any, **changes: Any) -> Any:
    url = change_url(record)
    return desk.post(url, typed(desk.get(url), **changes))


def words(page: Any) -> str:
    assert page.status_code == 200
    return page.content.decode()
