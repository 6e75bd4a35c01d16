êfrom django.contrib.postgres.functions import RandomUUID
from django.db import migrations

BATCH = 10_000


def fill(apps, schema_editor):
    for name in ("SmallAccount", "LargeAccount"):
        accounts = apps.get_model("demoapp", name).objects
        while ids := list(accounts.filter(token__isnull=True).values_list("id", flat=True)[:BATCH]):
            accounts.filter(id__in=ids).update(token=RandomUUID())


class Migration(migrations.Migration):
    # Each batch commits, because no transaction is around them all.
    atomic = False

    dependencies = [
        ("demoapp", "0004_alter_largeaccount_token_alter_smallaccount_token"),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
