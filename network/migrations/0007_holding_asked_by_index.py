"""The Holding view again, word for word but two: a question about one person or body reaches the terms' indexes.

Named twice, the part `held` was worked out whole for every question: all the terms there have ever been, for each
request of somebody logged in.
"""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("network.migrations.0002_holding").HOLDING.replace("CREATE VIEW", "CREATE OR REPLACE VIEW")
AFTER = BEFORE.replace("WITH held AS (", "WITH held AS NOT MATERIALIZED (")


class Migration(migrations.Migration):
    dependencies = [("network", "0006_change")]
    operations = [migrations.RunSQL(AFTER, BEFORE)]
