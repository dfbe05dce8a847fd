"""Questions in German, Spanish and Japanese are answered, and requests are no questions."""

from __future__ import annotations

import re

import pytest

from clappper.core.catalog.demo import open_demo_catalog
from clappper.core.planning.lexicon import read_table
from clappper.core.planning.questions.answering import answer_question, is_question
from clappper.core.planning.questions.foreign import read_foreign
from clappper.core.planning.rule_planner import RulePlanner

CATALOG = open_demo_catalog()
PLAN = (
    RulePlanner(CATALOG)
    .plan(
        "An office with 3 desks, a roll-up door, a fire extinguisher right of the roll-up door, "
        "two forklifts, a worker next to a forklift and a unicorn. Orbit, 6 seconds"
    )
    .plan
)

ANSWERED = {
    "Wie viele Schreibtische stehen jetzt im Büro?": "There are 3 desks in the scene.",
    "Wie viele Gabelstapler hast du": "The catalog has 2 forklifts",
    "Welche Stimmungen kann ich für das Licht wählen?": "golden hour, night, studio",
    "Gibt es im Katalog auch einen Kran?": "The catalog has no ",
    "Was ist in der Szene?": "3 desks",
    "Wo steht der Feuerlöscher?": "to the right of the roll-up door",
    "Wie groß ist der Raum?": "No size was given",
    "Wie hoch ist die Kamera?": "No height was set",
    "Welches Objektiv wird benutzt?": "No lens was set",
    "Wohin schaut die Kamera?": "The camera takes",
    "Wie lange dauert der Film?": "6 s",
    "Welche Stühle hast du?": "OfficeChair_A01, VisitorChair_B01",
    "Was konntest du nicht finden?": "“unicorn”",
    "Was hast du angenommen?": "No assumptions",
    "Warum gibt es nur zwei Gabelstapler?": "There are 2 forklifts in the plan",
    "Passt der Gabelstapler durch das Rolltor?": "Yes, by its size it fits",
    "Wer steht neben dem Gabelstapler?": "1 person",
    "Steht jemand neben dem Gabelstapler?": "Yes: 1 person",
    "Welche Kamerabewegungen gibt es?": "static, orbit",
    "Was ist der Unterschied zwischen dem Bürostuhl und dem Besucherstuhl?": "VisitorChair_B01",
    "Hast du ein Sofa?": "Sofa_TwoSeat_A01",
    "Was kann ich sagen?": "“remove two chairs”",
    "¿Cuántas carretillas hay en la escena?": "There are 2 forklifts in the scene.",
    "¿Qué sofás tienes en el catálogo?": "The catalog has 1 sofa",
    "¿Desde dónde está mirando la cámara?": "The camera takes",
    "¿Dónde está el extintor?": "to the right of the roll-up door",
    "¿Qué hay en la escena?": "3 desks",
    "¿Cuánto mide la habitación?": "No size was given",
    "¿A qué altura está la cámara?": "No height was set",
    "¿Cuánto dura la película?": "6 s",
    "¿Cabe la carretilla por la puerta enrollable?": "Yes, by its size it fits",
    "¿Hay alguien junto a la carretilla?": "Yes: 1 person",
    "¿Qué movimientos de cámara hay?": "static, orbit",
    "¿Qué luz hay?": "The light is day.",
    "¿Qué no has encontrado?": "“unicorn”",
    "¿Por qué hay dos carretillas?": "There are 2 forklifts in the plan",
    "¿Tienes un sofá?": "Sofa_TwoSeat_A01",
    "今、シーンに何人いますか\uff1f": "There is 1 person in the scene.",
    "カメラの動きはどうなっていますか?": "orbits for 6 s",
    "机はいくつありますか": "There are 3 desks in the scene.",
    "シーンに何がありますか?": "3 desks",
    "消火器はどこにありますか?": "to the right of the roll-up door",
    "部屋の広さはどのくらいですか?": "No size was given",
    "カメラの高さは?": "No height was set",
    "映像の長さは何秒ですか?": "6 s",
    "どんなカメラの動きが選べますか?": "static, orbit",
    "カタログにソファはありますか?": "Sofa_TwoSeat_A01",
    "照明はどうなっていますか?": "The light is day.",
    "フォークリフトの隣に誰かいますか?": "Yes: 1 person",
    "オフィスチェアと来客用椅子の違いは何ですか?": "VisitorChair_B01",
}


@pytest.mark.parametrize(("question", "words"), ANSWERED.items())
def test_foreign_question_is_answered(question, words):
    assert is_question(question)
    assert words in answer_question(question, CATALOG, PLAN)


@pytest.mark.parametrize(
    "question",
    ["Warum ist der Himmel blau?", "¿Quién eres?", "なぜ空は青いですか?", "Wer bist du?"],
)
def test_foreign_question_rules_cannot_tell_has_no_answer(question):
    assert is_question(question)
    assert answer_question(question, CATALOG, PLAN) is None


@pytest.mark.parametrize(
    "request_",
    [
        "Kannst du den Raum dunkler machen?",
        "Können wir noch drei Fässer haben?",
        "Wie wäre es mit einem Sofa?",
        "Wie wäre es mit der Kamera von oben?",
        "Was hältst du von einem Sofa?",
        "Wäre es möglich, den Raum größer zu machen?",
        "Warum nicht ein zweiter Stapler?",
        "Wie viele Tische gibt es? Füge zwei hinzu.",
        "Wo das Sofa steht, soll ein Stuhl hin",
        "Hast du Lust, ein Sofa hinzuzufügen?",
        "Ein Büro mit vier Schreibtischen",
        "¿Puedes hacerlo más oscuro?",
        "¿Podemos tener tres bidones más?",
        "¿Qué tal un sofá?",
        "¿Y si fuera de noche?",
        "¿Por qué no añades un sofá?",
        "¿Por qué no un sofá?",
        "que la cámara gire alrededor de la carretilla",
        "que haya dos sofás",
        "donde está el sofá, pon una silla",
        "Hay que quitar dos sillas",
        "¿Hay alguna forma de hacerlo más oscuro?",
        "Un almacén con dos carretillas",
        "もっと暗くしてくれますか?",
        "ドラム缶をあと3つ追加できますか?",
        "ソファはどうですか?",
        "夜にしてもらえますか?",
        "フォークリフトを左に動かしてください",
        "椅子はいくつありますか、2つ足してください",
        "カメラを上からにできますか?",
        "倉庫にフォークリフトが2台",
    ],
)
def test_foreign_request_is_no_question(request_):
    assert not is_question(request_)


@pytest.mark.parametrize("language", ["german", "spanish", "japanese"])
def test_each_form_has_an_english_question_that_is_one(language):
    table = read_table("questions")[language]
    for form, english in (*table["forms"], *table["marked"]):
        asked = set(re.findall(r"@(thing|a|b)\b", english))
        assert asked == set(re.findall(r"@(thing|a|b)(?![a-z])", form)), form
        assert is_question(re.sub(r"@\w+", "the desk", english) + "?"), english


def test_thing_of_a_foreign_question_is_put_into_english():
    assert read_foreign("Wie viele Schreibtische stehen in der Halle?") == (
        "how many desks are in the scene"
    )
    assert read_foreign("¿Cabe la carretilla por la puerta enrollable?") == (
        "does the forklift fit through the roll-up door"
    )
    assert read_foreign("消火器はどこですか") == "where is fire extinguisher"
    assert read_foreign("How many desks are there?") is None
