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
                ("total", models.IntegerField(db_default=0)),
            ],
            options={"unique_together": {("code", "total")}},
        ),
        migrations.AddConstraint("order", models.UniqueConstraint(fields=["code"], name="one_code")),
    ]
# 0002_code.py
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [
        migrations.RemoveConstraint("order", "one_code"),  # expect: unique-dropped
    ]
# 0003_together.py
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("shop", "0002_code")]
    operations = [
        migrations.AlterUniqueTogether("order", set()),  # expect: unique-dropped
    ]
