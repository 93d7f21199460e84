"""The ground: people, bodies, terms, pages, letters and readings."""

from network.models.bodies import Body, FormerName, Inspection, Kind, Seat
from network.models.changes import Change
from network.models.ex_officio import ExOfficio
from network.models.letters import Envelope, EnvelopeState, Letter
from network.models.pages import Page
from network.models.people import Department, Employment, Person
from network.models.readings import Reading
from network.models.search import Indexed, Stale, Word
from network.models.terms import (
    CHAIRS,
    OFFICERS,
    Funding,
    Holding,
    Role,
    Substitution,
    Term,
)

__all__ = [
    "CHAIRS",
    "OFFICERS",
    "Body",
    "Change",
    "Department",
    "Employment",
    "Envelope",
    "EnvelopeState",
    "ExOfficio",
    "FormerName",
    "Funding",
    "Holding",
    "Indexed",
    "Inspection",
    "Kind",
    "Letter",
    "Page",
    "Person",
    "Reading",
    "Role",
    "Seat",
    "Stale",
    "Substitution",
    "Term",
    "Word",
]
