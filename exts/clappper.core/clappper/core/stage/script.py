"""A run's scene as one USD Python script that a person can read, change and run in Kit.

The words are the plan's, the numbers those of the authored layer; how they are put on a stage is
``data/script/scene_script.txt``. What comes from a prompt or a catalog stands in literals and
comments only.
"""

from __future__ import annotations

import importlib.resources
import textwrap
from typing import TYPE_CHECKING, Any

from clappper.core.stage.scene_tables import read_scene_tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from clappper.core.planning.models import Item, ScenePlan
    from clappper.core.stage.scene_tables import SceneTables

__all__ = ["compose_script"]

_WIDTH = 100
#: What each table is, above it in the script.
_COMMENTS = {
    "LOOKS": "Materials; tile is how long one tile of the texture is [m].",
    "ENVIRONMENT": "The place, box by box: name, look, low corner, high corner.",
    "LAMPS": "Kinds of lights: UsdLux type and inputs.",
    "FIXTURES": "The boxes of the lights, alike.",
    "LIGHTS": "Lights: name, lamp, position, (heading, pitch).",
    "CAMERAS": "Cameras; keys are frame, position, (heading, pitch).",
    "ASSETS": (
        "Assets: file, catalog id, and how each is made: the point that stands on its spot, how "
        "far it is turned to face south, its up axis, its metres per unit and its size [m]."
    ),
    "ITEMS": "The things: name, asset, where it stands, how far it is turned from facing south.",
}


def compose_script(scene: Path, plan: ScenePlan, *, folder: Path | None = None) -> str:
    """Return the text of a script that builds a scene again on the stage it finds.

    Args:
        scene: The run's ``scene.usda``.
        plan: The run's plan.
        folder: Run folder to write into the script, for one that is pasted somewhere; without it
            the script looks for ``assets`` beside itself.

    Raises:
        StageError: The scene cannot be read, or holds what the builder does not write.
    """
    tables = read_scene_tables(scene)
    data = importlib.resources.files("clappper.core").joinpath("data", "script")
    text = data.joinpath("scene_script.txt").read_text(encoding="utf-8")
    parts = {
        "{{ABOUT}}": _describe(plan, tables),
        "{{SETTINGS}}": _list_settings(tables, folder),
        "{{TABLES}}": _list_tables(plan, tables),
    }
    composed = []
    for marker, lines in parts.items():
        before, _, text = text.partition(marker)
        composed += [before, "\n".join(lines)]
    return "".join([*composed, text])


def _describe(plan: ScenePlan, tables: SceneTables) -> Iterator[str]:
    yield from _comment(plan.title or "Scene")
    yield "#"
    for item in plan.items:
        _, instances = tables.items.get(item.id, ("", []))
        placed = "" if len(instances) == item.count else f", {len(instances)} placed"
        yield from _comment(f"- {item.count} x {item.noun}{placed} (asked: {item.asked})")
    for miss in plan.misses:
        yield from _comment(f"- not in the catalog: {miss.asked}")
    for sentence in plan.assumptions:
        yield from _comment(f"- {sentence}")


def _list_settings(tables: SceneTables, folder: Path | None) -> Iterator[str]:
    yield "# The run folder, which holds assets. Empty: the folder this script lies in."
    yield f"RUN_FOLDER = {_format('' if folder is None else folder.as_posix())}"
    yield ""
    yield "# The film: frames 1 to FRAMES, so many a second."
    yield f"FRAMES, FPS = {tables.frames}, {tables.fps:.6g}"


def _list_tables(plan: ScenePlan, tables: SceneTables) -> Iterator[str]:
    yield from _table("LOOKS", _blocks(tables.looks))
    yield from _table("ENVIRONMENT", map(_format, tables.environment), "[]")
    yield from _table("FIXTURES", map(_format, tables.fixtures), "[]")
    yield from _table("LAMPS", _blocks(tables.lamps))
    yield from _table("LIGHTS", map(_format, tables.lights), "[]")
    yield from _table("CAMERAS", _blocks(tables.cameras))
    yield from _table("ASSETS", _blocks(tables.assets))
    yield from _comment(_COMMENTS["ITEMS"])
    yield "ITEMS = {"
    items = {item.id: item for item in plan.items}
    for item, (noun, instances) in tables.items.items():
        yield from _list_item(items.get(item), item, noun, [_format(row) for row in instances])
    yield "}"


def _list_item(asked: Item | None, item: str, noun: str, rows: list[str]) -> Iterator[str]:
    if asked is not None:
        yield from _comment(f"{asked.asked}: {asked.count} asked for", indent="    ")
    yield f"    {_format(item)}: {{"
    yield f'        "noun": {_format(noun)},'
    yield '        "instances": ['
    yield from (f"            {row}," for row in rows)
    yield "        ],"
    yield "    },"


def _table(name: str, rows: Iterable[str], brackets: str = "{}") -> Iterator[str]:
    yield from _comment(_COMMENTS[name])
    yield f"{name} = {brackets[0]}"
    yield from (f"    {row}," for row in rows)
    yield brackets[1]
    yield ""


def _blocks(table: dict[str, dict[str, Any]]) -> Iterator[str]:
    """Yield entries with a line for each of their keys."""
    for name, entry in table.items():
        lines = "".join(f"        {_format(k)}: {_format(v)},\n" for k, v in entry.items())
        yield f"{_format(name)}: {{\n{lines}    }}"


def _format(value: object) -> str:
    """Return a plain value as a Python literal on one line."""
    if isinstance(value, str):
        # With an apostrophe before it, repr takes double quotes; text cannot end the literal.
        return repr(value) if '"' in value else '"' + repr(f"'{value}")[2:]
    if isinstance(value, dict):
        inside = ", ".join(f"{_format(key)}: {_format(entry)}" for key, entry in value.items())
        return f"{{{inside}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_format, value))}]"
    if isinstance(value, tuple):
        return f"({', '.join(map(_format, value))}{',' if len(value) == 1 else ''})"
    if value is None or type(value) in (bool, int, float):
        return repr(value)
    raise TypeError(f"{type(value).__name__} is no plain value")


def _comment(text: str, indent: str = "") -> list[str]:
    """Return lines of comment; nothing in the text can start a line of code."""
    plain = "".join(letter if letter.isprintable() else " " for letter in text)
    mark = f"{indent}# "
    return textwrap.wrap(
        plain, _WIDTH, initial_indent=mark, subsequent_indent=mark, break_on_hyphens=False
    ) or [mark.rstrip()]
