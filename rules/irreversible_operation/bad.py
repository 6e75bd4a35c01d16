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
# 0002_total.py
from django.db import migrations


def look(apps, schema_editor):
    print(apps.get_model("shop", "Kind").objects.count())


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [
        migrations.RunPython(look),  # expect: irreversible-operation
        migrations.RunSQL("CREATE VIEW shop_codes AS SELECT code FROM shop_order"),  # expect: irreversible-operation
    ]
