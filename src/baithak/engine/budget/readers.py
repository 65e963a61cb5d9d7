"""Read a budget election from whatever it comes in, and say what is wrong with a file."""

from __future__ import annotations

from pathlib import Path

from baithak.engine.budget.election import Election, Notice
from baithak.engine.budget.pabulib import read_bytes, read_pb
from baithak.engine.budget.tables import read_folder, read_workbook, read_zip
from baithak.engine.errors import EngineError
from baithak.engine.workbook import is_zip

__all__ = ["read", "validate"]


def read(source: Path | str | bytes, *, encoding: str | None = None, name: str = "") -> Election:
    """Read a ``.pb`` file, a workbook, or a folder or zip of CSV; what it is decides its content.

    Parameters
    ----------
    source : path or bytes
    encoding : str, optional
        Of text files; UTF-8 without.
    name : str, optional
        How messages call the source; without, the name of the path.

    Raises
    ------
    EngineError
        ``budget.old_workbook`` and the codes of ``pabulib.read_pb`` and of ``tables``.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for table, text in {
    ...         "meta.csv": "key,value\\nbudget,100\\nvote_type,approval\\n",
    ...         "projects.csv": "project_id,cost\\npark,60\\n",
    ...         "votes.csv": "voter_id,vote\\n1,park\\n2,\\n",
    ...     }.items():
    ...         _ = (Path(folder) / table).write_text(text)
    ...     read(folder).weights.tolist()
    [1, 1]
    """
    if not isinstance(source, bytes) and Path(source).is_dir():
        try:
            return read_folder(Path(source), encoding=encoding)
        except OSError as error:
            raise EngineError(
                "source.unreadable", value=str(source), reason=error.strerror
            ) from None
    content, name = read_bytes(source, name)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise EngineError("budget.old_workbook", **({"file": name} if name else {}))
    if not is_zip(content):
        return read_pb(content, encoding=encoding, name=name)
    if b"xl/workbook.xml" in content:
        return read_workbook(content, name=name)
    return read_zip(content, encoding=encoding, name=name)


def validate(
    source: Path | str | bytes, *, encoding: str | None = None, name: str = ""
) -> tuple[tuple[EngineError, ...], tuple[Notice, ...]]:
    """What is wrong with a source, and what is strange; both empty where all is well.

    Examples
    --------
    >>> problems, notices = validate(b"META")
    >>> [problem.code for problem in problems]
    ['budget.missing_section', 'budget.missing_section']
    """
    try:
        return (), read(source, encoding=encoding, name=name).notices
    except EngineError as error:
        return (error, *error.others), ()
