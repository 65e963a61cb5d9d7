"""Every sentence of the offline pages, in the reader's language."""

from __future__ import annotations

from html import escape

from baithak.report.words import words

__all__ = ["Say"]


def N_(text: str) -> str:  # noqa: N802  (what translators' tools look for)
    """Marks a sentence of the catalogue."""
    return text


#: Every sentence of the pages, by its short name.
_SENTENCES = {
    "heading": N_("What cities did, and what came of it"),
    "all": N_("All practices"),
    "filter": N_("Show those with these words"),
    "none": N_("No practice has these words. Try fewer of them."),
    "challenges": N_("By challenge"),
    "countries": N_("By country"),
    "languages": N_("By language"),
    "empty": N_("No practice yet."),
    "others": N_("In other languages"),
    "unreviewed": N_("Translated by a language model, not reviewed by a person"),
    "untranslated": N_("This practice is not translated yet; its text is in English."),
    "untranslated_other": N_("This practice is not translated yet."),
    "place": N_("Place"),
    "reaches": N_("Reaches"),
    "lead": N_("Led by"),
    "partners": N_("Took part"),
    "years": N_("Years"),
    "answers": N_("Answers"),
    "how": N_("How"),
    "whom": N_("For whom"),
    "level": N_("Prevention level"),
    "body": N_("Kind of body"),
    "evidence": N_("How well results are known"),
    "glance": N_("At a glance"),
    "read_on": N_("read on %(day)s"),
    "sources": N_("Sources"),
    "language": N_("Language"),
    "library": N_("Practice library"),
    "made_on": N_("Made on %(day)s."),
    "stimulus": N_("Why it began"),
    "what_was_done": N_("What was done"),
    "results": N_("What came of it"),
    "lessons": N_("What others can learn"),
    "failures": N_("What did not work"),
    "cost": N_("Cost"),
    "staff": N_("People working on it"),
    "replaced": N_("What it replaced"),
    "after_change": N_("After the mayor changed"),
    "not_reached": N_("Who was not reached"),
    "harm": N_("Harm that was noticed"),
    "legal_basis": N_("Legal basis"),
    "notice": N_(
        "Labels and translated texts come from a language model and were not reviewed by a person. The English record counts."
    ),
    "endorsement": N_(
        "A listing is not an endorsement: the level of evidence says how much is known, and the sources say the rest."
    ),
}


class Say:
    """Words of the page in one language; English ones are marked where there is no translation."""

    def __init__(self, language: str) -> None:
        self.language = language
        told = words(language)
        self.direction = told.direction
        self._gettext = told.gettext

    def plain(self, name: str) -> str:
        """The translated sentence, for attributes and titles."""
        return self._gettext(_SENTENCES[name])

    def html(self, name: str, **params: object) -> str:
        """The translated sentence, escaped; what stays English is marked as English."""
        text = _SENTENCES[name]
        found = self._gettext(text)
        told = escape(found % params if params else found)
        return (
            told
            if found != text or self.language == "en"
            else f"<span lang='en' dir='ltr'>{told}</span>"
        )
