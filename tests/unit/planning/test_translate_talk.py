"""What is said in a conversation: complaints with a number, what is lacking, who looks where."""

from __future__ import annotations

import pytest

from clappper.core.planning.languages.translate import translate

COUNTS = {
    "Fünf Fässer sind viel zu wenig, ich brauche zehn!": "Make it 10 drums",
    "Sechs Paletten sind mir zu viele, drei tun's auch.": "Keep only 3 pallets",
    "Hm, acht sind vielleicht etwas viel, nehmen wir lieber sechs Stühle.": (
        "There should be 6 chairs"
    ),
    "Mach zehn draus.": "Make it 10",
    "doch lieber zwei Stapler": "There should be 2 forklifts",
    "Zwei Schreibtische weniger und auch zwei Stühle weniger": "Remove 2 desks. Remove 2 chairs",
    "Ein Arbeiter weniger reicht auch.": "Remove a worker",
    "Statt acht Stühlen hätte ich gerne zehn.": "There should be 10 chairs",
    "Mehr als sechs Stühle brauchen wir nicht.": "There should be 6 chairs",
    "Zwei Stapler wären realistischer.": "There should be 2 forklifts",
    "Son demasiadas, deja solo seis.": "Keep only 6",
    "Seis palés me parecen muchos, con tres me basta.": "Keep only 3 pallets",
    "que sean ocho conos, en línea": "Make it 8 traffic cones. Put them in a row",
    "faltan sillas, pon diez en total": "There should be 10 chairs",
    "En lugar de ocho sillas quiero diez.": "There should be 10 chairs",
    "Dos carretillas serían más realistas.": "There should be 2 forklifts",
    "No necesitamos más de seis sillas.": "There should be 6 chairs",
    "コーン10個は多すぎない?6個でお願い。": "There should be 6 traffic cones",
    "椅子を8脚から10脚に増やしてください。": "There should be 10 chairs",
    "パレットを1枚減らして、段ボールを2個増やして。": "Remove 1 pallet. Add 2 cardboard boxes",
}
WISHES = {
    "Das Licht gefällt mir nicht, lieber Abendsonne.": "Make it golden hour",
    "Jetzt fehlt nur noch ein Sofa an der Wand, und daneben hätte ich gern eine Pflanze.": (
        "Add a sofa against the wall. Add a plant next to it"
    ),
    "Da müssen noch vier Poller hin.": "Add 4 more bollards",
    "Alle Poller weg, dafür ein Stapler.": "Remove all bollards. Add a forklift",
    "Setzen wir doch eine dritte Pflanze links vom Sofa hin.": (
        "Add another plant left of the sofa"
    ),
    "Auf Kartons können wir ganz verzichten.": "Remove the cardboard boxes",
    "filmt aus zwei Metern Höhe": "Camera at 2 m",
    "Geh mal ganz nah ran.": "Close-up",
    "Und wieso ist es so hell? Das soll nachts spielen.": "Make it night",
    "Hacen falta cuatro bolardos más.": "Add 4 more bollards",
    "Quítame un trabajador.": "Remove a worker",
    "Que la cámara no se mueva.": "Static camera",
    "Está muy oscuro, ponle más luz.": "Make it brighter",
    "Cinco bidones más, por favor, al lado de los palés.": "Add 5 more drums next to the pallets",
    "誰もいないから4人座らせて。": "Add 4 people",
    "ソファを壁にくっつけて。": "Put the sofas against the wall",
}
LOOKS = {
    "Las sillas tienen que mirar hacia la pizarra.": "Turn the chairs to the whiteboard",
    "Solo una persona, y que mire a la cámara.": (
        "Keep only 1 person. Turn the person to the camera"
    ),
    "Hängt noch eine Tafel auf, und alle Stühle schauen dahin.": (
        "Add a whiteboard. Turn all the chairs to the whiteboard"
    ),
    "ホワイトボードを追加して、椅子を全部そっちに向けて。": (
        "Add a whiteboard. Turn the chairs to the whiteboard"
    ),
    "Der Stapler ist mir zu weit weg von den Paletten, rück ihn direkt daneben.": (
        "Put the forklift next to the pallets"
    ),
}
SCENES = {
    "Ein heller Besprechungsraum mit einem Tisch": "a bright meeting room with a table",
    "Hof in der Abendsonne, drei Arbeiter": "yard at golden hour, 3 workers",
    "Oficina con seis escritorios, un monitor y una silla por escritorio": (
        "office with 6 desks, a monitor and a chair per desk"
    ),
}


@pytest.mark.parametrize(("said", "english"), COUNTS.items())
def test_translate_count_in_talk(said: str, english: str) -> None:
    assert translate(said).text == english


@pytest.mark.parametrize(("said", "english"), WISHES.items())
def test_translate_wish_in_talk(said: str, english: str) -> None:
    assert translate(said).text == english


@pytest.mark.parametrize(("said", "english"), LOOKS.items())
def test_translate_who_looks_where(said: str, english: str) -> None:
    assert translate(said).text == english


@pytest.mark.parametrize(("said", "english"), SCENES.items())
def test_translate_scene_by_its_grammar(said: str, english: str) -> None:
    assert translate(said).text == english
