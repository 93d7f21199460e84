"""Funding: a term has no cost shares, or shares that make exactly 100 per cent together."""

import pytest
from django.db import IntegrityError, connection, transaction

from network import guards
from network.models import Funding, Term
from tests import make
from tests.breaking import breaks, constraint, delete, insert, race, update


def settle() -> None:
    """Ask now what Postgres would ask when the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@pytest.fixture
def term(db: None) -> Term:
    """A term to be paid for."""
    return make.term()


@pytest.mark.parametrize("percent", [0, 101])
def test_a_share_is_1_to_100(term: Term, percent: int) -> None:
    row = Funding(term=term, payer_fi="Verkosto", percent=percent)
    bound = "greater than or equal to 1" if percent == 0 else "less than or equal to 100"
    breaks(row, "funding_percent_1_to_100", says=f"Ensure this value is {bound}.", on="percent")


def test_a_payer_has_one_share_of_a_term(term: Term) -> None:
    make.funding(term=term)
    breaks(
        Funding(term=term, payer_fi="Verkosto", percent=100),
        "funding_one_row_per_payer",
        says="The payer already has a share of this term.",
    )


def test_shares_are_written_one_by_one_and_make_100(term: Term) -> None:
    for payer, percent in (("Verkosto", 30), ("KUJA2", 70)):
        insert(Funding(term=term, payer_fi=payer, percent=percent))
    settle()
    assert sorted(term.funding.values_list("percent", flat=True)) == [30, 70]


def test_a_term_without_shares_is_fine(term: Term) -> None:
    row = make.funding(term=term)
    delete(row)
    settle()
    assert not term.funding.exists()


def test_a_share_moves_to_another_term_whole(term: Term) -> None:
    row = make.funding(term=term)
    update(row, term_id=make.term().pk)
    settle()
    assert not term.funding.exists()


@pytest.mark.parametrize("change", ["insert", "update", "delete", "move"])
def test_shares_that_do_not_make_100_are_refused_when_the_transaction_ends(term: Term, change: str) -> None:
    rows = [make.funding(term=term, payer_fi=payer, percent=50) for payer in ("Verkosto", "KUJA2")]
    settle()
    changes = {
        "insert": lambda: insert(Funding(term=term, payer_fi="Kolmas", percent=1)),
        "update": lambda: update(rows[0], percent=49),
        "delete": lambda: delete(rows[0]),
        "move": lambda: update(rows[0], term_id=make.term().pk),
    }
    with transaction.atomic():
        changes[change]()  # not yet
        with pytest.raises(IntegrityError) as caught:
            settle()
        transaction.set_rollback(True)
    assert constraint(caught.value) == "funding_makes_100"
    assert str(guards.refusal(caught.value)) == str(guards.message("funding_makes_100"))


@pytest.mark.django_db(transaction=True)
def test_shares_cut_and_added_at_once_never_leave_anything_but_100() -> None:
    """Each writer alone would leave 100; together they would leave 130, or 70."""
    term = make.term()
    with transaction.atomic():
        rows = [make.funding(term=term, payer_fi=payer, percent=50) for payer in ("Verkosto", "KUJA2")]

    def replace(row: Funding) -> None:
        delete(row)
        for payer, percent in ((f"{row.payer_fi} 1", 30), (f"{row.payer_fi} 2", 20)):
            insert(Funding(term=term, payer_fi=payer, percent=percent))

    def swell() -> None:
        update(rows[0], percent=80)
        update(rows[1], percent=20)

    met = race(lambda: replace(rows[1]), swell)
    assert met.count("") >= 1
    assert sum(term.funding.values_list("percent", flat=True)) == 100
