"""Dialogues, statements, wordings and the runs of their maps."""

import uuid

import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models

import baithak.network.models.undertaking


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("network", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Dialogue",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("opens", models.DateTimeField(blank=True, null=True, verbose_name="opens")),
                ("closes", models.DateTimeField(blank=True, null=True, verbose_name="closes")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("open", "Open"), ("closed", "Closed")],
                        default="draft",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                (
                    "visibility",
                    models.CharField(
                        choices=[
                            ("mechanism", "The team that runs it"),
                            ("city", "Everybody with a role in this place"),
                            ("hub", "Members of all places of the hub"),
                            ("network", "Members of the whole network"),
                            ("public", "Everybody"),
                        ],
                        default="mechanism",
                        max_length=16,
                        verbose_name="who can see it",
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        default=baithak.network.models.undertaking.new_code,
                        editable=False,
                        max_length=12,
                        unique=True,
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("texts", models.JSONField(default=dict)),
                ("languages", models.JSONField(default=list)),
                (
                    "open_link",
                    models.BooleanField(
                        default=True,
                        help_text="Votes from the open link are counted, and shown apart from others.",
                        verbose_name="anybody with the link can take part",
                    ),
                ),
                (
                    "tense",
                    models.BooleanField(
                        default=False,
                        help_text="About religion, ethnicity, caste or displacement: no figure about fewer than 20 people is ever shown, instead of 10.",
                        verbose_name="tense issue",
                    ),
                ),
                ("attribution", models.TextField(blank=True, verbose_name="attribution")),
                ("source_url", models.URLField(blank=True, verbose_name="source")),
                ("imported", models.BooleanField(default=False, editable=False)),
                ("sealed", models.DateTimeField(editable=False, null=True)),
                (
                    "map_state",
                    models.CharField(
                        choices=[
                            ("none", "No votes yet"),
                            ("stale", "Waiting to be redrawn"),
                            ("computing", "Being drawn"),
                            ("current", "Up to date"),
                            ("failed", "Could not be drawn"),
                        ],
                        default="none",
                        max_length=10,
                    ),
                ),
                ("map_dirty", models.BooleanField(default=False)),
                ("map_claimed", models.DateTimeField(blank=True, null=True)),
                ("map_due", models.DateTimeField(blank=True, null=True)),
                ("map_failures", models.PositiveSmallIntegerField(default=0)),
                ("map_trouble", models.CharField(blank=True, max_length=200)),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="network.place",
                        verbose_name="place",
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
                "abstract": False,
                "default_manager_name": "_unscoped",
            },
            managers=[
                ("_unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Run",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("revision", models.PositiveIntegerField()),
                ("method", models.CharField(max_length=32)),
                ("seed", models.BigIntegerField(default=0)),
                ("version", models.CharField(max_length=32)),
                ("computed", models.DateTimeField()),
                ("seconds", models.FloatField()),
                ("participants", models.PositiveIntegerField()),
                ("votes", models.PositiveIntegerField()),
                ("released", models.BooleanField(default=False)),
                ("result", models.TextField()),
                ("published", models.TextField()),
                ("table", models.TextField()),
                ("channels", models.JSONField(default=dict)),
                (
                    "dialogue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dialogue.dialogue",
                    ),
                ),
            ],
            options={
                "ordering": ["-revision"],
                "abstract": False,
                "default_manager_name": "_unscoped",
            },
            managers=[
                ("_unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Statement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(null=True)),
                ("seed", models.BooleanField(default=False)),
                ("meta", models.BooleanField(default=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Waits for a moderator"),
                            ("accepted", "Shown"),
                            ("rejected", "Not shown"),
                        ],
                        default="pending",
                        max_length=8,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("person", "It names a person, or tells where somebody can be found"),
                            (
                                "attack",
                                "It attacks or insults people, instead of saying what should change",
                            ),
                            ("threat", "It threatens, or calls for violence"),
                            (
                                "two",
                                "It says two things at once, so nobody can agree with one of them",
                            ),
                            ("off_topic", "It is not about the question"),
                            ("duplicate", "Somebody has said it already"),
                            ("unclear", "It cannot be understood, or advertises something"),
                            ("elsewhere", "It was turned down where it was collected"),
                        ],
                        max_length=12,
                    ),
                ),
                ("handle", models.UUIDField(null=True)),
                ("received", models.DateField()),
                (
                    "dialogue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="dialogue.dialogue",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "abstract": False,
                "default_manager_name": "_unscoped",
            },
            managers=[
                ("_unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Wording",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("language", models.CharField(max_length=8)),
                ("text", models.CharField(max_length=2000)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("original", "Original"),
                            ("human", "Translated by a person"),
                            ("machine", "Translated by machine, not yet checked"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "statement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="wordings",
                        to="dialogue.statement",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "abstract": False,
                "default_manager_name": "_unscoped",
            },
            managers=[
                ("_unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddIndex(
            model_name="dialogue",
            index=models.Index(
                condition=models.Q(
                    ("map_dirty", True), ("map_state", "computing"), _connector="OR"
                ),
                fields=["map_state"],
                name="dialogue_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="dialogue",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["draft", "open", "closed"])),
                name="dialogue_dialogue_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="dialogue",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("visibility__in", ["mechanism", "city", "hub", "network", "public"])
                ),
                name="dialogue_dialogue_visibility",
            ),
        ),
        migrations.AddConstraint(
            model_name="dialogue",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("opens", None),
                    ("closes", None),
                    ("closes__gt", models.F("opens")),
                    _connector="OR",
                ),
                name="dialogue_dialogue_closes_after_opening",
            ),
        ),
        migrations.AddConstraint(
            model_name="dialogue",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("map_state__in", ["none", "stale", "computing", "current", "failed"])
                ),
                name="dialogue_dialogue_map_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="dialogue",
            constraint=models.CheckConstraint(
                condition=models.Q(("sealed", None), ("state", "closed"), _connector="OR"),
                name="dialogue_dialogue_sealed_only_when_closed",
            ),
        ),
        migrations.AddConstraint(
            model_name="dialogue",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("map_claimed", None), ("map_state", "computing"), _connector="OR"
                ),
                name="dialogue_dialogue_claimed_while_computing",
            ),
        ),
        migrations.AddConstraint(
            model_name="run",
            constraint=models.UniqueConstraint(
                fields=("dialogue", "revision"), name="dialogue_run_revision"
            ),
        ),
        migrations.AddConstraint(
            model_name="run",
            constraint=models.CheckConstraint(
                condition=models.Q(("revision__gte", 1)), name="dialogue_run_revision_from_1"
            ),
        ),
        migrations.AddIndex(
            model_name="statement",
            index=models.Index(
                condition=models.Q(("state", "pending")),
                fields=["dialogue"],
                name="dialogue_pending",
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.UniqueConstraint(
                fields=("dialogue", "number"), name="dialogue_statement_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.UniqueConstraint(
                fields=("dialogue", "handle"), name="dialogue_statement_handle"
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["pending", "accepted", "rejected"])),
                name="dialogue_statement_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        (
                            "reason__in",
                            [
                                "person",
                                "attack",
                                "threat",
                                "two",
                                "off_topic",
                                "duplicate",
                                "unclear",
                                "elsewhere",
                            ],
                        ),
                        ("state", "rejected"),
                    ),
                    models.Q(models.Q(("state", "rejected"), _negated=True), ("reason", "")),
                    _connector="OR",
                ),
                name="dialogue_statement_rejected_with_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "accepted"), _negated=True),
                    ("number__isnull", False),
                    _connector="OR",
                ),
                name="dialogue_statement_shown_with_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="wording",
            constraint=models.UniqueConstraint(
                fields=("statement", "language"), name="dialogue_wording_once_a_language"
            ),
        ),
        migrations.AddConstraint(
            model_name="wording",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "original")),
                fields=("statement",),
                name="dialogue_wording_one_original",
            ),
        ),
        migrations.AddConstraint(
            model_name="wording",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["original", "human", "machine"])),
                name="dialogue_wording_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="wording",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="dialogue_wording_not_empty"
            ),
        ),
    ]
