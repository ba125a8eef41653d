"""Workers whose service was killed: they stop as well, and leave its port to the next one."""

from __future__ import annotations

import multiprocessing
import os
import signal
from threading import Thread


def stop_with_parent() -> None:
    """Stop this worker, once it has answered what it was asked, when its parent is gone."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def follow() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)

    Thread(target=follow, name="parent", daemon=True).start()
