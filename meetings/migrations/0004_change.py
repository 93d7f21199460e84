from django.db import migrations

from network.changes import stamp_changes, unstamp_changes

TABLES = ("series", "meeting", "formernumber", "item", "action", "attendance", "minutes", "notice", "review", "signature")


class Migration(migrations.Migration):
    dependencies = [("meetings", "0003_action_dropped"), ("network", "0006_change")]
    operations = [
        migrations.RunSQL(stamp_changes(f"meetings_{name}"), unstamp_changes(f"meetings_{name}")) for name in TABLES
    ]
