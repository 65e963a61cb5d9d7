#!/usr/bin/env python3
"""Replay a panel's draw without Baithak: any Python 3.8 or newer, no other package.

    python verify_draw.py RECEIPT [--member SLIP] [--lines FILE] [--published SHA256]

SLIP is what one registrant was handed, as text or file; FILE holds the lines of all registrants, for an
auditor; SHA256 is the list's hash as published BEFORE the draw: without it nobody can see a receipt
written anew from its beginning. Exit 0: as promised; 1: something was found; 2: it cannot be read.

The list's text is the commitment as canonical JSON (sorted keys, no spaces, letters as they are,
UTF-8), then one line per panel, each ended by a line feed. The number is the first SHA-256 over root,
list's hash, randomness and a counter of eight bytes from 0 that lies below the largest multiple of the
number of panels up to 2**256, modulo that number. A line's hash is SHA-256(0x00, line), a node's
SHA-256(0x01, left, right); leaves are sorted (RFC 6962).
"""

import hashlib
import json
import os
import sys
from typing import Any, Iterator, Optional  # noqa: UP035  (Python 3.8 has no other)


def canonical(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def number_below(n: int, material: bytes) -> int:
    """Give the number that chance names."""
    blocks = (digest(material, at.to_bytes(8, "big")) for at in range(2**64))
    numbers = (int.from_bytes(block, "big") for block in blocks)
    return next(told for told in numbers if told < 2**256 - 2**256 % n) % n


def tree(hashes: list) -> bytes:
    """Give the root over sorted hashes: the left part holds the largest power of two below all."""
    if len(hashes) < 2:
        return hashes[0] if hashes else digest()
    half = 1 << (len(hashes) - 1).bit_length() - 1
    return digest(b"\1", tree(hashes[:half]), tree(hashes[half:]))


def findings(text: str, published: Optional[str] = None) -> Iterator[str]:  # noqa: UP045
    """Give a sentence for everything in a receipt that is not as it was promised."""
    # How it is spaced says nothing; an object that gives one name twice is none at all.
    receipt = json.loads(
        text, object_pairs_hook=lambda o: dict(o) if len(dict(o)) == len(o) else {}
    )
    head, panels = receipt["commitment"], [line.split(" ") for line in receipt["list"]]
    if (receipt["baithak"], head["baithak"]) != ("panel receipt 1", "panel commitment 1"):
        yield "this is not a receipt of the kind that this program knows"
    rest = {name: told for name, told in receipt.items() if name != "sha256"}
    seal = hashlib.sha256(canonical(rest).encode()).hexdigest()
    if receipt["sha256"] != seal:
        yield "the receipt was changed after it was sealed"
    lines = "\n".join([canonical(head), *receipt["list"]]) + "\n"
    told = hashlib.sha256(lines.encode()).hexdigest()
    if receipt["list_sha256"] != told:
        yield "the list of panels is not the one whose hash the receipt names"
    if published and published.strip().lower() != told:
        yield "the list of panels is not the one whose hash was published before the draw"
    if len(panels) != head["panels"] or (head["draw"] != 1) != bool(head["previous"]):
        yield "the number of panels, or the number of the draw, does not fit"
    for at, panel in enumerate(panels):
        if len(panel) != head["size"] or len(set(panel)) != len(panel):
            yield f"panel {at} does not seat {head['size']} different people"
        if not set(head["standing"]) <= set(panel):
            yield f"panel {at} leaves out somebody whose seat was taken"
    if head["read"] == "number":
        number = int(receipt["randomness"])
    else:
        public = bytes.fromhex(head["root"] + told)
        number = number_below(len(panels), public + receipt["randomness"].encode())
    if receipt["number"] != number or not 0 <= number < len(panels):
        yield f"the randomness names panel {number}, the receipt panel {receipt['number']}"
    elif receipt["selected"] != panels[number]:
        yield f"the people selected are not those of panel {number}"


def findings_of_member(receipt: Any, slip: str) -> Iterator[str]:
    """Give a sentence where the slip of one registrant does not lead to the receipt's root."""
    line = json.loads(slip)
    path = line.pop("path")
    told = digest(b"\0", canonical(line).encode())
    for neighbour, left in path:
        pair = (bytes.fromhex(neighbour), told) if left else (told, bytes.fromhex(neighbour))
        told = digest(b"\1", *pair)
    if told.hex() != receipt["commitment"]["root"]:
        yield f"{line['member']} was not registered as this slip says"


def findings_of_lines(receipt: Any, text: str) -> Iterator[str]:
    """Give a sentence where root, quotas or households do not hold, for who may see all lines."""
    head, (*written, rest) = receipt["commitment"], text.split("\n")
    if rest or tree(sorted(digest(b"\0", line.encode()) for line in written)).hex() != head["root"]:
        yield "the lines are not those that were committed to"
    people = {line["member"]: line for line in map(json.loads, written)}
    if not len(people) == len(written) == head["registrants"]:
        yield f"{len(written)} lines of {len(people)} people, not of {head['registrants']}"
    for at, names in enumerate(receipt["list"]):
        if not set(names.split(" ")) <= set(people):
            yield f"panel {at} names somebody who has no line"
            continue
        panel = [people[name] for name in names.split(" ")]
        for q in head["quotas"]:
            count = sum(line["features"].get(q["category"]) == q["feature"] for line in panel)
            if not q["min"] <= count <= q["max"]:
                yield f"panel {at} has {count} of {q['category']} {q['feature']}"
        if head["household"] and len({line["household"] for line in panel}) < len(panel):
            yield f"panel {at} seats two of one household"


def read(name: str) -> str:
    with open(name, encoding="utf-8", newline="") as file:
        return file.read()


def main(arguments: list) -> int:
    try:
        options = dict(zip(arguments[1::2], arguments[2::2]))  # noqa: B905  (Python 3.8 has no strict)
        if len(arguments) % 2 == 0 or set(options) - {"--member", "--lines", "--published"}:
            raise ValueError(__doc__)
        text = read(arguments[0])
        found = list(findings(text, options.get("--published")))
        if "--member" in options:
            slip = options["--member"]
            slip = read(slip) if os.path.isfile(slip) else slip
            found += findings_of_member(json.loads(text), slip)
        if "--lines" in options:
            found += findings_of_lines(json.loads(text), read(options["--lines"]))
    except Exception as trouble:  # whatever a forged file leads to
        lacks = "it lacks " if isinstance(trouble, KeyError) else ""
        sys.stderr.write(f"This cannot be read: {lacks}{trouble}\n")
        return 2
    for sentence in found:
        print(f"Found: {sentence}.")
    if not found:
        told = json.loads(text)
        print(f"Draw {told['commitment']['draw']} is as promised: panel {told['number']} sits.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
