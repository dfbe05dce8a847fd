"""The checker finds everything at once, names it, and never raises."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from clappper.kit.assumption_check import check_assumptions
from clappper.kit.assumptions import Assumption, KitPart, load_assumptions
from clappper.kit.signatures import UnknownSignatureError, find_call_problem


class Native:
    """Stands for what pybind11 makes: no signature, the call in the documentation's first line."""

    __signature__ = "none"

    def __init__(self, doc: str) -> None:
        self.__doc__ = doc

    def __call__(self) -> None:
        """Do nothing."""


@pytest.fixture
def kit(monkeypatch):
    module = ModuleType("made_up_kit")

    class Thing:
        size = (1, 2)
        nothing = None

        def move(self, x, *, to="there"):
            return (x, to)

        @property
        def broken(self):
            raise RuntimeError("no GPU")

    class Kind:
        A, B = 0, 1

    module.Thing, module.Kind, module.empty = Thing, Kind, lambda: None
    monkeypatch.setitem(sys.modules, "made_up_kit", module)
    return module


def check(*assumptions, is_enabled=True, is_optional=True):
    part = KitPart("made.up", "the made-up feature", is_optional, False, assumptions)
    return check_assumptions([part], is_enabled=lambda _: is_enabled, resolve_token=lambda _: "")


def assume(kind, path, **fields):
    return Assumption(kind, f"made_up_kit:{path}", "A test.", **fields)


@pytest.mark.parametrize(
    ("assumption", "outcome", "text"),
    [
        (assume("member", "Thing.size"), "ok", ""),
        (assume("member", "Thing.weight"), "missing", "made_up_kit:Thing.weight is missing."),
        (assume("member", "Gone().size"), "missing", "made_up_kit:Gone is missing."),
        (assume("member", "empty().size"), "unchecked", "made_up_kit:empty() is None here"),
        (assume("member", "Thing().broken"), "different", "RuntimeError: no GPU"),
        (assume("call", "Thing().move", positional=1, keywords=("to",)), "ok", ""),
        (assume("call", "Thing().move", positional=2), "different", "too many positional"),
        (assume("call", "Thing().move", keywords=("by",)), "different", "it takes (x, *, to="),
        (assume("call", "Thing.size"), "different", "cannot be called"),
        (assume("enum", "Kind", members=(("B", 1),)), "ok", ""),
        (assume("enum", "Kind", members=(("B", 2),)), "different", "Kind.B is 1, not 2."),
        (assume("enum", "Kind", members=(("C", None),)), "missing", "Kind.C is missing."),
        (assume("returns", "Thing.size", types=("tuple",), items=("int", "int")), "ok", ""),
        (assume("returns", "Thing.size", types=("list",)), "different", "is tuple, not list"),
        (
            assume("returns", "Thing.size", types=("tuple",), items=("int", "str")),
            "different",
            "it is (1, 2), not (int, str)",
        ),
        (assume("default", "Thing.nothing", value=3), "different", "it is None, not 3"),
        (Assumption("member", "no_such_kit:x", "A test."), "missing", "module no_such_kit"),
        (Assumption("token", "documents", "A test."), "missing", "token documents"),
    ],
)
def test_each_kind_is_judged(kit, assumption, outcome, text):
    (finding,) = check(assumption)

    assert finding.outcome == outcome
    assert text in finding.message
    assert finding.is_failure == (outcome in ("missing", "different"))


def test_a_missing_enum_is_told_for_each_member(kit):
    findings = check(assume("enum", "Gone", members=(("A", None), ("B", 1))))

    assert [f.target for f in findings] == ["made_up_kit:Gone.A", "made_up_kit:Gone.B"]


def test_what_has_an_alternative_may_be_missing(kit):
    old = assume("member", "Thing.old", alternative="made_up_kit:Thing.size")
    size = assume("member", "Thing.size")
    lost = assume("member", "Thing.lost", alternative="made_up_kit:Thing.old")

    assert [f.is_failure for f in check(old, size, lost)] == [False, False, True]


@pytest.mark.parametrize("is_optional", [True, False])
def test_an_extension_that_is_off_is_one_finding(kit, is_optional):
    (finding,) = check(
        assume("member", "Thing.a"),
        assume("member", "Thing.b"),
        is_enabled=False,
        is_optional=is_optional,
    )

    assert finding.message == "made.up is not enabled: the made-up feature will not work."
    assert finding.is_failure is not is_optional


@pytest.mark.parametrize(
    ("doc", "positional", "keywords", "problem"),
    [
        ("f(self: X, arg0: str) -> None", 1, (), ""),
        ("f(self: X, arg0: str) -> None", 0, (), "it wants 1 arguments and gets 0"),
        ("f(self: X, a: Dict[str, int], b: float = 0.5) -> bool", 1, (), ""),
        ("f(self: X, a: Callable[[int, str], None], b: int) -> bool", 1, (), "it wants 2"),
        ("f(self: X, name: str = '') -> None", 0, ("name",), ""),
        ("f(self: X, title: str = '') -> None", 0, ("name",), "name is no parameter of f("),
    ],
)
def test_native_functions_are_judged_by_their_documentation(doc, positional, keywords, problem):
    found = find_call_problem(Native(doc), positional, keywords)

    assert found.startswith(problem)
    assert bool(found) == bool(problem)


@pytest.mark.parametrize(
    ("doc", "keywords"), [("", ("name",)), ("f(self: X, **kwargs) -> None", ("name",))]
)
def test_native_functions_may_tell_nothing(doc, keywords):
    with pytest.raises(UnknownSignatureError):
        find_call_problem(Native(doc), 0, keywords)


def test_declarations_that_repeat_themselves_are_refused(tmp_path):
    path = tmp_path / "assumptions.json"
    row = '{"kind": "member", "target": "a:b", "used_for": "X."}'
    path.write_text(
        '{"schema_version": 1, "extensions": [{"extension": null, "feature": "x", '
        f'"is_optional": false, "assumptions": [{row}, {row}]}}]}}',
        encoding="utf-8",
    )

    with pytest.raises(ValueError, match="declares a:b twice"):
        load_assumptions(path)
