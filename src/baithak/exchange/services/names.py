"""Words under the Chatham House Rule are looked at for names before others see them (R15)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from baithak.exchange.naming import names_in
from baithak.exchange.queries.names import names_to_leave_out
from baithak.network.refusal import RefusedError
from baithak.network.scope import Viewer

__all__ = ["NamesError", "look"]


class NamesError(RefusedError):
    """These names stand in the text, and nobody said yet that they give nobody away."""

    def __init__(self, names: Collection[str]) -> None:
        super().__init__("names")
        self.names = tuple(names)


def look(
    text: str,
    *,
    by: Viewer,
    looked: Collection[str],
    among: Callable[[Viewer], Iterable[str]] = names_to_leave_out,
) -> None:
    """Refuse once for each name in the text. ``looked``: names that the writer has looked at.

    ``among``: which names, for instance those of people alone.

    Raises
    ------
    NamesError
        With every name found, the new ones and those looked at before.
    """
    found = names_in(text, among(by))
    if not set(found) <= set(looked):
        raise NamesError(found)
