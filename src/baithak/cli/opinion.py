"""``baithak opinion``: votes in, an opinion map and a report out."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from baithak.cli.shell import check_folder, progress, today, write_file, write_folder

if TYPE_CHECKING:
    from baithak.engine.opinion.readers import Conversation
    from baithak.engine.opinion.shards import Crew
    from baithak.opendata.catalogue import DataSet
    from baithak.report.disclosure import PublishedMap
    from baithak.report.opinion_report import About

__all__ = ["FILES", "opinion"]

#: Everything `--out` writes.
FILES = frozenset(
    {
        "report.html",
        "report.pdf",
        "map.svg",
        "about.csv",
        "common-ground.csv",
        "dividing.csv",
        "groups.csv",
        "statements-by-group.csv",
        "statements.csv",
    }
)


#: How often, and up to how many votes, groups are judged by whole refits unless --refits says.
REFITS = 40
REFITTED = 60_000


@click.group()
def opinion() -> None:
    """Opinion maps: who answers alike, what everybody shares, what divides, and how sure that is.

    \b
    Examples:
      baithak opinion map votes.csv
      baithak opinion map votes.csv --out report/ --language ur
      baithak opinion evaluate bowling-green --json -
    """


@opinion.command("map")
@click.argument("source")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="DIR", help="Write the report here."
)
@click.option("--json", "json_file", metavar="FILE|-", help="Write the exact result as JSON.")
@click.option("--people", is_flag=True, help="With --json: rows per person too.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of every draw.")
@click.option(
    "--method",
    type=click.Choice(["baithak", "polis"]),
    default="baithak",
    show_default=True,
    help="Baithak's model, or Polis' pipeline for comparison.",
)
@click.option(
    "--population",
    metavar="SHARES.CSV",
    help="Weight to the population: a CSV with question, category, share.",
)
@click.option(
    "--declared",
    metavar="FILE",
    help="What participants said of themselves: participant and a column for each question.  "
    "[default: columns of SOURCE]",
)
@click.option(
    "--refits",
    type=click.IntRange(0),
    help="Judge groups by so many whole refits instead of quick repeats.  "
    f"[default: {REFITS} up to {REFITTED:,} votes, above that 0]",
)
@click.option(
    "--tense",
    is_flag=True,
    help="Religion, ethnicity, caste, displacement: no figure below 20 people in the report.",
)
@click.option(
    "--cluster",
    metavar="ADDRESS",
    help="Go through the people on the workers of this Dask scheduler, such as "
    "tcp://10.0.0.5:8786, in a network you trust; the result is the same.",
)
@click.option("--language", default="en", show_default=True, help="Of the report: en, ur, bn.")
@click.option("--title", help="Of the report.  [default: what the source says]")
@click.option("--question", help="Of the report.  [default: what the source says]")
def make_map(
    source: str,
    out: Path | None,
    json_file: str | None,
    people: bool,
    seed: int,
    method: str,
    population: str | None,
    declared: str | None,
    refits: int | None,
    tense: bool,
    cluster: str | None,
    language: str,
    title: str | None,
    question: str | None,
) -> None:
    """Make the opinion map of a conversation, and a report a mayor can read.

    SOURCE is a Polis export folder, a participants-votes.csv, a long CSV (participant, statement,
    vote[, channel][, timestamp]), or the name of an open data set (baithak data list).

    --out DIR writes report.html, report.pdf, map.svg and CSV tables. They may leave the house: no
    figure below 10 people is in them, counts are rounded to 5. The folder appears whole or not at
    all; an earlier report in it is replaced, other files never.

    --json FILE holds the exact figures, for you: the same votes and seed give the same bytes. With
    neither, a short summary is shown.

    \b
    Examples:
      baithak opinion map votes.csv
      baithak opinion map export/ --out report/ --language bn
      baithak opinion map bowling-green --json map.json --seed 7
      baithak opinion map votes.csv --population shares.csv --declared who.csv --out report/
      baithak opinion map votes.csv --cluster tcp://10.0.0.5:8786 --json map.json
    """
    if people and not json_file:
        raise click.UsageError("--people adds rows to the JSON result: give --json FILE too.")
    if declared and not population:
        raise click.UsageError("--declared needs --population: the shares to weight to.")
    if out is not None:
        check_folder(out, FILES)
    path, entry = _find(source)
    conversation = _conversation(path)
    from baithak.engine.opinion.map import opinion_map

    shares = answers = None
    if population:
        from baithak.engine.opinion.population import read_declared, read_shares

        shares = read_shares(population)
        # What people said of themselves may be further columns of the votes' own table.
        answers = read_declared(declared) if declared else read_declared(_table(path), shares)
    draws = out is not None
    with _crew(cluster) as crew, progress("Drawing the map") as tell:
        result = opinion_map(
            conversation.votes,
            method="polis" if method == "polis" else "baithak",
            seed=seed,
            population=shares,
            declared=answers,
            people=people or draws,
            refits=_refits(refits, conversation.votes.size),
            crew=crew,
            progress=tell,
        )
    from baithak.report.disclosure import published

    told = published(result, tense=tense)
    about = _about(source, conversation, entry, title, question)
    if out is not None:
        from baithak.engine.errors import EngineError

        if told.too_few:
            raise EngineError("report.too_few_people", k=told.k)
        write_folder(out, _report(told, about, language))
    if json_file:
        write_file(json_file, result.to_json(people=people, indent=1))
    if out is not None:
        click.echo(f"The report is in {out}: open {out / 'report.html'}.", err=json_file == "-")
    elif not json_file:
        click.echo(_summary(told, about, language))


@opinion.command()
@click.argument("source")
@click.option(
    "--holdout", type=float, default=0.2, show_default=True, help="Share of votes to hide."
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Which to hide.")
@click.option("--json", "json_file", metavar="FILE|-", help="Write the result as JSON.")
def evaluate(source: str, holdout: float, seed: int, json_file: str | None) -> None:
    """Hide votes, let every model predict them, and say how well each did.

    Anybody can check with this what docs/methods/opinion-maps.md claims. Smaller is better for
    log-loss, Brier and ECE; larger for accuracy and AUC. Agree against disagree; the last column
    tells agree, pass and disagree apart.

    \b
    Examples:
      baithak opinion evaluate bowling-green
      baithak opinion evaluate votes.csv --holdout 0.2 --seed 3 --json -
    """
    conversation = _conversation(_find(source)[0])
    from baithak.engine.opinion.evaluate import evaluate as run

    with progress("Predicting hidden votes") as tell:
        told = run(conversation.votes, holdout=holdout, seed=seed, progress=tell)
    if json_file:
        write_file(json_file, told.to_json(indent=1))
        return
    click.echo(f"{told.n_test:,} of {told.n_test + told.n_train:,} votes hidden, seed {told.seed}")
    click.echo(
        f"{'model':<14}{'log-loss':>9}{'brier':>8}{'acc':>8}{'auc':>8}{'ece':>8}{'3-class':>9}"
    )
    for name, scores in sorted(told.models.items(), key=lambda item: item[1].log_loss):
        auc = "-" if scores.auc is None else f"{scores.auc:.3f}"
        three = f"{told.three_class[name].log_loss:.3f}" if name in told.three_class else "-"
        click.echo(
            f"{name:<14}{scores.log_loss:>9.3f}{scores.brier:>8.3f}{scores.accuracy:>8.3f}"
            f"{auc:>8}{scores.ece:>8.3f}{three:>9}"
        )


def _find(source: str) -> tuple[Path, DataSet | None]:
    """Where the conversation lies: a path, or an open data set of this name."""
    from baithak.engine.errors import EngineError
    from baithak.opendata import catalogue

    path = Path(source)
    if path.exists():
        return path, catalogue.recognise(path) if path.is_dir() else None
    known = [
        entry
        for entry in catalogue.catalogue()
        if entry.kind == "dialogue" and source in (entry.name, entry.alias)
    ]
    if not known:
        raise EngineError("source.not_found", value=source)
    folder = catalogue.locate(known[0])
    if folder is None:
        from baithak.opendata.errors import DataError

        raise DataError("data.not_here", value=known[0].name)
    return folder, known[0]


def _conversation(path: Path) -> Conversation:
    from baithak.engine.opinion.readers import read_conversation

    return read_conversation(path)


def _table(path: Path) -> Path:
    """The table of votes of a source: in its other columns people may have declared something."""
    return path / "participants-votes.csv" if path.is_dir() else path


def _crew(cluster: str | None) -> AbstractContextManager[Crew]:
    """Who goes through the people: the threads here, or the workers of a cluster."""
    if cluster is None:
        from baithak.engine.opinion.shards import THREADS

        return nullcontext(THREADS)
    from baithak.engine.opinion.cluster import Cluster

    return Cluster(cluster)


def _refits(asked: int | None, votes: int) -> int:
    """The quick repeats are too kind in small conversations, where refits cost little."""
    if asked is not None:
        return asked
    return REFITS if votes <= REFITTED else 0


def _about(
    source: str,
    conversation: Conversation,
    entry: DataSet | None,
    title: str | None,
    question: str | None,
) -> About:
    from baithak.report.opinion_report import About

    return About(
        title=title or (entry.title if entry else conversation.topic) or Path(source).stem,
        question=_opening(conversation.description) if question is None else question.strip(),
        source=entry.page if entry else conversation.url or Path(source).name,
        attribution=entry.attribution if entry else "",
        date=today(),
        statements_language=entry.language if entry else "",
    )


def _opening(text: str, longest: int = 320) -> str:
    """The first paragraph of a description: what was asked, without the invitation around it."""
    first = text.strip().partition("\n\n")[0].strip()
    if len(first) <= longest:
        return first
    return first[:longest].rpartition(" ")[0].rstrip(" ,;:") + " …"


def _report(told: PublishedMap, about: About, language: str) -> dict[str, bytes]:
    """Every file of the report, from the treated map alone."""
    from baithak.report.opinion_html import page
    from baithak.report.opinion_pdf import paper
    from baithak.report.opinion_report import compose
    from baithak.report.opinion_svg import draw_map
    from baithak.report.tables import tables
    from baithak.report.words import words

    report = compose(told, about, language=language)
    files = {
        "report.html": page(report).encode(),
        "report.pdf": paper(report),
        **{name: text.encode() for name, text in tables(told).items()},
    }
    drawn = draw_map(told, words(language))
    if drawn:
        files["map.svg"] = drawn.encode()
    return files


def _summary(told: PublishedMap, about: About, language: str) -> str:
    """What the report says first, for the terminal."""
    from baithak.report.opinion_report import Points, compose

    if told.too_few:
        from baithak.report.errors import sentence

        return sentence("report.too_few_people", {"k": told.k}, language=language)
    report = compose(told, about, language=language)
    lines = [about.title, ", ".join(f"{value} {name}" for value, name in report.big), ""]
    for block in report.sections[0].blocks:
        if isinstance(block, Points):
            lines += [f"- {item}" for item in block.items]
    lines += ["", "--out DIR writes the whole report, --json FILE the exact figures."]
    return "\n".join(lines)
