"""Stand-in for the measuring child: a program that does to each file what the file's name says.

Run as ``python measure_worker_stand_in.py LOG``; every request appends ``pid name`` to the log.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

__all__ = ["main", "make_answer"]

#: Width of what it measured is the length of the name [m].
MEASURE = {
    "is_measured": True,
    "origin_m": {"x": 0.0, "y": 0.0, "z": 0.0},
    "surface_m": None,
    "up_axis": "Z",
    "meters_per_unit": 1.0,
    "front_yaw_deg": 0.0,
    "default_prim": None,
    "triangle_count": 12,
}


def make_answer(request: dict[str, str]) -> dict[str, object]:
    """Return what a good child would say."""
    name = Path(request["path"]).stem
    size = {"x": float(len(name)), "y": 1.0, "z": 1.0}
    measure = {**MEASURE, "asset_id": request["asset_id"], "size_m": size}
    return {"measure": measure, "issues": [], "unusable": None}


def main() -> None:
    """Answer until standard input ends."""
    sys.stdout.write('{"ready": true}\n')
    sys.stdout.flush()
    for answered, line in enumerate(sys.stdin):
        request = json.loads(line)
        name = Path(request["path"]).stem
        with Path(sys.argv[1]).open("a", encoding="utf-8") as log:
            log.write(f"{os.getpid()} {name}\n")
        if "abort" in name or ("worn" in name and answered):
            os.abort()
        if "leave" in name:
            os._exit(0)
        if "hang" in name:
            time.sleep(600.0)
        if "flood" in name:
            os.write(2, b"warning\n" * 500_000)
        text = json.dumps(make_answer(request))
        if "junk" in name:
            text = "[1, 2"
        if "wrong" in name:
            text = '{"measure": {"size_m": "large"}, "issues": [], "unusable": null}'
        if "bad" in name:
            text = '{"measure": null, "issues": [], "unusable": "bad is no USD."}'
        sys.stdout.write(text + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
