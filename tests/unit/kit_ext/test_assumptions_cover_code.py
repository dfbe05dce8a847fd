"""What the Kit layer uses of Kit is declared as an assumption, and what is declared is used."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pxr import Sdf, Usd

from clappper.kit.assumptions import Assumption, load_assumptions
from support.kit_usage import EXTENSIONS, SOMETHING, Use, find_uses, list_sources

#: OpenUSD and Python have these: an object of which nothing is known may be one of theirs.
OTHERS = (Usd.Stage, Usd.Prim, Usd.EditTarget, Sdf.Layer, Sdf.Path, Path, str, dict, list)
#: Used only to look whether it is there before it is used, with another way where it is not.
LOOKED_FOR = {"unsubscribe", "reset"}


def read_assumptions() -> list[Assumption]:
    return [assumption for part in load_assumptions() for assumption in part.assumptions]


def name_members(assumptions: list[Assumption]) -> set[str]:
    """Return every name on the way of every target, and every member of every enum."""
    names = {name for a in assumptions for name, _ in a.members}
    for assumption in assumptions:
        path = assumption.target.partition(":")[2] or assumption.target
        names |= {step.removesuffix("()").lstrip("@") for step in path.split(".")}
    return names


def is_declared(use: Use, assumptions: list[Assumption]) -> bool:
    if use.is_keyword:
        owner = use.owner.rpartition(".")[2].rpartition(":")[2]
        return any(
            use.name in a.keywords and a.target.rpartition(".")[2].rpartition(":")[2] == owner
            for a in assumptions
        ) or (use.owner == SOMETHING and use.name in {k for a in assumptions for k in a.keywords})
    if use.owner == SOMETHING or "()" in use.owner.partition("()")[2]:
        return use.name in name_members(assumptions) | LOOKED_FOR
    module, _, path = use.owner.partition(":")
    wanted = f"{path}.{use.name}" if path else use.name
    for assumption in assumptions:
        origin, _, declared = assumption.target.partition(":")
        members = [f"{declared}.{name}" for name, _ in assumption.members]
        for known in [declared, *members]:
            plain = known.replace("()", "")
            asked = wanted.replace("()", "")
            if origin == module and (plain == asked or plain.startswith(f"{asked}.")):
                return True
    # A field of a widget is a member of its class or of what all fields hold.
    return "()" in use.owner and use.name in name_members(assumptions)


def may_be_another(owner: str) -> bool:
    return owner == SOMETHING or "get_stage()" in owner


def find_undeclared(uses: list[Use], assumptions: list[Assumption]) -> list[str]:
    return [
        str(use)
        for use in uses
        if not (may_be_another(use.owner) and any(hasattr(other, use.name) for other in OTHERS))
        and not is_declared(use, assumptions)
    ]


def test_everything_the_kit_layer_uses_is_declared():
    uses = find_uses(list_sources())

    # The reader itself must see: some of what is known to be used, one of each kind.
    seen = {(use.owner, use.name, use.is_keyword) for use in uses}
    assert ("omni.usd:", "get_context", False) in seen
    assert ("omni.kit.menu.utils:MenuItemDescription", "onclick_fn", True) in seen
    assert ("omni.kit.notification_manager:NotificationStatus", "WARNING", False) in seen
    assert {"capture_every_Nth_frames", "path_trace_spp", "save_as_stage_async", "CLOSING"} <= {
        use.name for use in uses if use.owner == SOMETHING
    }
    assert find_undeclared(uses, read_assumptions()) == []


@pytest.mark.parametrize(
    "line",
    [
        "omni.kit.app.get_app().get_window_title()",
        "omni.kit.app.get_time()",
        "context.get_rendering_settings()",
        "find_module('omni.usd').merge_layers('a', 'b')",
        "find_module('omni.usd').StageEventType.HYDRA_STOPPED",
        "ui.Button('a', tooltip='b')",
        "ui.ColorWidget()",
        "getattr(context, 'get_name')()",
        "observe_stage_event(context, 'OPENING', print, name='x')",
        "values['sunstudy_speed'] = 1",
        "self._held.pause()",
    ],
)
def test_a_new_use_is_noticed(tmp_path, line):
    source = tmp_path / "new.py"
    source.write_text(
        "import omni.kit.app\nimport omni.ui as ui\nfrom typing import Any\n"
        "class New:\n    def __init__(self, thing: Any) -> None:\n        self._held = thing\n"
        f"    def work(self, context: Any) -> None:\n        values = {{}}\n        {line}\n",
        encoding="utf-8",
    )

    assert len(find_undeclared(find_uses([source]), read_assumptions())) == 1


def test_declared_names_are_used():
    text = "\n".join(path.read_text(encoding="utf-8") for path in list_sources())
    text += (EXTENSIONS / "clappper.kit" / "scripts" / "self_test.py").read_text(encoding="utf-8")
    words = set(re.findall(r"\w+", text))
    unused = [
        assumption.target
        for assumption in read_assumptions()
        # Defaults are declared because nothing sets them.
        if assumption.kind not in ("default", "token")
        and not {
            assumption.target.rpartition(".")[2].rpartition(":")[2].removesuffix("()"),
            *(name for name, _ in assumption.members),
        }
        & words
    ]

    assert unused == []


def test_every_assumption_says_what_it_is_used_for():
    for assumption in read_assumptions():
        assert re.fullmatch(r"[A-Z].*\.", assumption.used_for), assumption.target


def test_alternatives_are_declared_themselves():
    assumptions = read_assumptions()
    targets = {a.target for a in assumptions} | {
        f"{a.target}.{name}" for a in assumptions for name, _ in a.members
    }

    assert {a.alternative for a in assumptions if a.alternative} <= targets
