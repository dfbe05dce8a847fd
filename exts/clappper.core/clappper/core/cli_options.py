"""Options that several commands take: who plans, and where assets are known and found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

__all__ = ["add_planner_options", "add_source_options"]


def add_planner_options(parser: argparse.ArgumentParser) -> None:
    """Add who reads the prompt, and the server and model where that is a language model."""
    parser.add_argument(
        "--planner",
        choices=("rules", "llm", "auto", "openai"),
        default="rules",
        help=(
            "who reads the prompt: rules; llm (or openai), a language model; auto, llm if there "
            "is a key"
        ),
    )
    parser.add_argument(
        "--base-url",
        metavar="URL",
        help="OpenAI-compatible server, like http://localhost:11434/v1",
    )
    parser.add_argument("--model", metavar="NAME", help="model of that server")


def add_source_options(parser: argparse.ArgumentParser) -> None:
    """Add the catalog and the asset roots."""
    parser.add_argument(
        "--catalog",
        type=Path,
        metavar="FILE",
        help="master_index.json or built index (default: demo pack)",
    )
    parser.add_argument(
        "--assets",
        action="append",
        default=[],
        metavar="ROOT",
        help="folder or drive that holds packs/, or s3://BUCKET=FOLDER; may be repeated",
    )
