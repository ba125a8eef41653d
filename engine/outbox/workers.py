"""Workers: a few threads that do one thing after the other, and that nobody has to wait for."""

from __future__ import annotations

import time
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from typing import TypeAlias

Job: TypeAlias = Callable[[], None]


class Workers:
    """So many threads that do jobs in the order in which they come. A job raises nothing.

    They end with the process, whatever they wait for: what hangs keeps nothing from stopping.
    """

    def __init__(self, size: int, name: str) -> None:
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._threads = [
            Thread(target=self._work, name=f"{name} {number}", daemon=True)
            for number in range(size)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, job: Job) -> None:
        """Have a job done behind those that wait."""
        self._jobs.put(job)

    def finish(self, seconds: float) -> bool:
        """Take no more jobs, and wait so long for those that there are; whether all are done."""
        for _ in self._threads:
            self._jobs.put(None)
        ends = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, ends - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()
