"""Start a scenario file so that it may import ``omni.ui``, ``omni.kit.app`` and ``carb`` anywhere.

``boot.py SCENARIO ARGS...`` imports the rig first, which sets these namespaces up in the one order
that works. Modules of other extensions can be imported only once Kit runs, inside the scenario.
"""

import runpy
import sys
from pathlib import Path

import kit_rig  # noqa: F401

if __name__ == "__main__":
    del sys.argv[0]
    sys.path.append(str(Path(sys.argv[0]).parent))  # what scenarios share
    runpy.run_path(sys.argv[0], run_name="__main__")
