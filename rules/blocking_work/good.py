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
from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [
        AddConstraintNotValid("order", models.CheckConstraint(condition=models.Q(total__gte=0), name="total_positive")),
    ]
# 0003_validate.py
from django.db import migrations, models
from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint


class Migration(migrations.Migration):
    dependencies = [("shop", "0002_positive")]
    operations = [
        ValidateConstraint("order", "total_positive"),
    ]
# 0004_made.py
from django.db import migrations, models
from django.db.models.functions import Now


class Migration(migrations.Migration):
    dependencies = [("shop", "0003_validate")]
    operations = [
        migrations.AddField("order", "made", models.DateTimeField(db_default=Now())),
    ]
# 0005_length.py
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0004_made")]
    operations = [
        migrations.AlterField("order", "code", models.CharField(max_length=40)),
    ]
# 0006_choices.py
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0005_length")]
    operations = [
        migrations.AlterField("order", "total", models.IntegerField(default=1, help_text="in cents")),
    ]
