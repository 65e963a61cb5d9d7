from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0004_tries_of_packs"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="reapproval", name="home_reapproval_state"),
        migrations.AlterField(
            model_name="reapproval",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "Waits to be looked at"),
                    ("kept", "Goes on"),
                    ("ended", "Ended"),
                    ("later", "Looked at in a later handover"),
                ],
                default="waiting",
                max_length=7,
            ),
        ),
        migrations.AddConstraint(
            model_name="reapproval",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["waiting", "kept", "ended", "later"])),
                name="home_reapproval_state",
            ),
        ),
    ]
