"""Time and memory inside a measured process. Only the standard library: the peer runs it too.

A measured process reads its job from the file named first on the command line, gets ready, then
runs once for every line it reads and answers with the CPU seconds of that run. So several
contenders can take turns, run by run, without starting anew. At the end of its input it leaves a
report in the file named second.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

__all__ = ["capped", "job", "peak_mb", "report", "serve"]


class OutOfTimeError(Exception):
    """The work has had its CPU seconds."""


def capped(work: Callable[[], Any], seconds: float) -> Callable[[], Any]:
    """The work, given up (None) after so many CPU seconds; looked at every second of the wall."""

    def run() -> Any:
        start, over = time.process_time(), False

        def look(number: int, frame: FrameType | None) -> None:
            if not over and time.process_time() - start > seconds:
                raise OutOfTimeError
            signal.alarm(0 if over else 1)

        signal.signal(signal.SIGALRM, look)
        signal.alarm(1)
        try:
            return work()
        except OutOfTimeError:
            return None
        finally:
            over = True
            signal.alarm(0)

    return run


def job() -> dict[str, Any]:
    """What the parent asks for."""
    told: dict[str, Any] = json.loads(Path(sys.argv[1]).read_text())
    return told


def serve(run: Callable[[], Any]) -> tuple[list[float], Any]:
    """Run once for each line of input and answer with its CPU seconds; the last result comes back.

    The previous result is let go before the next run, so that it does not count into its peak.
    """
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints must not be taken for an answer
    spent: list[float] = []
    result = None
    for _ in sys.stdin:
        result = None
        start = time.process_time()
        result = run()
        spent.append(time.process_time() - start)
        print(spent[-1], file=answers, flush=True)
    return spent, result


def peak_mb() -> float:
    """The most memory this process ever held, in MB of 10**6 bytes.

    Linux tells it for this program alone; ``getrusage`` would count the moment before ``exec``,
    when the child was still a copy of its parent.
    """
    try:
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e6
    except OSError:
        pass
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1e6 if sys.platform == "darwin" else most * 1024 / 1e6


def report(runs: list[float] | None = None, **more: Any) -> None:
    """Leave the answer; ``process_cpu`` counts from the start of Python, imports included."""
    told = {
        "cpu": runs or [],
        "peak_mb": peak_mb(),
        "process_cpu": time.process_time(),
        **more,
    }
    Path(sys.argv[2]).write_text(json.dumps(told))
