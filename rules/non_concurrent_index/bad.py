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
# 0002_code.py
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [
        migrations.AddIndex("order", models.Index(fields=["code"], name="order_code")),  # expect: non-concurrent-index
    ]
# 0003_note.py
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0002_code")]
    operations = [
        migrations.AddField("order", "total_paid", models.IntegerField(null=True, db_index=True)),  # expect: non-concurrent-index
    ]
# 0004_payer.py
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0003_note")]
    operations = [
        migrations.AddField("order", "payer", models.ForeignKey("shop.Customer", models.SET_NULL, null=True, related_name="+")),  # expect: non-concurrent-index
    ]
