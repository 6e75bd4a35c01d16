êfrom django.db import migrations, models
import django.db.models.deletion


class Migration(migrations.Migration):

    dependencies = [
        ('demoapp', '0001_initial'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='largeorder',
            name='customer_id',
        ),
        migrations.RemoveField(
            model_name='smallorder',
            name='customer_id',
        ),
        migrations.AddField(
            model_name='largeorder',
            name='customer',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to='demoapp.customer'),
        ),
        migrations.AddField(
            model_name='smallorder',
            name='customer',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to='demoapp.customer'),
        ),
    ]
