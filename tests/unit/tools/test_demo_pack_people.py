"""Field modelling, and the people and furniture of the demo pack: sizes, budgets, closed meshes."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from tools.demo_pack import furniture, people
from tools.demo_pack.mesh import Mesh, merge
from tools.demo_pack.model import AssetSpec, Model, Part
from tools.demo_pack.organic import clip, cone, ellipsoid, halfspace, rounded_box, unite
from tools.demo_pack.organic_mesh import build_axis, drop_hidden, polygonize, sculpt
from tools.demo_pack.organic_simplify import simplify

SPECS = {spec.name: spec for spec in (*people.ASSETS, *furniture.ASSETS)}
PEOPLE = [spec.name for spec in people.ASSETS]
#: Width, depth and height [m], layout frame, with a tolerance of 3 cm.
SIZES_M = {
    "Desk_Modern_A01": (1.60, 0.80, 0.74),
    "Desk_Oak_B01": (1.60, 0.80, 0.74),
    "MeetingTable_A01": (2.80, 1.20, 0.74),
    "Monitor_27in_A01": (0.61, 0.20, 0.53),
    "OfficeChair_A01": (0.69, 0.73, 1.09),
    "StorageCabinet_A01": (1.01, 0.50, 1.80),
    "VisitorChair_B01": (0.57, 0.53, 0.89),
    "Whiteboard_Mobile_A01": (1.66, 0.67, 1.82),
}
#: Parts that are one closed surface; other parts of people lose what clothes hide.
CLOSED = [
    ("Worker_A01_Male", "HardHat"),
    ("Worker_A01_Male", "Hands"),
    ("Supervisor_A02_Female", "Shoes"),
    ("Visitor_A03_Male", "Soles"),
    ("OfficeChair_A01", "Seat"),
    ("OfficeChair_A01", "Back"),
    ("VisitorChair_B01", "Seat"),
    ("Sofa_TwoSeat_A01", "Cushions"),
    ("PottedPlant_A01", "Stems"),
]


@functools.cache
def build(name: str) -> Model:
    return SPECS[name].build()


def find_part(name: str, part: str) -> Part:
    return next(found for found in build(name).parts if found.name == part)


def count_faces_per_edge(mesh: Mesh) -> set[int]:
    corners = mesh.triangles
    edges = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]])
    return set(np.unique(np.sort(edges, axis=1), axis=0, return_counts=True)[1].tolist())


def mesh_ball(radius_m: float = 0.1, cell_m: float = 0.012) -> Mesh:
    reach = radius_m + 3 * cell_m
    field = ellipsoid((0, 0, 0), (radius_m, radius_m, radius_m))
    return sculpt(field, (-reach,) * 3, (reach,) * 3, (cell_m,) * 3)


def test_polygonize_ball_is_closed_and_has_the_volume_of_a_ball() -> None:
    ball = mesh_ball()
    assert count_faces_per_edge(ball) == {2}
    assert ball.volume_m3 == pytest.approx(4 / 3 * np.pi * 0.1**3, rel=0.01)
    assert np.abs(np.linalg.norm(ball.points, axis=1) - 0.1).max() < 1e-5


def test_polygonize_ball_normals_point_outward() -> None:
    ball = mesh_ball()
    outward = ball.points / np.linalg.norm(ball.points, axis=1, keepdims=True)
    assert ball.normals is not None
    assert (ball.normals * outward).sum(axis=1).min() > 0.999


def test_polygonize_cut_box_keeps_its_sharp_edges() -> None:
    block = clip(
        0.0,
        rounded_box((0, 0, 0), (0.1, 0.1, 0.1), 0.0),
        halfspace((0, 0, 0.0431), (0, 0, 1)),
    )
    mesh = sculpt(block, (-0.13,) * 3, (0.13,) * 3, (0.02,) * 3)
    assert mesh.volume_m3 == pytest.approx(0.2 * 0.2 * 0.1431, rel=0.008)
    assert mesh.bounds[1].max() < 0.1001


@pytest.mark.parametrize(
    ("low_m", "high_m"), [(-0.05, 0.2), (0.3, 0.5)], ids=["leaves_the_grid", "nothing_there"]
)
def test_polygonize_surface_outside_the_grid_is_refused(low_m: float, high_m: float) -> None:
    axis = build_axis(low_m, high_m, 0.02)
    with pytest.raises(ValueError, match="grid"):
        polygonize(cone((0, 0, 0), (0, 0, 0.05), 0.1, 0.05), axis, axis, axis)


def test_polygonize_touching_balls_share_no_edge() -> None:
    balls = unite(0.0, *(ellipsoid((x, 0, 0), (0.05, 0.05, 0.05)) for x in (-0.051, 0.051)))
    mesh = sculpt(balls, (-0.15, -0.1, -0.1), (0.15, 0.1, 0.1), (0.013, 0.013, 0.013))
    assert count_faces_per_edge(mesh) == {2}
    assert mesh.volume_m3 == pytest.approx(2 * 4 / 3 * np.pi * 0.05**3, rel=0.04)


def test_simplify_ball_to_a_third_stays_closed_and_keeps_its_volume() -> None:
    ball = mesh_ball()
    fewer = simplify(ball, len(ball.triangles) // 3)
    assert len(fewer.triangles) == len(ball.triangles) // 3 // 2 * 2
    assert count_faces_per_edge(fewer) == {2}
    assert fewer.volume_m3 == pytest.approx(ball.volume_m3, rel=0.02)


def test_drop_hidden_half_covered_ball_keeps_only_what_shows() -> None:
    visible = drop_hidden(mesh_ball(), halfspace((0, 0, 0), (0, 0, 1)), depth_m=0.02)
    assert visible.points[:, 2].min() > -0.05
    assert visible.points[:, 2].max() == pytest.approx(0.1, abs=1e-3)


@pytest.mark.parametrize("name", SPECS)
def test_build_any_asset_stands_on_the_floor_within_its_budget(name: str) -> None:
    model = build(name)
    assert model.bounds[0][2] == pytest.approx(0.0, abs=1e-5)
    assert 1000 <= model.triangle_count <= 14000
    assert all(np.isfinite(part.mesh.points).all() for part in model.parts)


@pytest.mark.parametrize("name", SIZES_M)
def test_build_furniture_has_its_real_size(name: str) -> None:
    low, high = np.array(build(name).bounds)
    assert high - low == pytest.approx(SIZES_M[name], abs=0.03)


@pytest.mark.parametrize("name", PEOPLE)
def test_build_person_is_an_adult_around_the_origin(name: str) -> None:
    low, high = np.array(build(name).bounds)
    assert 1.65 < high[2] < 1.90
    assert high[0] - low[0] < 0.80
    feet = find_part(name, "Soles").mesh.bounds
    assert np.abs((feet[0] + feet[1])[:2] / 2) == pytest.approx((0.0, 0.0), abs=0.09)


@pytest.mark.parametrize("name", PEOPLE)
def test_build_person_looks_to_the_front(name: str) -> None:
    head, eyes = (find_part(name, part).mesh.points for part in ("Head", "Eyes"))
    assert eyes[:, 1].mean() < head[:, 1].mean() - 0.03
    toes = find_part(name, "Soles").mesh.bounds
    assert toes[0][1] < -0.12


def test_build_office_chair_back_is_behind_the_sitter() -> None:
    back, seat = (find_part("OfficeChair_A01", part).mesh for part in ("Back", "Seat"))
    assert back.bounds[0][1] > 0.1
    assert 0.42 < seat.bounds[1][2] < 0.55


def test_build_modern_desk_leaves_knee_room_in_front() -> None:
    corners = merge(*(part.mesh for part in build("Desk_Modern_A01").parts)).points
    is_in_the_way = (np.abs(corners[:, 0] + 0.2) < 0.3) & (corners[:, 1] < 0.2)
    assert corners[is_in_the_way][:, 2].min() > 0.58


@pytest.mark.parametrize(("name", "part"), CLOSED)
def test_build_promised_part_is_closed(name: str, part: str) -> None:
    mesh = find_part(name, part).mesh
    # Where fingers meet, two closed sheets may share an edge: then four triangles meet there.
    assert count_faces_per_edge(mesh) <= {2, 4}
    assert mesh.volume_m3 > 0.0


def test_assets_are_deliberately_mixed() -> None:
    specs = list(SPECS.values())
    assert sum(is_centimetre(spec) for spec in specs) >= len(specs) // 4
    assert sum(spec.pivot != (0.0, 0.0, 0.0) for spec in specs) >= 2


def is_centimetre(spec: AssetSpec) -> bool:
    return spec.up_axis == "Y" and spec.meters_per_unit == 0.01
