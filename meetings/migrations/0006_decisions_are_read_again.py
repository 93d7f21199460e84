"""An item's row in the search is a decision's or not, by the state of its minutes: both kinds are read again."""

from django.db import migrations

from network.stale import unwatch, watch

OF_MINUTES = "SELECT i.id FROM meetings_item i JOIN changed c ON c.meeting_id = i.meeting_id"
WATCHED = ("meetings_minutes", "decision", OF_MINUTES, "stale_decisions")
AGAIN = (
    "INSERT INTO network_stale (kind, record_id) SELECT kind, id FROM meetings_item,"
    " (VALUES ('item'), ('decision')) k(kind)"
)


class Migration(migrations.Migration):
    dependencies = [("meetings", "0005_calendar_key_and_outside_presenter")]
    operations = [
        migrations.RunSQL(watch(*WATCHED), unwatch(*WATCHED[:2], WATCHED[3])),
        migrations.RunSQL(AGAIN, migrations.RunSQL.noop),
    ]
