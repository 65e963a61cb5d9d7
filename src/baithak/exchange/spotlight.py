"""The spotlight of a practice, in the order of the network's form: city, concern, answer, results.

What a translation does not cover stays as it was written, and is marked. What nobody has told is
named on the page, so that the next city asks for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from baithak.exchange.records import LANGUAGES, City, Practice, Rendering, Source, Taxonomy
from baithak.report.spotlight import (
    Block,
    Cited,
    Fact,
    Paragraph,
    Points,
    Section,
    Spotlight,
    Tags,
    Text,
    phrase,
)

__all__ = ["SENTENCES", "spotlight_of"]


def N_(text: str) -> str:  # noqa: N802  (what translators' tools look for)
    """Marks a sentence of the catalogue."""
    return text


#: Every sentence of a spotlight, by its short name.
SENTENCES = {
    "kind": N_("City spotlight"),
    "population": N_("Population"),
    "languages": N_("Languages"),
    "reaches": N_("Reaches"),
    "lead": N_("Led by"),
    "partners": N_("Took part"),
    "years": N_("Years"),
    "whom": N_("For whom"),
    "level": N_("Prevention level"),
    "body": N_("Kind of body"),
    "concern": N_("What is the local government concerned about?"),
    "answer": N_("How is it responding?"),
    "replaced": N_("What it replaced"),
    "cost": N_("Cost"),
    "staff": N_("People working on it"),
    "legal_basis": N_("Legal basis"),
    "results": N_("What came of it"),
    "evidence": N_("How well results are known"),
    "lessons": N_("What others can learn"),
    "failures": N_("What did not work"),
    "after_change": N_("After the mayor changed"),
    "not_reached": N_("Who was not reached"),
    "harm": N_("Harm that was noticed"),
    "not_told": N_("Nobody has told yet"),
    "adaptations": N_("Taken up elsewhere"),
    "sources": N_("Sources"),
    "read_on": N_("read on %(day)s"),
    "untranslated": N_("This practice is not translated yet."),
    "unreviewed": N_("The translation was not reviewed by a speaker of the language."),
    "original": N_("What is not translated stands in the language it was written in."),
    "endorsement": N_(
        "A listing is not an endorsement: the level of evidence says how much is known, and the "
        "sources say the rest."
    ),
}
#: What other cities need to know and records rarely tell.
_ASKED = ("failures", "after_change", "not_reached", "harm")


def spotlight_of(
    practice: Practice,
    taxonomy: Taxonomy,
    city: City | None,
    language: str,
    *,
    renderings: Mapping[str, Rendering],
    url: str = "",
    adaptations: Sequence[str] = (),
    reviewed: bool = False,
    marks: Sequence[str] = (),
) -> Spotlight:
    """What stands on the page about a practice.

    Parameters
    ----------
    practice : Practice
    taxonomy : Taxonomy
        The labels of its codes.
    city : City or None
        Where it happened; None where the list of cities does not have it.
    language : str
        Of the page, one of ``records.LANGUAGES``.
    renderings : mapping of str to Rendering
        Translations of this practice, by language.
    url : str
        Where the practice stands in a hub.
    adaptations : sequence of str
        Who took it up and what came of it, a line each, in the language of the page.
    reviewed : bool
        Whether a speaker of the language has read the translation.
    marks : sequence of str
        What stands beside the title ("Example"), in the language of the page.
    """
    page = _Page(practice, taxonomy, language, renderings.get(language))
    return Spotlight(
        language=language,
        kind=page.say("kind"),
        title=page.title,
        original=page.own(practice.title) if page.rendering else None,
        place=page.place(city),
        facts=page.facts(city),
        notes=page.notes(reviewed=reviewed),
        marks=tuple(Text(mark, language) for mark in marks),
        sections=(*page.story(), *page.rest(), *page.taken_up(adaptations), page.sources(city)),
        footer=(page.say("endorsement"), *([Text(url)] if url else [])),
    )


class _Page:
    """One practice put into the words of one language."""

    def __init__(
        self, practice: Practice, taxonomy: Taxonomy, language: str, rendering: Rendering | None
    ) -> None:
        self.practice = practice
        self.taxonomy = taxonomy
        self.language = language
        self.rendering = rendering if language != practice.language else None

    def say(self, name: str, **params: object) -> Text:
        """A sentence of the page."""
        return phrase(SENTENCES[name], self.language, **params)

    def own(self, text: str) -> Text:
        """Words of the record, marked where the page is in another language."""
        written = self.practice.language
        mark = "" if written == self.language else LANGUAGES.get(written, written)
        return Text(text, written, mark)

    def labels(self, kind: str, codes: Iterable[str]) -> tuple[Text, ...]:
        """The labels of codes; what is no code (a partner's name) stays as it is."""
        return tuple(self._label(kind, code) for code in codes)

    def _label(self, kind: str, code: str) -> Text:
        term = self.taxonomy.terms.get(kind, {}).get(code)
        if term is None:
            return Text(code)
        return Text(
            term.label(self.language), self.language if self.language in term.labels else "en"
        )

    @property
    def title(self) -> Text:
        if self.rendering:
            return Text(self.rendering.title, self.language)
        return self.own(self.practice.title)

    @property
    def summary(self) -> Text:
        if self.rendering:
            return Text(self.rendering.summary, self.language)
        return self.own(self.practice.summary)

    def place(self, city: City | None) -> Text:
        name = city.label(self.language) if city else self.practice.city
        country = self._label("countries", self.practice.country)
        comma = "، " if country.direction == "rtl" else ", "
        return Text(f"{name}{comma}{country.text}", country.language)

    def facts(self, city: City | None) -> tuple[Fact, ...]:
        """The city first, then who does it, since when and for whom; what is not told is left out."""
        practice = self.practice
        rows = (
            ("population", _population(city)),
            ("languages", tuple(Text(LANGUAGES.get(c, c)) for c in practice.languages)),
            ("reaches", self.labels("admin_levels", [practice.admin_level])),
            ("lead", self.labels("organisation_types", [practice.lead_organisation_type])),
            ("partners", self.labels("organisation_types", practice.partners)),
            ("years", _years(practice)),
            ("whom", self.labels("target_groups", practice.target_groups)),
            ("level", self.labels("prevention_levels", practice.prevention_levels)),
            ("body", self.labels("mechanisms", practice.mechanisms)),
        )
        return tuple(Fact(self.say(name), values) for name, values in rows if values)

    def notes(self, *, reviewed: bool) -> tuple[Text, ...]:
        """What a reader should know of the translation."""
        if self.language == self.practice.language:
            return ()
        if self.rendering is None:
            return (self.say("untranslated"), self.say("original"))
        unread = () if reviewed else (self.say("unreviewed"),)
        return (*unread, self.say("original"))

    def story(self) -> tuple[Section, ...]:
        """Concern, answer, results, lessons."""
        practice = self.practice
        concern = [Tags(self.labels("challenges", practice.challenges)), self._own("stimulus")]
        answer = [
            Paragraph(self.summary),
            self._own("what_was_done"),
            Tags(self.labels("approaches", practice.approaches)),
            *(self._fact(name) for name in ("replaced", "cost", "staff", "legal_basis")),
        ]
        told = (
            ("concern", concern),
            ("answer", answer),
            ("results", [self._own("results"), *self._evidence()]),
            ("lessons", [self._own("lessons")]),
        )
        return self._sections(told)

    def rest(self) -> tuple[Section, ...]:
        """What did not work, what came after, who was missed; and which of it nobody has told."""
        told = self._sections((name, [self._own(name)]) for name in _ASKED)
        silent = tuple(self.say(name) for name in _ASKED if not getattr(self.practice, name))
        missing: list[Block | None] = [Tags(silent)] if silent else []
        return (*told, *self._sections([("not_told", missing)]))

    def taken_up(self, adaptations: Sequence[str]) -> tuple[Section, ...]:
        """Who uses it elsewhere."""
        lines = tuple(Text(line, self.language) for line in adaptations)
        return self._sections([("adaptations", [Points(lines) if lines else None])])

    def sources(self, city: City | None) -> Section:
        """Where it can be read, and the number of people too."""
        cited = [self._source(source) for source in self.practice.sources]
        if city and city.population_source:
            cited.append(Cited(self.say("population"), city.population_source))
        return Section(self.say("sources"), tuple(cited))

    def _source(self, source: Source) -> Cited:
        read = self.say("read_on", day=source.accessed.isoformat())
        return Cited(Text(source.title), source.url, (Text(source.publisher), read))

    def _sections(self, told: Iterable[tuple[str, Sequence[Block | None]]]) -> tuple[Section, ...]:
        found = ((name, tuple(block for block in blocks if block)) for name, blocks in told)
        return tuple(Section(self.say(name), blocks) for name, blocks in found if blocks)

    def _own(self, name: str) -> Block | None:
        value = getattr(self.practice, name)
        if not value:
            return None
        if isinstance(value, tuple):
            return Points(tuple(map(self.own, value)))
        return Paragraph(self.own(value))

    def _fact(self, name: str) -> Fact | None:
        value = getattr(self.practice, name)
        return Fact(self.say(name), (self.own(value),)) if value else None

    def _evidence(self) -> Iterable[Block]:
        level = self.practice.evidence_level
        yield Fact(self.say("evidence"), self.labels("evidence_levels", [level]))
        term = self.taxonomy.terms.get("evidence_levels", {}).get(level)
        if term and self.language == "en":  # definitions are in English only
            yield Paragraph(Text(term.definition, "en"))


def _population(city: City | None) -> tuple[Text, ...]:
    """The number, and what the source says of it."""
    if city is None:
        return ()
    number = (Text(f"{city.population:,}"),) if city.population is not None else ()
    return (*number, *([Text(city.population_note, "en")] if city.population_note else []))


def _years(practice: Practice) -> tuple[Text, ...]:
    years = [str(y) for y in dict.fromkeys((practice.start_year, practice.end_year)) if y]
    return (Text("–".join(years)),) if years else ()
