"""What ``baithak panel`` tells and writes: the exact result, the report, the reason of a refusal."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, cast

import click

import baithak
from baithak.cli.shell import today, write_file
from baithak.engine.errors import EngineError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from baithak.engine.panel.draw import Draw, Register
    from baithak.engine.panel.pool import Pool, Quotas
    from baithak.engine.panel.results import Feasibility, Lottery

__all__ = [
    "FILES",
    "Inputs",
    "refuse",
    "report_files",
    "result_of",
    "summary",
    "verifier",
    "write_slips",
]

#: Everything `--out` writes: all of it may be published.
FILES = frozenset(
    {
        "report.html",
        "report.pdf",
        "seats.csv",
        "two-way.csv",
        "commitment.json",
        "receipt.json",
        "verify_draw.py",
    }
)
INFEASIBLE = 3


@dataclass(frozen=True, slots=True)
class Inputs:
    """The files of a panel, read, and what was asked of them."""

    pool: Pool
    quotas: Quotas
    size: int
    household: bool
    secret: bytes


def refuse(found: Feasibility, quotas: Quotas, json_file: str | None) -> NoReturn:
    """No panel is possible: the smallest change in words, as JSON where asked for, and exit 3."""
    from baithak.report.panel_errors import why_infeasible

    words = why_infeasible(found, quotas)
    if json_file:
        told = {
            "infeasible": True,
            "relax": [
                {
                    "category": one.category,
                    "feature": one.feature,
                    "bound": one.bound,
                    "from": one.from_,
                    "to": one.to,
                }
                for one in found.relax
            ],
            "words": " ".join(words),
        }
        write_file(json_file, json.dumps(told, ensure_ascii=False))
    for sentence in words:
        click.echo(sentence, err=True)
    raise SystemExit(INFEASIBLE)


def result_of(asked: Inputs, lottery: Lottery, told: Register, drawn: Draw) -> dict[str, Any]:
    """The JSON of the command: exact figures and ids."""
    from baithak.engine.panel.statistics import statistics

    pool, quotas = asked.pool, asked.quotas
    selected = told.ids(drawn.selected)
    seated = lottery.panels[drawn.number]
    figures = statistics(lottery)
    have, sit = pool.counts(quotas).tolist(), _counts(pool, quotas, seated)
    return {
        "selected": list(selected),
        "probabilities": dict(zip(pool.ids, lottery.probabilities.tolist(), strict=True)),
        "size": lottery.size,
        "method": lottery.method,
        "panels": len(lottery.panels),
        "bound": {"min": lottery.bound, "gap": lottery.gap, "certified": bool(lottery.certified)},
        "quotas": [
            {
                "category": quota.category,
                "feature": quota.feature,
                "min": quota.min,
                "max": quota.max,
                "pool": have[at],
                "panel": sit[at],
            }
            for at, quota in enumerate(quotas.quotas)
        ],
        "statistics": {
            name: float(getattr(figures, name)) for name in ("min", "max", "gini", "geometric_mean")
        },
        "household": lottery.household,
        "seed": lottery.seed,
        "version": baithak.__version__,
        "receipt": drawn.receipt(),
    }


def _counts(pool: Pool, quotas: Quotas, people: NDArray[np.int32]) -> list[int]:
    """How many of these people have each feature."""
    import numpy as np

    return [int(n) for n in np.bincount(pool.features[people].ravel(), minlength=len(quotas))]


def summary(result: dict[str, Any], drawn: Draw, public: bool) -> str:
    lines = [
        f"{result['size']} of {len(result['probabilities']):,} people, {result['method']}: "
        f"smallest chance {result['statistics']['min']:.4f}, proven bound {result['bound']['min']:.4f}",
        f"Panel {drawn.number} of {result['panels']:,} sits: {', '.join(result['selected'])}",
        "",
    ]
    if not public:
        lines.append("The seed decided. For a draw in public begin with “baithak panel commit”.")
    lines.append("--out DIR writes report and receipt, --json FILE the exact figures.")
    return "\n".join(lines)


def report_files(
    asked: Inputs, lottery: Lottery, drawn: Draw, public: bool, options: dict[str, Any]
) -> dict[str, bytes]:
    """Every file of the report, from treated figures alone."""
    from baithak.report import panel_html, panel_pdf
    from baithak.report.panel_figures import published_panel
    from baithak.report.panel_report import About, compose, tables

    pairs = [tuple(part.strip() for part in pair.split(",")) for pair in options["pairs"]]
    known = {category.casefold() for category in asked.quotas.categories}
    for pair in pairs:
        if len(pair) != 2 or not {part.casefold() for part in pair} <= known:
            raise EngineError(
                "panel.unknown_pair",
                value=",".join(pair),
                allowed=", ".join(asked.quotas.categories),
            )
    told = published_panel(
        asked.pool,
        asked.quotas,
        lottery,
        drawn,
        pairs=cast("list[tuple[str, str]]", pairs),
        tense=options["tense"],
    )
    title = options["title"] or Path(options["pool"]).stem
    about = About(title, date=today(), public=public)
    report = compose(told, about, language=options["language"])
    return {
        "report.html": panel_html.page(report).encode(),
        "report.pdf": panel_pdf.paper(report),
        **{name: text.encode() for name, text in tables(told).items()},
        "commitment.json": drawn.commitment.to_json().encode(),
        "receipt.json": drawn.to_json().encode(),
        "verify_draw.py": verifier(),
    }


def write_slips(file: str, told: Register) -> None:
    """A line per person: the id, and the slip that this person alone is handed."""
    lines = [
        json.dumps({"id": member.id, "slip": told.slip(member.id)}, ensure_ascii=False)
        for member in told.members
    ]
    write_file(file, "\n".join(lines))


def verifier() -> bytes:
    from baithak.engine.panel import verify_draw

    return Path(verify_draw.__file__).read_bytes()
