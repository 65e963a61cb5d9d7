"""Each published version keeps the level it was published at."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models

_LEVELS = ["hub", "network", "public"]


def _as_now(apps: Any, schema_editor: Any) -> None:
    """What readers see has the practice's level, and older versions with it: so it was shown till now."""
    model = apps.get_model("exchange", "Version")
    out = model._base_manager.filter(state="published")
    for level in _LEVELS:
        out.filter(practice__visibility=level).update(level=level)
    out.filter(level="").update(level="hub")


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_first")]

    operations = [
        migrations.AddField(
            model_name="version",
            name="level",
            field=models.CharField(
                blank=True,
                choices=[
                    ("mechanism", "The team that runs it"),
                    ("city", "Everybody with a role in this place"),
                    ("hub", "Members of all places of the hub"),
                    ("network", "Members of the whole network"),
                    ("public", "Everybody"),
                ],
                default="",
                editable=False,
                max_length=16,
            ),
            preserve_default=False,
        ),
        migrations.RunPython(_as_now, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__in", _LEVELS), ("state", "published"))
                | models.Q(models.Q(("state", "published"), _negated=True), ("level", "")),
                name="exchange_version_level",
            ),
        ),
    ]
