"""What the roll's templates need: a field dressed by hand, and a look into a table of people."""

from typing import Any

from django import forms, template
from django.forms import BoundField

register = template.Library()


@register.filter
def looked_up(table: dict[Any, Any], key: Any) -> Any:
    """What the table holds for the key."""
    return table.get(key)


@register.inclusion_tag("meetings/_roll_field.html")
def dressed(field: BoundField, width: str = "w-date") -> dict[str, Any]:
    """A field with its errors and its hidden first value, its label apart.

    By hand, for a crispy field costs three times as much, and a roll has sixty.
    """
    base = "form-select" if isinstance(field.field.widget, forms.Select) else "form-control"
    classes = f"{base} {width}" + (" is-invalid" if field.errors else "")
    first = field.as_hidden(only_initial=True) if field.field.show_hidden_initial else ""
    return {"field": field, "widget": field.as_widget(attrs={"class": classes}), "first": first}
