from django.db import migrations

from network.stale import note_all, unwatch, watch

ITEMS = "SELECT i.id FROM meetings_item i JOIN changed c ON c.id = i.meeting_id"
OF_MINUTES = "SELECT i.id FROM meetings_item i JOIN changed c ON c.meeting_id = i.meeting_id"
# table, kind, which records of it, name of the trigger
WATCHED = [
    ("meetings_meeting", "meeting"),
    ("meetings_item", "item"),
    ("meetings_item", "decision"),
    # A section shows the meeting's number and day, and the handling is found once the minutes are inspected.
    ("meetings_meeting", "item", ITEMS, "stale_items"),
    ("meetings_meeting", "decision", ITEMS, "stale_decisions"),
    ("meetings_minutes", "item", OF_MINUTES, "stale_items"),
    (
        "network_body",
        "meeting",
        "SELECT m.id FROM meetings_meeting m JOIN changed c ON c.id = m.body_id",
        "stale_meetings",
    ),
]


class Migration(migrations.Migration):
    dependencies = [("meetings", "0001_initial"), ("network", "0003_search")]
    operations = [
        *(migrations.RunSQL(watch(*args), unwatch(*args[:2], *args[3:])) for args in WATCHED),
        migrations.RunSQL(note_all("meetings_meeting", "meeting"), migrations.RunSQL.noop),
        migrations.RunSQL(note_all("meetings_item", "item"), migrations.RunSQL.noop),
        migrations.RunSQL(note_all("meetings_item", "decision"), migrations.RunSQL.noop),
    ]
