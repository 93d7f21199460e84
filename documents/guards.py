"""The frozen record holds the attachments of its items too."""

import pgtrigger

from meetings.guards import EACH, HELD, LEAVE, frozen_under

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
