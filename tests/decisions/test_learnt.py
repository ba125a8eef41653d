"""Threads may read a type for the first time at once."""

from __future__ import annotations

import subprocess
import sys

# In a process of its own, as a fault ends it. A short switch interval makes threads meet.
SCRIPT = """
import sys
from threading import Barrier, Thread
import msgspec
from engine.decisions.decoding import convert
from engine.decisions.learnt import decode_as

sys.setswitchinterval(1e-6)
for number in range(150):
    inner = msgspec.defstruct("Inner", [(f"a{n}", str | None, None) for n in range(30)])
    outer = msgspec.defstruct("Outer", [(f"b{n}", inner | None, None) for n in range(30)])
    together = Barrier(4)

    def read():
        together.wait()
        if number % 2:
            convert({"b1": {"a1": "x"}}, outer)
        else:
            decode_as('{"b1": {"a1": "x"}}', outer)

    threads = [Thread(target=read) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
print("done")
"""


def test_a_type_may_be_read_first_by_many_threads_at_once() -> None:
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout) == (0, "done\n")
