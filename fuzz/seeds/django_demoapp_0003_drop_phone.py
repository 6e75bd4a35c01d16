êfrom django.db import migrations


class Migration(migrations.Migration):
    # Deployed a release after 0002: by then no code names the column.
    dependencies = [
        ("demoapp", "0002_forget_phone"),
    ]

    operations = [
        migrations.RunSQL(
            """
            SET LOCAL lock_timeout = '2s';
            ALTER TABLE small_profile DROP COLUMN phone;
            ALTER TABLE large_profile DROP COLUMN phone;
            """,
            """
            ALTER TABLE small_profile ADD COLUMN phone varchar(20) NULL;
            ALTER TABLE large_profile ADD COLUMN phone varchar(20) NULL;
            """,
        ),
    ]
