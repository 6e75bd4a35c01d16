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
# 0002_made.py
from django.db import migrations, models
from django.db.models.functions import Now


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [
        migrations.AddField("order", "made", models.DateTimeField(db_default=Now())),
    ]
# 0003_status.py
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0002_made")]
    operations = [
        migrations.AddField("order", "status", models.CharField(max_length=10, default="new")),
    ]
