from django.db import migrations

from network.stale import unwatch, watch

# The board's row on an area's chair follows from a row of its own, not from the chair's term alone.
HOLDERS = """
SELECT t.person_id FROM changed c JOIN network_term t ON t.body_id = c.from_body_id AND t.role = c.from_role
UNION SELECT s.person_id FROM changed c JOIN network_term t ON t.body_id = c.from_body_id AND t.role = c.from_role
JOIN network_substitution s ON s.term_id = t.id
"""


class Migration(migrations.Migration):
    dependencies = [("network", "0007_holding_asked_by_index")]
    operations = [
        migrations.RunSQL(watch("network_exofficio", "person", HOLDERS), unwatch("network_exofficio", "person")),
    ]
