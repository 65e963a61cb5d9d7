"""The votes: on SQLite without row ids, so that nothing tells in which order they came (R4).

A later migration that lets Django rebuild one of these tables on SQLite would bring the row ids
back: use ``CreateWithoutRowid`` and copy instead. A test looks at the tables as they are.
"""

import uuid

import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models


class CreateWithoutRowid(migrations.CreateModel):
    """Create the table in the order of its random primary key; constraints go in at once."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor != "sqlite":
            return super().database_forwards(app_label, schema_editor, from_state, to_state)
        model = to_state.apps.get_model(app_label, self.name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            sql, params = schema_editor.table_sql(model)
            schema_editor.execute(f"{sql} WITHOUT ROWID", params or None)
            schema_editor.deferred_sql.extend(schema_editor._model_indexes_sql(model))


_OPTIONS = {"abstract": False, "default_manager_name": "_unscoped"}
_MANAGERS = [("_unscoped", django.db.models.manager.Manager())]


def _key_to(model):
    return models.ForeignKey(
        db_index=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=model,
    )


class Migration(migrations.Migration):
    dependencies = [("dialogue", "0001_first")]

    operations = [
        CreateWithoutRowid(
            name="Participation",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("pid", models.BinaryField(max_length=32)),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("open", "Open link"),
                            ("token", "Token handed out"),
                            ("session", "Session in person"),
                            ("lottery", "Drawn by lot"),
                            ("imported", "Imported, not known"),
                        ],
                        max_length=8,
                    ),
                ),
                ("dialogue", _key_to("dialogue.dialogue")),
            ],
            options={
                **_OPTIONS,
                "constraints": [
                    models.UniqueConstraint(
                        fields=("dialogue", "pid"), name="dialogue_participation_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            channel__in=["open", "token", "session", "lottery", "imported"]
                        ),
                        name="dialogue_participation_channel",
                    ),
                ],
            },
            managers=_MANAGERS,
        ),
        CreateWithoutRowid(
            name="Vote",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("pid", models.BinaryField(max_length=32)),
                ("value", models.SmallIntegerField()),
                ("turn", models.SmallIntegerField(default=0)),
                ("day", models.DateField()),
                ("dialogue", _key_to("dialogue.dialogue")),
                ("statement", _key_to("dialogue.statement")),
            ],
            options={
                **_OPTIONS,
                "constraints": [
                    models.UniqueConstraint(
                        fields=("dialogue", "pid", "statement"), name="dialogue_vote_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(value__in=(-1, 0, 1)), name="dialogue_vote_value"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(turn__gte=0), name="dialogue_vote_turn"
                    ),
                ],
            },
            managers=_MANAGERS,
        ),
    ]
