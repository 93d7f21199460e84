from django.db import migrations, models

from network.changes import FORGET, NOTE, stamp_changes, unstamp_changes

TABLES = (
    "department", "employment", "body", "formername", "seat", "exofficio", "page", "term", "substitution", "funding",
)  # fmt: skip
# Not what a login changes.
PERSON = (
    "first_name", "last_name", "email", "phone", "language", "visibility", "is_active", "is_keeper", "is_recorded",
    "merged_into_id",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("network", "0005_person_merged_into")]
    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                ("xact", models.BigIntegerField(primary_key=True, serialize=False, verbose_name="transaction")),
            ],
            options={"verbose_name": "public change", "verbose_name_plural": "public changes"},
        ),
        migrations.RunSQL(NOTE, FORGET),
        *(
            migrations.RunSQL(stamp_changes(f"network_{name}"), unstamp_changes(f"network_{name}")) for name in TABLES
        ),
        migrations.RunSQL(stamp_changes("network_person", *PERSON), unstamp_changes("network_person")),
    ]
