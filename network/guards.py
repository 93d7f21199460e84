"""Rules that span rows and must hold against raw SQL, as triggers; and what a refusal says to a reader.

Order of tools: check → unique → exclusion → trigger. A trigger raises a constraint name and no prose
(`ERRCODE = 'check_violation'`); MESSAGES turns the name into the reader's language. A rule that two writers
can break together locks the body first, FOR NO KEY UPDATE (architecture § 16).
"""

import logging
from typing import Any

import pgtrigger
from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

log = logging.getLogger(__name__)
WRITE = pgtrigger.Insert | pgtrigger.Update

MESSAGES: dict[str, Any] = {
    "body_parent_kind": _("A body of this kind does not lie under a body of that kind."),
    "body_kind_stays": _("The kind of a body never changes."),
    "body_slug_taken": _("The address is or was the address of another body."),
    "seat_keeps_its_terms": _("A term in this seat would lie outside the seat's validity."),
    "seat_stays_in_its_body": _("A seat stays in its body."),
    "term_role_filled_ex_officio": _("This role comes with another role; nobody is appointed to it directly."),
    "term_seat_filled_ex_officio": _("The seat is filled from another role."),
    "term_seat_of_its_body": _("The seat belongs to another body."),
    "term_inside_its_seat": _("The term would lie outside the seat's validity."),
    "term_keeps_its_substitutions": _("A substitution would lie outside the term."),
    "substitution_inside_its_term": _("The substitution would lie outside the term."),
    "substitution_not_the_holder": _("Nobody stands in for themselves."),
    "funding_makes_100": _("The cost shares of a term make 100 per cent together."),
    "exofficio_beside_term": _("Somebody is appointed to this role directly during this period."),
    "exofficio_seat_of_its_body": _("The seat belongs to another body."),
    "reading_append_only": _("What has been read is never rewritten."),
}
UNKNOWN = _("The database refused the change, because it would break a rule.")


def message(name: str) -> Any:
    """What a refusal by the constraint of this name says to a reader."""
    return MESSAGES.get(name, UNKNOWN)


def refusal(error: IntegrityError) -> Any:
    """What the database's refusal says to a reader: our trigger's message or the model constraint's own text.

    A refusal that no rule of ours foresaw is a fault of ours, which the log tells in full.
    """
    from django.apps import apps  # the registry is not ready when this module is first read

    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
    if name in MESSAGES:
        return MESSAGES[name]
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if constraint.name == name:
                return constraint.get_violation_error_message()
    log.error("the database refused by %s, for which there are no words", name or "no constraint", exc_info=error)
    return UNKNOWN


def refuse(name: str) -> str:
    """SQL that refuses with the constraint's name and no prose."""
    return f"RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = '{name}', MESSAGE = '{name}';"


def _overlap(mine: str, theirs: str, starts: str = "starts_on", ends: str = "ends_on") -> str:
    return f"daterange({mine}.starts_on, {mine}.ends_on, '[]') && daterange({theirs}.{starts}, {theirs}.{ends}, '[]')"


def _inside(inner: str, outer: str, starts: str = "starts_on", ends: str = "ends_on") -> str:
    return f"daterange({inner}.starts_on, {inner}.ends_on, '[]') <@ daterange({outer}.{starts}, {outer}.{ends}, '[]')"


# A body lies under the kind that the tree of authority draws, and its kind never changes.
body_parent_kind = pgtrigger.Trigger(
    name="parent_kind",
    operation=WRITE,
    when=pgtrigger.After,
    func=f"""
        IF TG_OP = 'UPDATE' AND OLD.kind <> NEW.kind THEN {refuse("body_kind_stays")} END IF;
        IF NEW.parent_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM network_body p WHERE p.id = NEW.parent_id AND (NEW.kind, p.kind) IN
            (('board', 'directors'), ('service_area', 'board'), ('working_group', 'service_area'))
        ) THEN {refuse("body_parent_kind")} END IF;
        RETURN NULL;
    """,
)

# An address is one body's for ever: unique over bodies and former names, which no unique index can say.
_SLUG_LOCK = "PERFORM pg_advisory_xact_lock(hashtext('network_body.slug'));"
body_slug_is_free = pgtrigger.Trigger(
    name="slug_is_free",
    operation=WRITE,
    when=pgtrigger.After,
    func=f"""
        {_SLUG_LOCK}
        IF EXISTS (SELECT 1 FROM network_formername f WHERE f.slug = NEW.slug AND f.body_id <> NEW.id)
        THEN {refuse("body_slug_taken")} END IF;
        RETURN NULL;
    """,
)
former_slug_is_free = pgtrigger.Trigger(
    name="slug_is_free",
    operation=WRITE,
    when=pgtrigger.After,
    func=f"""
        {_SLUG_LOCK}
        IF EXISTS (SELECT 1 FROM network_body b WHERE b.slug = NEW.slug AND b.id <> NEW.body_id)
        THEN {refuse("body_slug_taken")} END IF;
        RETURN NULL;
    """,
)


def _locks(table: str, column: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="locks_first",
        operation=WRITE,
        when=pgtrigger.Before,
        func=f"PERFORM 1 FROM {table} WHERE id = NEW.{column} FOR NO KEY UPDATE; RETURN NEW;",
    )


# Two writers of one body (of one term) queue up before they write. An exclusion constraint alone keeps them
# apart too, but each may wait for the other: 9 of 400 pairs of chairs ended in a deadlock instead of a refusal.
term_locks_body = _locks("network_body", "body_id")
ex_officio_locks_body = _locks("network_body", "body_id")
substitution_locks_term = _locks("network_term", "term_id")

seat_holds_its_terms = pgtrigger.Trigger(
    name="holds_its_terms",
    operation=pgtrigger.Update,
    when=pgtrigger.After,
    func=f"""
        IF OLD.body_id <> NEW.body_id THEN {refuse("seat_stays_in_its_body")} END IF;
        PERFORM 1 FROM network_body WHERE id = NEW.body_id FOR NO KEY UPDATE;
        IF EXISTS (SELECT 1 FROM network_term t WHERE t.seat_id = NEW.id
                   AND NOT {_inside("t", "NEW", "valid_from", "valid_to")})
        THEN {refuse("seat_keeps_its_terms")} END IF;
        RETURN NULL;
    """,
)

term_not_ex_officio = pgtrigger.Trigger(
    name="not_ex_officio",
    operation=WRITE,
    when=pgtrigger.After,
    func=f"""
        IF EXISTS (SELECT 1 FROM network_exofficio x WHERE x.body_id = NEW.body_id AND x.role = NEW.role
                   AND {_overlap("x", "NEW")})
        THEN {refuse("term_role_filled_ex_officio")} END IF;
        IF NEW.role <> 'alternate' AND EXISTS (
            SELECT 1 FROM network_exofficio x WHERE x.seat_id = NEW.seat_id AND {_overlap("x", "NEW")})
        THEN {refuse("term_seat_filled_ex_officio")} END IF;
        RETURN NULL;
    """,
)
ex_officio_beside_no_term = pgtrigger.Trigger(
    name="beside_no_term",
    operation=WRITE,
    when=pgtrigger.After,
    func=f"""
        IF EXISTS (SELECT 1 FROM network_term t WHERE t.body_id = NEW.body_id AND {_overlap("t", "NEW")}
                   AND (t.role = NEW.role OR (t.seat_id = NEW.seat_id AND t.role <> 'alternate')))
        THEN {refuse("exofficio_beside_term")} END IF;
        IF NEW.seat_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM network_seat s WHERE s.id = NEW.seat_id AND s.body_id = NEW.body_id)
        THEN {refuse("exofficio_seat_of_its_body")} END IF;
        RETURN NULL;
    """,
)
term_inside_seat = pgtrigger.Trigger(
    name="inside_seat",
    operation=WRITE,
    when=pgtrigger.After,
    condition=pgtrigger.Q(new__seat__isnull=False),
    func=f"""
        IF NOT EXISTS (SELECT 1 FROM network_seat s WHERE s.id = NEW.seat_id AND s.body_id = NEW.body_id)
        THEN {refuse("term_seat_of_its_body")} END IF;
        IF NOT EXISTS (SELECT 1 FROM network_seat s WHERE s.id = NEW.seat_id
                       AND {_inside("NEW", "s", "valid_from", "valid_to")})
        THEN {refuse("term_inside_its_seat")} END IF;
        RETURN NULL;
    """,
)
term_holds_substitutions = pgtrigger.Trigger(
    name="holds_substitutions",
    operation=pgtrigger.Update,
    when=pgtrigger.After,
    func=f"""
        IF EXISTS (SELECT 1 FROM network_substitution s WHERE s.term_id = NEW.id AND NOT {_inside("s", "NEW")})
        THEN {refuse("term_keeps_its_substitutions")} END IF;
        IF EXISTS (SELECT 1 FROM network_substitution s WHERE s.term_id = NEW.id AND s.person_id = NEW.person_id)
        THEN {refuse("substitution_not_the_holder")} END IF;
        RETURN NULL;
    """,
)
substitution_inside_term = pgtrigger.Trigger(
    name="inside_term",
    operation=WRITE,
    when=pgtrigger.After,
    func=f"""
        IF NOT EXISTS (SELECT 1 FROM network_term t WHERE t.id = NEW.term_id AND {_inside("NEW", "t")})
        THEN {refuse("substitution_inside_its_term")} END IF;
        IF EXISTS (SELECT 1 FROM network_term t WHERE t.id = NEW.term_id AND t.person_id = NEW.person_id)
        THEN {refuse("substitution_not_the_holder")} END IF;
        RETURN NULL;
    """,
)

# None or exactly 100 together, asked when the transaction ends: shares are written one by one.
funding_makes_100 = pgtrigger.Trigger(
    name="makes_100",
    operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
    when=pgtrigger.After,
    timing=pgtrigger.Deferred,
    declare=[("terms", "bigint[]")],
    func=f"""
        terms := ARRAY[]::bigint[];
        IF TG_OP <> 'DELETE' THEN terms := terms || NEW.term_id; END IF;
        IF TG_OP <> 'INSERT' THEN terms := terms || OLD.term_id; END IF;
        PERFORM 1 FROM network_term t WHERE t.id = ANY(terms) ORDER BY t.id FOR NO KEY UPDATE;
        IF EXISTS (SELECT 1 FROM network_funding f WHERE f.term_id = ANY(terms)
                   GROUP BY f.term_id HAVING sum(f.percent) <> 100)
        THEN {refuse("funding_makes_100")} END IF;
        RETURN NULL;
    """,
)

reading_append_only = pgtrigger.Trigger(
    name="append_only",
    operation=pgtrigger.Update | pgtrigger.Delete,
    when=pgtrigger.Before,
    func=refuse("reading_append_only") + " RETURN NULL;",
)
