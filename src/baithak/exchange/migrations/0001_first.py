"""Practices, versions, translations; adoptions, questions, lessons; shelf, profiles, checklists; hubs."""

import django.core.validators
import django.db.models.deletion
import django.db.models.manager
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("network", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("thing", models.CharField(max_length=100)),
                ("at", models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
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
            name="Adoption",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("running", "Running"),
                            ("finished", "Finished"),
                            ("stopped", "Stopped"),
                        ],
                        default="planned",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("because", models.CharField(blank=True, max_length=128)),
                ("because_text", models.CharField(blank=True, max_length=600)),
                ("reason", models.TextField(max_length=1000, verbose_name="why we take it up")),
                (
                    "changed",
                    models.TextField(
                        blank=True, max_length=2000, verbose_name="what we change, and why"
                    ),
                ),
                (
                    "result",
                    models.TextField(blank=True, max_length=2000, verbose_name="what came of it"),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("open", "Too early to say"),
                            ("worked", "It worked"),
                            ("partly", "It worked in part"),
                            ("failed", "It did not work"),
                        ],
                        default="open",
                        max_length=8,
                        verbose_name="outcome",
                    ),
                ),
                (
                    "lesson",
                    models.TextField(
                        blank=True, max_length=1000, verbose_name="what others can learn from it"
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        default="en", max_length=2, verbose_name="language of these texts"
                    ),
                ),
                ("begins", models.DateField(blank=True, null=True, verbose_name="begins")),
                ("ends", models.DateField(blank=True, null=True, verbose_name="ends")),
                ("told_on", models.DateField(blank=True, editable=False, null=True)),
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
            name="AdoptionStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("text", models.CharField(max_length=600, verbose_name="what happened")),
                (
                    "adoption",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="exchange.adoption",
                    ),
                ),
            ],
            options={
                "ordering": ["day", "pk"],
                "abstract": False,
                "default_manager_name": "_unscoped",
            },
            managers=[
                ("_unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Practice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                ("code", models.CharField(max_length=80, unique=True)),
                ("origin", models.CharField(blank=True, max_length=260)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("review", "In review"),
                            ("published", "Published"),
                            ("retired", "Retired"),
                        ],
                        default="draft",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("published_on", models.DateField(blank=True, null=True)),
                ("changed_on", models.DateField(blank=True, null=True)),
                ("retired_because", models.CharField(blank=True, max_length=300)),
                (
                    "adapted_from",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="adapted",
                        to="exchange.practice",
                    ),
                ),
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
                "ordering": ["code"],
                "abstract": False,
                "default_manager_name": "_unscoped",
            },
            managers=[
                ("_unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Lesson",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                ("title", models.CharField(max_length=200, verbose_name="the lesson in one line")),
                ("text", models.TextField(max_length=2000, verbose_name="the lesson")),
                ("language", models.CharField(default="en", max_length=2, verbose_name="language")),
                (
                    "challenges",
                    models.JSONField(blank=True, default=list, verbose_name="challenges"),
                ),
                ("day", models.DateField()),
                ("unattributed", models.BooleanField(default=False)),
                (
                    "adoption",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="told_lesson",
                        to="exchange.adoption",
                    ),
                ),
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
                (
                    "practice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="told_lessons",
                        to="exchange.practice",
                    ),
                ),
            ],
            options={
                "ordering": ["-day", "-pk"],
                "abstract": False,
                "default_manager_name": "_unscoped",
            },
            managers=[
                ("_unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddField(
            model_name="adoption",
            name="practice",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="adoptions",
                to="exchange.practice",
            ),
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                    "challenge",
                    models.CharField(blank=True, max_length=64, verbose_name="challenge"),
                ),
                ("text", models.TextField(max_length=1500, verbose_name="question")),
                ("language", models.CharField(default="en", max_length=2, verbose_name="language")),
                ("chatham", models.BooleanField(default=False, verbose_name="Chatham House Rule")),
                ("asked", models.DateField()),
                ("answered", models.DateField(blank=True, editable=False, null=True)),
                ("closed", models.BooleanField(default=False, editable=False)),
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
                (
                    "practice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questions",
                        to="exchange.practice",
                    ),
                ),
                (
                    "to_place",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="network.place",
                    ),
                ),
            ],
            options={
                "ordering": ["closed", "-asked", "-pk"],
                "abstract": False,
                "default_manager_name": "_unscoped",
            },
            managers=[
                ("_unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField(max_length=3000, verbose_name="answer")),
                ("language", models.CharField(default="en", max_length=2, verbose_name="language")),
                ("day", models.DateField()),
                (
                    "by_place",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="network.place",
                    ),
                ),
                (
                    "lesson",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="answers",
                        to="exchange.lesson",
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="exchange.question",
                    ),
                ),
            ],
            options={
                "ordering": ["day", "pk"],
                "abstract": False,
                "default_manager_name": "_unscoped",
            },
            managers=[
                ("_unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Readiness",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                ("answers", models.JSONField(blank=True, default=dict)),
                ("changed_on", models.DateField(blank=True, null=True)),
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
                "abstract": False,
                "default_manager_name": "_unscoped",
            },
            managers=[
                ("_unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Resource",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                ("title", models.CharField(max_length=200, verbose_name="title")),
                (
                    "about",
                    models.TextField(blank=True, max_length=2000, verbose_name="what it is about"),
                ),
                ("language", models.CharField(default="en", max_length=2, verbose_name="language")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("guide", "Guide"),
                            ("template", "Template"),
                            ("workshop_report", "Workshop report"),
                            ("research", "Research"),
                            ("law", "Law or decision"),
                            ("other", "Other"),
                        ],
                        default="guide",
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                (
                    "step",
                    models.CharField(blank=True, max_length=32, verbose_name="step of the guide"),
                ),
                (
                    "challenges",
                    models.JSONField(blank=True, default=list, verbose_name="challenges"),
                ),
                ("publisher", models.CharField(max_length=200, verbose_name="publisher")),
                ("licence", models.CharField(max_length=100, verbose_name="licence")),
                ("url", models.URLField(blank=True, max_length=2000, verbose_name="link")),
                ("file_name", models.CharField(blank=True, editable=False, max_length=80)),
                ("file_type", models.CharField(blank=True, editable=False, max_length=100)),
                ("file_size", models.PositiveIntegerField(blank=True, editable=False, null=True)),
                ("file_digest", models.CharField(blank=True, editable=False, max_length=64)),
                ("added_on", models.DateField()),
                ("shipped", models.BooleanField(default=False, editable=False)),
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
                "ordering": ["step", "title", "pk"],
                "abstract": False,
                "default_manager_name": "_unscoped",
            },
            managers=[
                ("_unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="SentBundle",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("day", models.DateField()),
                ("practices", models.PositiveIntegerField()),
                ("digest", models.CharField(max_length=64)),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="network.place",
                    ),
                ),
            ],
            options={
                "ordering": ["-number"],
                "abstract": False,
                "default_manager_name": "_unscoped",
            },
            managers=[
                ("_unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Translation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[
                            ("en", "English"),
                            ("bn", "বাংলা"),
                            ("hi", "हिन्दी"),
                            ("ur", "اردو"),
                            ("ta", "தமிழ்"),
                            ("si", "සිංහල"),
                            ("dv", "ދިވެހި"),
                            ("ne", "नेपाली"),
                        ],
                        max_length=2,
                    ),
                ),
                ("texts", models.JSONField()),
                ("of_version", models.PositiveIntegerField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("unreviewed", "Not reviewed by a speaker"),
                            ("reviewed", "Reviewed by a speaker"),
                        ],
                        default="unreviewed",
                        max_length=10,
                    ),
                ),
                ("by_machine", models.BooleanField(default=False)),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "practice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="translations",
                        to="exchange.practice",
                    ),
                ),
            ],
            options={
                "ordering": ["practice", "language"],
                "abstract": False,
                "default_manager_name": "_unscoped",
            },
            managers=[
                ("_unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="TrustedHub",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name of the hub")),
                ("origin", models.CharField(max_length=260, verbose_name="address of the hub")),
                (
                    "key",
                    models.CharField(
                        max_length=64,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[0-9a-f]{64}$", "64 digits 0-9 and letters a-f."
                            )
                        ],
                        verbose_name="public key",
                    ),
                ),
                ("last_number", models.PositiveIntegerField(default=0)),
                ("since", models.DateField()),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="network.place",
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
                "abstract": False,
                "default_manager_name": "_unscoped",
            },
            managers=[
                ("_unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Version",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("review", "In review"),
                            ("published", "Published"),
                        ],
                        default="draft",
                        max_length=9,
                    ),
                ),
                ("data", models.JSONField()),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="what changed")),
                (
                    "aim",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("mechanism", "The team that runs it"),
                            ("city", "Everybody with a role in this place"),
                            ("hub", "Members of all places of the hub"),
                            ("network", "Members of the whole network"),
                            ("public", "Everybody"),
                        ],
                        max_length=16,
                    ),
                ),
                ("review", models.TextField(blank=True, verbose_name="review")),
                ("reviewed_on", models.DateField(blank=True, null=True)),
                ("published_on", models.DateField(blank=True, null=True)),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "practice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="exchange.practice",
                    ),
                ),
                (
                    "reviewer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="network.place",
                    ),
                ),
            ],
            options={
                "ordering": ["practice", "number"],
                "abstract": False,
                "default_manager_name": "_unscoped",
            },
            managers=[
                ("_unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddField(
            model_name="practice",
            name="current",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="exchange.version",
            ),
        ),
        migrations.CreateModel(
            name="CityProfile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                    "challenges",
                    models.JSONField(blank=True, default=list, verbose_name="challenges"),
                ),
                (
                    "traits",
                    models.JSONField(blank=True, default=list, verbose_name="what kind of city"),
                ),
                (
                    "mandate",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("own", "The council decides and has money for it"),
                            ("shared", "Shared with the district or the ministry"),
                            ("convener_only", "The city may invite people to a table, no more"),
                            ("unclear", "Not clear"),
                        ],
                        max_length=16,
                        verbose_name="mandate",
                    ),
                ),
                (
                    "latitude",
                    models.FloatField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(-90),
                            django.core.validators.MaxValueValidator(90),
                        ],
                        verbose_name="latitude",
                    ),
                ),
                (
                    "longitude",
                    models.FloatField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(-180),
                            django.core.validators.MaxValueValidator(180),
                        ],
                        verbose_name="longitude",
                    ),
                ),
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
                "abstract": False,
                "default_manager_name": "_unscoped",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("visibility__in", ["mechanism", "city", "hub", "network", "public"])
                        ),
                        name="exchange_cityprofile_visibility",
                    ),
                    models.UniqueConstraint(models.F("place"), name="exchange_cityprofile_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("latitude", None), ("longitude", None)),
                            models.Q(("latitude__isnull", False), ("longitude__isnull", False)),
                            _connector="OR",
                        ),
                        name="exchange_cityprofile_both_or_neither",
                    ),
                ],
            },
            managers=[
                ("_unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddConstraint(
            model_name="lesson",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("visibility__in", ["mechanism", "city", "hub", "network", "public"])
                ),
                name="exchange_lesson_visibility",
            ),
        ),
        migrations.AddConstraint(
            model_name="lesson",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("language__in", ["en", "bn", "hi", "ur", "ta", "si", "dv", "ne"])
                ),
                name="exchange_lesson_language",
            ),
        ),
        migrations.AddConstraint(
            model_name="adoption",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("visibility__in", ["mechanism", "city", "hub", "network", "public"])
                ),
                name="exchange_adoption_visibility",
            ),
        ),
        migrations.AddConstraint(
            model_name="adoption",
            constraint=models.UniqueConstraint(
                models.F("place"), models.F("practice"), name="exchange_adoption_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="adoption",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["planned", "running", "finished", "stopped"])),
                name="exchange_adoption_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="adoption",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["open", "worked", "partly", "failed"])),
                name="exchange_adoption_outcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="adoption",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("begins", None),
                    ("ends", None),
                    ("ends__gte", models.F("begins")),
                    _connector="OR",
                ),
                name="exchange_adoption_ends_after_beginning",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("visibility__in", ["mechanism", "city", "hub", "network", "public"])
                ),
                name="exchange_question_visibility",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("challenge", ""), ("practice__isnull", False), ("to_place__isnull", False)
                    ),
                    models.Q(
                        ("practice", None),
                        ("to_place", None),
                        models.Q(("challenge", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="exchange_question_to_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("to_place", None), ("visibility", "mechanism"), _connector="OR"
                ),
                name="exchange_question_to_an_owner_stays_between_two",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("language__in", ["en", "bn", "hi", "ur", "ta", "si", "dv", "ne"])
                ),
                name="exchange_question_language",
            ),
        ),
        migrations.AddConstraint(
            model_name="readiness",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("visibility__in", ["mechanism", "city", "hub", "network", "public"])
                ),
                name="exchange_readiness_visibility",
            ),
        ),
        migrations.AddConstraint(
            model_name="readiness",
            constraint=models.UniqueConstraint(models.F("place"), name="exchange_readiness_once"),
        ),
        migrations.AddConstraint(
            model_name="resource",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("visibility__in", ["mechanism", "city", "hub", "network", "public"])
                ),
                name="exchange_resource_visibility",
            ),
        ),
        migrations.AddConstraint(
            model_name="resource",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("file_name", ""), ("file_size", None), models.Q(("url", ""), _negated=True)
                    ),
                    models.Q(
                        ("file_size__isnull", False),
                        ("url", ""),
                        models.Q(("file_name", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="exchange_resource_link_or_file",
            ),
        ),
        migrations.AddConstraint(
            model_name="resource",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        ["guide", "template", "workshop_report", "research", "law", "other"],
                    )
                ),
                name="exchange_resource_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="resource",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("language__in", ["en", "bn", "hi", "ur", "ta", "si", "dv", "ne"])
                ),
                name="exchange_resource_language",
            ),
        ),
        migrations.AddConstraint(
            model_name="sentbundle",
            constraint=models.UniqueConstraint(
                models.F("place"), models.F("number"), name="exchange_sentbundle_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="translation",
            constraint=models.UniqueConstraint(
                models.F("practice"), models.F("language"), name="exchange_translation_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="translation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("language__in", ["en", "bn", "hi", "ur", "ta", "si", "dv", "ne"])
                ),
                name="exchange_translation_language",
            ),
        ),
        migrations.AddConstraint(
            model_name="translation",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["unreviewed", "reviewed"])),
                name="exchange_translation_status",
            ),
        ),
        migrations.AddConstraint(
            model_name="trustedhub",
            constraint=models.UniqueConstraint(
                models.F("place"), models.F("origin"), name="exchange_trustedhub_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.UniqueConstraint(
                models.F("practice"), models.F("number"), name="exchange_version_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["draft", "review"])),
                fields=("practice",),
                name="exchange_version_one_in_work",
            ),
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["draft", "review", "published"])),
                name="exchange_version_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("published_on__isnull", False), ("state", "published")),
                    models.Q(
                        models.Q(("state", "published"), _negated=True), ("published_on", None)
                    ),
                    _connector="OR",
                ),
                name="exchange_version_published_on_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("aim", ""), ("state__in", ["draft", "published"])),
                    ("aim__in", ["hub", "network", "public"]),
                    _connector="OR",
                ),
                name="exchange_version_aim",
            ),
        ),
        migrations.AddIndex(
            model_name="practice",
            index=models.Index(fields=["state", "changed_on"], name="exchange_practice_news"),
        ),
        migrations.AddConstraint(
            model_name="practice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("visibility__in", ["mechanism", "city", "hub", "network", "public"])
                ),
                name="exchange_practice_visibility",
            ),
        ),
        migrations.AddConstraint(
            model_name="practice",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["draft", "review", "published", "retired"])),
                name="exchange_practice_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="practice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("current", None),
                        ("published_on", None),
                        ("state__in", ["draft", "review"]),
                    ),
                    models.Q(
                        ("changed_on__isnull", False),
                        ("current__isnull", False),
                        ("published_on__isnull", False),
                        ("state__in", ["published", "retired"]),
                    ),
                    _connector="OR",
                ),
                name="exchange_practice_current_when_published",
            ),
        ),
        migrations.AddConstraint(
            model_name="practice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state", "retired"), models.Q(("retired_because", ""), _negated=True)
                    ),
                    models.Q(
                        models.Q(("state", "retired"), _negated=True), ("retired_because", "")
                    ),
                    _connector="OR",
                ),
                name="exchange_practice_retired_with_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="practice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("adapted_from", None),
                    models.Q(("adapted_from", models.F("pk")), _negated=True),
                    _connector="OR",
                ),
                name="exchange_practice_not_its_own_parent",
            ),
        ),
    ]
