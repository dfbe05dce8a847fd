"""Console: results to standard output, sentences to standard error, numbers as arguments."""

from __future__ import annotations

import argparse
import json
import sys

__all__ = ["parse_count", "print_json", "print_line", "say"]


def print_line(line: str) -> None:
    """Write a line of a result to standard output, also a pipe, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def print_json(value: object) -> None:
    """Write a result as JSON to standard output."""
    print_line(json.dumps(value, indent=2))


def say(line: str) -> None:
    """Write a sentence for the user to standard error."""
    sys.stderr.write(line + "\n")


def parse_count(text: str) -> int:
    """Return an argument that is a number from 1 to 100,000.

    Raises:
        argparse.ArgumentTypeError: It is none.
    """
    value = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
    if not 1 <= value <= 100_000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 100000")
    return value
