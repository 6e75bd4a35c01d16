import django
from django.contrib.postgres.operations import *
from django.db import migrations, models
from django.db.models import Q

CHECK = "condition" if django.VERSION >= (5, 1) else "check"


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("shop", "0004_rename")]
    operations = [
        AddIndexConcurrently("item", models.Index(fields=["made"], name="item_made")),
        RemoveIndexConcurrently("item", "item_name_price"),
        migrations.AddConstraint("item", models.UniqueConstraint(fields=["code", "state"], name="item_code_state")),
        AddConstraintNotValid("item", models.CheckConstraint(name="item_count", **{CHECK: Q(count__gte=0)})),
        ValidateConstraint("item", "item_count"),
        migrations.RemoveConstraint("item", "item_code_state"),
    ]
