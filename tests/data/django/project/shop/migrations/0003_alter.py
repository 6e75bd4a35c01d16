import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0002_fields")]
    operations = [
        migrations.AlterField("item", "name", models.CharField(db_index=True, help_text="said, not stored", max_length=100)),
        migrations.AlterField("item", "code", models.CharField(max_length=40, unique=True)),
        migrations.AlterField("item", "note", models.TextField(default="", null=False)),
        migrations.AlterField("item", "count", models.IntegerField(default=0)),
        migrations.AlterField("item", "name", models.CharField(max_length=100)),
        migrations.AlterField(
            "item",
            "owner",
            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterUniqueTogether("item", {("name", "code")}),
    ]
