"""A scene is told from requests, also where it asks for something."""

from __future__ import annotations

import pytest

from clappper.core.planning.languages.translate import translate
from clappper.core.planning.languages.translate_scene import begins_scene
from clappper.core.planning.languages.translation_lexicon import load_european


def test_translate_scene_that_is_asked_for_is_no_request() -> None:
    english = translate(
        "Könntest du mir ein Besprechungszimmer bauen, in dem zehn Stühle stehen? "
        "Das Licht soll weich sein und die Kamera auf Augenhöhe bleiben."
    ).text
    assert "a meeting room" in english
    assert "10 chairs" in english
    assert "soft light" in english
    assert "camera at eye level" in english
    assert "Put" not in english


def test_translate_scene_keeps_its_camera_in_its_sentence() -> None:
    english = translate("Oficina pequeña, cuatro escritorios; cámara a la altura de los ojos").text
    assert english == "small office, 4 desks; camera at eye level"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("Oficina pequeña, dos mesas", True),
        ("Un almacén con seis palés", True),
        ("La oficina más grande", False),
        ("dos mesas en la oficina", False),
        ("Oficina", False),
    ],
)
def test_begins_scene_with_a_place_and_what_is_in_it(said: str, expected: bool) -> None:
    assert begins_scene(said, load_european("spanish")) is expected
