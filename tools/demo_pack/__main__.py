"""Write the demo pack and the rooms' textures: ``python -m tools.demo_pack [--out DIR]``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clappper.core.catalog.measure import measure_asset
from clappper.core.catalog.models import MeasureRecord
from clappper.core.errors import ClappperError
from clappper.core.files import write_json
from tools.demo_pack.index import ASSETS, build_index
from tools.demo_pack.textures import write_textures
from tools.demo_pack.write import write_asset

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["DATA_DIR", "generate", "main", "measure_pack"]

#: Where the package ships the pack.
DATA_DIR = Path(__file__).resolve().parents[2] / "exts/clappper.core/clappper/core/data"


def generate(out_dir: Path) -> list[Path]:
    """Write ``demo_pack/`` and ``textures/`` below a folder and return every file written.

    Raises:
        OutputError: A file cannot be written.
    """
    packs_dir = out_dir / "demo_pack" / "packs"
    specs = {spec.name: spec for spec in ASSETS}
    written = [write_asset(spec, spec.build(), specs, packs_dir) for spec in ASSETS]
    index_path = out_dir / "demo_pack" / "master_index.json"
    write_json(index_path, build_index(packs_dir))
    measures_path = out_dir / "demo_pack" / "measures.json"
    write_json(measures_path, measure_pack(packs_dir))
    return [*written, index_path, measures_path, *write_textures(out_dir / "textures")]


def measure_pack(packs_dir: Path) -> list[dict[str, Any]]:
    """Return the measures of a pack's assets, so that nobody has to read them for a first scene."""
    records = []
    for entry in build_index(packs_dir)["assets"]:
        asset_path = entry["s3_path"].partition("/packs/")[2]
        path = packs_dir / asset_path
        measure, issues = measure_asset(path, asset_id=entry["asset_id"])
        record = MeasureRecord(
            asset_path=asset_path,
            size_bytes=path.stat().st_size,
            mtime_ns=0,
            measure=measure,
            issues=tuple(issues),
            unusable=None,
        )
        records.append(record.model_dump(mode="json"))
    return records


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.demo_pack", description=__doc__)
    parser.add_argument(
        "--out", type=Path, default=DATA_DIR, help="data folder, default: the shipped one"
    )
    out_dir: Path = parser.parse_args(arguments).out
    try:
        written = generate(out_dir)
    except ClappperError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    size_mb = sum(path.stat().st_size for path in written) / 1e6
    sys.stdout.write(f"{len(written)} files, {size_mb:.1f} MB, in {out_dir}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
