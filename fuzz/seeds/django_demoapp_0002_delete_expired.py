êfrom django.db import migrations


def purge(apps, schema_editor):
    apps.get_model("demoapp", "LargeSession").objects.filter(expired=True).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("demoapp", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(purge, migrations.RunPython.noop),
    ]
