"""Child process of ``measure_run``: measures one USD file for each line that it is sent.

A crash or hang of the USD reader so costs this process only. Lines are JSON: ``{"path",
"asset_id"}`` in, ``{"measure", "issues", "unusable"}`` out; the first line out says it is ready.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import sys
import threading
from pathlib import Path

from clappper.core.errors import AssetUnresolvedError

__all__ = ["main"]


def main() -> None:
    """Answer requests until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the whole group; the parent acts
    # Whatever a plug-in prints must not get between the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    requests: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_read_requests, args=(requests,), daemon=True).start()
    import clappper.core.catalog.measure  # noqa: F401 - slow to load, so before saying "ready"

    answers.write(b'{"ready": true}\n')
    while True:
        answers.write(json.dumps(_answer(json.loads(requests.get()))).encode() + b"\n")


def _read_requests(requests: queue.SimpleQueue[bytes]) -> None:
    for line in sys.stdin.buffer:
        requests.put(line)
    os._exit(0)  # the parent is gone, or done with us: even in the middle of a file


def _answer(request: dict[str, str]) -> dict[str, object]:
    from clappper.core.catalog.measure import measure_asset

    try:
        measure, issues = measure_asset(Path(request["path"]), asset_id=request["asset_id"])
    except AssetUnresolvedError as exc:
        return {"measure": None, "issues": [], "unusable": str(exc)}
    return {
        "measure": measure.model_dump(mode="json"),
        "issues": [issue.model_dump(mode="json") for issue in issues],
        "unusable": None,
    }


if __name__ == "__main__":
    main()
