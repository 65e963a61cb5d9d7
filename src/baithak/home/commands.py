"""The commands that run the hub: serve, work, migrate, doctor, demo."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import click

__all__ = ["demo", "doctor", "found", "migrate", "serve", "work"]


def _django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "baithak.settings")
    import django

    django.setup()


@contextmanager
def _one_at_a_time(name: str) -> Iterator[None]:
    """Two `migrate` at once fail on an empty database: the second waits here for the first."""
    from django.conf import settings
    from django.db import connection

    with (Path(settings.HOME) / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [f"baithak.{name}"])
                try:
                    yield
                finally:
                    cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [f"baithak.{name}"])
        else:
            yield


def _migrate() -> None:
    from django.core.management import call_command

    with _one_at_a_time("migrate"):
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)


def _gather_static() -> None:
    """Static files with hashed names, gathered again only when one of them changed."""
    from django.conf import settings
    from django.contrib.staticfiles import finders
    from django.core.management import call_command

    seen = sorted(
        (path, os.stat(storage.path(path)).st_mtime_ns)
        for finder in finders.get_finders()
        for path, storage in finder.list(ignore_patterns=[])
    )
    stamp = Path(settings.STATIC_ROOT) / ".gathered"
    told = repr(seen)
    if not stamp.exists() or stamp.read_text() != told:
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        stamp.write_text(told)


@click.command()
def migrate() -> None:
    """Bring the database to this version's shape. Safe to run twice, or on two machines at once.

    Example:  baithak migrate
    """
    _django()
    _migrate()
    click.echo("The database has the shape of this version.")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, envvar="PORT", help="Port to listen on.")
@click.option("--workers", default=2, show_default=True, help="Processes; as many as cores.")
@click.option("--threads", type=int, help="Threads of each.  [default: 8; 16 on PostgreSQL]")
def serve(host: str, port: int, workers: int, threads: int | None) -> None:
    """Serve the hub's pages. Put a reverse proxy with https in front (docs/running.md).

    Example:  baithak serve --port 8000 --workers 2
    """
    os.environ.setdefault("BAITHAK_PAGES_KEPT", "5")
    _django()
    _gather_static()
    _serve(host, port, workers, threads)


def _serve(host: str, port: int, workers: int, threads: int | None = None) -> None:
    from django.urls import get_resolver
    from granian import Granian
    from granian.constants import Interfaces

    # All pages are read once, here: a worker that has to be replaced is there at once.
    _ = get_resolver().reverse_dict
    Granian(
        "baithak.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads or _threads(),
        respawn_failed_workers=True,
        log_access=False,  # R4: nothing to correlate votes with
        log_enabled=False,
    ).serve()


def _threads() -> int:
    """Those who wait for the disk together are written together: more of them, fewer commits."""
    from django.db import connection

    return 16 if connection.vendor == "postgresql" else 8


@click.command()
@click.option("--once", is_flag=True, help="Do what waits now, then stop.")
@click.option("--pause", default=1.0, show_default=True, help="Seconds between looks.")
def work(once: bool, pause: float) -> None:
    """Do the background work: redraw opinion maps, send letters, delete what has expired.

    Runs beside `baithak serve`. Several may run; each piece of work is claimed by one of them.

    Example:  baithak work
    """
    _django()
    from baithak.home.tasks import look

    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while not stopping:
        done = look()
        if once and not done:
            return
        if not done:
            time.sleep(pause)


@click.command()
def doctor() -> None:
    """Say whether this hub is well: library, database, disk, settings, second factor, worker, journal.

    Exits 0 when all is well, 1 when something needs mending; each finding names its remedy.

    Example:  baithak doctor
    """
    _django()
    from django.core import checks

    from baithak.web import health

    unwell = 0
    for finding in health.findings():
        click.echo(f"{'well ' if finding.well else 'MEND '} {finding.name}: {finding.seen}")
        if not finding.well:
            unwell += 1
            click.echo(f"      {finding.remedy}")
    for message in checks.run_checks(include_deployment_checks=True):
        if message.level >= checks.WARNING:
            unwell += 1
            click.echo(f"MEND  {message.id}: {message.msg}")
            if message.hint:
                click.echo(f"      {message.hint}")
    unwell += _doctor_of_the_journal()
    if unwell:
        raise SystemExit(1)
    click.echo("All is well.")


def _doctor_of_the_journal() -> int:
    """What the journal's own clock found; how many things need mending."""
    from django.db import DatabaseError

    from baithak.journal import queries, retention

    try:
        overdue, standing = retention.overdue(), queries.standing()
    except DatabaseError:
        return 0  # not migrated yet: said above
    for rule, place, late in overdue:
        told = "is still there though its time is over" if late == "rows" else "has not run lately"
        click.echo(f"MEND  retention: {rule.code}{f' of {place}' if place else ''} {told}")
        click.echo(
            "      Start `baithak work` and look at its log; the page “What is kept” tells more."
        )
    found = 0 if standing.check is None else standing.check.found
    if found:
        click.echo(f"MEND  journal: the last check found {found} things that do not fit")
        click.echo(
            "      Change nothing, keep a copy of the database, run `baithak journal verify`."
        )
    if not standing.is_witnessed:
        click.echo(
            f"note  witnesses: {standing.awake} answered in the last 30 days, two are needed"
        )
    return len(overdue) + bool(found)


@click.command()
@click.option("--hub", required=True, help="Name of the hub, such as “South Asia hub”.")
@click.option("--country", required=True, help="Name of the first country.")
@click.option("--code", required=True, help="Its two-letter code (ISO 3166), such as LK.")
@click.option("--city", required=True, help="Name of the first city.")
@click.option(
    "--language",
    "languages",
    multiple=True,
    default=["en"],
    show_default=True,
    help="A language of the city, such as si or ta; give it once per language.",
)
@click.option("--email", required=True, help="Address of the hub's first secretary.")
@click.option("--site", required=True, help="Address of this hub, such as https://hub.example.")
def found(
    hub: str, country: str, code: str, city: str, languages: tuple[str, ...], email: str, site: str
) -> None:
    """Found a hub with its first country and city, and invite its first secretary by letter.

    The secretary's page then invites the city's first officer. Nothing is made when a hub exists.

    Example:  baithak found --hub "South Asia hub" --country "Sri Lanka" --code LK
    --city Trincomalee --language si --language ta --email hub@city.example --site https://hub.example
    """
    _django()
    from django.core.exceptions import ValidationError
    from django.db import transaction
    from django.utils.text import slugify

    from baithak.exchange.records import library
    from baithak.exchange.services import loading
    from baithak.network import queries, services
    from baithak.network.models import Kind
    from baithak.network.rules import Role
    from baithak.network.scope import SYSTEM

    if queries.hubs(SYSTEM).exists():
        raise click.ClickException("This hub is founded already: sign in and add places there.")
    try:
        with transaction.atomic():
            top = services.add_place(kind=Kind.HUB, name=hub, slug=slugify(hub), by=SYSTEM)
            land = services.add_place(
                kind=Kind.COUNTRY,
                name=country,
                slug=slugify(country),
                parent=top,
                country_code=code.upper(),
                by=SYSTEM,
            )
            services.add_place(
                kind=Kind.CITY,
                name=city,
                slug=slugify(city),
                parent=land,
                languages=list(languages),
                by=SYSTEM,
            )
            services.invite(place=top, role=Role.HUB_SECRETARIAT, email=email, site=site, by=SYSTEM)
            shelf = loading.load_library(library=library(), place=top, by=SYSTEM)
    except ValidationError as trouble:
        raise click.ClickException("; ".join(trouble.messages)) from trouble
    click.echo(f"Founded. A letter with an invitation is on its way to {email}.")
    click.echo(f"{len(shelf.additions)} practices of other cities stand in its library.")
    from django.conf import settings

    if "filebased" in settings.EMAIL_BACKEND:
        click.echo(
            f"No mail server is set (BAITHAK_EMAIL_HOST): find it in {settings.EMAIL_FILE_PATH}."
        )


@click.command()
@click.option("--port", default=8000, show_default=True, envvar="PORT", help="Port to serve on.")
@click.option("--fresh", is_flag=True, help="Forget the demonstration and begin again.")
@click.option("--load-only", is_flag=True, help="Load the demonstration, serve nothing.")
def demo(port: int, fresh: bool, load_only: bool) -> None:
    """Start the demonstration hub: example data, pages and background work on 127.0.0.1.

    Keeps its data in BAITHAK_HOME (default var/demo), apart from any real hub.

    Example:  baithak demo --port 8001
    """
    home = Path(os.environ.setdefault("BAITHAK_HOME", "var/demo"))
    os.environ.setdefault("BAITHAK_DEMO", "1")
    os.environ.setdefault("BAITHAK_PAGES_KEPT", "5")
    if fresh and home.exists():
        import shutil

        shutil.rmtree(home)
    began = time.monotonic()
    _django()
    from baithak.home import demonstration

    _migrate()
    _gather_static()
    demonstration.load(tell=lambda line: click.echo(line, err=True))
    demonstration.finish(patience=timedelta(minutes=1))
    if load_only:
        return
    worker = subprocess.Popen([sys.executable, "-m", "baithak.cli", "work"])
    click.echo(f"Ready after {time.monotonic() - began:.1f} seconds.")
    click.echo(f"\n  Open http://127.0.0.1:{port}/   (stop with Ctrl-C)\n")
    click.echo("Demonstration sign-ins (the six-digit code is shown on the sign-in page too):")
    for sign_in in demonstration.sign_ins():
        click.echo(f"  {sign_in.role:<24} {sign_in.email:<36} {sign_in.password}")
    from django.db import connections

    connections.close_all()
    try:
        _serve("127.0.0.1", port, workers=2)
    finally:
        worker.terminate()
        worker.wait(timeout=10)
