"""The letter to somebody whose term in a group begins; an outside expert is let in, with a link to a first password."""

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from network.jobs import post_reset_link
from network.models import Letter, Person, Role, Term
from workinggroups.models import Mandate


def invite(term: Term, mandate: Mandate, by: Person) -> None:
    """Write to the person, in their own language, what they are asked to do and until when; queued, not sent.

    Nobody is written to who has no address; the secretariat sees them on its desk.
    """
    person = term.person
    if not person.email:
        return
    is_let_in = term.role == Role.EXPERT and _open_account(person)
    with translation.override(person.language):
        facts = {"person": person, "group": term.body, "term": term, "mandate": mandate, "by": by,
                 "is_expert": term.role == Role.EXPERT, "is_let_in": is_let_in,
                 "url": settings.PORTAL_URL + term.body.get_absolute_url()}  # fmt: skip
        text = render_to_string("letters/group_invitation.txt", facts)
        subject = _("Working group: %(group)s") % {"group": term.body}
    Letter.objects.write(
        subject=subject[:200], text=text.strip() + "\n", to=[person], about_body=term.body, created_by=by
    )
    if is_let_in:
        post_reset_link.defer(person_id=person.pk, language=person.language, invited=True)


def _open_account(person: Person) -> bool:
    """Open the account of an expert who never had one, by the chair's decision; one that was closed stays closed."""
    if person.has_usable_password() or person.last_login:
        return False
    return bool(Person.objects.filter(pk=person.pk, is_recorded=False, merged_into=None).update(is_active=True))
