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
                ("customer", models.ForeignKey("shop.Customer", models.CASCADE, null=True)),
            ],
        ),
    ]
# 0002_note.py
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [
        migrations.RunSQL("INSERT INTO shop_order (id, customer_id) VALUES (-1, NULL)"),
        migrations.AddField("order", "note", models.CharField(max_length=20, null=True)),  # expect: pending-trigger-events
    ]
