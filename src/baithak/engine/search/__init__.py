"""Search: documents and a query in any of eight languages in, ranked results with reasons out.

>>> from baithak.engine.search import Document, Index
>>> index = Index.build([Document("a", "Aman committees in Delhi", country="IN")])
>>> [hit.id for hit in index.search("امن کمیٹی").hits]
['a']

Names are imported when they are first used. What has the name of its file is imported from there.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from baithak.engine.search.documents import Document, Hit, Reason, Results, Snippet, Text
    from baithak.engine.search.index import Index
    from baithak.engine.search.lexicon import LANGUAGES, Entry, Lexicon

__all__ = [
    "LANGUAGES",
    "Document",
    "Entry",
    "Hit",
    "Index",
    "Lexicon",
    "Reason",
    "Results",
    "Snippet",
    "Text",
]

_HOME = {
    "Document": "documents",
    "Entry": "lexicon",
    "Hit": "documents",
    "Index": "index",
    "LANGUAGES": "lexicon",
    "Lexicon": "lexicon",
    "Reason": "documents",
    "Results": "documents",
    "Snippet": "documents",
    "Text": "documents",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = found
    return found
