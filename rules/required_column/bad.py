# 0001_initial.py
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.CreateModel(
            "Customer",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("name", models.CharField(max_length=50, null=True)),
            ],
        ),
        migrations.CreateModel(
            "Order",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("customer", models.ForeignKey("shop.Customer", models.CASCADE)),
                ("code", models.CharField(max_length=20)),
                ("total", models.IntegerField(db_default=0)),
            ],
        ),
    ]
# 0002_state.py
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [
        migrations.AddField("order", "state", models.CharField(max_length=10, default="new")),  # expect: required-column
    ]
# 0003_total.py
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0002_state")]
    operations = [
        migrations.AlterField("order", "total", models.IntegerField()),  # expect: required-column
    ]
