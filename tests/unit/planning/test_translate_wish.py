"""Ways to ask that no imperative has: wishes, questions, remarks, numbers that are wrong."""

from __future__ import annotations

import pytest

from clappper.core.planning.languages.translate import translate

WISHES = {
    "Wie wäre es mit einer Lampe in der Ecke?": "Add a lamp in the corner",
    "Was hältst du von zwei Sesseln gegenüber vom Sofa?": "Add 2 armchairs opposite the sofa",
    "Hättest du vielleicht noch einen Sessel für die Ecke?": "Add another armchair in the corner",
    "Eigentlich wäre ein Wohnzimmer schöner.": "Change the room to a living room",
    "Mach doch aus dem Büro eine Werkstatt.": "Change the room to a factory",
    "Mir wäre eine Couch lieber als der Sessel.": "Replace the armchair with a sofa",
    "Etwas wärmeres Licht wäre schön.": "Make it warmer",
    "Es sollte dämmern.": "Make it dusk",
    "¿Qué tal una lámpara en el rincón?": "Add a lamp in the corner",
    "¿Y si ponemos dos sillones enfrente del sofá?": "Add 2 armchairs opposite the sofa",
    "La verdad, quedaría mejor un salón.": "Change the room to a living room",
    "Mejor palés que cajas.": "Replace the boxes with pallets",
    "Que todo ocurra de noche.": "Make it night",
    "部屋の隅にランプがあるといいな": "Add a lamp in the corner",
    "ソファの向かいに肘掛け椅子を2脚置くのはどう?": "Add 2 armchairs opposite the sofa",
    "やっぱりリビングのほうがいいかな": "Change the room to a living room",
    "オフィスを工場に変えて": "Change the room to a factory",
}
#: A verb stands where its language puts it: behind, before, or at both ends.
ORDERS = {
    "Wären Sie so freundlich, einen Feuerlöscher neben die Tür zu hängen?": (
        "Put a fire extinguisher next to the door"
    ),
    "Stellen Sie bitte den Schreibtisch unter das Fenster.": "Put the desk under the window",
    "Drei Fässer kannst du wegnehmen.": "Remove 3 drums",
    "Könnte der Arbeiter näher am Stapler stehen?": "Move the worker closer to the forklift",
    "An die Wand stell bitte noch ein Whiteboard.": "Add another whiteboard against the wall",
    "Die Schreibtische in zwei Reihen bitte.": "Put the desks in 2 rows",
    "Das Regal 50 Zentimeter nach rechts.": "Move the shelving 50 cm to the right",
    "Los dos sillones, que se miren.": "Turn the 2 armchairs to each other",
    "Entre los dos sofás va una mesa de centro.": "Add a coffee table between the 2 sofas",
    "¿Podría el operario estar más cerca de la carretilla?": (
        "Move the worker closer to the forklift"
    ),
    "左のフォークリフトをもっと奥にやって": "Move the left forklifts to the back",
    "棚を右に50cmずらして": "Move the shelving 50 cm to the right",
    "ドラム缶をドアから2m離してください": "Move the drums 2 m away from the door",
}
#: What only tells why is not said where a request follows it.
REMARKS = {
    "Hm, irgendwie ist mir das zu voll, nimm mal drei Kartons raus.": "Remove 3 cardboard boxes",
    "Also das Sofa da gefällt mir gar nicht, das kann weg.": "Remove the sofa",
    "Die Stühle stehen falsch herum, dreh sie mal um.": "Turn the chairs around",
    "Was mich stört, ist die Pflanze, die kann raus.": "Remove the plant",
    "Ese sofá no me gusta nada, quítalo.": "Remove the sofa",
    "No hay sitio, agranda la sala.": "Make the room bigger",
    "狭いので部屋を広げて": "Make the room bigger",
    "椅子が逆向きなので、反対に向けて": "Turn the chairs around",
}
NUMBERS = {
    "Zwei Stühle weniger.": "Remove 2 chairs",
    "vier Paletten mehr": "Add 4 more pallets",
    "Ich glaube, drei Stapler wären besser.": "There should be 3 forklifts",
    "Sechs Kartons, nicht acht.": "There should be 6 cardboard boxes",
    "Von den Kegeln bitte nur fünf.": "Keep only 5 traffic cones",
    "Verdopple die Zahl der Kartons.": "Double the number of cardboard boxes",
    "Nicht so viele Kegel, die Hälfte reicht.": "Halve the number of traffic cones",
    "12 Sekunden Film, bitte.": "Film 12 seconds",
    "Dos sillas menos.": "Remove 2 chairs",
    "De los conos deja solo cinco.": "Keep only 5 traffic cones",
    "Seis cajas, no ocho.": "There should be 6 boxes",
    "Duplica el número de cajas.": "Double the number of boxes",
    "El espacio debe medir 15 por 10 metros.": "Make the room 15 x 10 m",
    "やっぱりデスクも3台にして": "There should be 3 desks",
    "段ボールは8個じゃなくて6個で": "There should be 6 cardboard boxes",
    "箱の数を倍にして": "Double the number of boxes",
    "ちょっと長いので6秒にしてください": "Film 6 seconds",
}
EACH = {
    "Ich hätte gern zu jedem Schreibtisch einen Stuhl und einen Papierkorb.": (
        "Give each desk a chair and a trash can"
    ),
    "Jeder Schreibtisch bekommt zwei Stühle.": "Give each desk 2 chairs",
    "Auf jeden Schreibtisch bitte einen Monitor.": "Add a monitor on each desk",
    "Für jeden Stuhl eine Lampe daneben.": "Add a lamp next to each chair",
    "Dale dos sillas a cada escritorio.": "Give each desk 2 chairs",
    "En cada escritorio un monitor.": "Add a monitor on each desk",
    "デスク1台につき椅子を2脚お願い": "Give each desk 2 chairs",
    "椅子ごとに横にランプを置いて": "Add a lamp next to each chair",
}


@pytest.mark.parametrize(("said", "english"), WISHES.items())
def test_translate_wish(said: str, english: str) -> None:
    assert translate(said).text == english


@pytest.mark.parametrize(("said", "english"), ORDERS.items())
def test_translate_request_in_its_own_order(said: str, english: str) -> None:
    assert translate(said).text == english


@pytest.mark.parametrize(("said", "english"), REMARKS.items())
def test_translate_remark_before_request(said: str, english: str) -> None:
    assert translate(said).text == english


@pytest.mark.parametrize(("said", "english"), NUMBERS.items())
def test_translate_number(said: str, english: str) -> None:
    assert translate(said).text == english


@pytest.mark.parametrize(("said", "english"), EACH.items())
def test_translate_each(said: str, english: str) -> None:
    assert translate(said).text == english


def test_translate_thing_put_somewhere_instead_is_no_replacement() -> None:
    said = "nimm zwei Stühle weg und stell stattdessen eine Pflanze in die Ecke"
    assert translate(said).text == "Remove 2 chairs. Put a plant in the corner"


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "sentence",
    [
        "die Kamera soll der Tisch die Tisch rot Tisch an die Wand und stell die Lampe der Tisch "
        "und nimm der Stuhl der Stuhl, die Tisch die Lampe. ",
        "bitte die Stühle" + " an den Tisch" * 9 + ". ",
        "pon la mesa la silla en la pared y quita la mesa la mesa, la cámara la mesa la silla. ",
    ],
)
@pytest.mark.parametrize("times", [4, 200])
def test_translate_things_without_end_are_read_soon(sentence: str, times: int) -> None:
    assert translate((sentence * times)[:10_000]).language
