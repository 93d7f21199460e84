"""The frozen record holds the attachments of its items too, and a version is what it was when it was stored."""

import pgtrigger
from django.utils.translation import gettext_lazy as _

from meetings.guards import EACH, HELD, LEAVE, frozen_under
from network.guards import MESSAGES, refuse

MESSAGES |= {
    "version_stays": _("A version is never changed: store a new one. One that has been released is not removed."),
}

attachment_frozen = pgtrigger.Trigger(
    name="frozen",
    operation=EACH,
    when=pgtrigger.Before,
    declare=HELD,
    func=f"""
        {frozen_under("(SELECT i.meeting_id FROM meetings_item i WHERE i.id = {row}.item_id)")}
        {LEAVE}
    """,
)

# What was stored, under which number, never changes; the note may be mended. The row of a released file stays too.
version_stays = pgtrigger.Trigger(
    name="stays",
    operation=pgtrigger.Update | pgtrigger.Delete,
    when=pgtrigger.Before,
    func=f"""
        IF TG_OP = 'UPDATE' THEN
            IF (OLD.document_id, OLD.number, OLD.file, OLD.filename, OLD.sha256, OLD.size, OLD.content_type,
                OLD.uploaded_at)
               IS DISTINCT FROM
               (NEW.document_id, NEW.number, NEW.file, NEW.filename, NEW.sha256, NEW.size, NEW.content_type,
                NEW.uploaded_at)
            THEN {refuse("version_stays")} END IF;
            RETURN NEW;
        END IF;
        IF EXISTS (SELECT 1 FROM documents_attachment a WHERE a.document_id = OLD.document_id
                   AND a.released_at IS NOT NULL) THEN {refuse("version_stays")} END IF;
        RETURN OLD;
    """,
)
