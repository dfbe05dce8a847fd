"""The command ``clappper doctor``: can a language model be asked, and if not, why."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

from clappper.core.console import print_json, print_line

if TYPE_CHECKING:
    import argparse

    from clappper.core.doctor import Check

__all__ = ["add_llm_commands"]

_EXIT_WRONG = 2
_SIGNS = {"ok": "ok   ", "note": "note ", "wrong": "WRONG"}


def add_llm_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``doctor`` to the command line."""
    doctor = commands.add_parser(
        "doctor",
        help="test the language model: key, address, model, tools, streaming, context",
        description=(
            "Test whether a language model can be asked; it is asked one short question. "
            "Key, address and model come from the environment, address and model also from "
            "options. Exit code 2 when something is wrong."
        ),
    )
    doctor.add_argument("--base-url", metavar="URL", help="address, like http://localhost:11434/v1")
    doctor.add_argument("--model", metavar="NAME", help="model of that server")
    doctor.add_argument("--json", action="store_true", help="print the result as JSON")
    doctor.set_defaults(run=_run_doctor)


def _run_doctor(arguments: argparse.Namespace) -> int:
    from clappper.core.doctor import examine

    found = asyncio.run(
        examine(
            os.environ,
            base_url=arguments.base_url,
            model=arguments.model,
            on_check=_ignore if arguments.json else _print_check,
        )
    )
    if arguments.json:
        print_json(
            {
                "ok": found.is_ok,
                "host": found.host,
                "model": found.model,
                "checks": [
                    {"name": check.name, "status": check.status, "text": check.text}
                    for check in found.checks
                ],
            }
        )
    return 0 if found.is_ok else _EXIT_WRONG


def _print_check(check: Check) -> None:
    print_line(f"{_SIGNS[check.status]}  {check.name:<10}  {check.text}")


def _ignore(check: Check) -> None:
    del check
