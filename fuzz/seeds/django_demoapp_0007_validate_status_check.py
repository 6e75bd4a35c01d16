êfrom django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("demoapp", "0006_status_check_not_valid"),
    ]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE large_user VALIDATE CONSTRAINT large_user_status_set;",
            migrations.RunSQL.noop,
        ),
    ]
