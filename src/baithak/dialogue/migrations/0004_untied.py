"""Slips, receipts, sheets and what people say of themselves: without row ids, as the votes are."""

import importlib
import uuid

from django.db import migrations, models

_votes = importlib.import_module("baithak.dialogue.migrations.0002_votes")

_CHANNELS = [
    ("open", "Open link"),
    ("token", "Token handed out"),
    ("session", "Session in person"),
    ("lottery", "Drawn by lot"),
    ("imported", "Imported, not known"),
]


def _table(name, fields, constraints):
    return _votes.CreateWithoutRowid(
        name=name,
        fields=[
            ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
            *fields,
        ],
        options={**_votes._OPTIONS, "constraints": constraints},
        managers=_votes._MANAGERS,
    )


def _once(name, *fields):
    return models.UniqueConstraint(fields=fields, name=name)


class Migration(migrations.Migration):
    dependencies = [("dialogue", "0003_channels")]

    operations = [
        _table(
            "Receipt",
            [
                ("mark", models.BinaryField(max_length=16)),
                ("dialogue", _votes._key_to("dialogue.dialogue")),
            ],
            [_once("dialogue_receipt_once", "dialogue", "mark")],
        ),
        _table(
            "Slip",
            [
                ("mark", models.BinaryField(max_length=32)),
                ("channel", models.CharField(choices=_CHANNELS, max_length=8)),
                ("used", models.BooleanField(default=False)),
                (
                    "batch",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=models.deletion.PROTECT,
                        related_name="+",
                        to="dialogue.batch",
                    ),
                ),
                ("dialogue", _votes._key_to("dialogue.dialogue")),
            ],
            [
                _once("dialogue_slip_once", "dialogue", "mark"),
                models.CheckConstraint(
                    condition=models.Q(channel__in=[code for code, _name in _CHANNELS]),
                    name="dialogue_slip_channel",
                ),
                models.CheckConstraint(
                    condition=models.Q(used=False) | models.Q(batch=None),
                    name="dialogue_slip_used_forgets_batch",
                ),
            ],
        ),
        _table(
            "Declaration",
            [
                ("pid", models.BinaryField(max_length=32)),
                ("category", _votes._key_to("dialogue.category")),
                ("dialogue", _votes._key_to("dialogue.dialogue")),
                ("question", _votes._key_to("dialogue.question")),
            ],
            [_once("dialogue_declaration_once", "dialogue", "pid", "question")],
        ),
        _table(
            "Sheet",
            [
                ("number", models.PositiveIntegerField()),
                ("session", _votes._key_to("dialogue.session")),
            ],
            [
                _once("dialogue_sheet_once", "session", "number"),
                models.CheckConstraint(
                    condition=models.Q(number__gte=1, number__lte=500),
                    name="dialogue_sheet_number",
                ),
            ],
        ),
    ]
