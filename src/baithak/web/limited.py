"""Reading what strangers upload: in a process of its own with little time, little memory, no network (R21).

    told = limited("baithak.budget.reading:election", upload.read())

The function takes the bytes and gives what JSON can hold. It may raise the engine's errors: they
come back as the same errors. Whatever else goes wrong in there is a ``LimitError`` here.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import subprocess
import sys
from typing import Any, Never

from baithak.engine.errors import EngineError

__all__ = ["LimitError", "limited"]

SECONDS = 10
#: Address space beyond what Python and numpy need to start.
MEGABYTES = 256
_START = 768
_KEPT = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "TMPDIR", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")


class LimitError(Exception):
    """The file took too much time or memory, or broke the reader. ``code``: ``time`` or ``broken``."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def limited(function: str, source: bytes, *, seconds: int = SECONDS) -> Any:
    """What ``module:function`` makes of the bytes.

    Raises
    ------
    EngineError
        What the function raised, with ``others``.
    LimitError
        It did not end in time, wanted more memory than there is, or broke.
    """
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    environment |= {"PYTHONUTF8": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(  # noqa: S603  (our own interpreter, a name from our own code)
            [sys.executable, "-m", "baithak.web.limited", function, str(seconds)],
            input=source,
            capture_output=True,
            env=environment,
            timeout=2 * seconds + 10,  # the limit is on CPU time; a busy machine may wait
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise LimitError("time") from None
    if done.returncode:
        # SIGXCPU or SIGKILL: the clock; everything else: the reader.
        raise LimitError("time" if done.returncode in (-24, -9) else "broken")
    told = json.loads(done.stdout)
    if "refused" in told:
        raise _error(told["refused"])
    return told["told"]


def _error(told: dict[str, Any]) -> EngineError:
    error = EngineError(told["code"], **told["params"])
    error.others = tuple(_error(other) for other in told["others"])
    return error


def _plain(error: EngineError) -> dict[str, Any]:
    return {
        "code": error.code,
        "params": error.params,
        "others": [_plain(other) for other in error.others],
    }


def _no_network(event: str, _: tuple[Any, ...]) -> None:
    """An audit hook cannot be taken off again."""
    if event.startswith("socket.") or event in ("subprocess.Popen", "os.exec", "os.system"):
        raise PermissionError(event)


def _main(function: str, seconds: int) -> None:
    room = (_START + MEGABYTES) * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (room, room))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    module, _, name = function.partition(":")
    read = getattr(importlib.import_module(module), name)
    sys.addaudithook(_no_network)
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints must not be taken for an answer
    try:
        told = {"told": read(sys.stdin.buffer.read())}
    except EngineError as error:
        told = {"refused": _plain(error)}
    json.dump(told, answers, default=_refuse)
    answers.flush()


def _refuse(value: Any) -> Never:
    raise TypeError(f"{type(value).__name__} is nothing that JSON holds")


if __name__ == "__main__":
    _main(sys.argv[1], int(sys.argv[2]))
