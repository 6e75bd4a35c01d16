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
                ("payer", models.ForeignKey("shop.Customer", models.SET_NULL, null=True, db_index=False, db_constraint=False, related_name="+")),
            ],
        ),
    ]
# 0002_checked.py
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [
        migrations.AlterField("order", "payer", models.ForeignKey("shop.Customer", models.SET_NULL, null=True, db_index=False, related_name="+")),  # expect: fk-without-not-valid
    ]
