"""Both people of a threat are kept; exact figures of maps only of the newest, and none once answers go."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F


def _people(apps, _editor):
    statements = apps.get_model("dialogue", "Statement")._default_manager.filter(reason="threat")
    statements.filter(state="held").update(held_by=F("decided_by"))
    statements.filter(state="rejected").update(confirmed_by=F("decided_by"))


def _figures(apps, _editor):
    dialogues = apps.get_model("dialogue", "Dialogue")._default_manager
    runs = apps.get_model("dialogue", "Run")._default_manager
    for pk, retired in dialogues.values_list("pk", "retired"):
        drawn = runs.filter(dialogue=pk)
        if retired is not None:
            drawn.filter(released=False).delete()
            drawn.update(result="", table="")
            continue
        newest = drawn.order_by("-revision").first()
        if newest is not None:
            drawn.exclude(pk=newest.pk).update(result="")


def _person(name):
    return migrations.AddField(
        model_name="statement",
        name=name,
        field=models.ForeignKey(
            null=True,
            on_delete=django.db.models.deletion.PROTECT,
            related_name="+",
            to=settings.AUTH_USER_MODEL,
        ),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("dialogue", "0004_untied"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        _person("held_by"),
        _person("confirmed_by"),
        migrations.RunPython(_people, migrations.RunPython.noop),
        migrations.RunPython(_figures, migrations.RunPython.noop),
    ]
