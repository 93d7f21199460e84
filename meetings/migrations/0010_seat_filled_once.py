"""A seat is filled by one: where two were written into one, whoever was there stays, and the other only stands by."""

import django.db.models.constraints
from django.db import migrations, models

# The rows of a record too, past its trigger `frozen`: no signature binds who filled whose seat.
ONE_EACH = """
    SET LOCAL pgtrigger.ignore = '{pgtrigger_frozen_f2d81}';
    UPDATE meetings_attendance a SET for_term_id = NULL, has_vote = false
    FROM (
        SELECT id, row_number() OVER (
            PARTITION BY meeting_id, for_term_id ORDER BY presence IN ('present', 'remote') DESC, sort, id
        ) AS place
        FROM meetings_attendance WHERE for_term_id IS NOT NULL
    ) o
    WHERE o.id = a.id AND o.place > 1;
    SET LOCAL pgtrigger.ignore = '{}'
"""


class Migration(migrations.Migration):

    dependencies = [
        ('meetings', '0009_names_in_the_record'),
    ]

    operations = [
        migrations.RunSQL(ONE_EACH, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='attendance',
            constraint=models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['DEFERRED'], fields=('meeting', 'for_term'), name='attendance_seat_once', violation_error_message='Somebody else is in this place already.'),
        ),
    ]
