import django.db.models.deletion
from django.db import migrations, models
from shop.choices import State


def label():
    return "plain"


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [
        migrations.AddField("item", "label", models.CharField(default=label, max_length=20)),
        migrations.AddField("item", "note", models.TextField(null=True)),
        migrations.AddField("item", "ready", models.BooleanField(default=False)),
        migrations.AddField("item", "data", models.JSONField(default=dict)),
        migrations.AddField(
            model_name="item",
            name="first_tag",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="shop.tag"),
        ),
        migrations.AddField("item", "last_state", models.CharField(default=State.SENT, max_length=8)),
    ]
