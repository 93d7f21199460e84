from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("documents", "0005_in_order"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="document",
            options={"ordering": ["-year", "-id"], "verbose_name": "document", "verbose_name_plural": "documents"},
        ),
        migrations.RemoveIndex(model_name="document", name="document_in_order"),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(fields=["-year", "-id"], name="document_newest_first"),
        ),
    ]
