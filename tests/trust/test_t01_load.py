"""T01: residents vote through the whole stack, as fast as they can, and nothing is lost or doubled.

Bars (TRUST.md section 4): at least 150 votes a second in the mean, p95 at most 400 ms, no server error,
no "database is locked", lost 0, doubled 0, and a burst of 200 people within one second: no error, p99 at
most 3 s. The form of this test lasts until 9,000 votes are acknowledged at least; the long one, ten minutes,
is ``python -m benchmarks.web load --minutes 10``.
"""

from __future__ import annotations

import os

import pytest
from benchmarks.web.load import load

from trust.hub import Hub

pytestmark = [pytest.mark.trust, pytest.mark.slow]

SECONDS = float(os.environ.get("BAITHAK_TRUST_SECONDS", "60"))


def test_a_minute_of_votes_loses_none(tmp_path, record_property):
    with Hub(tmp_path, statements=40) as hub:
        hub.environment["BAITHAK_PROXIES"] = "1"
        hub.serve()
        told = load(hub, clients=32, seconds=SECONDS)
        for name, value in told.told().items():
            record_property(name, value)
        print(told.told())
        assert (told.lost, told.doubled) == (0, 0)
        assert (told.errors, told.broken, told.locked) == (0, 0, 0)
        assert set(told.statuses) == {"200", "302"}
        assert told.burst_errors == 0
        assert hub.is_sound()
        assert told.acknowledged >= 150 * SECONDS
        assert told.per_second >= 150
        assert told.p95 <= 400
        assert told.burst_p99 <= 3000
