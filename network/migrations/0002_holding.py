"""The Holding view: terms ∪ substitutions ∪ what follows from both ex officio, periods intersected."""

from django.db import migrations

HOLDING = """
CREATE VIEW network_holding AS
WITH held AS (
    SELECT t.id AS term_id, NULL::bigint AS substitution_id, t.person_id, t.body_id, t.role, t.seat_id,
           t.starts_on, t.ends_on, t.starts_known, t.ends_known
    FROM network_term t
    UNION ALL
    SELECT t.id, s.id, s.person_id, t.body_id, t.role, t.seat_id, s.starts_on, s.ends_on, 'day', 'day'
    FROM network_substitution s JOIN network_term t ON t.id = s.term_id
)
SELECT h.term_id, coalesce(h.substitution_id, 0) AS substitution_key, 0::bigint AS ex_officio_key,
       h.substitution_id, NULL::bigint AS ex_officio_id, h.person_id, h.body_id, h.role, h.seat_id,
       h.starts_on, h.ends_on, h.starts_known, h.ends_known
FROM held h
UNION ALL
SELECT h.term_id, coalesce(h.substitution_id, 0), x.id, h.substitution_id, x.id, h.person_id, x.body_id, x.role,
       x.seat_id, greatest(h.starts_on, x.starts_on), least(h.ends_on, x.ends_on),
       CASE WHEN x.starts_on > h.starts_on THEN 'day' ELSE h.starts_known END,
       CASE WHEN x.ends_on < coalesce(h.ends_on, 'infinity') THEN 'day' ELSE h.ends_known END
FROM held h
JOIN network_exofficio x ON x.from_body_id = h.body_id AND x.from_role = h.role
    AND (h.substitution_id IS NULL OR x.substitute_follows)
    AND daterange(h.starts_on, h.ends_on, '[]') && daterange(x.starts_on, x.ends_on, '[]');
"""


class Migration(migrations.Migration):
    dependencies = [("network", "0001_initial")]
    operations = [migrations.RunSQL(HOLDING, "DROP VIEW network_holding;")]
