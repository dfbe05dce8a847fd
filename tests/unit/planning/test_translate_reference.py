"""What is said without its name: the other one, both, four of them, what was spoken of before."""

from __future__ import annotations

import pytest

from clappper.core.planning.languages.translate import translate
from clappper.core.planning.languages.translate_reference import add_article

OTHERS = {
    "dreh den anderen zur Kamera": "Turn the other one to the camera",
    "Und den anderen nach links": "Move the other one to the left",
    "Und die anderen beiden kommen weg.": "Remove the other 2",
    "Stell den anderen Tisch an die Wand": "Put the other table against the wall",
    "Zwei Tische reichen, nimm die anderen raus": "Keep only 2 tables. Remove the other tables",
    "Beide Sessel zum Fenster drehen, bitte.": "Turn both armchairs to the window",
    "y pon a un trabajador al lado de la otra": "Put a worker next to the other one",
    "Y los otros dos, fuera.": "Remove the other 2",
    "Pon la otra mesa también contra la pared": "Put the other table against the wall",
    "もう一つのテーブルも壁に寄せて": "Put the other table against the wall",
    "もう一方は左に動かして": "Move the other one to the left",
    "残りの2台も消して": "Remove the other 2",
}
#: What a number or a place is of was named in the clause before.
SPOKEN_OF = {
    "Das sind mir zu viele Fässer, vier reichen.": "Keep only 4 drums",
    "Sechs Stühle sind nicht genug, ich brauche zehn.": "Make it 10 chairs",
    "Hay demasiados palets, con seis basta.": "Keep only 6 pallets",
    "Seis sillas no bastan, necesito diez.": "Make it 10 chairs",
    "ドラム缶が多すぎるので3本にしてください": "Keep only 3 drums",
    "椅子6脚じゃ足りない、10脚にして": "There should be 10 chairs",
    "椅子が足りないので4脚足して": "Add 4 chairs",
    "Die Decke ist zu niedrig, bitte 5,5 Meter.": "Make the room 5.5 m high",
    "El techo queda bajo, ponlo a 5,5 metros.": "Make the room 5.5 m high",
    "天井が低いから5.5メートルにして": "Make the room 5.5 m high",
    "Die Tür soll frei bleiben, schieb die Fässer zwei Meter weg davon.": (
        "Move the drums 2 m away from the door"
    ),
    "Las sillas están al revés, dales la vuelta.": "Turn the chairs around",
    "椅子をもう2脚増やして、テーブルの周りに並べてください": "Add 2 chairs around the table",
    "作業員がドアをふさいでるので、棚の後ろに移動させて": "Put the workers behind the shelving",
    "このソファ、なんか気に入らないから消して": "Remove the sofas",
    "ドラム缶は壁際に置いて": "Put the drums against the wall",
    "それをパレットの後ろに置いて": "Put it behind the pallet",
}


@pytest.mark.parametrize(("said", "english"), OTHERS.items())
def test_translate_other_ones(said: str, english: str) -> None:
    assert translate(said).text == english


@pytest.mark.parametrize(("said", "english"), SPOKEN_OF.items())
def test_translate_what_was_spoken_of_before(said: str, english: str) -> None:
    assert translate(said).text == english


@pytest.mark.parametrize(
    ("thing", "expected"),
    [
        ("sofa", "the sofa"),
        ("office chair", "the office chair"),
        ("drums", "drums"),
        ("people", "people"),
        ("the sofa", "the sofa"),
        ("it", "it"),
    ],
)
def test_add_article_only_where_one_is_missing(thing: str, expected: str) -> None:
    assert add_article(thing, "the") == expected
