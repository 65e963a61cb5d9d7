"""Pictures of an opinion map as SVG: the map, uncertainty bars, and strips of groups.

Drawn on the server from a ``PublishedMap``, so nothing in them is finer than the small-cell rule
allows. No scripts, no style attributes (the pages' content policy refuses both), presentation
attributes only: the same text serves pages, the report and the PDF. Groups differ by colour,
pattern and letter; the five colours stay apart for colour-blind eyes and in print.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from html import escape

from baithak.report.disclosure import Hex, PublishedMap, Share
from baithak.report.words import Words

__all__ = ["COLOURS", "INK", "Picture", "colour", "draw_map", "strip", "uncertainty_bar"]

INK, QUIET, LINE, PAPER, GREEN = "#1d2621", "#566058", "#ddd3c0", "#fffdf8", "#0f4c3a"
#: Group colours by letter: deep green, marigold, blue, brick, plum.
COLOURS = ("#0b6e4f", "#d98a00", "#2f5fa8", "#b8431f", "#8a4f86")
OTHERS = "#7f8a83"  # people of groups that may not be shown
EVERYBODY = "#4b8a70"  # people where there are no groups
#: Pattern of each group inside an 8 x 8 tile, over its colour: diagonal, dots, cross, lines, rings.
_PATTERNS = (
    '<path d="M-2 2l4-4M0 8l8-8M6 10l4-4" stroke="#fff" stroke-opacity=".55" stroke-width="1.3"/>',
    '<circle cx="2" cy="2" r="1.2" fill="#fff" fill-opacity=".8"/>'
    '<circle cx="6" cy="6" r="1.2" fill="#fff" fill-opacity=".8"/>',
    '<path d="M0 0l8 8M8 0l-8 8" stroke="#fff" stroke-opacity=".5" stroke-width="1.1"/>',
    '<path d="M0 2h8M0 6h8" stroke="#fff" stroke-opacity=".55" stroke-width="1.2"/>',
    '<circle cx="4" cy="4" r="2.2" fill="none" stroke="#fff" stroke-opacity=".7"/>',
)
_WIDTH, _MARGIN = 480, 34
_FONT = 'font-family="inherit, Noto Sans, sans-serif"'


class Picture(str):
    """SVG text that a template may show as it is: everything in it was escaped when drawn."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


def colour(letter: str) -> str:
    """The colour of the group with this letter; grey for groups without one."""
    return COLOURS[(ord(letter) - ord("A")) % len(COLOURS)] if letter else OTHERS


def draw_map(
    told: PublishedMap,
    words: Words,
    *,
    here: tuple[float, float] | None = None,
    prefix: str = "map",
) -> Picture:
    """The opinion map.

    Parameters
    ----------
    told : PublishedMap
    words : Words
        The language of axis names, title and description.
    here : (x, y), optional
        Where the person who looks stands, in the map's coordinates: shown to that person only.
    prefix : str
        Start of the ids inside, unlike those of other pictures on the page.

    Returns
    -------
    Picture
        ``<svg role="img">`` with title and description; about 5 KB (1.3 KB compressed) for 2,000
        people. Empty where fewer than three places may be drawn.
    """
    cells = told.hexes.cells
    if len(cells) < 3:
        return Picture()  # one or two places say nothing
    _ = words.gettext
    # Lattice to picture: the outermost drawn places touch the margins.
    xs = [c.column + 0.5 * (c.row % 2) for c in cells]
    ys = [c.row * math.sqrt(3) / 2 for c in cells]
    across = max(max(xs) - min(xs), 3.0) + 1.2
    unit = (_WIDTH - 2 * _MARGIN) / max(across, 8.0)
    tall = max(max(ys) - min(ys), 2.0) + 1.4
    height = round(tall * unit + 2 * _MARGIN)
    x0 = _WIDTH / 2 - unit * (max(xs) + min(xs)) / 2
    y0 = height / 2 - unit * (max(ys) + min(ys)) / 2 - 6

    def place(x: float, y: float) -> tuple[int, int]:
        return round(x0 + unit * x), round(y0 + unit * y)

    letters = sorted({c.letter for c in cells if c.letter})
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="opinion-map" viewBox="0 0 {_WIDTH} {height}"'
        f' role="img" aria-labelledby="{prefix}-t {prefix}-d" {_FONT}>',
        f'<title id="{prefix}-t">{escape(_title(told, words))}</title>',
        f'<desc id="{prefix}-d">{escape(_description(told, words))}</desc>',
        _definitions(letters, unit, prefix),
        _frame(told, words, height),
    ]
    for letter in ["", *letters]:
        for sure in (False, True):
            mine = [(c, p) for c, p in zip(cells, map(place, xs, ys), strict=True)]
            chosen = [(c, p) for c, p in mine if c.letter == letter and c.sure is sure]
            if chosen:
                name = f"{prefix}-{letter}{'s' if sure else 'u'}"
                faint = "" if sure else ' opacity=".45"'
                marks = "".join(
                    f'<use href="#{prefix}{c.level}" x="{x}" y="{y}"/>' for c, (x, y) in chosen
                )
                # The pattern lies over a plain ground: tiles with a ground of their own show seams
                # in some PDF readers.
                over = f'<use href="#{name}" fill="url(#{prefix}-{letter})"/>' if letter else ""
                ground = colour(letter) if letters else EVERYBODY
                parts.append(
                    f'<g{faint}><g fill="{ground}"><g id="{name}">{marks}</g></g>{over}</g>'
                )
    parts += [_label(letter, at) for letter, at in _label_places(cells, xs, ys, letters, place)]
    if here is not None:
        x, y = place(
            (here[0] - told.hexes.left) / told.hexes.step,
            (told.hexes.top - here[1]) / told.hexes.step,
        )
        parts.append(_you(_inside(x, _WIDTH), _inside(y, height), _("You")))
    parts.append("</svg>")
    return Picture("".join(parts))


def uncertainty_bar(told: Share, *, rtl: bool = False) -> Picture:
    """A share with its interval on a line from 0 to 100; the figure stands beside it as text."""
    if told.low is None or told.high is None:
        return Picture()
    low, high = _along(told.low, rtl), _along(told.high, rtl)
    left, wide = min(low, high), abs(high - low)
    parts = [
        _track(14),
        f'<rect x="{left:g}" y="3" width="{max(wide, 1.5):g}" height="8" rx="2" fill="#9cc4af"/>',
    ]
    if told.kind == "about" and told.value is not None:
        at = _along(told.value, rtl)
        parts.append(
            f'<rect x="{at - 1.25:g}" y="1" width="2.5" height="12" rx="1" fill="{GREEN}"/>'
        )
    return _small(14, parts)


def strip(points: Sequence[tuple[str, Share]], *, rtl: bool = False) -> Picture:
    """Where each group stands between 0 and 100: lettered discs on a line, joined by a bar."""
    seen = sorted((_along(s.point, rtl), letter) for letter, s in points if s.point is not None)
    if not seen:
        return Picture()
    apart = _apart([at for at, _ in seen], 15.0, 7.0, 193.0)
    parts = [
        _track(18),
        f'<path d="M{seen[0][0]:g} 9H{seen[-1][0]:g}" stroke="{QUIET}" stroke-width="2.5"/>',
    ]
    for (_, letter), at in zip(seen, apart, strict=True):
        parts.append(
            f'<circle cx="{at:g}" cy="9" r="7" fill="{PAPER}" stroke="{colour(letter)}"'
            f' stroke-width="2"/><text x="{at:g}" y="12.4" font-size="9.5" font-weight="700"'
            f' text-anchor="middle" fill="{INK}">{letter}</text>'
        )
    return _small(18, parts)


def _along(value: float, rtl: bool) -> float:
    """0 to 1 along the 200 units of a bar; from the right where people read from the right."""
    return round(7 + 186 * (1 - value if rtl else value), 1)


def _track(height: int) -> str:
    middle = height / 2
    return (
        f'<path d="M7 {middle:g}H193" stroke="{LINE}" stroke-width="4" stroke-linecap="round"/>'
        f'<path d="M100 {middle - 4:g}v8" stroke="#b9ad95"/>'
    )


def _small(height: int, parts: Sequence[str]) -> Picture:
    return Picture(
        f'<svg xmlns="http://www.w3.org/2000/svg" class="bar" viewBox="0 0 200 {height}"'
        f' aria-hidden="true" {_FONT}>{"".join(parts)}</svg>'
    )


def _apart(places: Sequence[float], least: float, low: float, high: float) -> list[float]:
    """Sorted places moved as little as needed to keep a least distance inside the ends."""
    moved = [max(low, min(high, p)) for p in places]
    for _ in range(20):
        for i in range(1, len(moved)):
            lack = least - (moved[i] - moved[i - 1])
            if lack > 0.01:
                moved[i - 1] = max(low, moved[i - 1] - lack / 2)
                moved[i] = min(high, moved[i] + lack / 2)
    return [round(p, 1) for p in moved]


def _definitions(letters: Sequence[str], unit: float, prefix: str) -> str:
    shapes = []
    for level, part in enumerate((0.5, 0.68, 0.84, 0.97), start=1):
        r = unit / math.sqrt(3) * part
        w = r * math.sqrt(3) / 2
        shapes.append(
            f'<path id="{prefix}{level}" d="M0-{r:.1f}l{w:.1f} {r / 2:.1f}v{r:.1f}l-{w:.1f} {r / 2:.1f}'
            f'-{w:.1f}-{r / 2:.1f}v-{r:.1f}z"/>'
        )
    patterns = [
        f'<pattern id="{prefix}-{letter}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f"{_PATTERNS[(ord(letter) - ord('A')) % len(_PATTERNS)]}</pattern>"
        for letter in letters
    ]
    return f"<defs>{''.join(shapes)}{''.join(patterns)}</defs>"


def _frame(told: PublishedMap, words: Words, height: int) -> str:
    """Two thin axes at the edges, each with its name and how far it can be trusted."""
    low, left = height - 22, 20
    texts = []
    for axis in told.axes[:2]:
        name = words.gettext("Axis %(number)d: %(trust)s") % {
            "number": axis.number,
            "trust": words.reliability(axis.reliability),
        }
        turn = "" if axis.number == 1 else f' transform="rotate(-90 13 {height / 2 - 6:g})"'
        x, y = (f"{_WIDTH / 2:g}", height - 6) if axis.number == 1 else ("13", height // 2 - 6)
        texts.append(f'<text x="{x}" y="{y}"{turn}>{escape(name)}</text>')
    return (
        f'<path d="M{left} 8V{low}H{_WIDTH - 8}" fill="none" stroke="{LINE}" stroke-width="1.5"/>'
        f'<g font-size="13" fill="{QUIET}" text-anchor="middle">{"".join(texts)}</g>'
    )


def _label_places(
    cells: Sequence[Hex],
    xs: Sequence[float],
    ys: Sequence[float],
    letters: Sequence[str],
    place: Callable[[float, float], tuple[int, int]],
) -> list[tuple[str, tuple[float, float]]]:
    """The middle of each group's places, moved apart where two labels would touch."""
    middles: list[tuple[float, float]] = []
    for letter in letters:
        mine = [
            (x, y, c.level) for c, x, y in zip(cells, xs, ys, strict=True) if c.letter == letter
        ]
        weight = sum(level for *_, level in mine)
        x = sum(x * level for x, _, level in mine) / weight
        y = sum(y * level for _, y, level in mine) / weight
        near = min(mine, key=lambda cell: (math.hypot(cell[0] - x, cell[1] - y), cell))
        # A letter belongs on its group: never into a gap between its places.
        middles.append(place(*(near[:2] if math.hypot(near[0] - x, near[1] - y) > 0.6 else (x, y))))
    for _ in range(10):
        for i in range(len(middles)):
            for j in range(i):
                dx, dy = middles[i][0] - middles[j][0], middles[i][1] - middles[j][1]
                far = math.hypot(dx, dy) or 1.0
                if far < 34:
                    push = (34 - far) / 2 / far
                    dx, dy = (dx, dy) if dx or dy else (1.0, 0.0)
                    middles[i] = (middles[i][0] + dx * push, middles[i][1] + dy * push)
                    middles[j] = (middles[j][0] - dx * push, middles[j][1] - dy * push)
    return list(zip(letters, middles, strict=True))


def _label(letter: str, at: tuple[float, float]) -> str:
    x, y = at
    return (
        f'<circle cx="{x:.0f}" cy="{y:.0f}" r="15" fill="{PAPER}" stroke="{colour(letter)}"'
        f' stroke-width="3"/><text x="{x:.0f}" y="{y + 6:.0f}" font-size="18" font-weight="700"'
        f' text-anchor="middle" fill="{INK}">{letter}</text>'
    )


def _you(x: float, y: float, label: str) -> str:
    return (
        f'<g class="you"><circle cx="{x:g}" cy="{y:g}" r="9" fill="none" stroke="{PAPER}"'
        f' stroke-width="6"/><circle cx="{x:g}" cy="{y:g}" r="9" fill="none" stroke="{INK}"'
        f' stroke-width="3"/><circle cx="{x:g}" cy="{y:g}" r="3.5" fill="{INK}"/>'
        f'<text x="{x:g}" y="{y - 15:g}" font-size="15" font-weight="700" text-anchor="middle"'
        f' stroke="{PAPER}" stroke-width="4" paint-order="stroke" fill="{INK}">{escape(label)}'
        "</text></g>"
    )


def _inside(at: float, end: int) -> float:
    return max(30, min(end - 36, at))


def _title(told: PublishedMap, words: Words) -> str:
    people = words.count(told.participants, told.k)
    if not told.groups:
        return words.gettext("Opinion map of %(people)s people, without separate groups") % {
            "people": people
        }
    return words.ngettext(
        "Opinion map of %(people)s people in %(groups)d group",
        "Opinion map of %(people)s people in %(groups)d groups",
        len(told.groups),
    ) % {"people": people, "groups": len(told.groups)}


def _description(told: PublishedMap, words: Words) -> str:
    _ = words.gettext
    said = [
        _("People who answer alike stand close together. Every mark is at least %(k)d people.")
        % {"k": told.k}
    ]
    for group in told.groups:
        said.append(
            _("Group %(letter)s: %(size)s people, %(share)s.")
            % {
                "letter": group.letter,
                "size": words.count(group.size, told.k),
                "share": words.share(group.share),
            }
        )
    return " ".join(said)
