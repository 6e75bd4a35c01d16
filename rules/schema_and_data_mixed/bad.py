# 0001_initial.py
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.CreateModel(
            "Order",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("code", models.CharField(max_length=20)),
                ("total", models.IntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            "Kind",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("name", models.CharField(max_length=20)),
            ],
        ),
    ]
# 0002_note.py
from django.db import migrations, models


def fill(apps, schema_editor):
    Kind = apps.get_model("shop", "Kind")
    Kind.objects.create(name="new")


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [
        migrations.AddField("order", "note", models.TextField(null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop),  # expect: schema-and-data-mixed
    ]
