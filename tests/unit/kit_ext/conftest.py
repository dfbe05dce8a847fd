"""Makes the parts of clappper.kit that need no Kit importable; ``clappper`` is a namespace."""

from __future__ import annotations

import sys

from support.kit_usage import EXTENSIONS

sys.path.append(str(EXTENSIONS / "clappper.kit"))
