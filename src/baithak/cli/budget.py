"""``baithak budget``: ballots in, exact winners with reasons, a fairness table and a report out."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from baithak.cli.shell import check_folder, today, write_file, write_folder

if TYPE_CHECKING:
    from baithak.engine.budget.election import Election, Notice
    from baithak.engine.budget.outcome import Outcome
    from baithak.report.budget_disclosure import PublishedBudget

__all__ = ["FILES", "budget"]

#: Everything `count --out` writes.
FILES = frozenset(
    {
        "report.html",
        "report.pdf",
        "result.json",
        "money.svg",
        "projects.csv",
        "groups.csv",
        "about.csv",
    }
)


@click.group()
def budget() -> None:
    """Budgets of residents: count ballots exactly, say why, compare, check, recount, convert.

    \b
    Examples:
      baithak budget check city.pb
      baithak budget count city.pb --out report/ --language ur
      baithak budget count city.pb --json result.json
      baithak budget verify city.pb result.json
      baithak budget convert city.xlsx city.pb
    """


@budget.command()
@click.argument("source", metavar="FILE")
@click.option(
    "--rule",
    type=click.Choice(["equal-shares", "greedy", "phragmen", "bounded-overspending"]),
    default="equal-shares",
    show_default=True,
    help="How winners are found; bounded-overspending is experimental.",
)
@click.option(
    "--utility",
    type=click.Choice(["cost", "cardinality", "points", "borda"]),
    help="What a funded project is worth to its supporters.  [default: cost for approvals, points "
    "for cumulative and scoring, borda for ordinal ballots]",
)
@click.option(
    "--completion",
    type=click.Choice(["none", "greedy", "add1", "add1u", "epsilon"]),
    help="What to do with money left over.  [default: add1u for equal-shares, else none]",
)
@click.option(
    "--ties",
    type=click.Choice(["votes", "id", "cost", "lot"]),
    default="votes",
    show_default=True,
    help="Which of equal projects goes first: more votes, smaller id, cheaper, or a lot.",
)
@click.option(
    "--increment", default="1", show_default=True, help="Add1: raise the start by this much."
)
@click.option(
    "--stop",
    type=click.Choice(["exhaustive", "overspend"]),
    default="exhaustive",
    show_default=True,
    help="Add1: stop when nothing further fits, or only before it costs too much.",
)
@click.option(
    "--start",
    type=click.Choice(["exact", "floor"]),
    default="exact",
    show_default=True,
    help="Everybody's start: budget / voters, or rounded down to whole units.",
)
@click.option(
    "--no-skip", is_flag=True, help="Greedy: stop at the first project that does not fit."
)
@click.option(
    "--threshold",
    type=click.Choice(["file"]),
    help="Leave out projects below the file's min_project_score_threshold.",
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of the lot.")
@click.option(
    "--compare",
    type=click.Choice(["greedy", "none"]),
    default="greedy",
    show_default=True,
    help="The rule that stands beside it in report and JSON.",
)
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="DIR", help="Write the report here."
)
@click.option("--json", "json_file", metavar="FILE|-", help="Write the exact result as JSON.")
@click.option("--language", default="en", show_default=True, help="Of the report: en, ur, bn.")
@click.option("--title", help="Of the report.  [default: what the file says]")
@click.option(
    "--tense", is_flag=True, help="A tense place: no figure below 20 people in the report."
)
@click.option("--encoding", help="Of an old text file, such as windows-1250.  [default: UTF-8]")
def count(
    source: str,
    rule: str,
    utility: str | None,
    completion: str | None,
    ties: str,
    increment: str,
    stop: str,
    start: str,
    no_skip: bool,
    threshold: str | None,
    seed: int,
    compare: str,
    out: Path | None,
    json_file: str | None,
    language: str,
    title: str | None,
    tense: bool,
    encoding: str | None,
) -> None:
    """Count a budget: who is funded, in which order, and why.

    FILE is a .pb file (Pabulib), a workbook with the sheets meta, projects and votes, or a folder or
    zip with meta.csv, projects.csv and votes.csv; or the name of an open file (baithak data show
    pabulib). Winners are exact, whatever the numbers; every
    tie that decided something is named.

    --out DIR writes report.html, report.pdf, result.json, money.svg and CSV tables. They may leave
    the house: no figure below 10 people is in them, counts are rounded to 5. The folder appears
    whole or not at all; an earlier report in it is replaced, other files never.

    --json FILE holds the exact result, for you and for a recount: the same file, options and seed give
    the same bytes. With neither, a short summary is shown.

    \b
    Examples:
      baithak budget count city.pb
      baithak budget count city.pb --out report/ --language bn
      baithak budget count city.pb --rule greedy --threshold file --json -
      baithak budget count city.pb --completion add1 --stop overspend --ties id
      baithak budget count old.pb --encoding windows-1250
    """
    if out is not None:
        check_folder(out, FILES)
    from baithak.engine.budget.outcome import outcome
    from baithak.engine.budget.readers import read
    from baithak.engine.errors import EngineError

    election = read(_find(source), encoding=encoding)
    told = outcome(
        election,
        utility=utility,
        versus=None if compare == "none" else compare,
        rule=rule,
        completion=completion or ("add1u" if rule == "equal-shares" else "none"),
        ties=ties,
        seed=seed,
        increment=_increment(increment),
        stop=stop,
        start=start,
        skip=not no_skip,
        threshold=threshold == "file",
    )
    if out is not None:
        from baithak.report.budget_disclosure import published

        shown = published(told, tense=tense)
        if shown.too_few:
            raise EngineError("report.too_few_people", k=shown.k)
        write_folder(out, _report(shown, _title(title, election, source), source, language))
    if json_file:
        write_file(json_file, told.to_json(indent=1))
    if out is not None:
        click.echo(f"The report is in {out}: open {out / 'report.html'}.", err=json_file == "-")
    elif not json_file:
        click.echo(_summary(told))
    _tell(told.notices)


@budget.command()
@click.argument("source", metavar="FILE.pb")
@click.argument("result", metavar="RESULT.json")
@click.option("--root", default="", metavar="HEX", help="The ballots' root, as published at close.")
@click.option("--every-step", is_flag=True, help="Recount every step of Add1: slow, but all of it.")
def verify(source: str, result: str, root: str, every_step: bool) -> None:
    """Count again by another program and say whether the result follows from the ballots.

    The small recount shares no code with the one that made the result, needs nothing but Python and
    is meant to be read: engine/budget/verify_count.py. Only --root can show a ballot that was
    changed before the count. Exit 1 if something was found.

    \b
    Examples:
      baithak budget verify city.pb result.json
      baithak budget verify city.pb result.json --root 3b524309…
    """
    from baithak.engine.budget.pabulib import read_bytes
    from baithak.engine.budget.verify_count import findings
    from baithak.engine.errors import EngineError

    content, name = read_bytes(_find(source))
    told, result_name = read_bytes(Path(result))
    try:
        counted = json.loads(told)
        counted["receipt"]["file_sha256"], counted["steps"], counted["selected"], counted["cost"]
    except (ValueError, KeyError, TypeError) as error:
        raise EngineError(
            "budget.not_a_result", file=result_name, value=type(error).__name__
        ) from None
    try:
        found = list(findings(content, counted, root, every_step))
    except Exception as error:  # whatever stops a recount is told, and no verdict given
        raise EngineError("budget.not_recounted", file=name, value=str(error)) from None
    for sentence in found:
        click.echo(f"Found: {sentence}.")
    if found:
        sys.exit(1)
    click.echo("The recount gives the same" + ("." if root else "; no root of ballots was given."))


@budget.command()
@click.argument("source", metavar="FILE")
@click.option("--encoding", help="Of an old text file.  [default: UTF-8]")
@click.option("--json", "json_file", metavar="FILE|-", help="Write what was found as JSON.")
def check(source: str, encoding: str | None, json_file: str | None) -> None:
    """Say everything that is wrong or strange in a file, with its line and what to do.

    Also shows what the file holds, and the root of its ballots: publish that when the vote closes,
    and anybody can later see that no ballot was changed. Exit 2 if the file cannot be counted.

    \b
    Examples:
      baithak budget check city.pb
      baithak budget check tables/ --json -
    """
    from baithak.engine.budget.readers import read
    from baithak.engine.budget.sealed import ballots_root
    from baithak.engine.errors import EngineError
    from baithak.report.errors import sentence

    problems: tuple[EngineError, ...] = ()
    found: dict[str, Any] = {}
    election: Election | None = None
    try:
        election = read(_find(source), encoding=encoding)
    except EngineError as error:
        problems = (error, *error.others)
    lines = []
    if election is not None:
        found = {
            "projects": len(election.projects),
            "voters": election.n,
            "vote_type": election.vote_type,
            "ballots_root": ballots_root(election),
        }
        lines = [
            f"{len(election.projects):,} projects, {election.n:,} voters, {election.vote_type}, "
            f"budget {_money(election.budget, election)}.",
            f"Root of the ballots: {found['ballots_root']}",
        ]
    # How many further problems there are is said by listing them.
    wrong = [sentence(p.code, {**p.params, "more": 0}) for p in problems]
    strange = [] if election is None else [sentence(n.code, n.params) for n in election.notices]
    if json_file:
        told = {"problems": wrong, "notices": strange, **found}
        write_file(json_file, json.dumps(told, ensure_ascii=False, indent=1))
    else:
        for line in [*lines, *(f"Wrong: {w}" for w in wrong), *(f"Note: {s}" for s in strange)]:
            click.echo(line)
        if not wrong:
            click.echo("It can be counted.")
    if wrong:
        sys.exit(2)


@budget.command()
@click.argument("source", metavar="IN")
@click.argument("target", metavar="OUT", type=click.Path(path_type=Path))
@click.option("--encoding", help="Of an old text file.  [default: UTF-8]")
def convert(source: str, target: Path, encoding: str | None) -> None:
    """Write an election in another form: .pb, .xlsx, .zip of CSV, or a folder of CSV.

    IN is whatever count reads. Keys and columns that Baithak does not know are kept. Cells that a
    spreadsheet would run as a formula are made harmless, and restored when they are read again.

    \b
    Examples:
      baithak budget convert city.xlsx city.pb
      baithak budget convert city.pb tables/
    """
    from baithak.engine.budget.pabulib import write_pb
    from baithak.engine.budget.readers import read
    from baithak.engine.budget.tables import write_csv, write_workbook, write_zip
    from baithak.engine.errors import EngineError

    kind = target.suffix.lower()
    if kind not in {"", ".pb", ".xlsx", ".zip"}:
        raise EngineError("budget.unknown_kind", value=str(target))
    election = read(_find(source), encoding=encoding)
    if not kind:
        files = {name: text.encode() for name, text in write_csv(election).items()}
        write_folder(target, files)
    else:
        write = {".pb": lambda e: write_pb(e).encode(), ".xlsx": write_workbook, ".zip": write_zip}
        _write_bytes(target, write[kind](election))
    click.echo(f"{election.n:,} voters and {len(election.projects):,} projects are in {target}.")
    _tell(election.notices)


def _write_bytes(target: Path, content: bytes) -> None:
    """A file, whole or not at all."""
    import os
    import tempfile

    from baithak.engine.errors import EngineError

    try:
        number, partial = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        try:
            with os.fdopen(number, "wb") as stream:
                stream.write(content)
            os.chmod(partial, 0o644)
            os.replace(partial, target)
        finally:
            Path(partial).unlink(missing_ok=True)
    except OSError as error:
        raise EngineError("report.unwritable", value=str(target), reason=error.strerror) from None


def _find(source: str) -> Path:
    """Where the election lies: a path, or a file of an open data set by its name."""
    from baithak.opendata import catalogue
    from baithak.opendata.errors import DataError

    path = Path(source)
    if path.exists():
        return path
    for entry in catalogue.catalogue():
        for file in entry.files:
            if entry.kind == "budget" and source in (file.name, file.name.removesuffix(".pb")):
                folder = catalogue.locate(entry)
                if folder is None:
                    raise DataError("data.not_here", value=entry.name)
                return folder / file.name
    return path


def _increment(text: str) -> Any:
    from baithak.engine.budget.money import amount
    from baithak.engine.errors import EngineError

    exact = amount(text)
    if not exact:
        raise EngineError("budget.increment_not_positive", value=text)
    return exact


def _title(asked: str | None, election: Election, source: str) -> str:
    meta = election.meta
    return asked or meta.get("description", "").strip() or Path(source).stem


def _report(shown: PublishedBudget, title: str, source: str, language: str) -> dict[str, bytes]:
    """Every file of the report, from the treated outcome alone."""
    from baithak.report.budget_report import compose
    from baithak.report.budget_svg import draw_money
    from baithak.report.budget_tables import tables
    from baithak.report.panel_html import page
    from baithak.report.panel_pdf import paper
    from baithak.report.panel_report import About
    from baithak.report.words import words

    about = About(title, date=today())
    report = compose(shown, about, source=Path(source).name, language=language)
    return {
        "report.html": page(report).encode(),
        "report.pdf": paper(report),
        "result.json": (json.dumps(shown.result, ensure_ascii=False, indent=1) + "\n").encode(),
        "money.svg": draw_money(shown, words(language)).encode(),
        **{name: text.encode() for name, text in tables(shown).items()},
    }


def _summary(told: Outcome) -> str:
    """The outcome in a few lines, for the terminal of whoever holds the ballots."""
    count, election = told.count, told.election
    names = {project.id: project.name or project.id for project in election.projects}
    lines = [
        f"{_title(None, election, 'Budget')}: {count.rule}, {count.utility}, {count.completion}",
        f"{len(count.selected)} of {len(election.projects)} projects funded with "
        f"{_money(count.cost, election)} of {_money(count.budget, election)}.",
        "",
    ]
    for funded in told.explanation.funded:
        lines.append(
            f"{funded.rank:>4}. {_cut(names[funded.project])}  {_money(funded.cost, election)}"
        )
    for tie in count.decided_by_tie:
        lines.append(
            f"Tie in round {tie.round}: {', '.join(tie.projects)} were equal; {tie.taken} was taken "
            f"({tie.by})."
        )
    figures = told.fairness
    lines += [
        "",
        f"{figures.without:,} of {figures.active:,} voters have nothing funded "
        f"({figures.exclusion:.1%}); on average {figures.mean_funded:.1%} of what a voter "
        "supports is funded.",
    ]
    if told.other_fairness is not None and told.other is not None:
        lines.append(
            f"With {told.other.rule}: {told.other_fairness.exclusion:.1%} have nothing, "
            f"{told.other_fairness.mean_funded:.1%} is funded on average."
        )
    return "\n".join([*lines, "", "--out DIR writes the report, --json FILE every reason."])


def _cut(text: str, longest: int = 60) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _money(value: Any, election: Election) -> str:
    from baithak.engine.budget.money import rounded

    whole, _, after = rounded(value, 2).partition(".")
    return f"{int(whole):,}{'.' + after if after else ''} {election.currency}".rstrip()


def _tell(notices: tuple[Notice, ...]) -> None:
    """What was strange, on stderr: results stay clean."""
    from baithak.report.errors import sentence

    for notice in notices:
        click.echo(f"Note: {sentence(notice.code, notice.params)}", err=True)
