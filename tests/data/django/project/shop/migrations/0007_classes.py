from django.db import migrations, models

import shop.fields


class Migration(migrations.Migration):
    dependencies = [("shop", "0006_sql")]
    operations = [
        migrations.CreateModel(
            "Drawing",
            [
                ("id", models.AutoField(primary_key=True)),
                ("circle", shop.fields.CircleField()),
                ("picture", shop.fields.PictureField()),
            ],
        ),
        migrations.AlterField("drawing", "picture", models.ImageField(max_length=1024, null=True, upload_to="x")),
        migrations.AlterField("drawing", "picture", shop.fields.PictureField()),
        migrations.AddField("drawing", "note", shop.fields.NoteField()),
        migrations.AddField("drawing", "other", shop.fields.CircleField(default=b"x")),
    ]
