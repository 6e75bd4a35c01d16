êfrom django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('demoapp', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='largeinvoice',
            name='quantity_new',
            field=models.BigIntegerField(null=True),
        ),
    ]
