"""The results as a page: written whole from the results file, so that parts never drift apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.opinion.speed import OWN as ENGINES
from benchmarks.opinion.speed import PEER
from benchmarks.opinion.sums import ratio, standard_error

__all__ = ["goals", "merged", "render", "table"]

ORDER = ("speed", "scale", "huge", "incremental", "quality", "groups")
MODELS = {
    "baithak": "Baithak",
    "polis_pca": "Polis PCA",
    "polis_groups": "Polis groups",
    "cn_als": "CN ALS",
    "majority": "majority",
}
SCALED = {
    "matrix": "the matrix from three columns of ids",
    "classic": "`classic`",
    "model2": "`fit`, 2 dimensions",
    "model": "`fit`, 4 dimensions (the default)",
    PEER: "red-dwarf",
}
ABOUT = {
    "american-assembly.bowling-green": "Bowling Green",
    "vtaiwan.uberx": "vTaiwan UberX",
    "15-per-hour-seattle": "15 per hour, Seattle",
    "brexit-consensus": "Brexit consensus",
    "scoop-hivemind.taxes": "Scoop taxes",
    "canadian-electoral-reform": "Canadian electoral reform",
    "london.youth.policing": "London youth policing",
    "ssis.land-bank-farmland.2rumnecbeh.2021-08-01": "Land bank farmland",
}
SMALLEST = "london.youth.policing"  # 26 people: differences lie within chance


def merged(before: Mapping[str, Any], fresh: Mapping[str, Any]) -> dict[str, Any]:
    """The results with the freshly measured parts in place of the old ones, others untouched."""
    both = {**before, **fresh}
    return {name: both[name] for name in ORDER if name in both}


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table: the first column to the left, figures to the right."""
    if any(len(row) != len(header) for row in rows):
        raise ValueError("a row does not fit the header")
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def render(results: Mapping[str, Any]) -> str:
    """The whole page."""
    parts = [HEAD]
    told = goals(results)
    if told:
        mark = {True: "met", False: "**missed**", None: "-"}
        rows = [[name, goal, value, mark[met]] for name, goal, value, met in told]
        parts.append("## Goals\n\n" + table(["goal", "wanted", "measured", ""], rows) + EXTRA)
    write = {
        "speed": _speed,
        "scale": lambda told: _scale(told, "Scale"),
        "huge": lambda told: _scale(told, "A hundred million votes"),
        "incremental": _incremental,
        "quality": _quality,
        "groups": _groups,
    }
    parts += [write[name](results[name]) + _how(results[name]) for name in ORDER if name in results]
    parts.append(LIMITS)
    return "\n".join(parts)


HEAD = """# Benchmarks of the opinion engine

This page is written by `make bench` (`python -m benchmarks.opinion`); do not edit it. The same
figures for machines are in `benchmarks/results/opinion.json`. The peer is red-dwarf 0.4.0, the
Python implementation of the Polis pipeline, in an environment of its own that the command makes.
`--only speed`, `scale`, `huge` (100 million votes), `incremental`, `quality` or `groups` measures one
part anew and leaves the others. Several machines: [benchmarks-cluster.md](benchmarks-cluster.md).
"""

EXTRA = """
Why the whole map misses its goal: it does what the peer does not. It finds the groups again in 50
redrawn crowds (`stability.repeats`) and learns the axes again from halves of the people
(`stability.axis_reliability`). Measured on 2026-11-24, the two took 42 to 66 % of the whole map's CPU
on the eight conversations; the rest, with all other statistics, would be about 4 times less CPU
than red-dwarf. The hub, and the command up to 60,000 votes, spend more still: 40 whole refits,
because the quick repeats are too kind in small conversations (docs/methods/opinion-maps.md).
"""

LIMITS = """## What these figures do not say

- CPU seconds are of the process itself, all its threads together, not what a clock on the wall
  shows. From 2 million votes Baithak uses as many threads as there are processors, the peers one. On
  a machine that does other work CPU seconds still rise by some tenths, for all contenders alike:
  compare within one run, never between runs. Seconds on the wall hold for a machine that does
  nothing else: look at the load that is told with them.
- red-dwarf computes the classic Polis pipeline only. The rows for the model compare different
  amounts of work: more statistics, with their uncertainty, against fewer.
- Votes are in memory when the clock starts: a list of dictionaries for red-dwarf and three arrays
  for Baithak, each the form the program asks for; making the matrix of them is inside the time.
  Kernels are compiled at set-up and were loaded by one run before; whole processes are told apart.
- Peak memory is that of the whole process, with the libraries it imports.
- Synthetic votes follow Baithak's own model: they measure time, never quality. They carry no names
  and are read as a stored matrix; making the matrix from ids is a row of its own.
- Held-out votes are drawn at random from votes that were cast. Nothing is claimed about votes that
  people chose not to cast, nor about conversations unlike these eight.
- `cn_als` stands in for the matrix factorisation of Community Notes, which is not packaged.
"""


def goals(results: Mapping[str, Any]) -> list[tuple[str, str, str, bool | None]]:
    """Each goal: name, what is wanted, what was measured, whether that meets it."""
    told: list[tuple[str, str, str, bool | None]] = []

    def most(name: str, value: float | None, limit: float, text: str, unit: str) -> None:
        if value is not None:
            told.append((name, f"<= {limit:g}{unit}", text, value <= limit))

    means = results.get("speed", {}).get("summary", {})
    for engine, name, least in (
        ("classic", "CPU red-dwarf / `classic`, geometric mean", 20),
        ("map", "CPU red-dwarf / `opinion_map` with all statistics, geometric mean", 3),
    ):
        if engine in means:
            value = means[engine]["best"]
            text = f"{value:.1f} (least {means[engine]['best_least']:.1f})"
            told.append((name, f">= {least}", text, value >= least))
    rows = results.get("scale", {}).get("sizes", {}).get("10 M", {}).get("rows", {})
    for engine, name, limit in (("classic", "`classic`", 3.0), ("model", "`fit`", 8.0)):
        row = rows.get(engine, {})
        if "cpu" in row:
            most(f"10 M votes, {name}, CPU", row["cpu"], limit, f"{row['cpu']:.1f} s", " s")
            peak = row["peak_mb"] / 1000
            most(f"10 M votes, {name}, peak memory", peak, 0.5, f"{peak:.2f} GB", " GB")
    rows = results.get("huge", {}).get("sizes", {}).get("100 M", {}).get("rows", {})
    for engine, name, limit in (("classic", "`classic`", 6.0), ("model", "`fit`", 10.0)):
        row = rows.get(engine, {})
        if "wall" in row:
            text = f"{row['wall']:.1f} s (CPU {row['cpu']:.1f} s)"
            most(f"100 M votes, {name}, on the wall", row["wall"], limit, text, " s")
            peak = row["peak_mb"] / 1000
            most(f"100 M votes, {name}, peak memory", peak, 1.2, f"{peak:.2f} GB", " GB")
    one = results.get("incremental", {})
    if "wall_median" in one:
        text = f"{1e3 * one['wall_median']:.1f} ms (CPU {1e3 * one['cpu_median']:.1f} ms)"
        most(
            "100 new votes at 10 M, median on the wall", 1e3 * one["wall_median"], 2.0, text, " ms"
        )
        gap = one["gap"]
        most("... away from the batch step by at most", gap, 1e-12, f"{gap:.1e}", "")
    held = results.get("quality")
    if held:
        loss = held["overall"]["models"]["baithak"]["log_loss"]
        most("held-out log-loss, mean of the conversations", loss, 0.384, f"{loss:.4f}", "")
        beaten = {
            name: row["better"]
            for name, row in held["conversations"].items()
            if name != SMALLEST and row["better"]
        }
        text = "; ".join(f"{_about(name)}: {', '.join(who)}" for name, who in beaten.items())
        told.append(
            ("log-loss below every peer on each but the smallest", "all", text or "all", not beaten)
        )
    return told


def _speed(told: Mapping[str, Any]) -> str:
    rows, memory, groups = [], [], []
    conversations = told["conversations"]
    contenders = [name for name in (PEER, *ENGINES) if name in next(iter(conversations.values()))]
    paired = PEER in contenders
    for name, row in conversations.items():
        size = [f"{row['n']:,} x {row['m']:,}", f"{row['size']:,}"]
        rows.append([_about(name), *size, *(_milliseconds(row[one]) for one in contenders)])
        memory.append([_about(name), *(f"{row[one]['peak_mb']:.0f}" for one in contenders)])
        if paired:
            groups.append(
                [
                    _about(name),
                    *(f"{ratio(row[PEER]['best'], row[one]['best']):.1f}" for one in ENGINES),
                    f"{row['same_groups']:.3f}",
                ]
            )
    words = [{PEER: "red-dwarf", **ENGINES}[name] for name in contenders]
    text = [
        "## Speed and memory\n",
        f"CPU milliseconds from votes in memory to the result: best of {told['rounds']} runs, the "
        "median in brackets; the contenders took turns run by run.\n",
        table(["conversation", "people x statements", "votes", *words], rows),
    ]
    if paired:
        means = told["summary"]
        for figure, word in (("best", "geometric mean"), ("best_least", "least"),
                             ("median", "geometric mean of medians")):  # fmt: skip
            values = [f"**{means[one][figure]:.1f}**" for one in ENGINES]
            groups.append([f"**{word}**", *values, ""])
        text += [
            "How many times the CPU of red-dwarf's classic pipeline, best against best, and whether "
            "`classic` finds red-dwarf's groups (adjusted Rand index, 1 is the same).\n",
            table(["conversation", *ENGINES.values(), "same groups"], groups),
        ]
    text += ["Peak memory of the process in MB.\n", table(["conversation", *words], memory)]
    names = {PEER: "red-dwarf", **ENGINES}
    whole = [
        [_about(name), names[one], f"{figures['cpu']:.2f}", f"{figures['peak_mb']:.0f}"]
        for name, row in told["processes"].items()
        for one, figures in row.items()
    ]
    text += [
        "Whole processes, once: start of Python, imports, reading the export, result (CPU seconds, "
        "MB).\n",
        table(["conversation", "program", "CPU s", "peak MB"], whole),
        _profiles(told),
    ]
    return "\n".join(text)


def _profiles(told: Mapping[str, Any]) -> str:
    text = [
        "### Where the time goes\n",
        "On the conversation on which each is least ahead of red-dwarf: share of the CPU of one run "
        "under Python's profiler, by function with all it calls; compiled kernels count to the function that calls them.\n",
    ]
    for engine, profile in told["profiles"].items():
        rows = [
            [f"`{row['name']}`", str(row["calls"]), f"{100 * row['below'] / profile['seconds']:.0f} %",
             f"{100 * row['alone'] / profile['seconds']:.0f} %"]
            for row in profile["below"]
            if row["below"] < 0.95 * profile["seconds"]
        ]  # fmt: skip
        header = f"{ENGINES[engine]} on {_about(profile['conversation'])}"
        text.append(table([header, "calls", "with what it calls", "itself"], rows))
    return "\n".join(text)


def _scale(told: Mapping[str, Any], title: str) -> str:
    rows = []
    for label, size in told["sizes"].items():
        shape = f"{label} ({size['people']:,} x {size['statements']:,})"
        if "left_out" in size:
            rows.append([shape, "-", f"left out: {size['left_out']}", "", ""])
        for name, row in size.get("rows", {}).items():
            if "failed" in row:
                rows.append([shape, SCALED[name], f"failed: {row['failed']}", "", ""])
            else:
                sweeps = f", {row['sweeps']} sweeps" if "sweeps" in row else ""
                wall = f"{row['wall']:.2f}" if "wall" in row else ""
                cells = [f"{row['cpu']:.2f}", wall, f"{row['peak_mb']:.0f}"]
                rows.append([shape, SCALED[name] + sweeps, *cells])
        recorded = size.get("recorded")
        if recorded:
            note = "red-dwarf, *recorded earlier, not measured in this run*"
            cells = (
                [recorded["failed"], "", ""]
                if "failed" in recorded
                else [f"{recorded['cpu']:.0f}", "", f"{recorded['peak_mb']:.0f}"]
            )
            rows.append([shape, note, *cells])
    return "\n".join(
        [
            f"## {title}\n",
            "Synthetic votes (`benchmarks/opinion/synthetic.py`, seed "
            f"{told['seed']}), one pair in ten voted on. CPU seconds of all threads together, seconds "
            "on the wall, peak MB; the best of two runs.\n",
            table(["votes", "what", "CPU s", "wall s", "peak MB"], rows),
        ]
    )


def _incremental(told: Mapping[str, Any]) -> str:
    title = "## A hundred new votes at ten million\n"
    if "left_out" in told:
        return f"{title}\nLeft out: {told['left_out']}.\n"
    rows = [
        [word, f"{1e3 * told[f'cpu_{name}']:.2f}", f"{1e3 * told[f'wall_{name}']:.2f}"]
        for name, word in (("least", "least"), ("median", "median"), ("p90", "nine in ten below"))
    ]
    return "\n".join(
        [
            title,
            f"`Incremental.vote` (`incremental.py`): {told['portions']} times 100 votes of random people "
            f"on random statements, {told['votes'] / 1e6:.1f} M votes of {told['people']:,} people on "
            f"{told['statements']:,} statements before. Each time the statements are afterwards those "
            "of all votes. Milliseconds, one thread.\n",
            table(["100 votes", "CPU ms", "wall ms"], rows),
            f"After all of them {told['changed']:,} people had changed, and the statements were at most "
            f"{told['gap']:.1e} away from one batch step over everybody. To begin (one pass over the "
            f"votes of the fit) took {told['begun']:.1f} s on the wall.\n",
        ]
    )


def _quality(told: Mapping[str, Any]) -> str:
    models = [name for name in MODELS if name in told["overall"]["models"]]
    models += [name for name in told["overall"]["models"] if name not in MODELS]
    words = [MODELS.get(name, name) for name in models]
    three = list(told["overall"]["three_class"])

    def losses(row: Mapping[str, Any]) -> list[str]:
        figures = {name: row["models"][name]["log_loss"] for name in models}
        best = min(figures.values())
        return [f"**{v:.4f}**" if v == best else f"{v:.4f}" for v in figures.values()]

    rows = [
        [_about(name), *losses(row), "not best" if row["better"] else ""]
        for name, row in told["conversations"].items()
    ]
    rows.append(["**mean**", *losses(told["overall"]), ""])
    detail = []
    for name, word in zip(models, words, strict=True):
        row = told["overall"]["models"][name]
        detail.append(
            [
                word,
                *(
                    f"{row[figure]:.4f}"
                    for figure in ("log_loss", "brier", "accuracy", "auc", "ece")
                ),
            ]
        )
    thirds = [
        [_about(name), *(f"{row['three_class'][one]['log_loss']:.4f}" for one in three)]
        for name, row in [*told["conversations"].items(), ("mean", told["overall"])]
    ]
    seeds = ", ".join(f"{value:.4f}" for value in told["by_seed"])
    error = standard_error(told["by_seed"])
    won = ", ".join(
        f"{MODELS.get(rival, rival)} on {count} of {of} splits"
        for rival, (count, of) in told["splits_won"].items()
    )
    return "\n".join(
        [
            "## Quality: held-out votes\n",
            "A fifth of the votes is hidden and predicted by every model from the rest; agree against "
            f"disagree, log-loss, mean over the seeds {', '.join(map(str, told['seeds']))}. Smaller is "
            "better, the best is bold. `baithak opinion evaluate` computes the same for any file.\n",
            table(["conversation", *words, ""], rows),
            f"Mean of Baithak by seed: {seeds}; so the mean over the seeds is known to about "
            f"+-{error:.4f} (standard error), the differences within a split better: Baithak loses less "
            f"than {won}.\n",
            "Means over the conversations of all figures:\n",
            table(["model", "log-loss", "Brier", "accuracy", "AUC", "ECE"], detail),
            "Three classes (agree, pass, disagree), log-loss:\n",
            table(["conversation", *(MODELS.get(one, one) for one in three)], thirds),
        ]
    )


def _groups(told: Mapping[str, Any]) -> str:
    rows = [
        [_about(name), f"{row['ours']:.3f}", f"{row['polis']:.3f}"]
        for name, row in told["conversations"].items()
    ]
    overall = told["overall"]
    rows.append(["**mean**", f"**{overall['ours']:.3f}**", f"**{overall['polis']:.3f}**"])
    bins = [
        [f"{one['low']:.2f} to {one['high']:.2f}", f"{one['people']:,}", f"{one['stated']:.3f}",
         f"{one['found']:.3f}"]
        for one in told["calibration"]
    ]  # fmt: skip
    return "\n".join(
        [
            "## Groups and common ground in two halves\n",
            "The votes of each conversation are split at random into two halves of the same people, "
            f"{len(told['seeds'])} times. How alike do the two halves rank the statements by common "
            "ground (Spearman's rank correlation)?\n",
            table(["conversation", "Baithak", "Polis group-aware consensus"], rows),
            "How often is a person in the same group in the other half, by the membership probability "
            "that Baithak states? For this the number of groups is fixed to two, since halves that "
            "find different numbers cannot be matched, and all conversations are put together, also "
            "those that Baithak calls one continuum.\n",
            table(["stated membership", "people", "mean stated", "same group found"], bins),
        ]
    )


def _how(told: Mapping[str, Any]) -> str:
    load = " to ".join(f"{value:.1f}" for value in told["load"])
    return (
        f"\nMeasured on {told['date']}: {told['machine']}; other work on the machine meanwhile: load "
        f"{load}. Again with `{told['command']}`.\n"
    )


def _about(name: str) -> str:
    return ABOUT.get(name, name)


def _milliseconds(row: Mapping[str, Any]) -> str:
    best, middle = 1000 * row["best"], 1000 * row["median"]
    digits = 1 if best < 100 else 0
    return f"{best:,.{digits}f} ({middle:,.{digits}f})"
