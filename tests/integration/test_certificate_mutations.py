"""Certified scenes spoiled in hundreds of ways: the certificate sees what a tape measure sees.

A tape measure of our own (`support.tape_measure`) tells what is visibly wrong after a change, from
vertices alone; the certificate must then say so at the right prim with severity error. What a tape
measure does not see must leave the certificate as it was.
"""

from __future__ import annotations

import itertools
import json
import shutil
import sys
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pytest
from pxr import Usd

from clappper.core.make_request import MakeRequest
from clappper.core.pipeline import make
from clappper.core.planning.models import ScenePlan
from clappper.core.run_folder import RunFolder
from clappper.core.stage.certificate import compute_certificate
from support.mutations import CASES, PROMPTS, Case, apply_case
from support.tape_measure import Tape, Thing, measure_gap, measure_stage

#: What a tape measure tells from nothing [m, deg]; a thing may touch its support within 1 mm.
MOVED_M, DEEP_M, OUT_M, LIFTED_M, SIZE_M, LEAN_DEG = 1e-6, 2e-3, 2.5e-3, 2e-3, 2e-3, 0.5
#: Least, in the product's words, that partners, neighbours and things that face miss by.
PAIR_M, FACING_DEG = 1.05, 31.0
#: The default tier: one in sixteen.
SOME = 16


@dataclass(frozen=True)
class Fact:
    """Something visibly wrong, and by which codes and at which prims it may be told."""

    text: str
    codes: frozenset[str]
    paths: frozenset[str] = frozenset()


@pytest.fixture(scope="module")
def scenes(tmp_path_factory):
    made: dict[str, tuple[RunFolder, ScenePlan, Tape]] = {}

    def get(name: str) -> tuple[RunFolder, ScenePlan, Tape]:
        if name not in made:
            folder = RunFolder(tmp_path_factory.mktemp("run") / name)
            make(MakeRequest(PROMPTS[name], is_filming=False), folder, lambda _: None)
            plan = ScenePlan.model_validate(json.loads(folder.plan.read_text()))
            made[name] = (folder, plan, measure_stage(Usd.Stage.Open(str(folder.scene))))
        return made[name]

    return get


def spoil(case: Case, scenes) -> tuple[ScenePlan, Tape, Tape, Usd.Stage]:
    folder, plan, before = scenes(case.scene)
    copy = folder.path / f"case_{CASES.index(case)}.usda"
    shutil.copyfile(folder.scene, copy)
    stage = Usd.Stage.Open(str(copy))
    copy.unlink()
    apply_case(case, stage, before)
    return plan, before, measure_stage(stage), stage


@pytest.fixture(scope="module")
def tally():
    """Count by kind: changes, seen by the tape measure, told by the certificate; shown by -s."""
    table: dict[str, Counter[str]] = {}
    yield table
    total = sum(table.values(), Counter())
    rows = [f"\n{'kind':16}{'changes':>8}{'visible':>8}{'told':>8}"] + [
        f"{kind:16}{counts['changes']:8}{counts['visible']:8}{counts['told']:8}"
        for kind, counts in [*table.items(), ("all", total)]
    ]
    sys.stdout.write("\n".join([*rows, ""]))


@pytest.mark.parametrize("name", PROMPTS)
def test_certificate_of_the_scene_before_any_change_is_ok(name, scenes):
    folder, plan, before = scenes(name)
    certificate = compute_certificate(Usd.Stage.Open(str(folder.scene)), plan=plan, validate=False)
    assert certificate.ok, certificate.issues
    assert judge(plan, before, before) == []


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=case.name, marks=[pytest.mark.slow] if index % SOME else [])
        for index, case in enumerate(CASES)
    ],
)
def test_certificate_says_what_a_tape_measure_sees(case, scenes, tally):
    plan, before, after, stage = spoil(case, scenes)
    facts = judge(plan, before, after)
    counts = tally.setdefault(case.kind, Counter())
    counts.update(changes=1, visible=bool(facts))

    certificate = compute_certificate(stage, plan=plan, validate=False)

    errors = [issue for issue in certificate.issues if issue.severity == "error"]
    if not facts:
        assert is_harmless(before, after), f"{case.name}: cannot be told, choose another amount"
        assert errors == []
        return
    assert not certificate.ok, facts
    told = {(issue.code, path) for issue in errors for path in (issue.prim_path, None)}
    # The issue of a collision is at one of the two.
    told |= {("COLLISION", path) for c in certificate.geometry.collisions for path in (c.a, c.b)}
    for fact in facts:
        paths = fact.paths or {None}
        assert any((code, path) in told for code in fact.codes for path in paths), (fact, errors)
    counts.update(told=1)


def judge(plan: ScenePlan, before: Tape, after: Tape) -> list[Fact]:
    """Return what is visibly wrong now."""
    facts = judge_counts(plan, after) + judge_eyes(plan, after) + judge_relations(plan, after)
    facts += judge_doors(after)
    is_place_changed = find_changed(before.place, after.place)
    changed = find_changed(before.things, after.things)
    for path in sorted(after.things if is_place_changed else changed):
        if path in after.things:
            facts += judge_thing(before, after, path)
    return facts


def find_changed(before: dict[str, Thing], after: dict[str, Thing]) -> set[str]:
    return {
        path
        for path in {*before, *after}
        if path not in before
        or path not in after
        or before[path].points.shape != after[path].points.shape
        or np.abs(before[path].points - after[path].points).max() > MOVED_M
    }


def judge_thing(before: Tape, after: Tape, path: str) -> list[Fact]:
    thing, facts, here = after.things[path], [], frozenset({path})
    old = before.things.get(path)
    depth, other = after.measure_overlap(path)
    if depth > DEEP_M:
        both = frozenset({path, other})
        facts.append(Fact(f"{depth:.4f} m inside {other}", frozenset({"COLLISION"}), both))
    floor, is_in_wall = after.floor, "door" in (thing.noun or "")
    if floor is not None and not is_in_wall:
        beyond = max(
            float((floor[0] - thing.bound[0])[:2].max()),
            float((thing.bound[1] - floor[1])[:2].max()),
        )
        if beyond > OUT_M:
            codes = frozenset({"OUT_OF_BOUNDS"})
            facts.append(Fact(f"{beyond:.4f} m out of the room", codes, here))
    drop = after.measure_drop(path)
    if old is not None and old.points.shape == thing.points.shape:
        moves = thing.points - old.points
        size = measure_size_change(old.points, thing.points)
        if size > SIZE_M:
            facts.append(Fact(f"{size:.4f} m another size", frozenset({"UNITS"}), here))
        elif measure_lean_deg(old.points, thing.points) > LEAN_DEG:
            facts.append(Fact("leans", frozenset({"UNSUPPORTED"}), here))
        elif np.ptp(moves, axis=0).max() < MOVED_M and np.abs(moves[0, :2]).max() < MOVED_M:
            drop = max(drop, float(moves[0, 2]))
    elif old is not None:
        facts.append(Fact("shows something else", frozenset({"ASSET_UNRESOLVED", "UNITS"}), here))
    if drop > LIFTED_M and not is_in_wall:
        facts.append(Fact(f"{drop:.4f} m above anything", frozenset({"UNSUPPORTED"}), here))
    return facts


def measure_size_change(before: np.ndarray, after: np.ndarray) -> float:
    """Return the largest change of a distance between far vertices [m]; a mirror image is one."""
    middle = before.mean(axis=0)
    first = int(np.linalg.norm(before - middle, axis=1).argmax())
    second = int(np.linalg.norm(before - before[first], axis=1).argmax())
    way = before[second] - before[first]
    third = int(np.linalg.norm(np.cross(way, before - before[first]), axis=1).argmax())
    normal = np.cross(way, before[third] - before[first])
    fourth = int(np.abs((before - before[first]) @ normal).argmax())
    chosen = [first, second, third, fourth]

    def measure(points: np.ndarray) -> tuple[np.ndarray, float]:
        corners = points[chosen]
        edges = corners[1:] - corners[0]
        apart = np.linalg.norm(corners[:, None] - corners[None], axis=2)
        return apart, float(np.sign(np.linalg.det(edges)))

    (old, old_hand), (new, new_hand) = measure(before), measure(after)
    return float("inf") if old_hand != new_hand else float(np.abs(old - new).max())


def measure_lean_deg(before: np.ndarray, after: np.ndarray) -> float:
    """Return how far the vertical of a thing that kept its shape has tilted [deg]."""
    a, b = before - before.mean(axis=0), after - after.mean(axis=0)
    left, _, right = np.linalg.svd(a.T @ b)
    turned = left @ np.diag([1.0, 1.0, np.linalg.det(left @ right)]) @ right
    return float(np.degrees(np.arccos(np.clip(turned[2, 2], -1.0, 1.0))))


def judge_counts(plan: ScenePlan, after: Tape) -> list[Fact]:
    asked: Counter[str] = Counter()
    for item in plan.items:
        asked[item.noun] += item.count
    facts = []
    for noun in {*asked, *after.counts}:
        if after.counts[noun] != asked[noun]:
            code = "COUNT_SHORT" if after.counts[noun] < asked[noun] else "COUNT_EXCESS"
            facts.append(Fact(f"{after.counts[noun]} {noun}", frozenset({code})))
    return facts


def judge_eyes(plan: ScenePlan, after: Tape) -> list[Fact]:
    facts, here = [], frozenset({after.camera_path})
    for eye in after.eyes:
        walls, floor = after.list_walls(), after.floor
        beyond = [] if floor is None else [*(floor[0] - eye.position), *(eye.position - floor[1])]
        sides = ("West", "South", "Floor", "East", "North")
        is_beyond = any(
            way > 0.01 and (side == "Floor" or side in walls)
            for side, way in zip(sides, beyond, strict=False)
        )
        inside = [
            thing.path
            for thing in (*after.things.values(), *after.place.values())
            if thing.measure_depth(eye.position[None]) > DEEP_M
        ]
        if is_beyond or inside:
            codes = frozenset({"CAMERA_IN_GEOMETRY"})
            facts.append(Fact(f"camera beyond {is_beyond} or inside {inside}", codes, here))
            break
    nouns = {item.noun for item in plan.items if item.id in plan.camera.targets}
    for noun in nouns & set(after.counts):
        framed = sum(
            after.eyes[2].count_framed(thing.points)
            for thing in after.things.values()
            if thing.noun == noun
        )
        if not framed:
            codes = frozenset({"CAMERA_OCCLUDED"})
            facts.append(Fact(f"no {noun} in frame", codes, here))
    return facts


def judge_relations(plan: ScenePlan, after: Tape) -> list[Fact]:
    """Judge the relations a tape measure can, by boxes and headings."""
    facts = []
    by_item: dict[str, list[str]] = {}
    for path, thing in after.things.items():
        by_item.setdefault(thing.item or "", []).append(path)
    for relation in plan.relations:
        subjects = by_item.get(relation.subject, [])
        objects = by_item.get(relation.object or "", [])
        gaps = [after.measure_box_gap(path, objects) for path in subjects]
        reach = None
        if relation.verb == "paired_with":
            reach = PAIR_M
        elif relation.verb == "near" and relation.distance_m is not None:
            reach = relation.distance_m + 0.05
        if reach is not None and objects and max(gaps, default=0.0) > reach:
            text = f"{relation.subject} {relation.verb} {max(gaps):.2f} m"
            facts.append(Fact(text, frozenset({"RELATION_UNMET"})))
        if relation.verb == "facing" and objects:
            angles = [measure_facing_deg(after, path, objects) for path in subjects]
            if max(angles, default=0.0) > FACING_DEG:
                text = f"{relation.subject} turned {max(angles):.0f} degrees away"
                facts.append(Fact(text, frozenset({"RELATION_UNMET"})))
        if relation.verb == "in_wall":
            walls = after.list_walls().values()
            for path in subjects:
                middle = after.things[path].bound.mean(axis=0)
                if not any((middle > w[0]).all() and (middle < w[1]).all() for w in walls):
                    facts.append(Fact("not in a wall", frozenset({"RELATION_UNMET"})))
        if relation.verb == "rows" and relation.distance_m is not None and relation.rows:
            facts += judge_aisles(after, subjects, relation.rows, relation.distance_m)
    return facts


def measure_facing_deg(after: Tape, path: str, objects: list[str]) -> float:
    """Return the angle from where a thing looks to the nearest object, in the best reading [deg].

    That is to its middle or to the nearest point of its box. What does not look along the floor
    or stands in the object is not judged.
    """
    thing = after.things[path]
    if abs(thing.heading[2]) > 0.1:
        return 0.0
    middle = thing.bound.mean(axis=0)[:2]
    nearest = min(objects, key=lambda other: after.measure_box_gap(path, [other]))
    box = after.things[nearest].bound[:, :2]
    ways = [point - middle for point in (box.mean(axis=0), middle.clip(*box))]
    if np.linalg.norm(ways, axis=1).min() < 0.01:
        return 0.0
    cosines = [float(thing.heading[:2] @ way / np.linalg.norm(way)) for way in ways]
    return float(np.degrees(np.arccos(np.clip(max(cosines), -1.0, 1.0))))


def judge_doors(after: Tape) -> list[Fact]:
    """Tell what certainly stands in the 1.5 m of floor before a door in the north wall."""
    facts: list[Fact] = []
    floor = after.floor
    for path, door in after.things.items() if floor is not None else ():
        middle = door.bound.mean(axis=0)
        if "door" not in (door.noun or "") or middle[1] < floor[1][1]:
            continue
        lower = np.array([door.bound[0][0] + 0.01, floor[1][1] - 1.49, 0.2])
        upper = np.array([door.bound[1][0] - 0.01, floor[1][1] - 0.01, 1.9])
        for other in after.things.values():
            inside = (other.probes > lower).all(axis=1) & (other.probes < upper).all(axis=1)
            if other is not door and inside.any():
                here = frozenset({path})
                facts.append(Fact(f"{other.path} before", frozenset({"DOOR_BLOCKED"}), here))
    return facts


def judge_aisles(after: Tape, subjects: list[str], rows: int, asked_m: float) -> list[Fact]:
    """Tell two rows along x that are nearer than asked."""
    spans: list[list[float]] = []
    for lower, upper in sorted(after.things[path].bound[:, 1].tolist() for path in subjects):
        if spans and lower < spans[-1][1] + 0.3:
            spans[-1][1] = max(spans[-1][1], upper)
        else:
            spans.append([lower, upper])
    widths = [second[0] - first[1] for first, second in itertools.pairwise(spans)]
    if len(spans) == rows == 2 and min(widths) < asked_m - 0.02:
        return [Fact(f"aisle {min(widths):.2f} m", frozenset({"AISLE_NARROW"}))]
    return []


def is_harmless(before: Tape, after: Tape) -> bool:
    """Return whether every thing is where it was within half a millimetre, or else stands free.

    All may have moved together. Names may have changed.
    """
    lost = [path for path in before.things if path not in after.things]
    new = [path for path in after.things if path not in before.things]
    pairs = [(path, path) for path in before.things if path in after.things]
    pairs += zip(lost, new, strict=True)
    moves = {b: after.things[b].points - before.things[a].points for a, b in pairs}
    shift = np.median([move.mean(axis=0) for move in moves.values()], axis=0)
    return all(
        np.abs(move - shift).max() <= 5e-4 or stands_free(after, path, abs(move[:, 2]).max())
        for path, move in moves.items()
    )


def stands_free(after: Tape, path: str, lift_m: float) -> bool:
    """Return whether a thing kept its height and its box is apart from all that is beside it."""
    thing = after.things[path].bound
    return lift_m <= 5e-4 and all(
        measure_gap(thing, other.bound) > 1e-3 or other.bound[1][2] <= thing[0][2] + 5e-4
        for other in (*after.things.values(), *after.place.values())
        if other.path != path
    )
