from django.db import migrations

from network.changes import stamp_changes, unstamp_changes

TABLES = ("document", "version", "attachment")


class Migration(migrations.Migration):
    dependencies = [("documents", "0002_search"), ("network", "0006_change")]
    operations = [
        migrations.RunSQL(stamp_changes(f"documents_{name}"), unstamp_changes(f"documents_{name}")) for name in TABLES
    ]
