from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("shop", "0003_alter")]
    operations = [
        migrations.RenameField("item", "label", "caption"),
        migrations.RenameModel("Tag", "Topic"),
        migrations.RemoveField("item", "ready"),
        migrations.RemoveField("item", "first_tag"),
        migrations.AlterModelTable("item", "shop_goods"),
    ]
