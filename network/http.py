"""Requests by what they have passed: `HttpRequest` is public, `MemberRequest` has passed the login."""

from django.http import HttpRequest

from network.models import Person


class MemberRequest(HttpRequest):
    """A request whose user is a person who has logged in."""

    user: Person
