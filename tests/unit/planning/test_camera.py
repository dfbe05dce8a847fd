from __future__ import annotations

import pytest

from clappper.core.planning.camera import EYE_LEVEL_M, CameraWish, complete_camera, read_camera
from clappper.core.planning.lexer import Transcript, clean_text, tokenize
from clappper.core.planning.lexicon import load_places
from clappper.core.planning.numbers import merge_quantities


def read(text: str) -> CameraWish:
    cleaned = clean_text(text)
    return read_camera(Transcript(cleaned, tuple(merge_quantities(tokenize(cleaned)))))


@pytest.mark.parametrize(
    ("text", "shot"),
    [
        ("Camera at eye level.", "eye_level"),
        ("shot at eye-level", "eye_level"),
        ("bird's eye view of an office", "overhead"),
        ("Top view", "overhead"),
        ("a top-down shot", "overhead"),
        ("seen from above", "overhead"),
        ("an establishing shot", "wide"),
        ("wide-angle lens", "wide"),
        ("a close-up of the forklift", "close_up"),
        ("low-angle shot", "low"),
        ("from a high angle", "high"),
        ("isometric view", "isometric"),
        ("three-quarter view", "three_quarter"),
        ("3/4 view", "three_quarter"),
        ("8 cones, bird's-eye", "overhead"),
        ("aerial of a parking lot", "overhead"),
        ("an office, 4 desks, wide", "wide"),
        ("go wide", "wide"),
        ("a cone, close, 85mm", "close_up"),
        ("keep the camera low", "low"),
        ("the camera should be high up", "high"),
        ("4 cones, iso view", "isometric"),
        ("a yard, topdown", "overhead"),
        ("looking straight down on the desks", "overhead"),
        ("drone footage of a yard", "overhead"),
        ("Camera: wide, static", "wide"),
        ("start tight on the forklift", "close_up"),
        ("camera at knee height", "low"),
        ("camera mounted like a CCTV camera", "high"),
        ("view from up on the ceiling", "high"),
        ("filmed at head height", "eye_level"),
        ("start wide on the office", "wide"),
        ("we open out wide", "wide"),
        ("camera starts low and rises", "low"),
        ("a yard, high up, static", "high"),
        ("the camera looks from up", "overhead"),
    ],
)
def test_read_camera_shot(text: str, shot: str) -> None:
    assert read(text).shot == shot


@pytest.mark.parametrize(
    ("text", "move"),
    [
        ("orbiting around the desks", "orbit"),
        ("camera slowly circling the table", "orbit"),
        ("slow dolly in", "dolly_in"),
        ("camera slowly pushing in towards the desks", "dolly_in"),
        ("zoom out", "dolly_out"),
        ("camera pulls back", "dolly_out"),
        ("a tracking shot", "truck"),
        ("camera tracks left", "truck"),
        ("crane shot", "crane"),
        ("camera panning left", "pan"),
        ("fly through the racks", "fly_through"),
        ("static camera", "static"),
        ("static bird's-eye shot", "static"),
        ("the camera hangs over two desks and doesn't move", "static"),
        ("a yard with 3 cones, pull back", "dolly_out"),
        ("start close on the desk and pull out", "dolly_out"),
        ("6 desks, slow push in", "dolly_in"),
        ("truck past the cones", "truck"),
        ("a slow lateral move past the racks", "truck"),
        ("rise up over the racks", "crane"),
        ("the camera sweeps left to right", "pan"),
        ("the drone flies over them", "fly_through"),
        ("camera moves sideways", "truck"),
        ("camera moves from left to right", "truck"),
        ("a person walking, tracking", "truck"),
        ("a worker, eye level, static", "static"),
        ("camera moves slowly back", "dolly_out"),
        ("the camera should around the desk rotate", "orbit"),
        ("orbital movement", "orbit"),
        ("camera zooms slowly on the door", "dolly_in"),
        ("orbit, then a static camera", "static"),
        ("static camera. Actually, let the camera orbit", "orbit"),
        ("no camera movement", "static"),
        ("the camera moves slowly around the scene", "orbit"),
        ("the camera slowly travels once around the desks", "orbit"),
        ("the camera moves towards the door", "dolly_in"),
        ("the camera approaches the door", "dolly_in"),
        ("the camera zooms", "dolly_in"),
        ("an office, slow zoom", "dolly_in"),
        ("the camera zooms slowly out", "dolly_out"),
        ("the camera retreats from the desk", "dolly_out"),
        ("the camera glides along the racks", "truck"),
        ("the camera moves slowly to the left", "truck"),
        ("the camera moves up", "crane"),
        ("the camera slowly goes down", "crane"),
        ("pan to the left", "pan"),
        ("the camera moves slowly through the aisle", "fly_through"),
        ("the camera stands still", "static"),
        ("if the camera could circle around it", "orbit"),
        ("the camera is turning around them", "orbit"),
        ("the camera should slowly move in", "dolly_in"),
        ("the camera gliding closer", "dolly_in"),
        ("let the camera drift past the desks", "truck"),
        ("camera should go slowly from left to right", "truck"),
        ("camera starts low and rises", "crane"),
        ("I'd love the camera to start high and come down slowly", "crane"),
        ("the camera ought to float through the hall", "fly_through"),
        ("keep the camera where it is", "static"),
        ("Nothing moving, camera included", "static"),
        ("hold the shot still", "static"),
        ("film it without moving the camera", "static"),
        ("don't move the camera", "static"),
        ("the camera perfectly still", "static"),
    ],
)
def test_read_camera_move(text: str, move: str) -> None:
    assert read(text).move == move


@pytest.mark.parametrize(
    "text",
    [
        "an overhead door",
        "a close forklift",
        "two trucks left of the door",
        "people walking through the office",
        "a crane in the yard",
        "a forklift moving forward",
        "a wide table and a high rack",
        "a frying pan on the desk",
        "a worker moves around the desk",
        "a forklift drives up to the door",
    ],
)
def test_read_camera_things_are_no_camera_talk(text: str) -> None:
    wish = read(text)

    assert (wish.shot, wish.move, wish.claimed) == (None, None, {})


@pytest.mark.parametrize(
    ("text", "height_m"),
    [
        ("camera at 2 m", 2.0),
        ("Camera height 1.5 m", 1.5),
        ("the camera is placed at a height of 3 metres", 3.0),
        ("camera 6 ft high", 1.8288),
        ("camera four and a half feet off the ground", 1.3716),
        ("camera @ 1.8 m", 1.8),
        ("camera at 3 m, no, 2 m", 2.0),
        ("filmed from 5 m up", 5.0),
        ("camera at 500 m", 100.0),
    ],
)
def test_read_camera_height(text: str, height_m: float) -> None:
    assert read(text).height_m == pytest.approx(height_m)


@pytest.mark.parametrize(
    ("text", "focal_mm"), [("35mm lens", 35), ("lens of 50 mm", 50), ("focal length 900 mm", 300)]
)
def test_read_camera_focal_length(text: str, focal_mm: float) -> None:
    assert read(text).focal_length_mm == focal_mm


def test_read_camera_millimetres_of_things_are_no_focal_length() -> None:
    assert read("a 300 mm box").focal_length_mm is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a 10 second clip", {"duration_s": 10.0}),
        ("for 1 minute", {"duration_s": 60.0}),
        ("240 frames at 30 fps", {"frames": 240, "fps": 30}),
        ("24 frames per second", {"fps": 24, "frames": None}),
        ("1280x720", {"width": 1280, "height": 720}),
        ("in 4k", {"width": 3840, "height": 2160}),
        ("Full HD", {"width": 1920, "height": 1080}),
        ("641 x 361 pixels", {"width": 640, "height": 360}),
        ("99999 frames", {"frames": 20000}),
    ],
)
def test_read_camera_format(text: str, expected: dict[str, float | None]) -> None:
    wish = read(text)

    assert {name: getattr(wish, name) for name in expected} == expected


def test_read_camera_value_out_of_bounds_is_told() -> None:
    assert read("99999 frames").notes == ["A number of frames of 99999 is not possible: 20000."]


def test_complete_camera_eye_level_gets_a_height() -> None:
    office = load_places()["office"]

    assert complete_camera(read("camera at eye level"), office, ["desk"]).height_m == EYE_LEVEL_M
    assert complete_camera(read("top view"), office, ["desk"]).height_m is None
    assert complete_camera(read("camera at 2.5 m"), office, []).shot == "eye_level"


def test_complete_camera_nothing_said_takes_the_habit_of_the_place() -> None:
    camera = complete_camera(CameraWish(), load_places()["office"], ["desk"])

    assert (camera.shot, camera.move, camera.targets) == ("three_quarter", "orbit", ["desk"])


def test_read_camera_wide_and_close_exclude_each_other() -> None:
    wish = read("Wide shot of a desk. Nah, do a close-up.")
    assert wish.shot == "close_up"
    assert wish.contradictions


@pytest.mark.parametrize(
    ("text", "height_m"),
    [
        ("camera 7 feet up", 2.1336),
        ("camera at 1.8 m high", 1.8),
        ("camera height: 5 ft 10 in", 1.778),
    ],
)
def test_read_camera_height_said_shortly(text: str, height_m: float) -> None:
    assert read(text).height_m == pytest.approx(height_m, abs=1e-3)


def test_read_camera_length_after_a_move() -> None:
    wish = read("dolly out over 5 seconds")
    assert (wish.move, wish.duration_s) == ("dolly_out", 5.0)


@pytest.mark.parametrize(
    ("text", "shot", "move"),
    [
        ("anything but a top view", None, None),
        ("please no wide shot", None, None),
        ("no static camera, let it orbit", None, "orbit"),
        ("nothing but a top view", "overhead", None),
        ("the worker doesn't move", None, None),
        ("a forklift is moving back, then a worker", None, None),
    ],
)
def test_read_camera_what_is_ruled_out_is_not_filmed(
    text: str, shot: str | None, move: str | None
) -> None:
    wish = read(text)
    assert (wish.shot, wish.move) == (shot, move)


@pytest.mark.parametrize(
    "text", ["eye level at 5 feet 6 inches", "eye level of 1.6764 m", "camera height 5'6\""]
)
def test_read_camera_height_of_the_eyes(text: str) -> None:
    assert read(text).height_m == pytest.approx(1.6764)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("ten-second clip", 10),
        ("a twenty-second video", 20),
        ("for a quarter of a minute", 15),
        ("half a minute long", 30),
        ("6 second loop", 6),
        ("the twenty-second desk", None),
    ],
)
def test_read_camera_length_in_words(text: str, seconds: float | None) -> None:
    assert read(text).duration_s == seconds
