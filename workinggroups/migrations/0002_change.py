from django.db import migrations

from network.changes import stamp_changes, unstamp_changes

TABLES = ("workinggroup", "mandate", "deliverable", "memberproposal")


class Migration(migrations.Migration):
    dependencies = [("workinggroups", "0001_initial"), ("network", "0006_change")]
    operations = [
        migrations.RunSQL(stamp_changes(f"workinggroups_{name}"), unstamp_changes(f"workinggroups_{name}")) for name in TABLES
    ]
