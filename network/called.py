"""Who is called so: the people whom a typed text may mean, and how each of them is told from the others."""

import re
from typing import Any

from django.db.models import Prefetch, Q

from network.models import Employment, Person

MATCHES = 20  # people offered as a choice; more of them ask for more of the name
WORDS = 6
NUMBER = re.compile(r"#(\d{1,18})\s*$")


def people_called(text: str, known: Any) -> list[Person]:
    """The people among the known whom the text may mean, at most one more than can be offered.

    A number ("#17") means one; words are looked for in both names, in any order, and one exact name wins over longer
    ones. A whole e-mail address means whoever has it, known or not: who writes it knows the person already.
    """
    jobs = Prefetch("employments", Employment.objects.current().select_related("department"), to_attr="jobs")
    if "@" in text:
        return list(Person.objects.filter(merged_into=None, email=text.strip().lower()).prefetch_related(jobs))
    people = known.filter(merged_into=None).order_by("last_name", "first_name", "pk").prefetch_related(jobs)
    if number := NUMBER.search(text):
        return list(people.filter(pk=int(number.group(1))))
    words = text.replace(",", " ").split()[:WORDS]
    for word in words:
        people = people.filter(Q(first_name__icontains=word) | Q(last_name__icontains=word))
    found = list(people[: MATCHES + 1])
    exact = [person for person in found if sorted(_words(person.full_name)) == sorted(_words(" ".join(words)))]
    return exact if len(exact) == 1 else found


def _words(text: str) -> list[str]:
    return text.casefold().split()


def exact_name(person: Person) -> str:
    """The name with the person's number, which means nobody else: "Anna Virtanen #17"."""
    return f"{person.full_name} #{person.pk}"


def described(person: Person) -> str:
    """The exact name and the employers of today, so that namesakes can be told apart."""
    return ", ".join([exact_name(person), *(str(job.employer) for job in getattr(person, "jobs", []))])
