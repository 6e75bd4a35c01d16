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
# 0002_positive.py
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [
        migrations.AddConstraint("order", models.CheckConstraint(condition=models.Q(total__gte=0), name="total_positive")),  # expect: blocking-work
    ]
# 0003_key.py
from django.db import migrations, models
from django.db.models.functions import Random


class Migration(migrations.Migration):
    dependencies = [("shop", "0002_positive")]
    operations = [
        migrations.AddField("order", "score", models.FloatField(db_default=Random())),  # expect: blocking-work
    ]
# 0004_unique.py
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0003_key")]
    operations = [
        migrations.AddConstraint("order", models.UniqueConstraint(fields=["code", "id"], name="one_code")),  # expect: blocking-work
    ]
# 0005_double.py
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0004_unique")]
    operations = [
        migrations.AddField("order", "twice", models.GeneratedField(expression=models.F("total") * 2, output_field=models.IntegerField(), db_persist=True)),  # expect: blocking-work
    ]
# 0006_fill.py
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0005_double")]
    operations = [
        migrations.AddField("customer", "email", models.TextField(null=True)),
        migrations.RunSQL("UPDATE shop_order SET total = total + 1"),  # expect: blocking-work
    ]
