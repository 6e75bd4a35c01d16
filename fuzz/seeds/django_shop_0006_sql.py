êfrom django.db import migrations, models

TABLE = "shop_goods"


def fill(apps, schema_editor):
    Item = apps.get_model("shop", "Item")
    Item.objects.filter(note="").update(note="none")


class Migration(migrations.Migration):
    dependencies = [("shop", "0005_constraints")]
    operations = [
        migrations.RunSQL(f"UPDATE {TABLE} SET note = '' WHERE note IS NULL", migrations.RunSQL.noop),
        migrations.RunSQL([("SELECT %s, 100 %% 7", ["it's"]), "SELECT 2"]),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL("ALTER TABLE shop_goods DROP COLUMN data")],
            state_operations=[migrations.RemoveField("item", "data")],
        ),
        migrations.AlterModelOptions("item", {"ordering": ["name"]}),
        migrations.DeleteModel("Item"),
    ]
