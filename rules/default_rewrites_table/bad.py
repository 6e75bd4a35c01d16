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
    ]
# 0002_score.py
from django.db import migrations, models
from django.db.models.functions import Random


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [
        migrations.AddField("order", "score", models.FloatField(db_default=Random())),  # expect: default-rewrites-table
    ]
# 0003_double.py
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0002_score")]
    operations = [
        migrations.AddField("order", "twice", models.GeneratedField(expression=models.F("total") * 2, output_field=models.IntegerField(), db_persist=True)),  # expect: default-rewrites-table
    ]
