"""``python -m tools.prebundle [--python VERSION] [--platform NAME] [--out DIR]``."""

from __future__ import annotations

import argparse
import sys
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from tools.prebundle.build import build_prebundle
from tools.prebundle.policy import (
    PLATFORMS,
    PYTHONS,
    ROOT,
    PrebundleError,
    Target,
    write_pipapi_table,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    parser = argparse.ArgumentParser(prog="dev.py prebundle", description=__doc__)
    parser.add_argument("--python", choices=PYTHONS, help="only for this Python (default: all)")
    parser.add_argument("--platform", choices=PLATFORMS, help="only for this one (default: all)")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "prebundle", metavar="DIR")
    parser.add_argument(
        "--pipapi", action="store_true", help="only print the table [python.pipapi] for the pins"
    )
    options = parser.parse_args(arguments)
    if options.pipapi:
        print(write_pipapi_table(), end="")
        return 0
    pythons = [options.python] if options.python else PYTHONS
    platforms = [options.platform] if options.platform else PLATFORMS
    for python, platform in product(pythons, platforms):
        target = Target(python, platform)
        try:
            folder = build_prebundle(target, options.out.resolve(), ROOT / "build" / "wheels")
        except PrebundleError as error:
            print(f"{target.name}: {error}", file=sys.stderr)
            return 1
        except OSError as error:
            print(f"{target.name} cannot be written: {error}", file=sys.stderr)
            return 1
        print(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
