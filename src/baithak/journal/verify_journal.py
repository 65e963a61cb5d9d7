#!/usr/bin/env python3
"""Check an exported journal without Baithak: any Python 3.8 or newer, no other package.

    python verify_journal.py EXPORT [--witness N:HASH]

Each line of EXPORT is a JSON object. Its hash is SHA-256 over the hash of the line before it (64
zeros for the first) followed by the line's own fields as canonical JSON: sorted keys, no spaces,
letters as they are, UTF-8. A line of another place may come as n, previous and hash alone: then only
its order is checked. A witness is a line number and hash that somebody outside kept: only that can
show a cut tail, a restored backup or a chain written anew. Exit 0: as it was written; 1: something
was found; 2: the file cannot be read.
"""

import hashlib
import json
import sys
from typing import Any, Iterator  # noqa: UP035  (Python 3.8 has no other)

FIELDS = ("n", "at", "verb", "thing", "by", "place", "detail")


def canonical(content: dict) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def findings(text: str, witness: Any = None) -> Iterator[str]:
    """Give a sentence for everything that is not as it was written."""
    previous, expected, seen = "0" * 64, 1, False
    if text and not text.endswith("\n"):
        yield "the last line is cut"
    for at, written in enumerate(text.split("\n")[:-1] if text else [], 1):
        try:
            line = json.loads(written)
            sealed = set(line) == {"n", "previous", "hash"}
            content = {name: line[name] for name in (("n",) if sealed else FIELDS)}
            whole = canonical({**content, "previous": line["previous"], "hash": line["hash"]})
            told = hashlib.sha256((line["previous"] + canonical(content)).encode()).hexdigest()
            told = line["hash"] if sealed else told
        except (ValueError, KeyError, TypeError):
            yield f"line {at} of the file is not a journal line"
            expected += 1
            continue
        if line["n"] != expected:
            yield f"line {expected} is missing or out of place (found {line['n']!r})"
        if line["previous"] != previous:
            yield f"line {line['n']!r} does not seal the line before it"
        if line["hash"] != told or whole != written:
            yield f"line {line['n']!r} was changed"
        if witness and line["n"] == witness[0]:
            seen = True
            if line["hash"] != witness[1]:
                yield f"line {line['n']!r} is not the line the witness saw"
        previous = line["hash"]
        expected = line["n"] + 1 if isinstance(line["n"], int) else expected + 1
    if witness and not seen:
        yield f"line {witness[0]}, which the witness saw, is not there: the journal ends earlier"


def main(arguments: list) -> int:
    try:
        witness = None
        if len(arguments) == 3 and arguments[1] == "--witness":
            n, told = arguments[2].strip().split(":")
            witness = (int(n), told)
        elif len(arguments) != 1:
            raise ValueError(__doc__)
        with open(arguments[0], encoding="utf-8", newline="") as file:
            found = list(findings(file.read(), witness))
    except (OSError, ValueError) as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 2
    for sentence in found:
        print(f"Found: {sentence}.")
    if not found:
        print("The journal is as it was written" + ("." if witness else "; no witness was asked."))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
