"""The ballots: on SQLite without row ids, so that nothing tells in which order they came (R4).

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


class Migration(migrations.Migration):
    dependencies = [
        ("budget", "0001_first"),
    ]

    operations = [
        CreateWithoutRowid(
            name="Slip",
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
                (
                    "batch",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="budget.batch",
                    ),
                ),
                (
                    "budget",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="budget.budget",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "default_manager_name": "_unscoped",
                "constraints": [
                    models.UniqueConstraint(fields=("budget", "pid"), name="budget_slip_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("channel__in", ["open", "token", "session", "lottery", "imported"])
                        ),
                        name="budget_slip_channel",
                    ),
                ],
            },
            managers=[
                ("_unscoped", django.db.models.manager.Manager()),
            ],
        ),
        CreateWithoutRowid(
            name="Ballot",
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
                ("choices", models.TextField()),
                ("salt", models.BinaryField(max_length=32, null=True)),
                ("day", models.DateField()),
                (
                    "budget",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="budget.budget",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "default_manager_name": "_unscoped",
                "constraints": [
                    models.UniqueConstraint(fields=("budget", "pid"), name="budget_ballot_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("channel__in", ["open", "token", "session", "lottery", "imported"])
                        ),
                        name="budget_ballot_channel",
                    ),
                ],
            },
            managers=[
                ("_unscoped", django.db.models.manager.Manager()),
            ],
        ),
        CreateWithoutRowid(
            name="UsedSlip",
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
                (
                    "budget",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="budget.budget",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "default_manager_name": "_unscoped",
                "constraints": [
                    models.UniqueConstraint(fields=("budget", "pid"), name="budget_usedslip_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("channel__in", ["open", "token", "session", "lottery", "imported"])
                        ),
                        name="budget_usedslip_channel",
                    ),
                ],
            },
            managers=[
                ("_unscoped", django.db.models.manager.Manager()),
            ],
        ),
        CreateWithoutRowid(
            name="Sent",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "budget",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="budget.budget",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "default_manager_name": "_unscoped",
            },
            managers=[
                ("_unscoped", django.db.models.manager.Manager()),
            ],
        ),
    ]
