"""What the roll's templates need: a field dressed by hand, and a look into a table of people."""

from typing import Any

from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def looked_up(table: dict[Any, Any], key: Any) -> Any:
    """What the table holds for the key."""
    return table.get(key)


@register.inclusion_tag("meetings/_roll_field.html")
def dressed(field: BoundField) -> dict[str, Any]:
    """A select of the roll with its hidden first value; by hand, for a crispy field costs three times as much."""
    classes = "form-select w-date" + (" is-invalid" if field.errors else "")
    widget: SafeString = field.as_widget(attrs={"class": classes})
    return {"field": field, "widget": widget, "first": field.as_hidden(only_initial=True)}
