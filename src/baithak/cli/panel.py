"""``baithak panel``: people and quotas in, a fair lottery and a draw that anybody can check out."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Collection
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import click

import baithak
from baithak.cli.panel_results import (
    FILES,
    Inputs,
    refuse,
    report_files,
    result_of,
    summary,
    verifier,
    write_slips,
)
from baithak.cli.shell import check_folder, progress, write_file, write_folder
from baithak.engine.errors import EngineError

if TYPE_CHECKING:
    from baithak.engine.panel.draw import Commitment, Register
    from baithak.engine.panel.results import Lottery

__all__ = ["FILES", "panel"]

METHODS = ("leximin", "maximin", "nash", "goldilocks", "legacy")
#: How far a lottery is, by what begins.
STAGES = {"kinds": 0.02, "chances": 0.05, "seats": 0.4, "panels": 0.5, "whole": 0.7, "check": 0.95}

Command = Callable[..., None]


@click.group()
def panel() -> None:
    """Panels by public lottery: everybody the fairest chance, every quota met, a draw to check.

    \b
    Examples:
      baithak panel check --pool respondents.csv --quotas categories.csv --size 40
      baithak panel draw --pool respondents.csv --quotas categories.csv --size 40 --seed 7 --json -
      baithak panel verify receipt.json
    """


def _files(command: Command) -> Command:
    """The options that every command on a pool has."""
    for option in reversed(
        (
            click.option("--pool", required=True, metavar="FILE", help="People: CSV or XLSX."),
            click.option("--quotas", required=True, metavar="FILE", help="Quotas: CSV or XLSX."),
            click.option("--size", required=True, type=click.IntRange(1), help="Seats."),
            click.option(
                "--household",
                multiple=True,
                metavar="COLUMN",
                help="At most one of a household: its column, or again for each part of an address.",
            ),
            click.option(
                "--id",
                "id_column",
                metavar="COLUMN",
                help="Names people.  [default: id, nationbuilder_id, or the number of the row]",
            ),
        )
    ):
        command = option(command)
    return command


def _lots(command: Command) -> Command:
    """The options of a lottery."""
    for option in reversed(
        (
            click.option(
                "--method",
                type=click.Choice(METHODS),
                default="leximin",
                show_default=True,
                help="How chances are made fair.",
            ),
            click.option(
                "--panels",
                type=click.IntRange(1, 10_000),
                default=1000,
                show_default=True,
                help="How many panels are listed, each equally likely.",
            ),
            click.option(
                "--seed", type=click.IntRange(0), default=0, show_default=True, help="Of the list."
            ),
            click.option(
                "--secret",
                metavar="FILE",
                help="At least 16 bytes that stay in the house; pseudonyms are made from them.  "
                "[default: made from the pool itself]",
            ),
            click.option("--title", default="", help="Of the panel."),
        )
    ):
        command = option(command)
    return command


def _chance(command: Command) -> Command:
    """The options of the draw itself."""
    for option in reversed(
        (
            click.option(
                "--randomness",
                metavar="TEXT",
                help="What chance said: a drand value, lottery numbers, at least twelve throws of a "
                "die; with --read number the number itself.  [default: made from the seed]",
            ),
            click.option(
                "--named",
                metavar="TEXT",
                default="",
                help="The randomness that was named beforehand.",
            ),
            click.option(
                "--read",
                type=click.Choice(["hash", "number"]),
                default="hash",
                show_default=True,
                help="Hash the randomness, or read it as the panel's number (balls, ten-sided dice).",
            ),
            click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Report."),
            click.option(
                "--json", "json_file", metavar="FILE|-", help="The exact result, private."
            ),
            click.option(
                "--slips", metavar="FILE", help="Everybody's slip, to hand to each alone; private."
            ),
            click.option(
                "--pair",
                "pairs",
                multiple=True,
                metavar="A,B",
                help="Two categories for a two-way table of the report; may be repeated.",
            ),
            click.option(
                "--tense",
                is_flag=True,
                help="Religion, ethnicity, caste, displacement: no figure below 20 in the report.",
            ),
            click.option("--language", default="en", show_default=True, help="Of the report."),
        )
    ):
        command = option(command)
    return command


@panel.command()
@_files
@click.option("--json", "json_file", metavar="FILE|-", help="The result as JSON.")
def check(json_file: str | None, **files: Any) -> None:
    """Say whether any panel meets the quotas; if not, the smallest change that helps.

    Exit code 3 where no panel is possible.

    \b
    Examples:
      baithak panel check --pool respondents.csv --quotas categories.csv --size 40
      baithak panel check --pool people.xlsx --quotas people.xlsx --size 40 --household address
    """
    from baithak.engine.panel.feasibility import feasibility

    asked = _read(**files)
    found = feasibility(asked.pool, asked.quotas, asked.size, household=asked.household)
    if not found.feasible:
        refuse(found, asked.quotas, json_file)
    shut_out = sum(len(kind.people) for kind in found.excluded)
    if json_file:
        told = {
            "infeasible": False,
            "size": asked.size,
            "pool": asked.pool.n,
            "household": asked.household,
            "shut_out": shut_out,
        }
        write_file(json_file, json.dumps(told, ensure_ascii=False))
        return
    click.echo(f"Panels of {asked.size} that meet every quota can be drawn from {asked.pool.n:,}.")
    if shut_out:
        click.echo(f"{shut_out:,} people are in none of them:")
        for kind in found.excluded:
            because = ", ".join(
                f"{b.category}: {b.feature} ({b.bound} {b.value})" for b in kind.because
            )
            click.echo(f"- {len(kind.people):,}, because of {because or 'their household'}")


@panel.command("draw")
@_files
@_lots
@_chance
@click.option(
    "--commitment",
    metavar="FILE",
    help="The commitment that was published: refuse to draw from anything else.",
)
def make_draw(commitment: str | None, **options: Any) -> None:
    """Draw a panel by lottery, and write the receipt with which anybody can check it.

    For a draw in public run “baithak panel commit” first and publish what it writes; after chance
    has spoken run this with the same files and options, --commitment and --randomness. Without
    --randomness the seed decides, which proves nothing to anybody outside.

    --out DIR writes the report (HTML, PDF, CSV), the receipt and the program that checks it; all of
    it may be published: no figure below 10 people is in it. --json FILE holds ids and exact
    figures, for you: the same files and seed give the same bytes. Exit code 3 where no panel meets
    the quotas; then the smallest change that helps is told.

    \b
    Examples:
      baithak panel draw --pool respondents.csv --quotas categories.csv --size 40
      baithak panel draw --pool respondents.csv --quotas categories.csv --size 40 --seed 7 --json -
      baithak panel draw --pool p.csv --quotas q.csv --size 40 --household address --out result/
      baithak panel draw --pool p.csv --quotas q.csv --size 40 --commitment public/commitment.json
        --randomness "3 5 1 6 2 2 4 1 6 3 5 5" --out result/
    """
    _prepare(options)
    if commitment and options["randomness"] is None:
        raise click.UsageError("--commitment waits for what chance said: give --randomness too.")
    published = _published(commitment)
    asked, lottery = _lottery(options)
    told = _register(asked)
    if published is not None:
        # What was promised is not asked again.
        options["named"], options["read"] = published.head["randomness"], published.head["read"]
        options["title"] = published.head["title"]
    promised = _commit(told, asked, lottery, options)
    if published is not None and published.list_hash != promised.list_hash:
        raise EngineError("panel.commitment_differs", file=Path(str(commitment)).name)
    _finish(asked, lottery, told, promised, options)


@panel.command("commit")
@_files
@_lots
@click.option(
    "--named",
    required=True,
    metavar="TEXT",
    help="The randomness that will decide, in words that leave no choice later.",
)
@click.option(
    "--read",
    type=click.Choice(["hash", "number"]),
    default="hash",
    show_default=True,
    help="Hash the randomness, or read it as the panel's number (balls, ten-sided dice).",
)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Write what is to be published here.",
)
@click.option("--slips", metavar="FILE", help="Everybody's slip, to hand to each alone; private.")
def make_commitment(out: Path, slips: str | None, **options: Any) -> None:
    """Promise a list of panels before the draw: publish it, then let public chance decide.

    \b
    Examples:
      baithak panel commit --pool respondents.csv --quotas categories.csv --size 40 --seed 7
        --named "dice in the town hall, 5 December 2026" --out public/ --slips slips.jsonl
      baithak panel commit --pool p.csv --quotas q.csv --size 40 --read number
        --named "three ten-sided dice, hundreds first" --out public/
    """
    names = frozenset({"commitment.json", "verify_draw.py"})
    check_folder(out, names)
    asked, lottery = _lottery(options)
    told = _register(asked)
    promised = _commit(told, asked, lottery, options)
    write_folder(
        out,
        {"commitment.json": promised.to_json().encode(), "verify_draw.py": verifier()},
    )
    if slips:
        write_slips(slips, told)
    click.echo(f"Publish {out / 'commitment.json'} and its list's hash, then let chance decide:")
    click.echo(promised.list_hash)


@panel.command()
@_files
@_lots
@_chance
@click.option("--receipt", required=True, metavar="FILE", help="Of the draw before.")
@click.option(
    "--declined",
    required=True,
    metavar="FILE",
    help="Ids of those who gave their seat back, one a line.",
)
@click.option("--reason", required=True, metavar="TEXT", help="Why there is a further draw.")
def replace(receipt: str, declined: str, reason: str, **options: Any) -> None:
    """Draw replacements: whoever declined is out, everybody else keeps their seat.

    Give the same pool, quotas, size, household columns, seed and secret as in the draw before. The
    new draw has the next number, the reason, and the hash of the list before it.

    \b
    Examples:
      baithak panel replace --pool p.csv --quotas q.csv --size 40 --receipt receipt.json
        --declined declined.txt --reason "three people declined" --randomness "drand 5012399 9f2e…"
    """
    _prepare(options)
    asked = _asked(options)
    told = _register(asked)
    head, selected = _before(receipt)
    seated = told.ids(selected)
    gone = _ids(declined)
    unknown = sorted(gone - set(seated))
    if unknown:
        raise EngineError("panel.not_seated", file=Path(declined).name, value=unknown[0])
    standing = [name for name in seated if name not in gone]
    lottery = _replacement(asked, standing, gone, options)
    promised = _commit(
        told,
        asked,
        lottery,
        options,
        number=head["draw"] + 1,
        reason=reason,
        previous=head["list_sha256"],
        standing=standing,
    )
    _finish(asked, lottery, told, promised, options)


@panel.command()
@click.argument("receipt", metavar="RECEIPT")
@click.option("--member", metavar="SLIP", help="A registrant's slip, as text or as a file.")
@click.option("--lines", metavar="FILE", help="The lines of all registrants, for an auditor.")
@click.option("--published", metavar="SHA256", help="The list's hash published before the draw.")
def verify(receipt: str, **options: str | None) -> None:
    """Replay a draw from its receipt, as verify_draw.py does without Baithak.

    Exit code 1 where something is not as it was promised.

    \b
    Examples:
      baithak panel verify receipt.json
      baithak panel verify receipt.json --published 5f0c…
      baithak panel verify receipt.json --member my-slip.json
    """
    from baithak.engine.panel import verify_draw

    asked = [part for name, told in options.items() if told for part in (f"--{name}", told)]
    raise SystemExit(verify_draw.main([receipt, *asked]))


# --- reading


def _read(
    pool: str, quotas: str, size: int, household: tuple[str, ...], id_column: str | None
) -> Inputs:
    from baithak.engine.panel.readers import read_pool, read_quotas

    targets = read_quotas(quotas)
    people = read_pool(pool, targets, id=id_column, household=household)
    return Inputs(people, targets, size, bool(household), b"")


def _asked(options: dict[str, Any]) -> Inputs:
    names = ("pool", "quotas", "size", "household", "id_column")
    asked = _read(**{name: options[name] for name in names})
    return dataclasses.replace(asked, secret=_secret(options))


def _secret(options: dict[str, Any]) -> bytes:
    """What pseudonyms are made from: a file, or the pool, which only those know who hold it."""
    try:
        if options["secret"]:
            return Path(options["secret"]).read_bytes()
        pool = Path(options["pool"]).read_bytes()
    except OSError as error:
        raise EngineError(
            "source.unreadable", value=str(error.filename), reason=error.strerror
        ) from None
    return sha256(b"baithak panel secret 1\0%d\0" % options["seed"] + pool).digest()


def _published(file: str | None) -> Commitment | None:
    from baithak.engine.panel.draw import read_commitment

    return None if file is None else read_commitment(_text(file))


def _before(file: str) -> tuple[dict[str, Any], list[str]]:
    """Number and list's hash of the draw before, and who sat in its panel."""
    from baithak.engine.panel import verify_draw

    text = _text(file)
    try:
        if list(verify_draw.findings(text)):
            raise ValueError
        told = json.loads(text)
        head = {"draw": told["commitment"]["draw"], "list_sha256": told["list_sha256"]}
        return head, list(told["selected"])
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError):
        raise EngineError("panel.receipt_damaged", file=Path(file).name) from None


def _ids(file: str) -> set[str]:
    return {line.strip() for line in _text(file).splitlines() if line.strip()}


def _text(file: str) -> str:
    try:
        return Path(file).read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise EngineError("source.unreadable", value=file, reason=error.strerror) from None
    except UnicodeDecodeError:
        raise EngineError("panel.not_text", file=Path(file).name) from None


# --- lottery and draw


def _prepare(options: dict[str, Any]) -> None:
    """Refuse what cannot end well before anything long begins."""
    if options["out"] is not None:
        check_folder(options["out"], FILES)
    if options["randomness"] is None and options["read"] == "number":
        raise click.UsageError("--read number needs the number: give --randomness too.")


def _lottery(options: dict[str, Any]) -> tuple[Inputs, Lottery]:
    from baithak.engine.panel.lottery import lottery

    asked = _asked(options)
    return asked, _made(
        asked,
        options,
        lambda tell: lottery(
            asked.pool,
            asked.quotas,
            asked.size,
            method=options["method"],
            panels=options["panels"],
            seed=options["seed"],
            household=asked.household,
            progress=tell,
        ),
    )


def _made(
    asked: Inputs, options: dict[str, Any], make: Callable[[Callable[[str], None]], Lottery]
) -> Lottery:
    """The lottery; where no panel is possible, the command ends with the reason."""
    from baithak.engine.panel.results import InfeasibleError

    try:
        with progress("Making the lottery") as tell:
            return make(lambda stage: tell(STAGES.get(stage, 0.0)))
    except InfeasibleError as error:
        refuse(error.feasibility, asked.quotas, options.get("json_file"))


def _register(asked: Inputs) -> Register:
    from baithak.engine.panel.draw import register

    return register(asked.pool, asked.quotas, secret=asked.secret, household=asked.household)


def _commit(
    told: Register, asked: Inputs, lottery: Lottery, options: dict[str, Any], **more: Any
) -> Commitment:
    from baithak.engine.panel.draw import commit

    named = options["named"]
    if not named:
        public = options.get("randomness") is not None
        named = "as given on the day" if public else _seed_words(options["seed"])
    return commit(
        told,
        asked.quotas,
        lottery,
        named=named,
        read=cast(Literal["hash", "number"], options["read"]),
        version=baithak.__version__,
        title=options["title"],
        **more,
    )


def _seed_words(seed: int) -> str:
    return f"no public randomness: seed {seed} of the computation"


def _replacement(
    asked: Inputs, standing: list[str], gone: Collection[str], options: dict[str, Any]
) -> Lottery:
    """A lottery over whole panels in which everybody standing sits and nobody who is gone."""
    from baithak.engine.panel.replacement import replacement

    places = {name: at for at, name in enumerate(asked.pool.ids)}
    return _made(
        asked,
        options,
        lambda tell: replacement(
            asked.pool,
            asked.quotas,
            asked.size,
            confirmed=[places[name] for name in standing],
            declined=[places[name] for name in sorted(gone)],
            method=options["method"],
            panels=options["panels"],
            seed=options["seed"],
            household=asked.household,
            progress=tell,
        ),
    )


def _finish(
    asked: Inputs,
    lottery: Lottery,
    told: Register,
    promised: Commitment,
    options: dict[str, Any],
) -> None:
    """Draw, and write what was asked for: all that can fail comes before the first file."""
    from baithak.engine.panel.draw import draw

    public = options["randomness"] is not None
    drawn = draw(promised, options["randomness"] if public else _seed_words(options["seed"]))
    out, json_file = options["out"], options["json_file"]
    files = report_files(asked, lottery, drawn, public, options) if out is not None else {}
    result = result_of(asked, lottery, told, drawn)
    if out is not None:
        write_folder(out, files)
    if options["slips"]:
        write_slips(options["slips"], told)
    if json_file:
        write_file(json_file, json.dumps(result, ensure_ascii=False))
    if out is not None:
        click.echo(f"The report is in {out}: open {out / 'report.html'}.", err=json_file == "-")
    elif not json_file:
        click.echo(summary(result, drawn, public))
