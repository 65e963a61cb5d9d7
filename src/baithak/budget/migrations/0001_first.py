"""Budgets, projects and their wordings, batches of slips, results."""

import uuid

import django.core.validators
import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models

import baithak.network.models.undertaking


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("network", "0001_initial"),
        ("network", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Budget",
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
                    "tense",
                    models.BooleanField(
                        default=False,
                        help_text="About religion, ethnicity, caste or displacement: no figure about fewer than 20 people is ever shown, instead of 10.",
                        verbose_name="tense issue",
                    ),
                ),
                (
                    "envelope",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=16,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="money to share out",
                    ),
                ),
                (
                    "currency",
                    models.CharField(
                        max_length=3,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z]{3}$", "Three capital letters, as in ISO 4217."
                            )
                        ],
                        verbose_name="currency",
                    ),
                ),
                ("areas", models.JSONField(blank=True, default=list, verbose_name="areas")),
                (
                    "way",
                    models.CharField(
                        choices=[("approval", "Choose projects"), ("points", "Spread points")],
                        default="approval",
                        max_length=8,
                        verbose_name="how people vote",
                    ),
                ),
                (
                    "most_projects",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(500),
                        ],
                        verbose_name="projects on a ballot, at most",
                    ),
                ),
                (
                    "within_envelope",
                    models.BooleanField(
                        default=False, verbose_name="what a ballot chooses must fit into the money"
                    ),
                ),
                (
                    "points",
                    models.PositiveSmallIntegerField(
                        default=10,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(1000),
                        ],
                        verbose_name="points of a ballot",
                    ),
                ),
                (
                    "rule",
                    models.CharField(
                        choices=[
                            (
                                "equal-shares",
                                "Equal shares: everybody has the same part of the money",
                            ),
                            ("greedy", "Most votes first"),
                        ],
                        default="equal-shares",
                        max_length=16,
                        verbose_name="rule",
                    ),
                ),
                (
                    "utility",
                    models.CharField(
                        choices=[
                            ("cost", "As much as it costs"),
                            ("cardinality", "One, whatever it costs"),
                            ("points", "The points it was given"),
                        ],
                        default="cost",
                        max_length=12,
                        verbose_name="a funded project counts",
                    ),
                ),
                (
                    "completion",
                    models.CharField(
                        choices=[
                            (
                                "add1u",
                                "Raise everybody's share step by step, then the most wanted that still fits",
                            ),
                            ("add1", "Raise everybody's share step by step"),
                            ("greedy", "The most wanted that still fits"),
                            ("none", "Nothing: it stays with the city"),
                        ],
                        default="add1u",
                        max_length=8,
                        verbose_name="money left over",
                    ),
                ),
                (
                    "ties",
                    models.CharField(
                        choices=[
                            ("votes", "The one with more votes, then the cheaper one"),
                            ("cost", "The cheaper one"),
                            ("id", "The one with the smaller number"),
                        ],
                        default="votes",
                        max_length=8,
                        verbose_name="of two equal ones",
                    ),
                ),
                (
                    "proposals_until",
                    models.DateTimeField(blank=True, null=True, verbose_name="proposals until"),
                ),
                (
                    "voting_from",
                    models.DateTimeField(blank=True, null=True, verbose_name="voting from"),
                ),
                ("result_on", models.DateField(blank=True, null=True, verbose_name="result on")),
                ("attribution", models.TextField(blank=True, verbose_name="attribution")),
                ("source_url", models.URLField(blank=True, verbose_name="source")),
                ("imported", models.BooleanField(default=False, editable=False)),
                ("voting_opened", models.DateTimeField(editable=False, null=True)),
                ("eligible_root", models.CharField(blank=True, editable=False, max_length=64)),
                ("eligible_count", models.PositiveIntegerField(editable=False, null=True)),
                ("sealed", models.DateTimeField(editable=False, null=True)),
                ("ballot_root", models.CharField(blank=True, editable=False, max_length=64)),
                ("receipt_root", models.CharField(blank=True, editable=False, max_length=64)),
                (
                    "count_state",
                    models.CharField(
                        choices=[
                            ("none", "Nothing to count yet"),
                            ("waiting", "Waits to be counted"),
                            ("counting", "Being counted"),
                            ("counted", "Counted twice, with the same result"),
                            ("differs", "Two counts differ: nothing is published"),
                            ("failed", "Could not be counted"),
                        ],
                        default="none",
                        max_length=8,
                    ),
                ),
                ("count_claimed", models.DateTimeField(editable=False, null=True)),
                ("count_due", models.DateTimeField(editable=False, null=True)),
                ("count_failures", models.PositiveSmallIntegerField(default=0, editable=False)),
                ("count_trouble", models.CharField(blank=True, editable=False, max_length=200)),
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
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "open", "closed"])),
                        name="budget_budget_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("visibility__in", ["mechanism", "city", "hub", "network", "public"])
                        ),
                        name="budget_budget_visibility",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("opens", None),
                            ("closes", None),
                            ("closes__gt", models.F("opens")),
                            _connector="OR",
                        ),
                        name="budget_budget_closes_after_opening",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("envelope__gt", 0)), name="budget_budget_envelope"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("way__in", ["approval", "points"])),
                        name="budget_budget_way",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("utility", "points"), ("way", "points")),
                            models.Q(
                                ("way", "approval"), models.Q(("utility", "points"), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="budget_budget_points_are_what_they_are_worth",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "count_state__in",
                                ["none", "waiting", "counting", "counted", "differs", "failed"],
                            )
                        ),
                        name="budget_budget_count_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("eligible_count", None),
                                ("eligible_root", ""),
                                ("voting_opened", None),
                            ),
                            models.Q(
                                ("eligible_count__isnull", False),
                                ("voting_opened__isnull", False),
                                models.Q(("eligible_root", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="budget_budget_frozen_with_its_list",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sealed", None), ("state", "closed"), _connector="OR"),
                        name="budget_budget_sealed_only_when_closed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("count_claimed", None), ("count_state", "counting"), _connector="OR"
                        ),
                        name="budget_budget_claimed_while_counting",
                    ),
                ],
            },
            managers=[
                ("_unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Batch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("token", "Token handed out"), ("session", "Session in person")],
                        max_length=8,
                        verbose_name="how they reach people",
                    ),
                ),
                (
                    "size",
                    models.PositiveIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(1000),
                        ],
                        verbose_name="how many",
                    ),
                ),
                ("handle", models.UUIDField()),
                ("made", models.DateField()),
                ("void", models.BooleanField(default=False)),
                (
                    "budget",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="batches",
                        to="budget.budget",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "abstract": False,
                "default_manager_name": "_unscoped",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("budget", "handle"), name="budget_batch_handle"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["token", "session"])),
                        name="budget_batch_channel",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("size__gte", 1), ("size__lte", 1000)),
                        name="budget_batch_size",
                    ),
                ],
            },
            managers=[
                ("_unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Project",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(null=True)),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("resident", "Proposed by residents"),
                            ("department", "Proposed by the city"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Waits for a moderator"),
                            ("rejected", "Not shown"),
                            ("proposed", "Proposed, being checked"),
                            ("accepted", "On the ballot"),
                            ("merged", "Joined with another one"),
                            ("declined", "Cannot be done"),
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
                            ("person", "It names a person, or an exact address"),
                            (
                                "attack",
                                "It attacks or insults people, instead of saying what should be built",
                            ),
                            ("threat", "It threatens, or calls for violence"),
                            ("off_topic", "It is not something this budget can pay for"),
                            ("duplicate", "It has been proposed already"),
                            ("unclear", "It cannot be understood, or advertises something"),
                        ],
                        max_length=12,
                    ),
                ),
                ("cost_low", models.DecimalField(decimal_places=2, max_digits=16, null=True)),
                ("cost_high", models.DecimalField(decimal_places=2, max_digits=16, null=True)),
                ("cost", models.DecimalField(decimal_places=2, max_digits=16, null=True)),
                ("decision", models.JSONField(default=dict)),
                ("area", models.CharField(blank=True, max_length=8)),
                ("row", models.IntegerField(null=True)),
                ("column", models.IntegerField(null=True)),
                ("handle", models.UUIDField(null=True)),
                ("received", models.DateField()),
                (
                    "budget",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="projects",
                        to="budget.budget",
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged",
                        to="budget.project",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "abstract": False,
                "default_manager_name": "_unscoped",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "pending")),
                        fields=["budget"],
                        name="budget_project_waiting",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("budget", "number"), name="budget_project_number"
                    ),
                    models.UniqueConstraint(
                        fields=("budget", "handle"), name="budget_project_handle"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "pending",
                                    "rejected",
                                    "proposed",
                                    "accepted",
                                    "merged",
                                    "declined",
                                ],
                            )
                        ),
                        name="budget_project_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source__in", ["resident", "department"])),
                        name="budget_project_source",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                (
                                    "reason__in",
                                    [
                                        "person",
                                        "attack",
                                        "threat",
                                        "off_topic",
                                        "duplicate",
                                        "unclear",
                                    ],
                                ),
                                ("state", "rejected"),
                            ),
                            models.Q(
                                models.Q(("state", "rejected"), _negated=True), ("reason", "")
                            ),
                            _connector="OR",
                        ),
                        name="budget_project_rejected_with_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state__in", ("proposed", "accepted", "merged", "declined")),
                                _negated=True,
                            ),
                            ("number__isnull", False),
                            _connector="OR",
                        ),
                        name="budget_project_shown_with_number",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cost__gt", 0), ("state", "accepted")),
                            models.Q(
                                models.Q(("state", "accepted"), _negated=True), ("cost", None)
                            ),
                            _connector="OR",
                        ),
                        name="budget_project_on_the_ballot_with_cost",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("merged_into__isnull", False),
                                ("state", "merged"),
                                models.Q(("merged_into", models.F("pk")), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state", "merged"), _negated=True), ("merged_into", None)
                            ),
                            _connector="OR",
                        ),
                        name="budget_project_merged_into_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cost_high", None), ("cost_low", None)),
                            models.Q(("cost_high__gte", models.F("cost_low")), ("cost_low__gt", 0)),
                            _connector="OR",
                        ),
                        name="budget_project_cost_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("column", None), ("row", None)),
                            models.Q(("column__isnull", False), ("row__isnull", False)),
                            _connector="OR",
                        ),
                        name="budget_project_whole_square",
                    ),
                ],
            },
            managers=[
                ("_unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="ProjectWording",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("language", models.CharField(max_length=8)),
                ("title", models.CharField(max_length=100)),
                ("description", models.CharField(blank=True, max_length=1500)),
                ("landmark", models.CharField(blank=True, max_length=120)),
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
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="wordings",
                        to="budget.project",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "abstract": False,
                "default_manager_name": "_unscoped",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("project", "language"), name="budget_wording_once_a_language"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "original")),
                        fields=("project",),
                        name="budget_wording_one_original",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["original", "human", "machine"])),
                        name="budget_wording_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("title", ""), _negated=True),
                        name="budget_wording_not_empty",
                    ),
                ],
            },
            managers=[
                ("_unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Result",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("revision", models.PositiveIntegerField()),
                ("version", models.CharField(max_length=32)),
                ("computed", models.DateTimeField()),
                ("seconds", models.FloatField()),
                ("ballots", models.PositiveIntegerField()),
                ("root", models.CharField(max_length=64)),
                ("outcome", models.TextField()),
                ("published", models.TextField()),
                (
                    "budget",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="budget.budget",
                    ),
                ),
            ],
            options={
                "ordering": ["-revision"],
                "abstract": False,
                "default_manager_name": "_unscoped",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("budget", "revision"), name="budget_result_revision"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("revision__gte", 1)),
                        name="budget_result_revision_from_1",
                    ),
                ],
            },
            managers=[
                ("_unscoped", django.db.models.manager.Manager()),
            ],
        ),
    ]
