"""``python -m tools.wordnet FOLDER``: FOLDER holds WordNet 3.0's ``data.noun`` and so on.

Debian's package ``wordnet-base`` has them in ``/usr/share/wordnet``.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tools.wordnet.build import build_synonyms

__all__ = ["main"]

_OUT = Path(__file__).parents[2] / "exts/clappper.core/clappper/core/data/catalog/synonyms.gz"


def main() -> int:
    """Run the command line and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.wordnet", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, default=_OUT, metavar="FILE")
    options = parser.parse_args()
    try:
        count = build_synonyms(options.folder, options.out)
    except OSError as error:
        print(f"Cannot make the synonym data: {error}", file=sys.stderr)
        return 1
    print(f"{options.out}: {count} synsets, {options.out.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
