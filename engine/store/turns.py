"""One thread at a time, but for what waits.

The driver of SQLite lets other threads run at each statement, and statements take microseconds: the
more threads of a process run at once, the more of their time goes into taking turns. So requests
take turns as a whole, and step aside only where they wait: for the disk, for another process that
writes, for the time at which to answer.
"""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager, nullcontext
from types import TracebackType


class Turns:
    """A turn to run: `with turns:` takes it, `with turns.aside():` lends it to others meanwhile."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._own = threading.local()
        self._aside = _Aside(self._lock)

    def __enter__(self) -> None:
        self._lock.acquire()
        self._own.is_mine = True

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._own.is_mine = False
        self._lock.release()

    def aside(self) -> AbstractContextManager[None]:
        """Let others run while this thread waits; nothing for a thread that has no turn."""
        return self._aside if getattr(self._own, "is_mine", False) else nullcontext()


class _Aside:
    """Gives a turn back, and takes it again."""

    def __init__(self, lock: threading.Lock) -> None:
        self._lock = lock

    def __enter__(self) -> None:
        self._lock.release()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._lock.acquire()
