"""Let the first person of the secretariat in; they add everybody else in /hallinta/."""

from typing import Any

import pghistory
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction

from network.jobs import post_reset_link
from network.models import Body, Holding, Kind, Person, Role, Term
from network.periods import today


class Command(BaseCommand):
    """Gives the person the office's secretary's term and mails them a link to choose a password.

    Once only: where somebody of the office can log in, they let others in themselves, and the history tells it.
    """

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """Who it is."""
        for name in ("email", "first_name", "last_name"):
            parser.add_argument(name)

    def handle(self, *args: Any, email: str, first_name: str, last_name: str, **options: Any) -> None:
        """Open the office."""
        office = Body.objects.filter(kind=Kind.OFFICE).first()
        if office is None:
            raise CommandError("The network's own facts are missing: run seed first.")
        if Holding.objects.on(today()).filter(body=office, person__is_active=True).exists():
            raise CommandError("Somebody of the office can log in already, and lets others in at /hallinta/.")
        address = email.strip().lower()
        try:
            validate_email(address)
        except ValidationError:
            raise CommandError(f"{email} is no e-mail address.") from None
        with transaction.atomic(), pghistory.context(command="open_office"):
            person = Person.objects.filter(email=address).first() or Person.objects.create_user(
                address, first_name=first_name, last_name=last_name
            )
            Person.objects.filter(pk=person.pk).update(is_active=True)
            Term.objects.create(person=person, body=office, role=Role.SECRETARY, starts_on=today())
            post_reset_link.defer(person_id=person.pk, language=person.language, invited=True)
        self.stdout.write(f"{person.full_name} is the office's secretary. A link to choose a password is on its way.")
