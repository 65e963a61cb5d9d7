"""Files of practices on the command line: check, import, export, spotlight, bundles, offline pack."""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from baithak.cli.shell import today, write_bytes, write_file

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )

    from baithak.exchange.merging import Held, Plan
    from baithak.exchange.records import City, Practices

__all__ = ["COMMANDS"]

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OUT = click.Path(dir_okay=False, path_type=Path)
FORMATS = ("yaml", "csv", "xlsx", "bibtex", "ris", "jsonld")
CITIES = click.option(
    "--cities", type=FILE, help="Cities the library does not know, as in its cities.yaml."
)


@click.command()
@click.argument("source", type=FILE, metavar="FILE")
@CITIES
@click.option("--json", "json_file", metavar="FILE|-", help="Write what was found as JSON.")
def check(source: Path, cities: Path | None, json_file: str | None) -> None:
    """Say everything that is wrong in a file of practices, with its row and what to do.

    FILE is YAML as in the library, or a table (CSV, XLSX) as `baithak exchange template` makes it.
    Exit 2 if something is wrong.

    \b
    Examples:
      baithak exchange check practices.yaml
      baithak exchange check practices.xlsx --json -
    """
    from baithak.engine.errors import EngineError
    from baithak.report.errors import sentence

    problems: tuple[EngineError, ...] = ()
    count = 0
    try:
        count = len(_read(source, cities).practices)
    except EngineError as error:
        problems = (error, *error.others)
    # How many further problems there are is said by listing them.
    wrong = [sentence(p.code, {**p.params, "more": 0}) for p in problems]
    if json_file:
        write_file(
            json_file,
            json.dumps({"practices": count, "problems": wrong}, ensure_ascii=False, indent=1),
        )
    else:
        for line in wrong:
            click.echo(f"Wrong: {line}")
        if not wrong:
            click.echo(f"{_practices(count)}, nothing wrong.")
    if wrong:
        sys.exit(2)


@click.command("import")
@click.argument("source", type=FILE, metavar="FILE")
@click.option("--dry-run", is_flag=True, help="Only say what would change; see below.")
@CITIES
@click.option("--key", type=FILE, help="Public key of the hub that signed a bundle.")
def import_(source: Path, dry_run: bool, cities: Path | None, key: Path | None) -> None:
    """Check a file of practices or a bundle, and say what it would change in the shipped library.

    This command has no hub: it writes nothing, with or without --dry-run. In a hub, the same file
    is imported on the page of the library.

    \b
    Examples:
      baithak exchange import practices.yaml --dry-run
      baithak exchange import bundle.zip --key their-hub.public.pem --dry-run
    """
    from baithak.exchange.merging import SHIPPED, Held, plan_import
    from baithak.exchange.records import library

    if key is not None:
        incoming = _open(source, key).held
    else:
        incoming = tuple(Held(SHIPPED, practice) for practice in _read(source, cities).practices)
    ours = [Held(SHIPPED, practice) for practice in library().practices]
    _tell(plan_import(ours, incoming))
    click.echo(
        "Nothing was written: this was a dry run."
        if dry_run
        else "Nothing was written: this command has no hub. Import the file on a hub's page."
    )


_REASONS = {
    "older": "the library has a newer version",
    "same_version": "other words under the same version: raise the version",
    "other_origin": "the library has a practice with this id from elsewhere",
}


def _tell(plan: Plan) -> None:
    def names(held: tuple[Held, ...]) -> None:
        for one in held:
            click.echo(f"  {one.practice.id} (version {one.practice.version})")

    click.echo(f"New: {len(plan.additions)}")
    names(plan.additions)
    click.echo(f"Newer versions: {len(plan.updates)}")
    names(plan.updates)
    click.echo(f"Unchanged: {len(plan.unchanged)}")
    click.echo(f"Not taken: {len(plan.conflicts)}")
    for conflict in plan.conflicts:
        click.echo(f"  {conflict.held.practice.id}: {_REASONS[conflict.reason]}")


@click.command()
@click.option(
    "--format", "kind", type=click.Choice(FORMATS), default="yaml", show_default=True,
    help="BibTeX and RIS are citations, JSON-LD is schema.org.",
)  # fmt: skip
@click.option("--practice", "names", multiple=True, metavar="ID", help="Only these practices.")
@click.option("--out", type=OUT, help="File to write.  [default: show it]")
def export(kind: str, names: tuple[str, ...], out: Path | None) -> None:
    """Write the shipped library, or some of its practices, in an open format.

    What is exported as YAML, CSV or XLSX can be read again and is then the same.

    \b
    Examples:
      baithak exchange export --out practices.yaml
      baithak exchange export --format xlsx --out practices.xlsx
      baithak exchange export --format bibtex --practice bilbao-anti-rumour-strategy
    """
    from baithak.exchange.records import library

    shipped = library()
    for name in names:
        if shipped.practice(name) is None:
            raise _no_practice(name)
    found = [p for p in shipped.practices if not names or p.id in names]
    _write(kind, _exported(kind, found), out)


def _exported(kind: str, practices: list[Any]) -> bytes:
    from baithak.exchange.exporting import exported
    from baithak.exchange.records import library

    shipped = library()
    ending = "bib" if kind == "bibtex" else kind
    return exported(ending, practices, shipped.taxonomy, shipped.cities)


@click.command()
@click.option("--format", "kind", type=click.Choice(["csv", "xlsx"]), default="xlsx")
@click.option("--out", type=OUT, help="File to write.  [default for CSV: show it]")
def template(kind: str, out: Path | None) -> None:
    """Write an empty table of practices; the workbook also explains each column and code.

    \b
    Examples:
      baithak exchange template --out practices.xlsx
      baithak exchange template --format csv
    """
    from baithak.exchange import tables
    from baithak.exchange.records import library

    if kind == "csv":
        _write(kind, tables.template_csv().encode(), out)
    else:
        _write(kind, tables.template_xlsx(library().taxonomy), out)


@click.command()
@click.argument("name", metavar="ID")
@click.option(
    "--language",
    type=click.Choice(["en", "bn", "hi", "ur", "ta", "si", "dv", "ne"]),
    default="en",
    show_default=True,
    help="Language of the page; what is not translated stays as it was written, and is marked.",
)
@click.option("--out", type=OUT, required=True, metavar="FILE.pdf|.docx", help="File to write.")
def spotlight(name: str, language: str, out: Path) -> None:
    """Write the city spotlight of a practice: one page to print (PDF) or to edit (Word).

    \b
    Examples:
      baithak exchange spotlight aarhus-model --out aarhus.pdf
      baithak exchange spotlight colombo-jaffna-sister-councils --language si --out colombo.docx
    """
    from baithak.exchange.records import library
    from baithak.exchange.spotlight import spotlight_of
    from baithak.report.spotlight_docx import spotlight_docx
    from baithak.report.spotlight_pdf import spotlight_pdf

    made = {".pdf": spotlight_pdf, ".docx": spotlight_docx}.get(out.suffix.lower())
    if made is None:
        raise click.UsageError(f"“{out.name}” must end with .pdf or .docx.")
    shipped = library()
    practice = shipped.practice(name)
    if practice is None:
        raise _no_practice(name)
    told = spotlight_of(
        practice,
        shipped.taxonomy,
        shipped.city(practice.city, practice.country),
        language,
        renderings={
            code: told.practices[name]
            for code, told in shipped.translations.items()
            if name in told.practices
        },
    )
    write_bytes(out, made(told))
    click.echo(f"Written: {out}", err=True)


@click.command()
@click.option("--out", type=OUT, required=True, help="ZIP file to write.")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="[default: today]")
def offline(out: Path, day: datetime | None) -> None:
    """Write the library as one ZIP of pages that open without a server, in eight languages.

    Unpack it and open index.html. Nothing in it is fetched from the internet; fonts are inside.

    Example:  baithak exchange offline --out library.zip
    """
    from baithak.exchange.offline import zipped
    from baithak.exchange.records import library

    content = zipped(library(), _day(day))
    write_bytes(out, content)
    click.echo(
        f"{len(library().practices)} practices in eight languages, {len(content) / 1e6:.1f} MB: {out}"
    )


@click.group()
def bundle() -> None:
    """Signed files of practices, from one hub to another.

    \b
    Examples:
      baithak exchange bundle keys --out our-hub
      baithak exchange bundle create practices.yaml --key our-hub.private.pem \\
          --origin https://hub.example --number 1 --out bundle.zip
      baithak exchange bundle verify bundle.zip --key their-hub.public.pem
    """


@bundle.command()
@click.option("--out", type=OUT, required=True, help="Beginning of the names of both files.")
def keys(out: Path) -> None:
    """Make a pair of keys: the private one signs and stays here, the public one is given away.

    Example:  baithak exchange bundle keys --out our-hub
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
        PublicFormat,
    )

    from baithak.exchange.bundle import fingerprint

    private, public = (out.with_name(f"{out.name}.{kind}.pem") for kind in ("private", "public"))
    for path in (private, public):
        if path.exists():
            raise click.UsageError(f"“{path}” is there already. Choose another name.")
    key = Ed25519PrivateKey.generate()
    write_bytes(
        private, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), secret=True
    )
    write_bytes(
        public, key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    click.echo(f"Keep {private} to yourself. Give {public} to the other hub, and read out to them:")
    click.echo(fingerprint(key.public_key()))


@bundle.command()
@click.argument("source", type=FILE, metavar="FILE")
@click.option("--key", type=FILE, required=True, help="Private key of this hub.")
@click.option("--origin", required=True, metavar="ADDRESS", help="This hub: https://hub.example")
@click.option("--number", type=click.IntRange(1), required=True, help="One more each time.")
@click.option("--out", type=OUT, required=True, help="Bundle to write.")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="[default: today]")
@CITIES
def create(
    source: Path,
    key: Path,
    origin: str,
    number: int,
    out: Path,
    day: datetime | None,
    cities: Path | None,
) -> None:
    """Check a file of practices, pack and sign it.

    \b
    Example:
      baithak exchange bundle create practices.yaml --key our-hub.private.pem \\
          --origin https://hub.example --number 1 --out bundle.zip
    """
    from baithak.exchange.bundle import create_bundle

    told = _read(source, cities)
    content = create_bundle(
        told.practices,
        (*_cities(cities), *told.cities),
        origin=origin,
        number=number,
        day=_day(day),
        key=_private(key),
    )
    write_bytes(out, content)
    click.echo(f"Signed in {out}: {_practices(len(told.practices))} of {origin}.")


@bundle.command()
@click.argument("source", type=FILE, metavar="BUNDLE")
@click.option("--key", type=FILE, required=True, help="Public key of the hub that sent it.")
def verify(source: Path, key: Path) -> None:
    """Check the signature, every part and every record of a bundle. Exit 2 if anything is wrong.

    Example:  baithak exchange bundle verify bundle.zip --key their-hub.public.pem
    """
    told = _open(source, key)
    click.echo(
        f"Bundle {told.number} of {told.origin}, {told.day}: {_practices(len(told.practices))}, "
        "unchanged since it was signed."
    )


def _no_practice(name: str) -> click.UsageError:
    return click.UsageError(
        f"There is no practice “{name}” in the library. Find its id with “baithak exchange search”."
    )


def _read(source: Path, cities: Path | None) -> Practices:
    """A file of practices, by the ending of its name."""
    from baithak.exchange.records import library, read_practices
    from baithak.exchange.tables import read_table

    read = read_practices if source.suffix.lower() in (".yaml", ".yml") else read_table
    return read(source.read_bytes(), library().taxonomy, _cities(cities), source.name)


def _cities(more: Path | None) -> tuple[City, ...]:
    from baithak.exchange.records import library, read_cities

    shipped = library()
    if more is None:
        return shipped.cities
    return (*shipped.cities, *read_cities(more.read_bytes(), shipped.taxonomy, more.name))


def _open(source: Path, key: Path) -> Any:
    from baithak.exchange.bundle import open_bundle
    from baithak.exchange.records import library

    shipped = library()
    return open_bundle(
        source.read_bytes(), _public(key), shipped.taxonomy, shipped.cities, source.name
    )


def _private(path: Path) -> Ed25519PrivateKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    from baithak.engine.errors import EngineError

    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise EngineError("bundle.bad_key", value=str(path), reason="private, Ed25519, PEM")
    return key


def _public(path: Path) -> Ed25519PublicKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    from baithak.engine.errors import EngineError

    try:
        key = load_pem_public_key(path.read_bytes())
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise EngineError("bundle.bad_key", value=str(path), reason="public, Ed25519, PEM")
    return key


def _write(kind: str, content: bytes, out: Path | None) -> None:
    if out is not None:
        write_bytes(out, content)
        click.echo(f"Written: {out}", err=True)
    elif kind == "xlsx":
        raise click.UsageError("A workbook cannot be shown here. Name a file with --out.")
    else:
        click.echo(content.decode().removeprefix("\ufeff"), nl=False)


def _practices(count: int) -> str:
    return "1 practice" if count == 1 else f"{count} practices"


def _day(day: datetime | None) -> date:
    return day.date() if day else date.fromisoformat(today())


#: What ``baithak exchange`` offers beside the search.
COMMANDS = (check, import_, export, spotlight, template, bundle, offline)
