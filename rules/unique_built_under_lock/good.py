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
# 0002_one_code.py
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("shop", "0001_initial")]
    operations = [
        migrations.RunSQL("CREATE UNIQUE INDEX CONCURRENTLY one_code ON shop_order (code, id)"),
    ]
# 0003_constraint.py
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0002_one_code")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL("ALTER TABLE shop_order ADD CONSTRAINT one_code UNIQUE USING INDEX one_code")],
            state_operations=[migrations.AddConstraint("order", models.UniqueConstraint(fields=["code", "id"], name="one_code"))],
        ),
    ]
