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
                ("email", models.CharField(max_length=50, null=True)),
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
# 0002_set.py
from django.db import migrations, models
from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [
        AddConstraintNotValid("customer", models.CheckConstraint(condition=models.Q(name__isnull=False), name="customer_named")),
    ]
# 0003_validate.py
from django.db import migrations, models
from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint


class Migration(migrations.Migration):
    dependencies = [("shop", "0002_set")]
    operations = [
        ValidateConstraint("customer", "customer_named"),
    ]
# 0004_name.py
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0003_validate")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL("ALTER TABLE shop_customer ALTER COLUMN name SET NOT NULL")],
            state_operations=[migrations.AlterField("customer", "name", models.CharField(max_length=50))],
        ),
    ]
