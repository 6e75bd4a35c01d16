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
# 0002_report.py
from django.db import migrations


def report(apps, schema_editor):
    Order = apps.get_model("shop", "Order")
    Kind = apps.get_model("shop", "Kind")
    total = 0
    for order in (
        Order.objects.all()  # expect: unbatched-runpython
    ):
        total += order.total
    Kind.objects.create(name=str(total))


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [migrations.RunPython(report, migrations.RunPython.noop)]
