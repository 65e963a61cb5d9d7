"""The pages of the offline pack: where to start, the lists, one practice.

Nothing is fetched from anywhere. What stands in another language than the page says so in its
markup, so that screen readers and line breaking follow; translations by a model say that nobody
has reviewed them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from html import escape

from baithak.exchange.offline.sentences import Say
from baithak.exchange.records import LANGUAGES, Library, Practice, Rendering, Source
from baithak.report.opinion_html import MARK
from baithak.report.words import words

__all__ = ["index_page", "practice_page", "start_page"]

_CURRENT = " aria-current='page'"


def start_page(library: Library, day: date) -> str:
    """``index.html``: choose a language."""
    say = Say("en")
    choices = "".join(
        f'<li><a href="{code}/index.html" lang="{code}" dir="{words(code).direction}">'
        f"{escape(name)}</a></li>"
        for code, name in LANGUAGES.items()
    )
    body = (
        f"<header><div class='wrap'>{_brand(say)}<h1>What cities did, and what came of it</h1>"
        f"<p class='question'>{len(library.practices)} practices from {len(library.countries)} "
        "countries: who did what, with which result, and where it can be read. This folder needs "
        "no internet.</p></div></header>"
        f"<main class='wrap'><section><h2>Choose a language</h2><ul class='languages'>{choices}</ul>"
        f"</section></main>{_footer(say, day)}"
    )
    return _page(say, "What cities did", body, up="")


def index_page(library: Library, language: str, day: date) -> str:
    """All practices in one language: a list that can be filtered, by challenge, by country."""
    say = Say(language)
    title = say.plain("heading")
    parts = "".join(
        [
            f"<header><div class='wrap'>{_brand(say)}<h1>"
            f"{say.html('heading')}</h1>"
            f"{_languages(language, 'index.html')}</div></header><main class='wrap'>",
            _notice(say) if language != "en" else "",
            _all(library, say),
            _by_challenge(library, say),
            _by_country(library, say),
            _by_language(library, say),
            f"</main>{_footer(say, day)}<script src='../filter.js'></script>",
        ]
    )
    return _page(say, title, parts)


def _all(library: Library, say: Say) -> str:
    items = "".join(
        f"<li>{_link(library, p, say)}<small>{_where(library, p, say.language)} · "
        f"{escape(_challenges(library, p, say.language))}</small></li>"
        for p in _sorted(library, say.language)
    )
    return (
        f"<section aria-labelledby='all-title'><h2 id='all-title'>{say.html('all')}</h2>"
        f"<p id='find' hidden><label for='words'>{say.html('filter')}</label>"
        "<input id='words' type='search' autocomplete='off'>"
        f"<span id='count' aria-live='polite' data-of='{len(library.practices)}'></span></p>"
        f"<p id='none' hidden>{say.html('none')}</p>"
        f"<ul id='all' class='plain'>{items}</ul></section>"
    )


def _by_challenge(library: Library, say: Say) -> str:
    groups = [
        (
            library.taxonomy.label("challenges", code, say.language),
            [p for p in library.practices if code in p.challenges],
        )
        for code in library.taxonomy.codes("challenges")
    ]
    return _grouped(library, say, "challenges", say.html("challenges"), groups)


def _by_country(library: Library, say: Say) -> str:
    groups = [
        (
            library.taxonomy.label("countries", code, say.language),
            [p for p in library.practices if p.country == code],
        )
        for code in library.countries
    ]
    return _grouped(library, say, "countries", say.html("countries"), sorted(groups))


def _by_language(library: Library, say: Say) -> str:
    groups = [
        (
            name,
            [
                p
                for p in library.practices
                if p.language == code
                or (code in library.translations and p.id in library.translations[code].practices)
            ],
        )
        for code, name in LANGUAGES.items()
    ]
    return _grouped(library, say, "languages", say.html("languages"), groups)


def _grouped(
    library: Library,
    say: Say,
    name: str,
    title: str,
    groups: Iterable[tuple[str, list[Practice]]],
) -> str:
    told = "".join(
        f"<details><summary>{escape(label)} <b>{len(found)}</b></summary>"
        + (
            "<ul>"
            + "".join(
                f"<li>{_link(library, p, say)} "
                f"<small>{_where(library, p, say.language)}</small></li>"
                for p in found
            )
            + "</ul>"
            if found
            else f"<p>{say.html('empty')}</p>"
        )
        + "</details>"
        for label, found in groups
    )
    return f"<section aria-labelledby='{name}'><h2 id='{name}'>{title}</h2>{told}</section>"


def practice_page(library: Library, practice: Practice, language: str, day: date) -> str:
    """One practice: its translation beside the record, then everything the record tells."""
    say = Say(language)
    rendering = _rendering(library, practice, language)
    title = rendering.title if rendering else practice.title
    body = "".join(
        [
            f"<header><div class='wrap'>{_brand(say)}<p><a href='index.html'>"
            f"{say.html('all')}</a></p><h1>"
            + (escape(title) if rendering else _own(practice, practice.title, language))
            + f"</h1>{_languages(language, f'{practice.id}.html')}</div></header><main class='wrap'>",
            _texts(library, practice, say, rendering),
            _facts(library, practice, say),
            _told(practice, say),
            _sources(practice.sources, say),
            f"</main>{_footer(say, day)}",
        ]
    )
    return _page(say, title, body)


def _texts(library: Library, practice: Practice, say: Say, rendering: Rendering | None) -> str:
    """The summary, and beside it the translation of the page or, on an English page, all of them."""
    if say.language == practice.language:
        others = {
            code: found
            for code in LANGUAGES
            if code != practice.language and (found := _rendering(library, practice, code))
        }
    else:
        others = {say.language: rendering} if rendering else {}
    notice = "" if others or say.language == practice.language else _untranslated(practice, say)
    original = (
        f"<article class='card' lang='{practice.language}' dir='{words(practice.language).direction}'>"
        f"<h3>{escape(practice.title)}</h3><p>{escape(practice.summary)}</p></article>"
    )
    told = "".join(
        f"<article class='card' lang='{code}' dir='{words(code).direction}'><h3>"
        f"{escape(other.title)}</h3><p>{escape(other.summary)}</p>{_unreviewed(library, code)}</article>"
        for code, other in others.items()
    )
    if say.language == practice.language:
        rest = f"<h2>{say.html('others')}</h2><div class='beside'>{told}</div>" if told else ""
        return f"<section><div class='beside'>{original}</div>{rest}</section>"
    return f"<section>{notice}<div class='beside'>{told}{original}</div></section>"


def _unreviewed(library: Library, code: str) -> str:
    """Under a translation that nobody who speaks the language has read."""
    if library.translations[code].status == "reviewed":
        return ""
    return f"<p class='unreviewed'>{escape(LANGUAGES[code])} · {Say(code).html('unreviewed')}</p>"


def _untranslated(practice: Practice, say: Say) -> str:
    name = "untranslated" if practice.language == "en" else "untranslated_other"
    return f"<p class='notice'>{say.html(name)}</p>"


def _notice(say: Say) -> str:
    return f"<p class='notice'>{say.html('notice')}</p>"


def _facts(library: Library, practice: Practice, say: Say) -> str:
    label, language = library.taxonomy.label, say.language

    def labels(kind: str, codes: Iterable[str]) -> str:
        return _comma(language).join(escape(label(kind, code, language)) for code in codes)

    years = str(practice.start_year or "")
    if practice.end_year and practice.end_year != practice.start_year:
        years += f"–{practice.end_year}" if years else str(practice.end_year)
    rows = (
        (say.html("place"), _where(library, practice, language)),
        (say.html("reaches"), labels("admin_levels", [practice.admin_level])),
        (say.html("lead"), labels("organisation_types", [practice.lead_organisation_type])),
        (say.html("partners"), labels("organisation_types", practice.partners)),
        (say.html("years"), f"<bdi>{years}</bdi>" if years else ""),
        (say.html("answers"), labels("challenges", practice.challenges)),
        (say.html("how"), labels("approaches", practice.approaches)),
        (say.html("whom"), labels("target_groups", practice.target_groups)),
        (say.html("level"), labels("prevention_levels", practice.prevention_levels)),
        (say.html("body"), labels("mechanisms", practice.mechanisms)),
        (say.html("evidence"), _evidence(library, practice, language)),
    )
    told = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in rows if value)
    return f"<section><h2>{say.html('glance')}</h2><dl class='facts'>{told}</dl></section>"


def _evidence(library: Library, practice: Practice, language: str) -> str:
    term = library.taxonomy.terms["evidence_levels"][practice.evidence_level]
    told = f"<b>{escape(term.label(language))}</b>"
    definition = escape(term.definition)
    return f"{told}<br>{definition if language == 'en' else _english(definition)}"


def _told(practice: Practice, say: Say) -> str:
    """What the record tells, in its own language; what nobody has told is left out."""
    parts = (
        ("stimulus", practice.stimulus),
        ("what_was_done", practice.what_was_done),
        ("results", practice.results),
        ("lessons", practice.lessons),
        ("failures", practice.failures),
        ("cost", practice.cost),
        ("staff", practice.staff),
        ("replaced", practice.replaced),
        ("after_change", practice.after_change),
        ("not_reached", practice.not_reached),
        ("harm", practice.harm),
        ("legal_basis", practice.legal_basis),
    )
    return "".join(
        f"<section><h2>{say.html(name)}</h2>{_body(practice, value, say.language)}</section>"
        for name, value in parts
        if value
    )


def _body(practice: Practice, value: str | tuple[str, ...], language: str) -> str:
    mark = "" if practice.language == language else _mark(practice.language)
    if isinstance(value, str):
        return f"<p{mark}>{escape(value)}</p>"
    return f"<ul{mark}>" + "".join(f"<li>{escape(item)}</li>" for item in value) + "</ul>"


def _sources(sources: Iterable[Source], say: Say) -> str:
    items = "".join(
        f"<li><a href='{escape(s.url)}' rel='noreferrer' dir='auto'>{escape(s.title)}</a>"
        f"<small><bdi>{escape(s.publisher)}</bdi> · "
        f"{say.html('read_on', day=s.accessed.isoformat())}</small></li>"
        for s in sources
    )
    return f"<section><h2>{say.html('sources')}</h2><ul class='plain'>{items}</ul></section>"


def _link(library: Library, practice: Practice, say: Say) -> str:
    rendering = _rendering(library, practice, say.language)
    title = escape(rendering.title) if rendering else _own(practice, practice.title, say.language)
    return f"<a href='{practice.id}.html'>{title}</a>"


def _where(library: Library, practice: Practice, language: str) -> str:
    city = library.city(practice.city, practice.country)
    name = city.label(language) if city else practice.city
    country = library.taxonomy.label("countries", practice.country, language)
    return f"<bdi>{escape(name)}</bdi>{_comma(language)}<bdi>{escape(country)}</bdi>"


def _comma(language: str) -> str:
    return "، " if words(language).direction == "rtl" else ", "


def _challenges(library: Library, practice: Practice, language: str) -> str:
    labels = (library.taxonomy.label("challenges", code, language) for code in practice.challenges)
    return _comma(language).join(labels)


def _sorted(library: Library, language: str) -> list[Practice]:
    """Those in the reader's language first, then as in the library."""
    return sorted(
        library.practices,
        key=lambda p: _rendering(library, p, language) is None and language != "en",
    )


def _rendering(library: Library, practice: Practice, language: str) -> Rendering | None:
    told = library.translations.get(language)
    return told.practices.get(practice.id) if told else None


def _own(practice: Practice, text: str, language: str) -> str:
    """A text of the record, marked where the page is in another language."""
    if practice.language == language:
        return escape(text)
    return f"<span{_mark(practice.language)}>{escape(text)}</span>"


def _mark(language: str) -> str:
    return f" lang='{language}' dir='{words(language).direction}'"


def _english(html: str) -> str:
    return f"<span lang='en' dir='ltr'>{html}</span>"


def _languages(here: str, name: str) -> str:
    links = "".join(
        f"<li><a href='../{code}/{name}' lang='{code}' dir='{words(code).direction}'"
        f"{_CURRENT if code == here else ''}>{escape(own)}</a></li>"
        for code, own in LANGUAGES.items()
    )
    label = escape(Say(here).plain("language"))
    return f"<nav aria-label='{label}'><ul class='languages'>{links}</ul></nav>"


def _brand(say: Say) -> str:
    return f"<p class='brand'>{MARK}<span><b>Baithak</b> · {say.html('library')}</span></p>"


def _footer(say: Say, day: date) -> str:
    return (
        f"<footer><div class='wrap'><p>{say.html('endorsement')}</p>"
        f"<p>{say.html('made_on', day=day.isoformat())}</p></div></footer>"
    )


def _page(say: Say, title: str, body: str, up: str = "../") -> str:
    return (
        f"<!DOCTYPE html>\n<html lang='{say.language}' dir='{say.direction}'>\n<head>\n"
        "<meta charset='utf-8'>\n<meta name='viewport' content='width=device-width, initial-scale=1'>\n"
        f"<title>{escape(title)}</title>\n<link rel='stylesheet' href='{up}style.css'>\n"
        f"</head>\n<body>\n{body}\n</body>\n</html>\n"
    )
