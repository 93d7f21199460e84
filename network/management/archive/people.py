"""The people of the archive: those who have left, with the work they had; none has an address or an account."""

from collections import defaultdict
from datetime import date, timedelta
from itertools import product
from random import Random

from django.contrib.auth.hashers import make_password

from network.management.archive.size import Size
from network.management.seeding import load
from network.models import Department, Employment, Person
from network.visibility import Visibility

TITLES = ("palomestari", "palopäällikkö", "pelastuspäällikkö", "suunnittelija", "johtava palotarkastaja")
SWEDISH = 8  # one in so many speaks Swedish


def invent(size: Size, chance: Random) -> dict[int, list[Person]]:
    """Write the people and their work; returns them by department, in an order of chance."""
    taken = {person.full_name for person in Person.objects.all()}
    names = {code: _names(parts, taken, chance) for code, parts in load("demo_names.json").items()}
    none = make_password(None)
    departments = list(Department.objects.filter(valid_to=None, valid_from__lte=date(2013, 1, 1)).order_by("pk"))
    people, jobs = [], []
    by_department: dict[int, list[Person]] = defaultdict(list)
    for place in range(size.people):
        language = "fi" if place % SWEDISH else "sv"
        first, last = names[language].pop()
        visibility = chance.choices(Visibility.values, weights=(85, 10, 5))[0]
        person = Person(first_name=first, last_name=last, language=language, visibility=visibility, password=none)
        department = departments[place % len(departments)]
        since = size.first_day - timedelta(days=chance.randint(0, 3000))
        jobs.append(
            Employment(
                person=person, department=department, job_title=chance.choice(TITLES),
                starts_on=max(since, department.valid_from or since), ends_on=size.last_day,
            )
        )  # fmt: skip
        people.append(person)
        by_department[department.pk].append(person)
    Person.objects.bulk_create(people)
    Employment.objects.bulk_create(jobs)
    return by_department


def _names(parts: dict[str, list[str]], taken: set[str], chance: Random) -> list[tuple[str, str]]:
    """The names that nobody has yet."""
    names = [name for name in product(parts["first"], parts["last"]) if " ".join(name) not in taken]
    chance.shuffle(names)
    return names
