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
# 0002_state_only.py
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL("ALTER TABLE shop_order ALTER COLUMN code DROP NOT NULL")],
            state_operations=[migrations.RemoveField("order", "code")],
        ),
    ]
# 0003_note.py
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0002_state_only")]
    operations = [
        migrations.AddField("order", "note", models.TextField(null=True)),
        migrations.RemoveField("order", "note"),
    ]
