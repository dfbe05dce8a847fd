"""The command line ``clappper``: arguments in, sentences and results out.

Sentences go to standard error, results to standard output.

Exit codes: 0 ok, 1 failed, 2 usage, 3 done but the certificate has errors, 130 stopped by Ctrl+C.
"""

from __future__ import annotations

import argparse
import io
import json
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from clappper.core import __version__
from clappper.core.errors import ClappperError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clappper.core.stage.models import Certificate

__all__ = ["main"]

DEMO_PROMPT = (
    "Create a warehouse scene with 3 forklifts and industrial shelving. Camera at eye level."
)

_EXIT_FAILED, _EXIT_USAGE, _EXIT_NOT_OK, _EXIT_STOPPED = 1, 2, 3, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; no exception leaves this function."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a Windows console may lack a prompt's letters
            stream.reconfigure(errors="backslashreplace")
    parser = _build_parser()
    arguments = parser.parse_args(argv)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        return int(arguments.run(arguments))
    except ClappperError as exc:
        _say(f"clappper: {exc}")
        return _EXIT_USAGE if isinstance(exc, UsageError) else _EXIT_FAILED
    except KeyboardInterrupt:
        _say("clappper: stopped. What was finished stays in the run folder.")
        return _EXIT_STOPPED
    except BrokenPipeError:
        return _EXIT_FAILED
    except Exception as exc:
        logging.getLogger(__name__).debug("unexpected", exc_info=True)
        _say(
            f"clappper: something unexpected went wrong ({type(exc).__name__}: {exc}). "
            "This is a fault of Clappper."
        )
        return _EXIT_FAILED


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="clappper",
        description="From a sentence to a certified USD scene and a film of it.",
        epilog=(
            "Exit codes: 0 ok, 1 failed, 2 usage, 3 done but the certificate has errors, "
            "130 stopped."
        ),
    )
    parser.add_argument("--version", action="version", version=f"clappper {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    make = commands.add_parser("make", help="make a scene and a film from a prompt")
    make.add_argument("prompt", metavar="PROMPT", help="what the scene should show")
    _add_make_options(make)
    make.set_defaults(run=_run_make)
    demo = commands.add_parser(
        "demo", help="make the demo film: 48 frames of a warehouse, or of a prompt"
    )
    demo.add_argument("prompt", metavar="PROMPT", nargs="?", default=DEMO_PROMPT)
    _add_make_options(demo)
    demo.set_defaults(run=_run_make, frames=48, fps=24, size=(640, 360))
    check = commands.add_parser("check", help="measure any USD stage and print its certificate")
    check.add_argument("scene", metavar="SCENE", type=Path, help="USD file")
    check.add_argument("--json", action="store_true", help="print the certificate as JSON")
    check.set_defaults(run=_run_check)
    catalog = commands.add_parser("catalog", help="build or search an asset index")
    verbs = catalog.add_subparsers(metavar="VERB", required=True)
    build = verbs.add_parser("build", help="build an index from master index files")
    build.add_argument("sources", metavar="SOURCE", nargs="+", type=Path)
    build.add_argument("--out", required=True, type=Path, metavar="FILE")
    build.add_argument("--json", action="store_true")
    build.set_defaults(run=_run_catalog_build)
    search = verbs.add_parser("search", help="search an index")
    search.add_argument("query", metavar="QUERY")
    search.add_argument(
        "--catalog", type=Path, metavar="FILE", help="index; the demo pack's when left out"
    )
    search.add_argument("--limit", type=_parse_positive, default=10, metavar="N")
    search.add_argument("--json", action="store_true")
    search.set_defaults(run=_run_catalog_search)
    return parser


def _add_make_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="run folder (default: a new one below ./out)"
    )
    parser.add_argument(
        "--seed", type=_parse_seed, default=0, metavar="N", help="choose another layout"
    )
    parser.add_argument(
        "--planner",
        choices=("rules", "llm", "auto"),
        default="rules",
        help="who reads the prompt: rules; llm, a language model; auto, llm if there is a key",
    )
    parser.add_argument(
        "--catalog",
        type=Path,
        metavar="FILE",
        help="master_index.json or built index (default: demo pack)",
    )
    parser.add_argument(
        "--assets",
        type=Path,
        action="append",
        default=[],
        metavar="ROOT",
        help="folder that holds packs/; may be repeated",
    )
    parser.add_argument(
        "--frames",
        type=_parse_positive,
        metavar="N",
        help="number of frames (default: as the prompt says, else 240)",
    )
    parser.add_argument(
        "--fps",
        type=_parse_positive,
        metavar="N",
        help="frames per second (default: as the prompt says, else 30)",
    )
    parser.add_argument(
        "--size",
        type=_parse_size,
        metavar="WxH",
        help="picture size (default: as the prompt says, else 640x360)",
    )
    parser.add_argument("--spp", type=_parse_positive, metavar="N", help="samples per pixel")
    parser.add_argument("--no-render", action="store_true", help="stop after the certified scene")
    parser.add_argument(
        "--json", action="store_true", help="print the result as JSON on standard output"
    )


def _parse_positive(text: str) -> int:
    value = int(text) if text.isascii() and text.isdigit() else 0
    if not 1 <= value <= 100_000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 100000")
    return value


def _parse_seed(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0")
    return int(text)


def _parse_size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    if not (width.isdigit() and height.isdigit()):
        raise argparse.ArgumentTypeError(f"{text!r} is not a size like 1280x720")
    size = int(width), int(height)
    if not all(16 <= value <= 8192 and value % 2 == 0 for value in size):
        raise argparse.ArgumentTypeError(
            f"{text!r}: width and height must be even, 16 to 8192 pixels"
        )
    return size


def _run_make(arguments: argparse.Namespace) -> int:
    from clappper.core.pipeline import MakeRequest, make
    from clappper.core.progress import ProgressReporter
    from clappper.core.run_folder import RunFolder, choose_run_path

    out = arguments.out or choose_run_path(arguments.prompt, parent=Path("out"))
    request = MakeRequest(
        prompt=arguments.prompt,
        seed=arguments.seed,
        planner=arguments.planner,
        catalog_path=arguments.catalog,
        asset_roots=tuple(arguments.assets),
        frames=arguments.frames,
        fps=arguments.fps,
        size=arguments.size,
        spp=arguments.spp,
        is_filming=not arguments.no_render,
    )
    with ProgressReporter(sys.stderr) as reporter:
        result = make(request, RunFolder(out.absolute()), reporter.on_event)
    certificate = result.certificate
    if arguments.json:
        _print_json(
            {
                "ok": certificate.ok,
                "folder": str(out),
                "scene": str(result.folder.scene),
                "certificate": str(result.folder.certificate),
                "movie": str(result.movie_path) if result.movie_path else None,
                "counts": [c.model_dump() for c in certificate.counts],
                "issues": [i.model_dump() for i in certificate.issues],
                "timings_s": result.timings_s,
            }
        )
    else:
        _print(f"Scene  {result.folder.scene}")
        if result.movie_path:
            _print(f"Film   {result.movie_path}")
    return 0 if certificate.ok else _EXIT_NOT_OK


def _run_check(arguments: argparse.Namespace) -> int:
    from clappper.core.progress import describe_certificate
    from clappper.core.stage.certificate import compute_certificate
    from clappper.core.stage.target import open_stage

    certificate: Certificate = compute_certificate(open_stage(arguments.scene), plan=None)
    if arguments.json:
        _print_json(certificate.model_dump(mode="json"))
    else:
        for line in describe_certificate(certificate):
            _print(line)
    return 0 if certificate.ok else _EXIT_NOT_OK


def _run_catalog_build(arguments: argparse.Namespace) -> int:
    from clappper.core.catalog.store import build_index

    report = build_index(arguments.sources, arguments.out)
    if arguments.json:
        _print_json(
            {
                "out": str(arguments.out),
                "assets": report.asset_count,
                "issues": [i.model_dump() for i in report.issues],
            }
        )
    else:
        for issue in report.issues[:20]:
            _say(f"{issue.severity}: {issue.message}")
        _print(f"{report.asset_count} assets in {arguments.out}")
    return 0


def _run_catalog_search(arguments: argparse.Namespace) -> int:
    from clappper.core.catalog.demo import open_demo_catalog
    from clappper.core.catalog.store import open_catalog

    catalog = open_catalog(arguments.catalog) if arguments.catalog else open_demo_catalog()
    result = catalog.search(arguments.query, limit=arguments.limit)
    if arguments.json:
        _print_json(result.model_dump(mode="json"))
        return 0
    for hit in result.hits:
        _print(f"{hit.asset.asset_id}  {hit.asset.noun:24} {hit.asset.name}  ({hit.asset.pack})")
    if not result.hits:
        nearest = ", ".join(asset.name for asset in result.suggestions)
        _print(
            f"Nothing in the catalog matches {arguments.query!r}."
            + (f" Nearest: {nearest}." if nearest else "")
        )
    return 0


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")


def _print_json(value: object) -> None:
    sys.stdout.write(json.dumps(value, indent=2) + "\n")


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
