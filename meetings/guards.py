"""Rules of the record that span rows and must hold against raw SQL (architecture § 3, "The frozen record").

A trigger bound to items alone would not freeze anything: re-parenting an item, and moving the minutes back, would
both pass it. So each asks the OLD and the NEW parent, FOR SHARE, and an edit in flight cannot slip under an
approval; and the minutes move only along their arrows.
"""

import pgtrigger
from django.utils.translation import gettext_lazy as _

from network.guards import MESSAGES, refuse

MESSAGES |= {
    "record_frozen": _("The minutes have left the desk: nothing in them can be changed any more."),
    "meeting_called_stays": _("A meeting that has been called is cancelled, not deleted."),
    "meeting_number_stays": _("A meeting that has its number keeps it."),
    "meeting_facts_stay": _("That a meeting was called, opened or cancelled is never taken back."),
    "meeting_stays_in_its_body": _("A meeting stays with its body."),
    "item_called_stays": _("An item of a called meeting ends with an outcome; it is not deleted."),
    "item_late_needs_reason": _("After the notice an item is added only as urgent, with a reason."),
    "item_section_stays": _("An item that has its section number keeps it."),
    "item_series_of_its_meeting": _("The section number belongs to another body or year."),
    "item_inspected_stays": _("The item was inspected at the meeting: its text can no longer be changed."),
    "item_cancelled_meeting": _("The meeting has been cancelled."),
    "minutes_arrows": _("The minutes are not in the state that this step starts from."),
    "minutes_need_inspection": _("The minutes have not been inspected as the body does it."),
    "minutes_need_signatures": _("The minutes have not been signed by both."),
    "minutes_stay": _("Minutes are never deleted."),
    "review_frozen": _("The minutes have been approved: their inspection can no longer be changed."),
    "signature_frozen": _("A signature is never changed."),
    "number_taken": _("The number belongs to another meeting."),
}

WRITE = pgtrigger.Insert | pgtrigger.Update
EACH = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
FROZEN = "('review', 'approved', 'signed', 'published')"


def frozen_under(parent: str, name: str = "record_frozen", states: str = FROZEN) -> str:
    """SQL that refuses a row whose old or new parent's minutes are in one of the states.

    `parent` is an SQL expression of the meeting's id with {row} for OLD or NEW. The minutes are read FOR SHARE:
    a step that holds them makes this edit wait, and an edit in flight makes the step wait.
    """
    asks = []
    for row, when in (("OLD", "TG_OP <> 'INSERT'"), ("NEW", "TG_OP <> 'DELETE'")):
        asks.append(
            f"IF {when} THEN"
            f" SELECT m.state INTO held FROM meetings_minutes m WHERE m.meeting_id = {parent.format(row=row)}"
            f" FOR SHARE; IF held IN {states} THEN {refuse(name)} END IF; END IF;"
        )
    return "\n".join(asks)


HELD = [("held", "text")]
LEAVE = "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"

meeting_head = pgtrigger.Trigger(
    name="frozen",
    operation=pgtrigger.Update | pgtrigger.Delete,
    when=pgtrigger.Before,
    declare=HELD,
    func=f"""
        {frozen_under("{row}.id")}
        IF TG_OP = 'DELETE' THEN
            IF OLD.called_at IS NOT NULL OR OLD.number IS NOT NULL THEN {refuse("meeting_called_stays")} END IF;
            RETURN OLD;
        END IF;
        IF OLD.body_id <> NEW.body_id THEN {refuse("meeting_stays_in_its_body")} END IF;
        IF OLD.number IS NOT NULL AND NEW.number IS NULL THEN {refuse("meeting_number_stays")} END IF;
        IF OLD.number IS NOT NULL AND (OLD.year, OLD.number) <> (NEW.year, NEW.number) AND (
            OLD.year = NEW.year OR NOT EXISTS (
                SELECT 1 FROM meetings_formernumber f WHERE f.meeting_id = OLD.id AND f.year = OLD.year
                AND f.number = OLD.number)) THEN {refuse("meeting_number_stays")} END IF;
        IF (OLD.called_at IS NOT NULL AND NEW.called_at IS NULL)
           OR (OLD.opened_at IS NOT NULL AND NEW.opened_at IS NULL)
           OR (OLD.cancelled_at IS NOT NULL AND NEW.cancelled_at IS NULL)
        THEN {refuse("meeting_facts_stay")} END IF;
        RETURN NEW;
    """,
)

# The numbers of a body's year are one row of numbers over meetings and those that moved out of the year.
meeting_number = pgtrigger.Trigger(
    name="number_is_free",
    operation=WRITE,
    when=pgtrigger.After,
    func=f"""
        IF NEW.number IS NOT NULL AND EXISTS (
            SELECT 1 FROM meetings_formernumber f WHERE f.body_id = NEW.body_id AND f.year = NEW.year
            AND f.number = NEW.number AND f.meeting_id <> NEW.id) THEN {refuse("number_taken")} END IF;
        RETURN NULL;
    """,
)

# What a meeting was called before it moved out of the year is written once, while the number is still its own.
former_number = pgtrigger.Trigger(
    name="written_once",
    operation=EACH,
    when=pgtrigger.Before,
    func=f"""
        IF TG_OP <> 'INSERT' THEN {refuse("meeting_number_stays")} END IF;
        IF NOT EXISTS (SELECT 1 FROM meetings_meeting m WHERE m.id = NEW.meeting_id AND m.body_id = NEW.body_id
                       AND m.year = NEW.year AND m.number = NEW.number) THEN {refuse("number_taken")} END IF;
        RETURN NEW;
    """,
)

item_frozen = pgtrigger.Trigger(
    name="frozen",
    operation=EACH,
    when=pgtrigger.Before,
    declare=HELD,
    func=f"""
        {frozen_under("{row}.meeting_id")}
        IF TG_OP = 'INSERT' AND NEW.late_reason = '' AND EXISTS (
            SELECT 1 FROM meetings_meeting m WHERE m.id = NEW.meeting_id AND m.called_at IS NOT NULL)
        THEN {refuse("item_late_needs_reason")} END IF;
        IF TG_OP = 'INSERT' AND EXISTS (
            SELECT 1 FROM meetings_meeting m WHERE m.id = NEW.meeting_id AND m.cancelled_at IS NOT NULL)
        THEN {refuse("item_cancelled_meeting")} END IF;
        IF TG_OP <> 'DELETE' AND NEW.series_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM meetings_meeting m JOIN meetings_series s ON (s.body_id, s.year) = (m.body_id, m.year)
            WHERE m.id = NEW.meeting_id AND s.id = NEW.series_id) THEN {refuse("item_series_of_its_meeting")} END IF;
        IF TG_OP = 'DELETE' AND (OLD.section IS NOT NULL OR EXISTS (
            SELECT 1 FROM meetings_meeting m WHERE m.id = OLD.meeting_id AND m.called_at IS NOT NULL))
        THEN {refuse("item_called_stays")} END IF;
        IF TG_OP = 'UPDATE' THEN
            IF OLD.section IS NOT NULL AND (OLD.series_id, OLD.section) IS DISTINCT FROM (NEW.series_id, NEW.section)
            THEN {refuse("item_section_stays")} END IF;
            IF OLD.late_reason <> '' AND NEW.late_reason = '' AND EXISTS (
                SELECT 1 FROM meetings_meeting m WHERE m.id = NEW.meeting_id AND m.called_at IS NOT NULL)
            THEN {refuse("item_late_needs_reason")} END IF;
            IF OLD.meeting_id <> NEW.meeting_id AND (OLD.section IS NOT NULL OR EXISTS (
                SELECT 1 FROM meetings_meeting m WHERE m.id IN (OLD.meeting_id, NEW.meeting_id)
                AND m.called_at IS NOT NULL)) THEN {refuse("item_called_stays")} END IF;
            IF OLD.inspected_at IS NOT NULL AND
               (OLD.title, OLD.grounds, OLD.proposal, OLD.discussion, OLD.decision, OLD.outcome, OLD.inspected_at)
               IS DISTINCT FROM
               (NEW.title, NEW.grounds, NEW.proposal, NEW.discussion, NEW.decision, NEW.outcome, NEW.inspected_at)
            THEN {refuse("item_inspected_stays")} END IF;
        END IF;
        {LEAVE}
    """,
)

attendance_frozen = pgtrigger.Trigger(
    name="frozen",
    operation=EACH,
    when=pgtrigger.Before,
    declare=HELD,
    func=f"""
        {frozen_under("{row}.meeting_id")}
        {LEAVE}
    """,
)

minutes_arrows = pgtrigger.Trigger(
    name="arrows",
    operation=EACH,
    when=pgtrigger.Before,
    func=f"""
        IF TG_OP = 'DELETE' THEN {refuse("minutes_stay")} END IF;
        IF TG_OP = 'INSERT' THEN
            IF NEW.state <> 'draft' THEN {refuse("minutes_arrows")} END IF;
            RETURN NEW;
        END IF;
        IF OLD.meeting_id <> NEW.meeting_id THEN {refuse("record_frozen")} END IF;
        IF OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN
            (('draft', 'review'), ('draft', 'approved'), ('review', 'draft'), ('review', 'approved'),
             ('approved', 'signed'), ('signed', 'published'))
        THEN {refuse("minutes_arrows")} END IF;
        IF OLD.state IN ('approved', 'signed', 'published') AND
           (OLD.approved_at, OLD.approved_in_id, OLD.inspection, OLD.submitted_at)
           IS DISTINCT FROM (NEW.approved_at, NEW.approved_in_id, NEW.inspection, NEW.submitted_at)
        THEN {refuse("record_frozen")} END IF;
        IF OLD.state IN ('signed', 'published') AND OLD.signed_at IS DISTINCT FROM NEW.signed_at
        THEN {refuse("record_frozen")} END IF;
        IF OLD.state = 'published' AND
           (OLD.pdf, OLD.sha256, OLD.published_at) IS DISTINCT FROM (NEW.pdf, NEW.sha256, NEW.published_at)
        THEN {refuse("record_frozen")} END IF;
        IF OLD.state = 'review' AND OLD.inspection <> NEW.inspection AND NEW.inspection <> 'next_meeting'
        THEN {refuse("record_frozen")} END IF;
        IF OLD.state <> 'approved' AND NEW.state = 'approved' AND NOT (CASE NEW.inspection
            WHEN 'inspectors' THEN OLD.state = 'review'
                AND EXISTS (SELECT 1 FROM meetings_review r WHERE r.minutes_id = OLD.meeting_id
                            AND r.accepted_at IS NOT NULL)
                AND NOT EXISTS (SELECT 1 FROM meetings_review r WHERE r.minutes_id = OLD.meeting_id
                                AND r.accepted_at IS NULL AND r.replaced_at IS NULL)
            WHEN 'next_meeting' THEN OLD.state = 'review' AND NEW.approved_in_id IS NOT NULL
            ELSE OLD.state = 'draft' END)
        THEN {refuse("minutes_need_inspection")} END IF;
        IF OLD.state = 'approved' AND NEW.state = 'signed' AND (
            SELECT count(*) FROM meetings_signature s WHERE s.minutes_id = OLD.meeting_id) < 2
        THEN {refuse("minutes_need_signatures")} END IF;
        RETURN NEW;
    """,
)

APPROVED = "('approved', 'signed', 'published')"
review_frozen = pgtrigger.Trigger(
    name="frozen",
    operation=EACH,
    when=pgtrigger.Before,
    declare=HELD,
    func=f"""
        {frozen_under("{row}.minutes_id", "review_frozen", APPROVED)}
        {LEAVE}
    """,
)
signature_frozen = pgtrigger.Trigger(
    name="frozen",
    operation=EACH,
    when=pgtrigger.Before,
    declare=HELD,
    func=f"""
        IF TG_OP <> 'INSERT' THEN {refuse("signature_frozen")} END IF;
        SELECT m.state INTO held FROM meetings_minutes m WHERE m.meeting_id = NEW.minutes_id FOR SHARE;
        IF held IS DISTINCT FROM 'approved' THEN {refuse("minutes_arrows")} END IF;
        RETURN NEW;
    """,
)
