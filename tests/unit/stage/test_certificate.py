"""The whole certificate on small stages: each issue code raised by one and not by another."""

from __future__ import annotations

import pytest
from pxr import Gf, Sdf, Usd, UsdGeom

from clappper.core.issue import Issue
from clappper.core.stage.certificate import compute_certificate
from support.stages import (
    TABLE,
    SceneStage,
    author_boxes,
    make_item,
    make_plan,
    make_relation,
    write_asset,
)

FRAMES = pytest.mark.parametrize(
    ("up_axis", "unit"), [("Z", 1.0), ("Y", 0.01), ("Z", 0.01), ("Y", 1.0)]
)


def certify(scene, plan=None, **options):
    return compute_certificate(scene.stage, plan=plan, validate=False, **options)


def find_codes(certificate, severity=None):
    return {issue.code for issue in certificate.issues if severity in (None, issue.severity)}


@FRAMES
def test_certificate_of_a_sound_scene_is_ok_in_every_stage_frame(up_axis, unit):
    scene = SceneStage(up_axis, unit, door=(1.0, 2.0, 2.4))
    scene.add("desk", (0.0, 0.0, 0.0), boxes=TABLE)
    scene.add("chair", (0.0, -0.45, 0.0), size=(0.5, 0.5, 0.45), yaw_deg=180.0)
    scene.add("cup", (0.3, 0.0, 0.74), size=(0.1, 0.1, 0.1))
    scene.add("door", (1.0, 3.1, 0.0), size=(1.99, 0.1, 2.395))
    scene.add_camera((-3.0, -2.5, 1.6), (0.5, 0.0, 0.5))
    plan = make_plan(
        [make_item(id_) for id_ in ("desk", "chair", "cup", "door")],
        [
            make_relation("paired_with", "chair", "desk", side="front"),
            make_relation("facing", "chair", "desk"),
            make_relation("on_top_of", "cup", "desk"),
            make_relation("in_wall", "door", "room", side="north"),
        ],
        targets=["desk", "door"],
    )

    certificate = certify(scene, plan, plan_sha256="p", catalog_sha256="c", seed=7)

    assert certificate.issues == ()
    assert certificate.ok
    assert all(report.holds for report in certificate.relations)
    assert [(count.noun, count.asked, count.placed) for count in certificate.counts] == [
        ("desk", 1, 1),
        ("chair", 1, 1),
        ("cup", 1, 1),
        ("door", 1, 1),
    ]
    # The seat's top is 0.25 m below the table top; the cup rests on the desk and does not count.
    assert certificate.geometry.min_gap_m == pytest.approx(0.25, abs=1e-4)
    assert certificate.access.walkable_share == 1.0
    assert [door.clear for door in certificate.access.doors] == [True]
    assert certificate.anchor.floor == "own"
    assert (certificate.plan_sha256, certificate.catalog_sha256, certificate.seed) == ("p", "c", 7)


@FRAMES
def test_certificate_of_overlapping_instances_names_the_depth(up_axis, unit):
    scene = SceneStage(up_axis, unit)
    first = scene.add("box", (0.0, 0.0, 0.0), yaw_deg=30.0)
    # 0.97 m along the first one's own x axis.
    second = scene.add("box", (0.97 * 0.8660254, 0.97 * 0.5, 0.0), yaw_deg=30.0)

    certificate = certify(scene)

    collision = certificate.geometry.collisions[0]
    assert (collision.a, collision.b) == (first, second)
    assert collision.depth_m == pytest.approx(0.03, abs=5e-4)
    assert find_codes(certificate, "error") == {"COLLISION"}
    assert not certificate.ok


def test_certificate_of_instances_in_contact_reports_no_collision():
    scene = SceneStage()
    scene.add("box", (0.0, 0.0, 0.0))
    scene.add("box", (1.0, 0.0, 0.0))

    certificate = certify(scene)

    assert certificate.geometry.collisions == ()
    assert certificate.geometry.min_gap_m == 0.0
    assert certificate.ok


@pytest.mark.parametrize(
    ("at", "part"),
    [
        ((0.0, 0.0, -0.01), "Floor"),
        ((0.0, 2.51, 0.0), "North"),
        ((0.0, -2.51, 0.0), "South"),
        ((3.51, 0.0, 0.0), "East"),
        ((-3.51, 0.0, 0.0), "West"),
        ((0.0, 0.0, 2.01), "Ceiling"),
    ],
)
def test_certificate_of_an_instance_in_the_surroundings_is_a_collision(at, part):
    scene = SceneStage()
    scene.add("box", at)

    certificate = certify(scene)

    assert part in certificate.geometry.collisions[0].b
    assert certificate.geometry.collisions[0].depth_m == pytest.approx(0.01, abs=5e-4)
    assert "OUT_OF_BOUNDS" in find_codes(certificate)


@pytest.mark.parametrize(("x", "is_outside"), [(3.5, False), (3.6, True)])
def test_certificate_without_walls_still_bounds_the_room_by_its_floor(x, is_outside):
    scene = SceneStage(walls=(), ceiling=False)
    path = scene.add("box", (x, 0.0, 0.0))

    certificate = certify(scene)

    assert certificate.geometry.out_of_bounds == ((path,) if is_outside else ())
    assert certificate.ok is not is_outside


def test_certificate_of_a_thing_far_outside_reports_it_out_of_bounds_and_unsupported():
    scene = SceneStage()
    scene.add("box", (20.0, 0.0, 0.0))

    certificate = certify(scene)

    assert find_codes(certificate) == {"OUT_OF_BOUNDS", "UNSUPPORTED"}


@pytest.mark.parametrize(
    ("z", "said"), [(0.012, "floats 12 mm above the floor"), (0.0008, None), (-0.0008, None)]
)
def test_certificate_of_a_floating_thing_tells_its_gap(z, said):
    scene = SceneStage()
    path = scene.add("box", (0.0, 0.0, z))

    certificate = certify(scene)

    assert certificate.geometry.unsupported == ((path,) if said else ())
    assert [issue.message for issue in certificate.issues] == ([f"box_01 {said}."] if said else [])


def test_certificate_of_a_sunk_thing_tells_its_depth():
    scene = SceneStage()
    scene.add("box", (0.0, 0.0, -0.02))

    messages = [issue.message for issue in certify(scene).issues if issue.code == "UNSUPPORTED"]

    assert messages == ["box_01 sinks 20 mm into the floor."]


@pytest.mark.parametrize(("asked", "code"), [(2, None), (3, "COUNT_SHORT"), (1, "COUNT_EXCESS")])
def test_certificate_counts_what_stands_on_the_stage_per_noun(asked, code):
    scene = SceneStage()
    scene.add("box", (-1.0, 0.0, 0.0), noun="crate")
    scene.add("box", (1.0, 0.0, 0.0), noun="crate")
    scene.add_camera((0.0, -2.8, 1.6), (0.0, 0.0, 0.5))

    certificate = certify(scene, make_plan([make_item("box", asked, noun="crate")]))

    assert (certificate.counts[0].asked, certificate.counts[0].placed) == (asked, 2)
    assert find_codes(certificate, "error") == ({code} if code else set())


def test_certificate_adds_up_items_of_one_noun_and_reports_what_nobody_asked_for():
    scene = SceneStage()
    scene.add("box", (-1.0, 0.0, 0.0), noun="crate")
    scene.add("box_2", (1.0, 0.0, 0.0), noun="crate")
    scene.add("lamp", (0.0, 2.0, 0.0), noun="lamp")

    certificate = certify(
        scene, make_plan([make_item("box", noun="crate"), make_item("box_2", noun="crate")])
    )

    assert [(count.noun, count.asked, count.placed) for count in certificate.counts] == [
        ("crate", 2, 2),
        ("lamp", 0, 1),
    ]
    assert find_codes(certificate, "error") == {"COUNT_EXCESS"}


def test_certificate_of_shared_assets_on_disk_measures_every_instance(tmp_path):
    asset = write_asset(tmp_path / "table.usda", TABLE)
    scene = SceneStage()
    for x in (-2.0, 2.0):
        scene.add("table", (x, 0.0, 0.0), asset=asset, yaw_deg=90.0)
    assert scene.stage.GetPrimAtPath("/World/Items/table/table_01/asset").IsInstance()

    certificate = certify(scene)

    assert certificate.ok
    assert certificate.counts[0].placed == 2
    assert (certificate.assets.resolved, certificate.assets.unresolved) == (1, ())
    # Turned by 90 degrees the 0.8 m side lies along x: 4 m between centres leave 3.2 m.
    assert certificate.geometry.min_gap_m == pytest.approx(3.2, abs=1e-4)


def test_certificate_of_a_missing_asset_names_the_file_and_the_prim(tmp_path):
    scene = SceneStage()
    path = scene.add("table", (0.0, 0.0, 0.0), asset=tmp_path / "gone.usda")

    certificate = certify(scene, make_plan([make_item("table")]))

    issue = next(issue for issue in certificate.issues if issue.code == "ASSET_UNRESOLVED")
    assert issue.severity == "error"
    assert issue.prim_path == f"{path}/asset"
    assert "gone.usda" in issue.message
    assert certificate.geometry.unverified == (path,)
    assert find_codes(certificate) == {"ASSET_UNRESOLVED", "UNMEASURED", "COUNT_SHORT"}


def test_certificate_of_a_broken_asset_file_reports_it_unresolved(tmp_path):
    broken = tmp_path / "broken.usd"
    broken.write_text("not a stage")
    scene = SceneStage()
    scene.add("table", (0.0, 0.0, 0.0), asset=broken)

    certificate = certify(scene)

    assert len(certificate.assets.unresolved) == 1
    assert "ASSET_UNRESOLVED" in find_codes(certificate, "error")


def test_certificate_of_an_arc_to_a_missing_prim_reports_the_composition_error():
    scene = SceneStage()
    scene.stage.DefinePrim("/World/Looks").GetReferences().AddInternalReference("/Nowhere")

    certificate = certify(scene)

    assert find_codes(certificate) == {"ASSET_UNRESOLVED"}
    assert certificate.issues[0].prim_path == "/World/Looks"
    assert "/Nowhere" in certificate.issues[0].message


@pytest.mark.parametrize("field", ["upAxis", "metersPerUnit"])
def test_certificate_of_a_stage_without_metrics_is_not_ok(field):
    scene = SceneStage()
    scene.stage.ClearMetadata(field)

    certificate = certify(scene)

    assert find_codes(certificate, "error") == {"UNITS"}
    assert field in certificate.issues[0].message


def test_certificate_of_a_scaled_instance_is_not_ok_and_measures_its_scaled_size():
    scene = SceneStage()
    path = scene.add("box", (0.0, 0.0, 0.0))
    UsdGeom.Xformable(scene.stage.GetPrimAtPath(path)).AddScaleOp().Set(Gf.Vec3f(7.0, 1.0, 1.0))
    scene.add("cup", (3.2, 0.0, 0.0), size=(0.2, 0.2, 0.2))

    certificate = certify(scene)

    assert find_codes(certificate) == {"UNITS", "COLLISION"}
    # The cup, 0.2 m high, comes free of the box that now reaches over it when it is lowered.
    assert certificate.geometry.collisions[0].depth_m == pytest.approx(0.2, abs=5e-4)


def test_certificate_passes_on_misses_assumptions_and_earlier_issues():
    scene = SceneStage()
    earlier = Issue(code="CONTRADICTION", severity="warning", message="Both cannot be.")
    plan = make_plan(
        [],
        misses=[
            {"asked": "unicorn", "count": 1, "suggestions": [], "action": "omitted"},
            {"asked": "zebra", "count": None, "suggestions": ["a1"], "action": "substituted"},
        ],
        assumptions=["Two boxes were meant."],
    )

    certificate = certify(scene, plan, extra_issues=[earlier])

    found = [(issue.code, issue.severity) for issue in certificate.issues]
    assert found == [
        ("MISS", "warning"),
        ("MISS", "warning"),
        ("ASSUMPTION", "info"),
        ("CONTRADICTION", "warning"),
    ]
    assert "unicorn is not in the catalog" in certificate.issues[0].message
    assert certificate.ok


def test_certificate_of_an_unmet_relation_is_an_error_only_for_strict_verbs():
    scene = SceneStage()
    scene.add("box", (-3.0, 0.0, 0.0))
    scene.add("lamp", (3.0, 0.0, 0.0))
    plan = make_plan(
        [make_item("box"), make_item("lamp")],
        [make_relation("near", "lamp", "box"), make_relation("next_to", "lamp", "box")],
    )

    certificate = certify(scene, plan)

    unmet = [
        (issue.severity, issue.message)
        for issue in certificate.issues
        if issue.code == "RELATION_UNMET"
    ]
    assert unmet == [
        ("error", "lamp near box does not hold: gap 5.00 m."),
        ("warning", "lamp next_to box does not hold: gap 5.00 m."),
    ]


@pytest.mark.parametrize(
    ("distance_m", "code"), [(2.0, None), (2.005, None), (2.5, "AISLE_NARROW")]
)
def test_certificate_compares_aisles_with_the_asked_width(distance_m, code):
    scene = SceneStage()
    for x, y in ((-1.5, -1.5), (0.0, -1.5), (-1.5, 1.5), (0.0, 1.5)):
        scene.add("rack", (x, y, 0.0), size=(1.2, 1.0, 2.0))
    plan = make_plan(
        [make_item("rack", 4)],
        [make_relation("rows", "rack", "room", rows=2, distance_m=distance_m)],
    )

    certificate = certify(scene, plan)

    assert [aisle.width_m for aisle in certificate.access.aisles] == [pytest.approx(2.0)]
    assert find_codes(certificate) == ({code} if code else set())


@pytest.mark.parametrize(("asked", "severity"), [(True, "error"), (False, "warning")])
def test_certificate_of_a_blocked_door_is_an_error_when_the_door_was_asked_for(asked, severity):
    scene = SceneStage(door=(1.0, 2.0, 2.4))
    door = scene.add("door", (1.0, 3.1, 0.0), size=(1.99, 0.1, 2.395))
    scene.add("box", (1.5, 2.0, 0.0))
    relations = [make_relation("in_wall", "door", "room")] if asked else []

    certificate = certify(scene, make_plan([make_item("door"), make_item("box")], relations))

    assert [(issue.code, issue.severity, issue.prim_path) for issue in certificate.issues] == [
        ("DOOR_BLOCKED", severity, door)
    ]


def test_certificate_of_a_camera_in_a_box_reports_it_with_and_without_a_plan():
    scene = SceneStage()
    scene.add("box", (0.0, 0.0, 0.0))
    path = scene.add_camera((0.0, 0.0, 0.5), (0.0, 3.0, 0.5))

    issues = {
        severity: [
            issue for issue in certify(scene, plan).issues if issue.code == "CAMERA_IN_GEOMETRY"
        ]
        for severity, plan in (("error", make_plan([make_item("box")])), ("warning", None))
    }

    for severity, (issue,) in issues.items():
        assert (issue.severity, issue.prim_path) == (severity, path)
        assert "box_01" in issue.message


@pytest.mark.parametrize(("targets", "severity"), [(["cup"], "error"), ([], "warning")])
def test_certificate_of_a_hidden_thing_is_an_error_when_the_camera_is_meant_for_it(
    targets, severity
):
    scene = SceneStage()
    scene.add("screen", (0.0, 0.0, 0.0), size=(3.0, 0.1, 2.0))
    scene.add("cup", (0.0, 1.0, 0.0), size=(0.2, 0.2, 0.2))
    scene.add_camera((0.0, -2.0, 1.0), (0.0, 1.0, 0.5))

    certificate = certify(
        scene, make_plan([make_item("screen"), make_item("cup")], targets=targets)
    )

    assert [(issue.code, issue.severity) for issue in certificate.issues] == [
        ("CAMERA_OCCLUDED", severity)
    ]
    assert "cup" in certificate.issues[0].message


def test_certificate_of_a_stage_without_our_structure_checks_components_against_each_other():
    stage = Usd.Stage.CreateInMemory()
    UsdGeom.SetStageUpAxis(stage, "Z")
    UsdGeom.SetStageMetersPerUnit(stage, 0.01)
    for index, x in enumerate((0.0, 90.0, 300.0)):
        part = UsdGeom.Xform.Define(stage, f"/Set/Part_{index}")
        Usd.ModelAPI(part).SetKind("component")
        part.AddTranslateOp().Set(Gf.Vec3d(x, 0.0, 500.0))
        author_boxes(stage, f"/Set/Part_{index}/mesh", [((100.0, 100.0, 100.0), (0.0, 0.0, 0.0))])

    certificate = compute_certificate(stage, plan=None, validate=False)

    assert [(c.a, c.b, c.depth_m) for c in certificate.geometry.collisions] == [
        ("/Set/Part_0", "/Set/Part_1", pytest.approx(0.1, abs=5e-4))
    ]
    assert (certificate.counts, certificate.relations) == ((), ())
    assert certificate.access.walkable_share is None
    assert find_codes(certificate) == {"COLLISION"}


def test_certificate_of_an_empty_stage_is_ok():
    stage = Usd.Stage.CreateInMemory()
    UsdGeom.SetStageUpAxis(stage, "Y")
    UsdGeom.SetStageMetersPerUnit(stage, 1.0)

    certificate = compute_certificate(stage, plan=None, validate=False)

    assert certificate.ok
    assert certificate.geometry.min_gap_m is None


def test_certificate_leaves_the_stage_as_it_was():
    scene = SceneStage()
    scene.add("box", (0.0, 0.0, 0.0))
    before = scene.stage.GetRootLayer().ExportToString()

    compute_certificate(scene.stage, plan=None)

    assert scene.stage.GetRootLayer().ExportToString() == before
    assert scene.stage.GetSessionLayer().empty


def test_certificate_of_a_file_carries_its_name_and_survives_json(tmp_path):
    scene = SceneStage()
    scene.add("box", (0.0, 0.0, 0.0))
    scene.stage.GetRootLayer().Export(str(tmp_path / "scene.usda"))
    stage = Usd.Stage.Open(Sdf.Layer.FindOrOpen(str(tmp_path / "scene.usda")))
    steps = []

    certificate = compute_certificate(
        stage,
        plan=None,
        validate=False,
        on_progress=lambda done, total: steps.append((done, total)),
    )

    assert certificate.stage == "scene.usda"
    assert type(certificate).model_validate_json(certificate.model_dump_json()) == certificate
    assert steps == [(step, 6) for step in range(1, 7)]


def test_certificate_of_a_sky_dome_does_not_count_as_a_collision():
    scene = SceneStage(walls=(), ceiling=False)
    scene.add("box", (0.0, 0.0, 0.0))
    dome = UsdGeom.Sphere.Define(scene.stage, "/World/Sky")
    dome.GetRadiusAttr().Set(100.0)

    assert certify(scene).ok
