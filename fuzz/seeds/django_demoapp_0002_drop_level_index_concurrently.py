êfrom django.contrib.postgres.operations import RemoveIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    # No index is dropped concurrently inside a transaction.
    atomic = False

    dependencies = [
        ("demoapp", "0001_initial"),
    ]

    operations = [
        RemoveIndexConcurrently(model_name="largelog", name="large_log_level_idx"),
    ]
