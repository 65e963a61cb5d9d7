"""Cells of tables that people open in a workbook: never a formula, and restored when read again.

A cell that a spreadsheet would run as a formula (it starts with = + - @, a tab, a line break or
NUL, also in full-width forms or after spaces) gets an apostrophe in front; ``plain`` takes it off.
"""

from __future__ import annotations

__all__ = ["guarded", "plain"]

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠", "|", "%")


def guarded(text: str) -> str:
    """The text with an apostrophe in front, if a spreadsheet could take it for a formula.

    Examples
    --------
    >>> guarded("=1+1"), guarded("Parks"), guarded("'quoted'")
    ("'=1+1", 'Parks', "''quoted'")
    """
    bare = text.lstrip(" \u00a0\u200b\ufeff")
    if bare.startswith(_STARTS) or text.startswith(("'", *_STARTS)):
        return "'" + text
    return text


def plain(text: str) -> str:
    """The text as it was before ``guarded``.

    Examples
    --------
    >>> plain("'=1+1"), plain("Parks"), plain("''quoted'")
    ('=1+1', 'Parks', "'quoted'")
    """
    return text[1:] if text.startswith("'") else text
