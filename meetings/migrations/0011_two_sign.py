"""One chairs and another writes, from now on: a record that one person signed as both stays as it was signed."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

# Where the minutes are still being written, who writes them is asked for anew.
ASK_ANEW = """
    UPDATE meetings_meeting t SET minuted_by_id = NULL
    WHERE chaired_by_id = minuted_by_id
    AND NOT EXISTS (SELECT 1 FROM meetings_minutes m WHERE m.meeting_id = t.id AND m.state <> 'draft')
"""


class Migration(migrations.Migration):

    dependencies = [
        ('meetings', '0010_seat_filled_once'),
    ]

    operations = [
        migrations.RunSQL(ASK_ANEW, migrations.RunSQL.noop),
        AddConstraintNotValid(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(('chaired_by', models.F('minuted_by')), _negated=True), name='meeting_chaired_and_minuted_by_two', violation_error_message='One chairs and another writes the minutes.'),
        ),
    ]
