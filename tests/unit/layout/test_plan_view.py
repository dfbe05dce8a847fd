import math
import re
import struct
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from clappper.core.issue import Issue
from clappper.core.layout.drawing import Drawing, clean_text, compute_text_width, wrap_text
from clappper.core.layout.models import CameraPath, CameraPose, Opening, Placement, Placements, Room
from clappper.core.layout.plan_camera import sample_camera_path
from clappper.core.layout.plan_room import compute_wall_pieces
from clappper.core.layout.plan_symbols import clip_polygon, hatch
from clappper.core.layout.plan_view import draw_plan_view
from clappper.core.units import Vec3
from support.plans import make_footprints

FOOTPRINTS = make_footprints()
SVG = "{http://www.w3.org/2000/svg}"
RED = "#c8102e"
DOOR = Opening(
    id="door_01", wall="north", center_m=1.0, width_m=3.1, sill_m=0.0, height_m=3.3, kind="door"
)


def make_room(x=10.0, y=8.0, *, openings=(), walls=("north", "south", "east", "west")):
    return Room(
        kind="warehouse",
        size_m=Vec3(x=x, y=y, z=5.0),
        walls=walls,
        has_ceiling=False,
        wall_thickness_m=0.3,
        openings=openings,
    )


def stand(item, x, y, yaw_deg=0.0, *, z=0.0, support="floor", number=1, noun=None):
    return Placement(
        id=f"{item}_{number:02d}",
        item=item,
        asset_id=f"id_{(noun or item).replace(' ', '_')}",
        translation_m=Vec3(x=x, y=y, z=z),
        yaw_deg=yaw_deg,
        support=support,
    )


def make_placements(*placements, room=None):
    return Placements(seed=0, room=room or make_room(), placements=placements, violations=())


def make_camera(eye=(0.0, -3.0, 1.65), *, last=None, heading_deg=0.0, pivot=None, turn_deg=0.0):
    first = CameraPose(eye=eye, heading_deg=heading_deg, pitch_deg=-5.0)
    return CameraPath(
        focal_length_mm=18.0,
        first=first,
        last=first.model_copy(update={"eye": last or eye}),
        pivot=pivot,
        turn_deg=turn_deg,
    )


class Plan:
    """A drawn plan, read back: shapes in metres of the layout frame, and texts."""

    def __init__(self, *placements, room=None, footprints=FOOTPRINTS, **options):
        layout = make_placements(*placements, room=room)
        drawing = draw_plan_view(layout, footprints, **options)
        self.root = ET.fromstring(drawing.to_svg().encode())
        # A halo is the same text once more, below, with a stroke.
        texts = [t for t in self.root.iter(f"{SVG}text") if t.get("stroke") == "none"]
        self.texts = [text.text for text in texts]
        size = layout.room.size_m
        floor = self._read(next(self.root.iter(f"{SVG}polygon")))
        (x0, y0), (x1, y1) = floor[0], floor[2]
        self.scale = (x1 - x0) / size.x
        assert (y0 - y1) / size.y == pytest.approx(self.scale, rel=1e-3)
        self.center = (x0 + x1) / 2, (y0 + y1) / 2

    @staticmethod
    def _read(shape):
        return [tuple(map(float, pair.split(","))) for pair in shape.get("points").split()]

    def list_shapes(self, kind="polygon", **attributes):
        return [
            [
                ((x - self.center[0]) / self.scale, (self.center[1] - y) / self.scale)
                for x, y in self._read(shape)
            ]
            for shape in self.root.iter(f"{SVG}{kind}")
            if all(shape.get(name) == value for name, value in attributes.items())
        ]

    def has_shape(self, corners, **attributes):
        return any(
            len(shape) == len(corners)
            and all(min(math.dist(corner, other) for other in shape) < 0.02 for corner in corners)
            for shape in self.list_shapes(**attributes)
        )


def test_a_footprint_is_drawn_where_it_stands_and_turned():
    plan = Plan(stand("desk", 1.0, -2.0, 90.0))

    # 1.6 x 0.8 m, a quarter turned.
    assert plan.has_shape([(0.6, -2.8), (1.4, -2.8), (1.4, -1.2), (0.6, -1.2)])


@pytest.mark.parametrize(
    ("yaw_deg", "tip"), [(0.0, (1.0, -2.4)), (90.0, (1.4, -2.0)), (180.0, (1.0, -1.6))]
)
def test_a_mark_points_out_of_the_front(yaw_deg, tip):
    plan = Plan(stand("desk", 1.0, -2.0, yaw_deg))

    marks = [s for s in plan.list_shapes() if len(s) == 3 and math.dist(s[1], (1.0, -2.0)) < 1.0]
    assert len(marks) == 1
    assert math.dist(marks[0][1], tip) < 0.05


def test_each_kind_of_thing_is_named_once_with_its_count_and_size():
    plan = Plan(
        stand("desk", -2.0, 0.0),
        *(stand("chair", x, 2.0, number=i) for i, x in enumerate((-2.0, 0.0, 2.0), start=1)),
        title="Office with a desk",
    )

    assert "Office with a desk" in plan.texts
    assert plan.texts.count("Desk") == 1
    assert plan.texts.count("Chair \u00d7 3") == 1
    assert "3 \u00d7 Chair" in plan.texts
    assert "1.60 \u00d7 0.80 \u00d7 0.74 m" in plan.texts
    assert "Warehouse, 10 \u00d7 8 m, 5 m high. 4 things." in plan.texts


def test_items_of_one_noun_are_told_apart_by_their_ids():
    plan = Plan(stand("chair", -2.0, 0.0), stand("seat", 2.0, 0.0, noun="chair"))

    assert {"Chair (chair)", "Chair (seat)"} <= set(plan.texts)


def test_what_stands_on_another_thing_is_drawn_over_it_lighter_and_hatched():
    plan = Plan(stand("monitor", 0.0, 0.0, z=0.74, support="desk_01"), stand("desk", 0.0, 0.0))

    fills = [p.get("fill") for p in plan.root.iter(f"{SVG}polygon")]
    swatches = [p.get("fill") for p in plan.root.iter(f"{SVG}polygon")][-2:]
    monitor, desk = swatches
    assert monitor not in fills[:-2]
    assert desk in fills[:-2]
    hatches = [
        line
        for line in plan.list_shapes("polyline")
        if len(line) == 2 and all(abs(x) <= 0.31 and abs(y) <= 0.11 for x, y in line)
    ]
    assert len(hatches) > 3


def test_walls_leave_out_their_openings():
    pieces = compute_wall_pieces(make_room(openings=(DOOR,)), "north")

    spans = [(min(x for x, _ in piece), max(x for x, _ in piece)) for piece in pieces]
    assert spans == [pytest.approx((-5.3, -0.55)), pytest.approx((2.55, 5.3))]
    assert {y for piece in pieces for _, y in piece} == {4.0, 4.3}


def test_a_wall_that_is_an_opening_from_end_to_end_has_no_pieces():
    wide = DOOR.model_copy(update={"center_m": 0.0, "width_m": 9.0, "wall": "east"})
    room = make_room(openings=(wide,), walls=("east",))

    assert compute_wall_pieces(room, "east") == []


def test_a_place_without_walls_has_a_dashed_edge():
    corners = [(-5.0, -4.0), (5.0, -4.0), (5.0, 4.0), (-5.0, 4.0)]

    assert Plan(room=make_room(walls=())).has_shape(corners, **{"stroke-dasharray": "9 5"})
    assert not Plan().has_shape(corners, **{"stroke-dasharray": "9 5"})


def test_the_floor_before_a_door_is_marked():
    plan = Plan(room=make_room(openings=(DOOR,)))

    # 1.6 m deep, a tenth of a metre wider than the door on each side.
    zone = [(-0.645, 2.395), (2.645, 2.395), (2.645, 3.995), (-0.645, 3.995)]
    assert plan.has_shape(zone, **{"stroke-dasharray": "5 4"})


def make_racks(gap_m):
    """Two rows of three racks, 1.1 m deep, that face each other."""
    x = gap_m / 2 + 0.55
    return [
        stand("rack", side * x, y, 90.0 if side < 0 else 270.0, number=n, noun="pallet rack")
        for n, (side, y) in enumerate(((s, y) for s in (-1, 1) for y in (-2.9, 0.0, 2.9)), start=1)
    ]


def test_aisles_room_and_margins_are_dimensioned():
    plan = Plan(*make_racks(3.5), room=make_room(12.0, 16.0))

    # Racks of 2.8 m reach 4.3 m north, where the wall is at 8, and 2.85 m east, where it is at 6.
    assert {"3.50", "12.00 m", "16.00 m", "3.70", "3.15"} <= set(plan.texts)


def test_an_aisle_with_something_in_it_is_not_dimensioned():
    racks = make_racks(3.5)
    boxes = [stand("box", 0.0, 0.4 * y, number=n) for n, y in enumerate(range(-11, 12), start=1)]

    assert "3.50" not in Plan(*racks, *boxes, room=make_room(12.0, 16.0)).texts


def test_an_aisle_is_dimensioned_where_nothing_stands_in_it():
    forklift = stand("forklift", 0.0, -1.7)

    assert "3.50" in Plan(*make_racks(3.5), forklift, room=make_room(12.0, 16.0)).texts


def test_problems_are_red_numbered_and_told():
    issues = [
        Issue(code="ASSUMPTION", severity="info", message="No number given."),
        Issue(
            code="COLLISION",
            severity="error",
            prim_path="/World/Items/desk/desk_01",
            message="desk_01 is 12.0 mm inside chair_02.",
        ),
        Issue(code="COUNT_SHORT", severity="error", message="5 chairs asked for, 2 on the stage."),
    ]
    chairs = (stand("chair", 3.0, 1.0), stand("chair", -3.0, 1.0, number=2))

    plan = Plan(stand("desk", 0.0, 0.0), *chairs, issues=issues)

    desk = [(-0.8, -0.4), (0.8, -0.4), (0.8, 0.4), (-0.8, 0.4)]
    assert plan.has_shape(desk, stroke=RED)
    second = [(-3.325, 0.675), (-2.675, 0.675), (-2.675, 1.325), (-3.325, 1.325)]
    assert plan.has_shape(second, stroke=RED)
    assert not plan.has_shape([(x + 6.0, y) for x, y in second], stroke=RED)
    assert {"desk_01 is 12.0 mm inside chair_02.", "5 chairs asked for, 2 on the stage."} <= set(
        plan.texts
    )
    assert plan.texts.count("1") == 3
    assert "No number given." not in plan.texts


def test_a_blocked_door_reddens_its_floor():
    issue = Issue(
        code="DOOR_BLOCKED",
        severity="error",
        prim_path="/World/Items/door/door_01",
        message="Something stands within 1.5 m of door_01.",
    )
    door = stand("door", 1.0, 4.145, support="wall")

    plan = Plan(door, room=make_room(openings=(DOOR,)), issues=[issue])

    assert plan.list_shapes(**{"stroke": RED, "stroke-dasharray": "5 4"})


def test_only_warnings_are_not_red():
    issue = Issue(code="X", severity="warning", message="desk_01 is odd.")

    assert Plan(stand("desk", 0.0, 0.0), issues=[issue]).list_shapes(stroke="#c46a00")


def test_many_problems_are_counted():
    issues = [Issue(code="X", severity="error", message=f"Trouble {i}.") for i in range(30)]

    texts = Plan(issues=issues).texts
    assert "Trouble 15." in texts
    assert "Trouble 16." not in texts
    assert "and 14 more, see the certificate" in texts


def test_the_camera_shows_what_it_sees_of_the_room():
    plan = Plan(camera_path=make_camera())

    # 18 mm on 36 mm is 90 degrees: from y = -3 the wedge meets the side walls at y = 2.
    wedge = [(0.0, -3.0), (5.0, 2.0), (5.0, 4.0), (-5.0, 4.0), (-5.0, 2.0)]
    assert plan.has_shape(wedge)
    assert "Camera 1.65 m high, 18 mm" in plan.texts


def test_a_camera_far_away_is_brought_near_and_says_so():
    plan = Plan(camera_path=make_camera((0.0, -30.0, 12.0)))

    texts = [text for text in plan.texts if text.startswith("Camera")]
    assert texts == ["Camera 12.00 m high, 18 mm, 23.6 m farther out"]


def test_a_camera_move_is_a_line_from_its_first_to_its_last_place():
    track = sample_camera_path(make_camera((2.0, 0.0, 1.0), pivot=(0.0, 0.0, 1.0), turn_deg=90.0))

    assert track[0][0] == pytest.approx((2.0, 0.0))
    assert track[-1][0] == pytest.approx((0.0, 2.0))
    assert track[-1][1] == pytest.approx(90.0)
    assert track[12][0] == pytest.approx((math.sqrt(2.0), math.sqrt(2.0)))


def test_what_cannot_be_placed_on_paper_is_left_out():
    lost = stand("desk", 1.0, 1.0).model_copy(update={"asset_id": "gone"})
    nowhere = stand("chair", math.nan, 0.0)

    texts = Plan(lost, nowhere).texts

    assert "Warehouse, 10 \u00d7 8 m, 5 m high. 0 things." in texts


def test_a_thing_far_outside_does_not_shrink_the_room():
    assert Plan(stand("desk", 900.0, 0.0)).scale > 0.5 * Plan(stand("desk", 0.0, 0.0)).scale


@given(st.text(), st.text(), st.text(min_size=1, max_size=80))
def test_any_text_gives_a_document_that_says_it(title, message, noun):
    footprints = {"id_desk": FOOTPRINTS["id_desk"].model_copy(update={"noun": noun})}
    issue = Issue(code="X", severity="error", message=message)

    plan = Plan(stand("desk", 0.0, 0.0), footprints=footprints, title=title, issues=[issue])

    assert (clean_text(title) or "Plan view")[:90] in plan.texts
    assert {child.tag for child in plan.root} <= {
        f"{SVG}{tag}" for tag in ("rect", "polygon", "polyline", "text")
    }


def test_markup_in_a_title_stays_text():
    plan = Plan(title='</text><script>alert("&")</script>')

    assert '</text><script>alert("&")</script>' in plan.texts
    assert plan.root.find(f".//{SVG}script") is None


def test_equal_layouts_give_equal_bytes():
    def draw():
        layout = make_placements(stand("desk", 0.3, 0.1, 33.0), stand("person", 1.0, 2.0))
        return draw_plan_view(layout, FOOTPRINTS, title="Two", camera_path=make_camera())

    first, second = draw(), draw()

    assert first.to_svg() == second.to_svg()
    assert first.to_png() == second.to_png()


def test_the_picture_has_the_drawing_s_size_and_colours():
    drawing = Drawing(40, 30, paper="#ffffff")
    drawing.add_polygon([(10, 10), (30, 10), (30, 20), (10, 20)], fill="#ff0000")
    drawing.add_text((5, 25), "\u00d7 \u00e9 \u6f22", size=8, color="#000000", is_turned=True)

    png = drawing.to_png()

    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", png[16:24]) == (40, 30)
    import io

    from PIL import Image

    picture = Image.open(io.BytesIO(png))
    assert picture.getpixel((20, 15)) == (255, 0, 0)
    assert picture.getpixel((38, 2)) == (255, 255, 255)


def test_labels_do_not_cover_each_other():
    nouns = ("desk", "chair", "monitor", "plant", "cabinet", "box", "pallet", "table")
    crowd = [stand(noun, 0.9 * (i % 4) - 1.4, 0.9 * (i // 4) - 0.4) for i, noun in enumerate(nouns)]

    plan = Plan(*crowd, room=make_room(4.0, 3.0))

    rects = []
    for text in plan.root.iter(f"{SVG}text"):
        is_halo = text.get("stroke") != "none"
        if text.text.lower() in nouns and text.get("font-weight") is None and not is_halo:
            size, x, y = (float(text.get(name)) for name in ("font-size", "x", "y"))
            half = compute_text_width(text.text, size) / 2
            is_turned = text.get("transform") is not None
            rects.append(
                (x - 0.7 * size, y - half, x, y + half)
                if is_turned
                else (x - half, y - 0.7 * size, x + half, y)
            )
    assert len(rects) >= 5
    assert not [
        (a, b)
        for i, a in enumerate(rects)
        for b in rects[i + 1 :]
        if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
    ]


@pytest.mark.parametrize(
    ("outline", "area"),
    [
        ([(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)], 4.0),
        ([(0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0)], 6.0),
        ([(7.0, 7.0), (9.0, 7.0), (9.0, 9.0)], 0.0),
    ],
    ids=["within", "a corner", "beyond"],
)
def test_clip_polygon_keeps_what_is_in_the_rectangle(outline, area):
    kept = clip_polygon(outline, 2.0, 3.0)

    pairs = zip(kept, kept[1:] + kept[:1], strict=True)
    assert abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)) / 2.0 == pytest.approx(area)


def test_hatch_lines_lie_in_the_outline_a_pitch_apart():
    lines = hatch([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)], 0.1)

    offsets = sorted(round((a[0] - a[1]) * math.sqrt(0.5), 6) for a, _ in lines)
    assert offsets == pytest.approx([0.1 * i for i in range(-7, 8)])
    assert all(-1e-9 <= value <= 1.0 + 1e-9 for line in lines for point in line for value in point)


@given(st.text(), st.floats(30.0, 300.0))
@example("i\u6f22\u6f22\u00e9", 33.8)
def test_wrapped_text_fits_and_loses_nothing(text, width):
    lines = wrap_text(text, 12.0, width)

    assert re.sub(r"\s", "", "".join(lines)) == re.sub(r"\s", "", clean_text(text))
    assert all(compute_text_width(line, 12.0) <= width or len(line) == 1 for line in lines)
