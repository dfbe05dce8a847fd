"""The command line ``clappper``: arguments in, sentences and results out.

Sentences go to standard error, results to standard output.

Exit codes: 0 ok, 1 failed, 2 usage, 3 done but the certificate has errors, 130 stopped by Ctrl+C.
"""

from __future__ import annotations

import argparse
import io
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from clappper.core import __version__
from clappper.core.cli_catalog import add_catalog_commands
from clappper.core.cli_chat import add_chat_command
from clappper.core.cli_llm import add_llm_commands
from clappper.core.cli_options import add_planner_options, add_source_options
from clappper.core.console import parse_count, print_json, print_line, say
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
        say(f"clappper: {exc}")
        return _EXIT_USAGE if isinstance(exc, UsageError) else _EXIT_FAILED
    except KeyboardInterrupt:
        say("clappper: stopped. What was finished stays in the run folder.")
        return _EXIT_STOPPED
    except BrokenPipeError:
        return _EXIT_FAILED
    except Exception as exc:
        logging.getLogger(__name__).debug("unexpected", exc_info=True)
        say(
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
    edit = commands.add_parser(
        "edit",
        help="change a run by a sentence; what it does not name keeps its place",
        description='For example: clappper edit out/dock "remove two chairs and add a plant".',
    )
    edit.add_argument("folder", metavar="RUN", type=Path, help="run folder")
    edit.add_argument("sentence", metavar="SENTENCE", help="what is to change")
    edit.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="write the changed scene here, leave RUN as it is",
    )
    edit.add_argument("--seed", type=_parse_seed, metavar="N", help="choose other places")
    add_planner_options(edit)
    add_source_options(edit)
    edit.add_argument("--spp", type=parse_count, metavar="N", help="samples per pixel")
    edit.add_argument("--no-render", action="store_true", help="make no new film")
    edit.add_argument("--json", action="store_true", help="print the result as JSON")
    edit.set_defaults(run=_run_edit)
    script = commands.add_parser(
        "script",
        help="print a run as a script for Kit's Script Editor",
        description="The script needs nothing but USD; it adds the scene to the open stage.",
    )
    script.add_argument("folder", metavar="RUN", type=Path, help="run folder")
    script.add_argument(
        "--out", type=Path, metavar="FILE", help="write it here (default: standard output)"
    )
    script.set_defaults(run=_run_script)
    check = commands.add_parser("check", help="measure any USD stage and print its certificate")
    check.add_argument("scene", metavar="SCENE", type=Path, help="USD file")
    check.add_argument("--json", action="store_true", help="print the certificate as JSON")
    check.set_defaults(run=_run_check)
    add_chat_command(commands)
    add_catalog_commands(commands)
    add_llm_commands(commands)
    return parser


def _add_make_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="run folder (default: a new one below ./out)"
    )
    parser.add_argument(
        "--seed", type=_parse_seed, default=0, metavar="N", help="choose another layout"
    )
    add_planner_options(parser)
    add_source_options(parser)
    parser.add_argument(
        "--frames",
        type=parse_count,
        metavar="N",
        help="number of frames (default: as the prompt says, else 240)",
    )
    parser.add_argument(
        "--fps",
        type=parse_count,
        metavar="N",
        help="frames per second (default: as the prompt says, else 30)",
    )
    parser.add_argument(
        "--size",
        type=_parse_size,
        metavar="WxH",
        help="picture size (default: as the prompt says, else 640x360)",
    )
    parser.add_argument("--spp", type=parse_count, metavar="N", help="samples per pixel")
    parser.add_argument("--no-render", action="store_true", help="stop after the certified scene")
    parser.add_argument(
        "--json", action="store_true", help="print the result as JSON on standard output"
    )


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
    from clappper.core.make_request import MakeRequest
    from clappper.core.progress import ProgressReporter
    from clappper.core.run_folder import RunFolder, choose_run_path
    from clappper.core.run_request import make_run

    out = arguments.out or choose_run_path(arguments.prompt, parent=Path("out"))
    request = MakeRequest(
        prompt=arguments.prompt,
        seed=arguments.seed,
        planner=arguments.planner,
        base_url=arguments.base_url,
        model=arguments.model,
        catalog_path=arguments.catalog,
        asset_roots=tuple(arguments.assets),
        frames=arguments.frames,
        fps=arguments.fps,
        size=arguments.size,
        spp=arguments.spp,
        is_filming=not arguments.no_render,
    )
    with ProgressReporter(sys.stderr) as reporter:
        result = make_run(request, RunFolder(out.absolute()), reporter.on_event)
    certificate = result.certificate
    if arguments.json:
        print_json(
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
        print_line(f"Scene  {result.folder.scene}")
        if result.movie_path:
            print_line(f"Film   {result.movie_path}")
    return 0 if certificate.ok else _EXIT_NOT_OK


def _run_edit(arguments: argparse.Namespace) -> int:
    from clappper.core.editing import EditRequest
    from clappper.core.progress import ProgressReporter
    from clappper.core.run_folder import RunFolder
    from clappper.core.run_request import change_run

    request = EditRequest(
        arguments.sentence,
        seed=arguments.seed,
        planner=arguments.planner,
        base_url=arguments.base_url,
        model=arguments.model,
        catalog_path=arguments.catalog,
        asset_roots=tuple(arguments.assets),
        is_filming=not arguments.no_render,
        spp=arguments.spp,
    )
    out = RunFolder(arguments.out.absolute()) if arguments.out else None
    with ProgressReporter(sys.stderr) as reporter:
        folder = RunFolder(arguments.folder.absolute())
        result = change_run(request, folder, reporter.on_event, out=out)
    certificate = result.certificate
    if arguments.json:
        print_json(
            {
                "ok": certificate.ok,
                "said": result.said,
                "notes": list(result.notes),
                "edits": [e.model_dump(mode="json") for e in result.edits],
                "folder": str(result.folder.path),
                "scene": str(result.folder.scene),
                "movie": str(result.movie_path) if result.movie_path else None,
                "counts": [c.model_dump() for c in certificate.counts],
                "issues": [i.model_dump() for i in certificate.issues],
                "timings_s": result.timings_s,
            }
        )
    else:
        for line in (result.said, *result.notes):
            print_line(line)
        print_line(f"Scene  {result.folder.scene}")
        if result.movie_path:
            print_line(f"Film   {result.movie_path}")
    return 0 if certificate.ok else _EXIT_NOT_OK


def _run_script(arguments: argparse.Namespace) -> int:
    from clappper.core.files import write_text
    from clappper.core.run_documents import load_run
    from clappper.core.run_folder import RunFolder
    from clappper.core.stage.script import compose_script

    folder = RunFolder(arguments.folder.resolve())
    text = compose_script(folder.scene, load_run(folder).plan, folder=folder.path)
    if arguments.out:
        write_text(arguments.out, text)
        print_line(f"Script  {arguments.out}")
    else:
        sys.stdout.write(text)
    return 0


def _run_check(arguments: argparse.Namespace) -> int:
    from clappper.core.progress import describe_certificate
    from clappper.core.stage.certificate import compute_certificate
    from clappper.core.stage.target import open_stage

    certificate: Certificate = compute_certificate(open_stage(arguments.scene), plan=None)
    if arguments.json:
        print_json(certificate.model_dump(mode="json"))
    else:
        for line in describe_certificate(certificate):
            print_line(line)
    return 0 if certificate.ok else _EXIT_NOT_OK


if __name__ == "__main__":
    sys.exit(main())
