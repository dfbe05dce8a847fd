"""Foreign prompts become plain English; English ones stay as they are, byte for byte."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clappper.core.planning.english import list_english_words
from clappper.core.planning.languages.translate import Translation, translate
from clappper.core.planning.lexer import clean_text
from clappper.core.planning.rule_planner import RulePlanner
from clappper.core.planning.spelling import correct_spelling
from support.fake_catalog import FakeCatalog
from support.prompt_cases import load_cases

HERE = Path(__file__).parent
#: Modules whose texts are prompts, and the ones among them that are not English.
ENGLISH = ("rule_planner", "edit_reader", "camera", "environment", "lighting", "relations")
FOREIGN = ("Un almacén con 3 forklifts", "仓库里有三辆叉车")
FOREIGN_STYLES = ("german", "spanish", "japanese", "follow-ups")

GERMAN = {
    "drei Gabelstapler": "3 forklifts",
    "ein Gabelstapler": "a forklift",
    "mit Gabelstaplern": "with forklifts",
    "vierundzwanzig rote Stühle": "24 red chairs",
    "ein Holztisch neben dem Bürostuhl": "a wooden table next to the office chair",
    "Buero mit gruenen Stuehlen": "office with green chairs",
    "zwei Arbeiter, die neben der Tür stehen": "2 workers next to the door",
    "das Büro, die Stühle": "the office, the chairs",
    "ein Lager mit einem Einhorn": "a warehouse with a Einhorn",
    "kein Mensch im Büro": "no person in the office",
    "fünf Kartons auf jeder der drei Paletten": "5 cardboard boxes on each of the 3 pallets",
    "ein Sofa und links davon eine Pflanze": "a sofa and to the left of it a plant",
    "sechs Hütchen im Kreis um einen Stapler": "6 traffic cones in a circle around a forklift",
    "Büro im Morgenlicht, niemand da": "office in the morning light, no people",
    "Straße, Kamera fährt seitlich": "street, camera moves sideways",
    "ein Lager mit Gabelstapler": "a warehouse with forklift",
    "acht Stühle statt sechs": "8 chairs instead of 6",
    "ein Arbeiter trägt einen Karton": "a worker carrying a cardboard box",
    "ein ovaler Tisch, vier Stühle darum": "a oval table, 4 chairs around it",
    "An jedem Schreibtisch steht ein Stuhl": "at each desk standing a chair",
    "fünf Paletten auf einem Stapel": "5 pallets in a stack",
    "die Kamera fährt auf die Tür zu": "the camera moves towards the door",
    "die Kamera fährt langsam an den Regalen entlang": "the camera moves slowly along the shelving",
    "die Kamera fliegt durch die Halle": "the camera flies through the storage hall",
}
SPANISH = {
    "tres sillas rojas": "3 red chairs",
    "una mesa de madera": "a wooden table",
    "dos puertas de almacén": "2 warehouse doors",
    "treinta y cinco cajas de cartón": "35 cardboard boxes",
    "ciento veinte conos de tráfico": "120 traffic cones",
    "almacen con carretillas elevadoras": "warehouse with forklifts",
    "un extintor a 2 metros de la puerta": "a fire extinguisher 2 m from the door",
    "un unicornio detrás del sofá": "a unicornio behind the sofa",
    "pon a dos trabajadores en la calle": "Put 2 workers in the street",
    "escritorios contra la pared izquierda": "desks against the left wall",
    "una mesa rodeada de seis sillas": "a table surrounded by 6 chairs",
    "una mesa plegable con dos sillas": "a plegable table with 2 chairs",
    "plano general": "wide shot",
    "cámara fija a 2 metros": "fixed camera at 2 m",
    "una carretilla esquivando un palé": "a forklift a pallet",
    "dos plantas a los lados del armario": "2 plants on both sides of the cabinet",
    "ocho conos en lugar de seis": "8 traffic cones instead of 6",
    "doce estanterías de palets": "12 pallet racks",
    "una carretilla en el medio": "a forklift in the middle of the room",
    "una mesa en el medio de la sala": "a table in the middle of the room",
    "la cámara gira alrededor de la mesa": "the camera rotates around the table",
}
JAPANESE = {
    "フォークリフト3台": "3 forklifts",
    "倉庫に二十四枚のパレット": "A warehouse. 24 pallets",
    "会議テーブルの周りに椅子を六脚": "6 chairs around a meeting table",
    "椅子6脚を会議テーブルの周りに置く": "6 chairs around a meeting table",
    "フォークリフトとパレットの間に人が1人": "1 person between a forklift and a pallet",
    "机4台、それぞれの机の上にモニター1台": "4 desks. 1 monitor on top of each desk",
    "人なし": "No people",
    "倉庫にユニコーン1頭": "A warehouse. 1 ユニコーン",
    "幅20m、奥行き15mの倉庫": "A warehouse, 20 m wide, 15 m deep",
    "20m\u00d715mの倉庫": "A warehouse, 20 x 15 m",
    "棚を2列": "Shelving in 2 rows",
    "机3台にそれぞれ椅子を1脚": "3 desks. 1 chair for each desk",
    "机が3台、各机にモニター": "3 desks. A monitor for each desk",
    "机3台にモニターを2台ずつ": "3 desks. 2 monitors for each desk",
    "パレットとドラム缶を3つずつ": "3 pallets. 3 drums",
    "テーブルの両側に椅子を3脚ずつ": "6 chairs on both sides of a table",
    "テーブル1つと椅子4脚。椅子はテーブルを囲む": "1 table. 4 chairs. The chairs around the table",
    "倉庫の左の壁に棚を4台": "A warehouse. 4 shelving against the left wall",
    "コーンを四隅に1個ずつ、作業員": "1 traffic cone in each corner. A worker",
    "パレットを全部削除": "Remove all pallets",
    "パレットをあと2枚": "Add 2 pallets",
    "カメラは低め": "Camera low",
    "オフィスの右側に机を3台": "A office. 3 desks to the right",
    "棚を6台に増やして": "There should be 6 shelving",
    "倉庫、作業員はいません": "A warehouse. No workers",
    "カメラの高さは1.5m": "Camera at 1.5 m",
    "フォークリフトを左に2m動かして": "Move the forklifts 2 m to the left",
    "机2台、カメラは机の周りを回る": "2 desks. Camera orbits around the desk",
    "机2台、カメラが左に移動": "2 desks. Camera moves to the left",
    "机2台、カメラが倉庫の中を飛ぶ": "A warehouse. 2 desks. Camera flies through",
    "カメラがゆっくり近づく倉庫に机が2台ある": "A warehouse. 2 desks. Camera moves closer",
    "机を壁に寄せて、椅子2脚": "A desk against the wall. 2 chairs",
}


@pytest.mark.parametrize(("said", "english"), GERMAN.items())
def test_translate_german(said: str, english: str) -> None:
    assert translate(clean_text(said)) == Translation(english, "German")


@pytest.mark.parametrize(("said", "english"), SPANISH.items())
def test_translate_spanish(said: str, english: str) -> None:
    assert translate(clean_text(said)) == Translation(english, "Spanish")


@pytest.mark.parametrize(("said", "english"), JAPANESE.items())
def test_translate_japanese(said: str, english: str) -> None:
    assert translate(clean_text(said)) == Translation(english, "Japanese")


#: How each language says the moves the English rules know.
MOVES = {
    "static": (
        *("feste Kamera", "die Kamera steht still", "die Kamera bewegt sich nicht"),
        *("cámara fija", "la cámara no se mueve", "plano fijo", "cámara inmóvil"),
        *("固定カメラ", "カメラは動かない", "カメラは静止"),
    ),
    "orbit": (
        *("die Kamera fährt langsam um die Szene", "die Kamera umrundet den Tisch", "Kreisfahrt"),
        *("la cámara rodea la mesa", "la cámara da vueltas alrededor de la mesa"),
        *("カメラが周りを回る", "カメラが周回する"),
    ),
    "dolly_in": (
        *("die Kamera fährt auf den Tisch zu", "die Kamera nähert sich langsam", "Heranfahrt"),
        *("la cámara avanza hacia la mesa", "acercamiento lento", "la cámara se acerca"),
        *("ゆっくり寄っていくカメラ", "カメラは、ゆっくり近づく", "カメラが前進する"),
    ),
    "dolly_out": (
        *("die Kamera zieht sich zurück", "die Kamera entfernt sich", "Rückfahrt"),
        *("la cámara retrocede", "zoom hacia fuera", "la cámara se aleja"),
        *("カメラが引いていく", "ゆっくり遠ざかるカメラ", "カメラが後ろに下がる"),
    ),
    "truck": (
        *("die Kamera fährt an dem Tisch entlang", "die Kamera fährt von links nach rechts"),
        *("la cámara se desplaza de izquierda a derecha", "travelling lateral"),
        *("カメラが横に移動する", "カメラは左にスライド"),
    ),
    "crane": (
        *("die Kamera fährt nach oben", "die Kamera senkt sich", "Kranfahrt"),
        *("la cámara sube", "plano de grúa", "la cámara baja lentamente"),
        *("カメラが上昇する", "クレーンショット", "カメラが下降する"),
    ),
    "pan": (
        *("die Kamera schwenkt nach links", "Kameraschwenk von links nach rechts"),
        *("paneo lento", "la cámara hace un paneo"),
        *("カメラを左右に振る", "ゆっくりパン"),
    ),
    "fly_through": (
        *("die Kamera fliegt durch die Halle", "die Kamera fährt durch den Gang"),
        *("la cámara recorre el almacén", "la cámara vuela por el almacén"),
        *("カメラが通路を通り抜ける", "ウォークスルー"),
    ),
}
#: A scene in the language of a move: by its script, else both are tried.
SCENES = {"de": "Ein Büro mit einem Tisch, {}", "es": "Una oficina con una mesa, {}"}
SPANISH_HINTS = ("cámara", "plano", "zoom", "travelling", "paneo", "acercamiento")


def put_in_scene(said: str) -> str:
    """Return a prompt in the language of a camera move."""
    if not said[0].isascii() or "カメラ" in said:
        return f"オフィスにテーブル1台、{said}"
    return SCENES["es" if any(hint in said for hint in SPANISH_HINTS) else "de"].format(said)


@pytest.mark.parametrize(
    ("said", "move"), [(said, move) for move, ways in MOVES.items() for said in ways]
)
def test_translate_camera_move_is_read_and_nothing_else(said: str, move: str) -> None:
    scene = RulePlanner(FakeCatalog()).plan(put_in_scene(said)).plan
    assert scene.camera.move == move
    assert [item.count for item in scene.items] == [1]
    assert not scene.misses


def list_english_prompts() -> list[str]:
    """Return every text of the planner's tests that is a prompt or a request in English."""
    prompts: list[str] = []
    for module in ENGLISH:
        tree = ast.parse((HERE / f"test_{module}.py").read_text("utf-8"))
        texts = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)]
        prompts += [text for text in texts if isinstance(text, str) and " " in text]
    for name in ("tuned", "blind", "fresh"):
        for case in load_cases(name):
            if case.style not in FOREIGN_STYLES:
                prompts.append(case.prompt)
    return [text for text in prompts if text not in FOREIGN]


def test_translate_english_prompts_of_the_tests_are_untouched() -> None:
    prompts = [clean_text(text) for text in list_english_prompts()]
    changed = [text for text in prompts if translate(text) != (text, "")]
    assert len(prompts) > 500
    assert changed == []


def test_correct_spelling_english_prompts_of_the_tests_are_untouched() -> None:
    typos = {clean_text(c.prompt) for n in ("tuned", "blind", "fresh") for c in load_cases(n)}
    prompts = [clean_text(text) for text in list_english_prompts()]
    changed = {text for text in prompts if correct_spelling(text).notes}
    assert changed <= typos


@given(st.lists(st.sampled_from(sorted(list_english_words())), min_size=1, max_size=12))
def test_translate_english_words_in_any_order_are_untouched(words: list[str]) -> None:
    text = clean_text(" ".join(words))
    assert translate(text) == (text, "")
    assert correct_spelling(text) == (text, [])


@given(st.text(max_size=60))
def test_translate_any_text_gives_text(text: str) -> None:
    translated = translate(clean_text(text))
    assert translated.language in ("", "German", "Spanish", "Japanese")


def test_plan_german_prompt_says_so_and_names_what_is_missing() -> None:
    plan = (
        RulePlanner(FakeCatalog()).plan("Ein Lager mit zwei Gabelstaplern und einem Einhorn").plan
    )
    assert plan.assumptions[0] == "Read as German."
    assert [(item.noun, item.count) for item in plan.items] == [("forklift", 2)]
    assert [miss.asked for miss in plan.misses] == ["Einhorn"]
