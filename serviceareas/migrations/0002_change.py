from django.db import migrations

from network.changes import stamp_changes, unstamp_changes

TABLES = ("flagshipproject",)


class Migration(migrations.Migration):
    dependencies = [("serviceareas", "0001_initial"), ("network", "0006_change")]
    operations = [
        migrations.RunSQL(stamp_changes(f"serviceareas_{name}"), unstamp_changes(f"serviceareas_{name}")) for name in TABLES
    ]
