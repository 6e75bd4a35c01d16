import django.db.models.deletion
import shop.fields
from django.conf import settings
from django.db import migrations, models
from shop.choices import CODE_LENGTH, State


class Migration(migrations.Migration):
    initial = True
    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.CreateModel(
            name="Tag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ("slug", models.SlugField()),
            ],
        ),
        migrations.CreateModel(
            name="Item",
            fields=[
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=CODE_LENGTH, unique=True)),
                ("name", models.CharField(db_index=True, max_length=100)),
                ("price", shop.fields.MoneyField(default=0)),
                ("count", models.PositiveIntegerField(default=0)),
                ("state", models.CharField(choices=State.choices, default=State.NEW, max_length=8)),
                ("made", models.DateTimeField(auto_now_add=True)),
                ("owner", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL)),
                ("tags", models.ManyToManyField(to="shop.tag")),
            ],
            options={"unique_together": {("name", "owner")}},
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(fields=["name", "-price"], name="item_name_price"),
        ),
    ]
