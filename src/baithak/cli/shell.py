"""How every command behaves: late imports, one sentence for an error, exit codes, progress, files."""

from __future__ import annotations

import datetime
import importlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

import baithak

__all__ = ["CANNOT", "Shell", "check_folder", "progress", "today", "write_file", "write_folder"]

#: Codes that say "not here, not now" rather than "your input is wrong": exit 3 instead of 2.
CANNOT = frozenset(
    {
        "source.unreadable",
        "data.unreachable",
        "data.refused",
        "data.too_large",
        "data.damaged",
        "data.unwritable",
        "report.unwritable",
    }
)


class Shell(click.Group):
    """The group of all commands; imports each of them when it is called."""

    def __init__(self, name: str, late: Mapping[str, tuple[str, str]], **settings: Any) -> None:
        super().__init__(
            name,
            context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
            **settings,
        )
        self.late = late
        self.params += [
            click.Option(["--debug"], is_flag=True, help="Show the traceback of a fault."),
            click.Option(
                ["--version"],
                is_flag=True,
                is_eager=True,
                expose_value=False,
                callback=_version,
                help="Show the version.",
            ),
        ]
        self.callback = lambda debug: None

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order in which they are told."""
        return list(self.late)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command."""
        if cmd_name not in self.late:
            return None
        module, _, attribute = self.late[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in self.late.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; whatever goes wrong becomes one sentence and an exit code."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except KeyboardInterrupt:
            click.echo("Stopped.", err=True)
            raise SystemExit(130) from None
        except BrokenPipeError:
            # The reader of our output has left (baithak … | head): no fault, nothing to say.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise SystemExit(0) from None
        except Exception as error:
            if ctx.params.get("debug"):
                raise
            told, code = _told(error)
            click.echo(f"baithak: {told}", err=True)
            raise SystemExit(code) from None


def _version(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked:
        click.echo(f"baithak {baithak.__version__}")
        ctx.exit()


def _told(error: Exception) -> tuple[str, int]:
    """One sentence and the exit code for an error."""
    code, params = getattr(error, "code", None), getattr(error, "params", None)
    if isinstance(code, str) and isinstance(params, dict):
        from baithak.report.errors import sentence

        return sentence(code, params), 3 if code in CANNOT else 2
    if type(error).__name__ == "ImproperlyConfigured":
        return str(error), 2
    if isinstance(error, OSError):
        where = f" ({error.filename})" if error.filename else ""
        return f"{error.strerror or error}{where}. Check the path, the rights and the disk.", 3
    if isinstance(error, MemoryError):
        return "The memory of this machine does not suffice. Try a larger one.", 3
    return (
        f"A fault of Baithak ({type(error).__name__}). Run “baithak --debug …” again and send us "
        "what it shows; nothing was written.",
        3,
    )


@contextmanager
def progress(label: str) -> Iterator[Callable[[float], None]]:
    """A bar on stderr for long work, silent where stderr is no terminal; told shares 0 to 1."""
    if not sys.stderr.isatty():
        yield lambda share: None
        return
    with click.progressbar(length=1000, label=label, file=sys.stderr) as bar:
        seen = 0

        def tell(share: float) -> None:
            nonlocal seen
            now = int(1000 * min(1.0, max(0.0, share)))
            if now > seen:
                bar.update(now - seen)
                seen = now

        yield tell
        tell(1.0)


def today() -> str:
    """The day of the report; SOURCE_DATE_EPOCH fixes it for files that must not change."""
    told = os.environ.get("SOURCE_DATE_EPOCH", "")
    if told.isdigit():
        return datetime.datetime.fromtimestamp(int(told), datetime.UTC).date().isoformat()
    return datetime.date.today().isoformat()


def write_file(target: str, text: str) -> None:
    """Text to a file, whole or not at all; ``-`` is stdout."""
    if target == "-":
        click.echo(text)
    else:
        write_bytes(Path(target), f"{text}\n".encode())


def write_bytes(path: Path, content: bytes, *, secret: bool = False) -> None:
    """Bytes to a file, whole or not at all; nobody else may read what is ``secret``."""
    from baithak.engine.errors import EngineError

    try:
        number, partial = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(number, "wb") as stream:
                stream.write(content)
            os.chmod(partial, 0o600 if secret else 0o644)
            os.replace(partial, path)
        finally:
            Path(partial).unlink(missing_ok=True)
    except OSError as error:
        raise EngineError("report.unwritable", value=str(path), reason=error.strerror) from None


def check_folder(folder: Path, names: frozenset[str]) -> None:
    """Refuse a folder that holds anything but an earlier result with these file names."""
    from baithak.engine.errors import EngineError

    if folder.is_file():
        raise EngineError("report.folder_taken", value=str(folder))
    if folder.is_dir() and any(entry.name not in names for entry in folder.iterdir()):
        raise EngineError("report.folder_taken", value=str(folder))


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """All files into a folder, together or not at all; an earlier result there is replaced."""
    from baithak.engine.errors import EngineError

    check_folder(folder, frozenset(files))
    folder = folder.absolute()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
        old = partial.with_name(partial.name + ".old")
        try:
            for name, content in files.items():
                (partial / name).write_bytes(content)
            partial.chmod(0o755)
            if folder.exists():
                os.replace(folder, old)
            os.replace(partial, folder)
        finally:
            if old.exists() and not folder.exists():
                os.replace(old, folder)
            shutil.rmtree(old, ignore_errors=True)
            shutil.rmtree(partial, ignore_errors=True)
    except OSError as error:
        raise EngineError("report.unwritable", value=str(folder), reason=error.strerror) from None
