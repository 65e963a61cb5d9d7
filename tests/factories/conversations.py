"""Conversations whose answer is known: who belongs where, and what they share."""

from __future__ import annotations

import numpy as np

from baithak.engine.opinion.votes import VoteMatrix

CAMPS = {"Hill": 50, "River": 30}
SHARED, SPLIT, TOTAL = 4, 12, 20  # statements everybody likes, that divide, in all


def town(
    seed: int = 0, camps: dict[str, int] = CAMPS, seen: float = 0.7, channels: bool = False
) -> VoteMatrix:
    """Camps that disagree on twelve statements, share four and are mixed on the rest.

    People are called Hill-00, River-00 …; statements 0 to 3 are shared, 4 to 15 divide the first
    camp from the others, 16 to 19 are mixed.
    """
    random = np.random.default_rng(seed)
    people, statements, values = [], [], []
    for number, (camp, size) in enumerate(camps.items()):
        for i in range(size):
            for j in range(TOTAL):
                if random.random() > seen:
                    continue
                if j < SHARED:
                    agree = 0.93
                elif j < SHARED + SPLIT:
                    agree = 0.9 if (j % 2 == 0) == (number == 0) else 0.1
                else:
                    agree = 0.5
                luck = random.random()
                people.append(f"{camp}-{i:02}")
                statements.append(j)
                values.append(0 if luck > 0.97 else 1 if random.random() < agree else -1)
    ids = sorted(set(people))
    told = {p: "token" if k % 2 else "open" for k, p in enumerate(ids)} if channels else None
    return VoteMatrix.from_arrays(people, statements, values, channels=told)


def shuffled(votes: VoteMatrix, seed: int) -> VoteMatrix:
    """The same votes, told in another order."""
    order = np.random.default_rng(seed).permutation(votes.size)
    channels = None
    if votes.channels is not None:
        channels = dict(zip(votes.participants, votes.channels, strict=True))
    return VoteMatrix.from_arrays(
        [votes.participants[i] for i in votes.rows[order]],
        [votes.statements[j].id for j in votes.columns[order]],
        votes.values[order],
        statements=votes.statements[::-1],
        channels=channels,
        people=votes.participants,
    )
