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
                ("total", models.IntegerField(default=0)),
            ],
        ),
    ]
# 0002_total.py
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [
        migrations.AlterField("order", "total", models.BigIntegerField(default=0)),  # expect: alter-column-type
    ]
# 0003_code.py
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0002_total")]
    operations = [
        migrations.AlterField("order", "code", models.CharField(max_length=10)),  # expect: alter-column-type
    ]
