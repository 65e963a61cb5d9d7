"""Who does what at a large place: server time and queries of the table, with 50, 500 and 5,000 actions.

python -m benchmarks.coordination             measures, writes results/coordination.json and docs/benchmarks-coordination.md
python -m benchmarks.coordination --check     the same, written nowhere; fails where a bar is missed

The hub is made anew in a folder of its own, on SQLite, with 500 organisations at one city. Pages are
asked for through the whole stack of middlewares and templates, as a city officer who is signed in,
in this very process and without a network: what is measured is the server's own time.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "coordination.json"
PAGE = ROOT / "docs" / "benchmarks-coordination.md"

OFFICES = 500
SIZES = (50, 500, 5_000)
#: Milliseconds of the server (the issue's bar), at the largest size.
BAR = 150
RUNS = 15

_WARDS = [f"Ward {number}" for number in range(1, 41)]
_WORDS = ("lamps", "walks", "lessons", "visits", "meals", "sport", "music", "repair", "listening")


def fill(place: Any, by: Any, *, actions: int, offices: int, seed: int = 1) -> None:
    """A plan of this place with so many actions, and so many organisations, some of them without any.

    Rows are written at once, past the services: what is measured is reading.
    """
    from baithak.exchange.records import library
    from baithak.network.models import Organisation, OrganisationType
    from baithak.plan.models import Action, Objective, Partnership, Plan

    draw, taxonomy = random.Random(seed), library().taxonomy
    types = list(OrganisationType.values)
    Organisation._unscoped.bulk_create(
        Organisation(place=place, name=f"Office {number:03}", types=[draw.choice(types)])
        for number in range(offices)
    )
    known = list(Organisation._unscoped.filter(place=place).order_by("name"))
    plan = Plan._unscoped.create(
        place=place, texts={"en": {"title": "Living together"}}, languages=["en", "ta"],
        begins=date(2026, 1, 1), ends=date(2029, 12, 31), state="running",
        decided_on=date(2026, 1, 1), visibility="city",
    )  # fmt: skip
    goals = Objective._unscoped.bulk_create(
        Objective(plan=plan, number=number, texts={"en": {"title": f"Objective {number}"}},
                  languages=["en"])
        for number in range(1, 8)
    )  # fmt: skip
    # One office in ten does nothing, one action in twenty has no owner, one objective has no action.
    busy = known[: max(1, offices * 9 // 10)]
    made = Action._unscoped.bulk_create(
        (
            Action(
                plan=plan, number=number, objective=draw.choice(goals[:-1]),
                owner=None if number % 20 == 1 else draw.choice(busy),
                state=draw.choice(["planned", "running", "running", "paused", "dropped"]),
                admin_level=draw.choice(taxonomy.codes("admin_levels")),
                prevention_level=draw.choice(taxonomy.codes("prevention_levels")),
                target_groups=draw.sample(taxonomy.codes("target_groups")[:20], 2),
                due=date(2027, 1, 1) + timedelta(days=draw.randrange(700)),
                languages=["en"],
                texts={"en": {"title": f"{draw.choice(_WORDS)} {number}",
                              "description": "What is done, with whom and in which lanes. " * 6,
                              "area": draw.choice(_WARDS)}},
            )
            for number in range(1, actions + 1)
        ),
        batch_size=500,
    )  # fmt: skip
    pairs = {(action.pk, draw.choice(busy).pk) for action in made}
    Partnership._unscoped.bulk_create(
        (Partnership(action_id=action, organisation_id=office) for action, office in pairs),
        batch_size=500,
    )


def pages(place: Any) -> dict[str, str]:
    """What is measured: name to address."""
    start = f"/en/coordination/{place.slug}/who-does-what/"
    return {
        "table by level": start,
        "table by area": f"{start}?by=area",
        "table by objective": f"{start}?by=objective",
        "table of one type": f"{start}?type=cso",
        "organisations without an action": f"{start}?gap=idle",
        "actions that nobody does": f"{start}?gap=no_owner",
        "all actions, page 1": f"{start}?show=actions",
        "my desk": "/en/desk/",
    }


def once(client: Any, address: str) -> tuple[float, float, int, int]:
    """One request: wall and CPU milliseconds, queries, bytes."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
        asked = len(queries)
    if answer.status_code != 200:
        raise RuntimeError(f"{address}: {answer.status_code}")
    wall, cpu = time.perf_counter(), time.process_time()
    answer = client.get(address)
    return (
        1000 * (time.perf_counter() - wall),
        1000 * (time.process_time() - cpu),
        asked,
        len(answer.content),
    )


def measured(
    *, sizes: tuple[int, ...], offices: int, runs: int, say: Callable[[str], object]
) -> dict[str, Any]:
    """For every size and page: median and worst milliseconds, CPU, queries, bytes."""
    from factories import exchange as make
    from factories import network as people

    found: dict[str, Any] = {}
    for size in sizes:
        team = make.city(people.hub(), f"City of {size}")
        fill(team.place, team.officer, actions=size, offices=offices)
        client = people.sign_in(team.users["city_officer"])
        for name, address in pages(team.place).items():
            told = [once(client, address) for _ in range(runs)]
            walls = [wall for wall, *_ in told]
            found.setdefault(name, {})[str(size)] = {
                "ms": round(statistics.median(walls), 1),
                "best_ms": round(min(walls), 1),
                "worst_ms": round(max(walls), 1),
                "cpu_ms": round(statistics.median(cpu for _, cpu, *_ in told), 1),
                "queries": told[-1][2],
                "bytes": told[-1][3],
            }
            one = found[name][str(size)]
            say(f"{size:>6} actions · {name}: {one['ms']} ms ({one['best_ms']} to {one['worst_ms']}, CPU "
                f"{one['cpu_ms']}), {one['queries']} queries, {one['bytes'] // 1024} KB")  # fmt: skip
    return found


def goals(found: dict[str, Any]) -> list[tuple[str, str, str, bool]]:
    """Every bar: what, the bar, what was measured, whether it is met."""
    lines = []
    for name, sizes in found.items():
        largest = sizes[str(max(map(int, sizes)))]
        counts = {one["queries"] for one in sizes.values()}
        lines.append(
            (f"{name}: server time", f"<= {BAR} ms", f"{largest['ms']} ms", largest["ms"] <= BAR)
        )
        lines.append((f"{name}: queries at every size", "equal", ", ".join(map(str, sorted(counts))),
                      len(counts) == 1))  # fmt: skip
    return lines


def render(told: dict[str, Any]) -> str:
    """The page of docs/."""
    found, largest = told["pages"], max(map(int, next(iter(told["pages"].values()))))
    lines = [
        "# Benchmarks: who does what, and the desk",
        "",
        f"Written by `{told['command']}` on {told['date']}: {told['machine']}, load {told['load'][0]} to "
        f"{told['load'][1]}. SQLite, {told['offices']} organisations at one city, one process, no network:",
        "the server's own time for a page through every middleware and template, as a city officer who is",
        f"signed in. Median, best and worst of {told['runs']} requests after one that is not counted; queries are all",
        "of the request, session and roles included.",
        "",
        f"Bars (issue 7): server time under {BAR} ms and the same number of queries, at {largest:,} actions.",
        "",
        "| what | bar | measured | |",
        "| --- | --- | --- | --- |",
        *(f"| {what} | {bar} | {value} | {'met' if met else '**missed**'} |"
          for what, bar, value, met in goals(found)),
        "",
        "| page | actions | ms | best ms | worst ms | CPU ms | queries | KB |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]  # fmt: skip
    for name, sizes in found.items():
        for size, one in sizes.items():
            lines.append(
                f"| {name} | {int(size):,} | {one['ms']} | {one['best_ms']} | {one['worst_ms']} | {one['cpu_ms']} | "
                f"{one['queries']} | {one['bytes'] // 1024} |"
            )
    lines += [
        "",
        "One line per action is read in a single query (no long texts, no model objects) and counted in Python;",
        "only the twenty-five rows or actions of the page that is shown are loaded whole. The bytes are before",
        "compression.",
        "",
    ]
    return "\n".join(lines)


def machine() -> str:
    return f"{os.cpu_count()} cores, Python {platform.python_version()}"


def prepare(folder: Path) -> None:
    """A hub of its own in this process."""
    os.environ.update(
        BAITHAK_HOME=str(folder), BAITHAK_KEYS=str(folder / "keys"), BAITHAK_HTTPS="0", BAITHAK_DEMO="0",
        DJANGO_SETTINGS_MODULE="baithak.settings",
    )  # fmt: skip
    os.environ.pop("DATABASE_URL", None)
    sys.path[:0] = [str(ROOT / "tests")]
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.ALLOWED_HOSTS = ["testserver", *settings.ALLOWED_HOSTS]
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.coordination", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument(
        "--check", action="store_true", help="write nothing, fail where a bar is missed"
    )
    parser.add_argument("--runs", type=int, default=RUNS)
    asked = parser.parse_args()
    from benchmarks.progress import say

    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="baithak-benchmark-") as folder:
        prepare(Path(folder))
        found = measured(sizes=SIZES, offices=OFFICES, runs=asked.runs, say=say)
    missed = [line for line in goals(found) if not line[3]]
    for what, bar, value, _met in missed:
        say(f"missed: {what} ({bar}): {value}")
    if asked.check:
        return 1 if missed else 0
    told = {
        "pages": found,
        "offices": OFFICES,
        "runs": asked.runs,
        "date": date.today().isoformat(),
        "machine": machine(),
        "load": [round(load, 1), round(os.getloadavg()[0], 1)],
        "command": " ".join(["python -m benchmarks.coordination", *sys.argv[1:]]),
    }
    RESULTS.write_text(json.dumps(told, indent=1) + "\n")
    PAGE.write_text(render(told))
    say(f"written: {PAGE.relative_to(ROOT)} and {RESULTS.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
