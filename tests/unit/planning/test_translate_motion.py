"""How a camera is to move is read from verbs, halves and prepositions in any order and form."""

from __future__ import annotations

import pytest

from clappper.core.planning.languages.translate import translate

MOVES = {
    # The half of a verb, written onto it or at the end of its clause.
    "nachts, und die Kamera soll um das Sofa herumfahren": (
        "Make it night. Camera orbits around the sofa"
    ),
    "Lass die Kamera einmal um den Tisch kreisen": "Camera orbits around the table",
    "Lass die Kamera an den Regalen vorbeifahren": "Camera moves past the shelving",
    "Die Kamera soll langsam auf das Tor zufahren": "Camera moves slowly towards the door",
    "Die Kamera soll vom Tor wegfahren": "Camera moves away from the door",
    "Lass die Kamera langsam hochfahren": "Camera rises slowly",
    "Die Kamera soll über die Regale hinwegfliegen": "Camera flies over the shelving",
    "Die Kamera soll durch die Halle fahren": "Camera moves through the storage hall",
    "Die Kamera soll dem Arbeiter folgen": "Camera follows the worker",
    "Zoom langsam auf den Stapler": "Camera zooms slowly in on the forklift",
    "Die Kamera soll sich nicht bewegen": "Static camera",
    # Told beside a request, it is one.
    "Der Film soll 8 Sekunden dauern, und die Kamera fährt dabei langsam zurück.": (
        "Film 8 seconds. Camera moves slowly back"
    ),
    # A clause without the camera goes on about it.
    "Cámara baja, y que se acerque despacio durante 6 segundos.": (
        "Low camera. Camera moves slowly closer. Film 6 seconds"
    ),
    "Haz que la cámara dé una vuelta alrededor de la mesa": "Camera orbits around the table",
    "Que la cámara pase por delante de las estanterías": "Camera moves past the shelving",
    "Que la cámara avance despacio hacia la puerta": "Camera moves slowly towards the door",
    "Que la cámara sobrevuele las estanterías": "Camera flies over the shelving",
    "Quiero que la cámara suba lentamente": "Camera rises slowly",
    "カメラをテーブルの周りをぐるっと回してほしい": "Camera orbits around the table",
    "カメラが棚の前を通り過ぎるようにして": "Camera moves past the shelving",
    "カメラが棚の上を飛ぶようにして": "Camera flies over the shelving",
    "カメラはゆっくり上昇させて": "Camera rises slowly",
    "カメラを左から右へ動かして": "Camera moves from left to right",
    "フォークリフトにゆっくりズームして": "Camera zooms in slowly on the forklift",
}
#: A height and a view are no move.
HEIGHTS = {
    "und die Kamera bitte höher, auf 2,5 m": "Camera at 2.5 m",
    "Kamera runter auf 1,2 Meter": "Camera at 1.2 m",
    "Baja la cámara a 1,2 metros": "Camera at 1.2 m",
    "カメラを1.2mまで下げて": "Camera at 1.2 m",
    "カメラを1m低くして": "Camera 1 m lower",
    "Sube un poco la cámara": "Camera higher",
    "Cambia la cámara: quiero verlo desde arriba.": "Camera from above",
    "Kannst du von weiter oben filmen?": "Camera from above",
}


@pytest.mark.parametrize(("said", "english"), MOVES.items())
def test_translate_move_of_camera(said: str, english: str) -> None:
    assert translate(said).text == english


@pytest.mark.parametrize(("said", "english"), HEIGHTS.items())
def test_translate_height_and_view_of_camera(said: str, english: str) -> None:
    assert translate(said).text == english


def test_translate_move_that_is_told_alone_asks_for_nothing() -> None:
    assert translate("die Kamera fährt durch die Halle").text == (
        "the camera moves through the storage hall"
    )
