"""Requests to change a scene in German, Spanish and Japanese become plain English commands."""

from __future__ import annotations

import random

import pytest

from clappper.core.planning.languages.translate import Translation, translate
from clappper.core.planning.languages.translate_frame import list_rule_words
from clappper.core.planning.lexer import clean_text

#: Requests to change a scene, one for each way to ask.
GERMAN_REQUESTS = {
    "Tausch den Tisch gegen einen Schreibtisch aus": "Replace the table with a desk",
    "Statt der Fässer lieber Paletten": "Replace the drums with pallets",
    "Vertausche das Sofa und die Pflanze": "Swap the sofa and the plant",
    "Nimm zwei Stühle raus": "Remove 2 chairs",
    "Die Pflanze brauche ich nicht mehr": "Remove the plant",
    "Zwei Sofas können weg": "Remove 2 sofas",
    "Den Tisch bitte entfernen": "Remove the table",
    "Könntest du bitte die zwei Sofas rausnehmen": "Remove the 2 sofas",
    "Alles weg außer den Regalen": "Remove everything except the shelving",
    "Zwei Schreibtische reichen, nimm die anderen samt Stühlen raus": (
        "Keep only 2 desks. Remove the other desks and their chairs"
    ),
    "Zwei Gabelstapler sind zu viel, einer reicht": "Keep only 1 forklift",
    "Insgesamt sollen es acht Stühle sein": "Make it 8 chairs",
    "Keine Fässer mehr": "No drums",
    "Es fehlt noch ein Feuerlöscher an der Wand": "Add a fire extinguisher against the wall",
    "An die Wand kommt noch ein Whiteboard": "Add a whiteboard against the wall",
    "und noch einen Poller dazu": "Add a bollard",
    "Stell noch eine Lampe neben das Sofa": "Add another lamp next to the sofa",
    "Der Schreibtisch soll an die Wand gestellt werden": "Put the desk against the wall",
    "Die Paletten hätte ich gern gestapelt links neben dem Tor": (
        "Stack the pallets left of the door"
    ),
    "Einer der Arbeiter soll neben dem Stapler stehen": "Put 1 worker next to the forklift",
    "Rück das Sofa einen Meter nach links": "Move the sofa 1 m to the left",
    "Der Hubwagen muss weiter weg von der Tür": "Move the pallet truck away from the door",
    "Dreh den Gabelstapler um": "Turn the forklift around",
    "Dreh ihn um 90 Grad": "Turn it by 90 degrees",
    "Die Arbeiter sollen zur Kamera schauen": "Turn the workers to the camera",
    "Der Raum ist zu klein, mach ihn 8 mal 6 Meter groß": "Make the room 8 x 6 m",
    "Es ist viel zu dunkel": "Make it brighter",
    "Die Decke sollte 6 Meter hoch sein": "Make the room 6 m high",
    "Das Ganze lieber bei Nacht": "Make it night",
    "Kamera auf 3 m Höhe": "Camera at 3 m",
    "Kamera näher ran": "Camera closer",
    "Die Kamera soll 10 Sekunden lang um den Tisch kreisen": (
        "Camera orbits around the table. Film 10 seconds"
    ),
    "Die Kamera soll nicht fahren, sondern stehen bleiben": "Static camera",
    "Ich möchte das Ganze von oben sehen": "Camera from above",
    "Mach den Film kürzer, 5 Sekunden reichen": "Film 5 seconds",
    "Nein, doch nicht so, zurück bitte": "Undo",
    "Stell den Stapler links neben die Paletten und dreh ihn um": (
        "Put the forklift left of the pallets. Turn the forklift around"
    ),
}
SPANISH_REQUESTS = {
    "Cambia la mesa por un escritorio": "Replace the table with a desk",
    "En vez de los bidones pon palés": "Replace the drums with pallets",
    "Saca el sofá y pon un sillón en su lugar": "Replace the sofa with a armchair",
    "Intercambia el sofá y la planta": "Swap the sofa and the plant",
    "Quita un escritorio y su silla": "Remove a desk and its chair",
    "Quítalo todo menos las estanterías": "Remove everything except the shelving",
    "¿Puedes quitar los dos sofás?": "Remove the 2 sofas",
    "Ya no necesito la planta": "Remove the plant",
    "Sobra una carretilla": "Remove a forklift",
    "Al final no quiero gente": "No people",
    "Con cuatro bidones basta": "Keep only 4 drums",
    "Deja solo un operario": "Keep only 1 worker",
    "Que haya ocho sillas en total": "Make it 8 chairs",
    "Falta un extintor en la pared": "Add a fire extinguisher against the wall",
    "Añade otros dos palés detrás de la carretilla": "Add 2 more pallets behind the forklift",
    "y otra planta igual al otro lado": "Add another plant on the other side",
    "La planta, mejor a la derecha del sofá": "Put the plant right of the sofa",
    "Prefiero los bidones en fila": "Put the drums in a row",
    "El escritorio tiene que estar contra la pared": "Put the desk against the wall",
    "Uno de los operarios debería estar junto a la carretilla": "Put 1 worker next to the forklift",
    "Lleva los palés más al fondo": "Move the pallets to the back",
    "Aleja la transpaleta de la puerta": "Move the pallet truck away from the door",
    "Dale la vuelta a la carretilla": "Turn the forklift around",
    "Gírala 90 grados": "Turn it by 90 degrees",
    "Pon la carretilla a la izquierda de los palés y gírala": (
        "Put the forklift left of the pallets. Turn the forklift"
    ),
    "Una de las carretillas debe mirar hacia la puerta": "Turn 1 forklift to the door",
    "Quiero que los operarios se miren": "Turn the workers to each other",
    "La nave tiene que medir 30 por 20 metros": "Make the storage hall 30 x 20 m",
    "Sube el techo a 6 metros": "Make the room 6 m high",
    "Mejor con luz de atardecer": "Make it sunset",
    "Un poco más oscuro, por favor": "Make it darker",
    "La cámara a 3 m de altura": "Camera at 3 m",
    "La cámara un poco más baja": "Camera lower",
    "No muevas la cámara": "Static camera",
    "Que la cámara se acerque lentamente a la carretilla": (
        "Camera moves slowly closer to the forklift"
    ),
    "Enséñamelo con un plano cenital": "Top view",
    "Hazlo más corto, con 5 segundos basta": "Film 5 seconds",
    "No, mejor déjalo como estaba": "Undo",
}
JAPANESE_REQUESTS = {
    "ドラム缶の代わりにパレットにして": "Replace the drums with pallets",
    "ホワイトボードの代わりに観葉植物を部屋の隅に置いて": (
        "Remove the whiteboards. Add a potted plant in the corner"
    ),
    "テーブルをデスクに変えて": "Replace the tables with desks",
    "ソファと植物の位置を入れ替えて": "Swap the sofa and the plant",
    "デスクと椅子を1つずつ減らして": "Remove 1 desk. Remove 1 chair",
    "ラック以外は全部消して": "Remove everything except the pallet racks",
    "フォークリフトは1台で十分": "Keep only 1 forklift",
    "椅子は全部で8脚にして": "Make it 8 chairs",
    "椅子が多すぎる": "Fewer chairs",
    "ラックをもう2台追加して": "Add 2 pallet racks",
    "ソファの隣にランプをもう一つ置いて": "Add 1 lamp next to the sofa",
    "壁際に消火器が足りない": "Add a fire extinguisher against the wall",
    "各デスクの横にゴミ箱を置いて": "Add a trash can next to each desk",
    "作業員の1人をフォークリフトの横に立たせて": "Put 1 worker next to the forklift",
    "デスクを窓際に移して": "Put the desks near the window",
    "パレットをもっと奥に移動して": "Move the pallets to the back",
    "ハンドパレットをドアから離して": "Move the pallet trucks away from the door",
    "コーンを部屋に散らして": "Scatter the traffic cones in the room",
    "フォークリフトの向きを逆にして": "Turn the forklifts around",
    "フォークリフトを90度回転させて": "Turn the forklifts by 90 degrees",
    "作業員をカメラの方に向けて": "Turn the workers to the camera",
    "部屋を30m\u00d720mにして": "Make the room 30 x 20 m",
    "部屋の天井をもう少し高くして": "Make the room higher",
    "やっぱり夜にしてください": "Make it night",
    "もう少し暗くして": "Make it darker",
    "カメラを3mの高さにして": "Camera at 3 m",
    "カメラをもっと近づけて": "Camera closer",
    "カメラは動かさないで": "Static camera",
    "もっと短く、5秒でいい": "Film 5 seconds",
    "やっぱりやめて、元に戻して": "Undo",
}
#: Descriptions of scenes that have words of requests in them.
SCENES = {
    "Ein Büro mit acht Stühlen statt sechs": "a office with 8 chairs instead of 6",
    "Besprechungsraum mit einem Tisch und vier Stühlen": "meeting room with a table and 4 chairs",
    "Ich brauche ein Büro mit zwei Tischen": "I need a office with 2 tables",
    "Kein Mensch im Büro": "no person in the office",
    "Una sala con un sofá y una planta a la izquierda del sofá": (
        "a room with a sofa and a plant left of the sofa"
    ),
    "Quiero un dormitorio con un armario y dos plantas a los lados del armario": (
        "I want a bedroom with a cabinet and 2 plants on both sides of the cabinet"
    ),
    "倉庫にパレットを3枚置いてください": "A warehouse. 3 pallets",
    "机を壁に寄せて、椅子2脚": "A desk against the wall. 2 chairs",
}


@pytest.mark.parametrize(("said", "english"), GERMAN_REQUESTS.items())
def test_translate_german_request(said: str, english: str) -> None:
    assert translate(clean_text(said)) == Translation(english, "German")


@pytest.mark.parametrize(("said", "english"), SPANISH_REQUESTS.items())
def test_translate_spanish_request(said: str, english: str) -> None:
    assert translate(clean_text(said)) == Translation(english, "Spanish")


@pytest.mark.parametrize(("said", "english"), JAPANESE_REQUESTS.items())
def test_translate_japanese_request(said: str, english: str) -> None:
    assert translate(clean_text(said)) == Translation(english, "Japanese")


@pytest.mark.parametrize(("said", "english"), SCENES.items())
def test_translate_scene_is_no_request(said: str, english: str) -> None:
    assert translate(clean_text(said)).text == english


@pytest.mark.timeout(30)
@pytest.mark.parametrize("language", ["german", "spanish"])
@pytest.mark.parametrize("length", [118, 4_000])
def test_translate_words_of_requests_in_any_order_are_read_soon(language: str, length: int) -> None:
    words = [*sorted(list_rule_words(language)), ".", ","]
    for seed in range(5):
        chosen = random.Random(seed).choices(words, k=length)
        assert translate(clean_text(" ".join(chosen)[:10_000])).text


@pytest.mark.timeout(30)
@pytest.mark.parametrize("part", ["椅子を", "椅子を壁に置いて、", "を壁に。", "の代わりに"])
def test_translate_japanese_request_repeated_is_read_soon(part: str) -> None:
    assert translate(clean_text((part * 10_000)[:10_000])).language == "Japanese"
