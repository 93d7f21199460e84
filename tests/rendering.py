"""What a test may ask of a page is what the page itself was given.

Django copies that anew for each template that a page is put together from, a widget's too: a third of a page's time.
"""

from typing import Any

from django.template import Context, Template
from django.test import utils
from django.test.signals import template_rendered

PIECES = ("django/forms/", "bootstrap5/")  # rendered on their own, a field at a time


def render(self: Template, context: Context) -> Any:
    """Tell of a page, and of no template that is included, extended or a piece of a form."""
    if context.template is self and not str(self.name).startswith(PIECES):
        template_rendered.send(sender=self, template=self, context=context)
    return self.nodelist.render(context)


utils.instrumented_test_render = render  # type: ignore[attr-defined]
