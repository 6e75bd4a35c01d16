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
                ("payer", models.ForeignKey("shop.Customer", models.SET_NULL, null=True, db_index=False, db_constraint=False, related_name="+")),
            ],
        ),
    ]
# 0002_not_valid.py
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [
        migrations.RunSQL("ALTER TABLE shop_order ADD CONSTRAINT order_payer FOREIGN KEY (payer_id) REFERENCES shop_customer NOT VALID"),
    ]
# 0003_validate.py
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0002_not_valid")]
    operations = [
        migrations.RunSQL("ALTER TABLE shop_order VALIDATE CONSTRAINT order_payer"),
    ]
# 0004_state.py
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0003_validate")]
    operations = [
        migrations.AlterField("order", "payer", models.ForeignKey("shop.Customer", models.PROTECT, null=True, db_index=False, db_constraint=False, related_name="+")),
    ]
