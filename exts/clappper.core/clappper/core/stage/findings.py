"""What measurements mean for the user.

Each finding as an issue with its severity and a sentence to act on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clappper.core.issue import Issue
from clappper.core.stage.access import iterate_asked_aisles
from clappper.core.stage.coverage import find_enclosure, read_pose
from clappper.core.stage.relations import ERROR_VERBS
from clappper.core.stage.support import describe_body

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pxr import Usd

    from clappper.core.issue import Severity
    from clappper.core.planning.models import ScenePlan
    from clappper.core.stage.inspect import Body, Scene
    from clappper.core.stage.models import (
        AccessReport,
        CameraReport,
        CameraSample,
        CountReport,
        GeometryReport,
        RelationReport,
    )
    from clappper.core.stage.support import Support

__all__ = [
    "find_access_issues",
    "find_camera_issues",
    "find_count_issues",
    "find_geometry_issues",
    "find_plan_issues",
    "find_relation_issues",
]

#: An aisle may be narrower than asked by this much [m].
AISLE_SLACK_M = 0.01
#: A camera nearer than this to anything is in it [m].
CLEARANCE_M = 0.15


def find_geometry_issues(
    scene: Scene, geometry: GeometryReport, supports: Mapping[Body, Support]
) -> list[Issue]:
    """Return what is wrong with where instances stand."""
    bodies = {body.prim_path: body for body in scene.bodies}
    issues = [
        _make_issue(
            "COLLISION",
            "error",
            collision.a,
            f"{bodies[collision.a].name} is {collision.depth_m * 1000.0:.1f} mm inside "
            f"{describe_body(bodies[collision.b])}.",
            "Move one of them.",
        )
        for collision in geometry.collisions
    ]
    issues += [
        _make_issue(
            "OUT_OF_BOUNDS",
            "error",
            path,
            f"{bodies[path].name} reaches out of the room.",
            "Move it inside.",
        )
        for path in geometry.out_of_bounds
    ]
    issues += [
        _make_issue(
            "UNSUPPORTED",
            "error",
            body.prim_path,
            f"{body.name} {support.problem}.",
            "Set it down.",
        )
        for body, support in supports.items()
        if support.problem
    ]
    issues += [
        _make_issue(
            "UNMEASURED",
            "warning",
            path,
            f"{path.rpartition('/')[2]} has no readable triangles and is not certified.",
            "Check that its file is there and holds meshes.",
        )
        for path in geometry.unverified
    ]
    return issues


def find_count_issues(counts: Sequence[CountReport], plan: ScenePlan | None) -> list[Issue]:
    """Return where fewer or more stand than were asked for."""
    issues = []
    for count in counts if plan is not None else ():
        text = f"{count.asked} {count.noun} asked for, {count.placed} on the stage"
        if count.placed < count.asked:
            issues.append(
                _make_issue(
                    "COUNT_SHORT", "error", None, f"{text}.", "Ask for fewer or a larger room."
                )
            )
        elif count.placed > count.asked:
            issues.append(
                _make_issue(
                    "COUNT_EXCESS", "error", None, f"{text}: more than wanted.", "Remove the rest."
                )
            )
    return issues


def find_relation_issues(relations: Sequence[RelationReport]) -> list[Issue]:
    """Return the relations that do not hold."""
    return [
        _make_issue(
            "RELATION_UNMET",
            "error" if report.verb in ERROR_VERBS else "warning",
            None,
            f"{report.subject} {report.verb} {report.object or ''}".strip()
            + f" does not hold: {report.measured}.",
        )
        for report in relations
        if not report.holds
    ]


def find_access_issues(scene: Scene, access: AccessReport, plan: ScenePlan | None) -> list[Issue]:
    """Return aisles narrower than asked and doors that are blocked."""
    issues = []
    for relation, first, _, width in iterate_asked_aisles(scene, plan):
        if relation.distance_m is not None and width < relation.distance_m - AISLE_SLACK_M:
            text = (
                f"The aisle between rows of {relation.subject} is {width:.2f} m wide, "
                f"not {relation.distance_m:.2f} m."
            )
            issues.append(
                _make_issue(
                    "AISLE_NARROW", "error", first, text, "Ask for fewer rows or a larger room."
                )
            )
    wanted = (
        {relation.subject for relation in plan.relations if relation.verb == "in_wall"}
        if plan
        else set()
    )
    items = {body.prim_path: body.item for body in scene.instances}
    for door in access.doors:
        if not door.clear:
            severity: Severity = "error" if items[door.prim_path] in wanted else "warning"
            text = f"Something stands within 1.5 m of {door.prim_path.rpartition('/')[2]}."
            issues.append(
                _make_issue(
                    "DOOR_BLOCKED", severity, door.prim_path, text, "Clear the floor before it."
                )
            )
    return issues


def find_camera_issues(
    scene: Scene, cameras: Sequence[CameraReport], plan: ScenePlan | None
) -> list[Issue]:
    """Return cameras that are in something, and what they cannot see in the middle of the shot."""
    prims = {str(prim.GetPath()): prim for prim in scene.cameras}
    wanted = {item.noun for item in plan.items if item.id in plan.camera.targets} if plan else set()
    issues = []
    for camera in cameras:
        problems = [
            _describe_enclosure(scene, prims[camera.prim_path], sample) for sample in camera.samples
        ]
        problem = next((text for text in problems if text), None)
        if problem is not None:
            severity: Severity = "error" if plan is not None else "warning"
            issues.append(
                _make_issue(
                    "CAMERA_IN_GEOMETRY", severity, camera.prim_path, problem, "Move the camera."
                )
            )
        for noun, share in (
            camera.samples[len(camera.samples) // 2].visible.items() if plan is not None else ()
        ):
            if share == 0.0:
                severity = "error" if noun in wanted else "warning"
                text = f"No {noun} can be seen in the middle of the shot."
                issues.append(
                    _make_issue(
                        "CAMERA_OCCLUDED", severity, camera.prim_path, text, "Choose another shot."
                    )
                )
    return issues


def _describe_enclosure(scene: Scene, camera: Usd.Prim, sample: CameraSample) -> str | None:
    enclosure = find_enclosure(scene, read_pose(scene, camera, sample.time).position)
    if enclosure is not None:
        return f"The camera is inside or beyond {enclosure} at time {sample.time:g}."
    if sample.clearance_m < CLEARANCE_M:
        near = f"{sample.clearance_m:.2f} m of something"
        return f"The camera comes within {near} at time {sample.time:g}."
    return None


def find_plan_issues(plan: ScenePlan | None) -> list[Issue]:
    """Return the plan's own misses and assumptions."""
    if plan is None:
        return []
    issues = []
    for miss in plan.misses:
        done = (
            "something near it was taken instead"
            if miss.action == "substituted"
            else "it was left out"
        )
        issues.append(
            _make_issue("MISS", "warning", None, f"{miss.asked} is not in the catalog; {done}.")
        )
    issues += [_make_issue("ASSUMPTION", "info", None, sentence) for sentence in plan.assumptions]
    return issues


def _make_issue(
    code: str, severity: Severity, path: str | None, message: str, hint: str = ""
) -> Issue:
    return Issue(code=code, severity=severity, prim_path=path, message=message, hint=hint)
