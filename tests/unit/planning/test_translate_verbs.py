"""Every form of a verb is made by rule, and said as an English verb."""

from __future__ import annotations

import pytest

from clappper.core.planning.languages.translate_european import translate_words
from clappper.core.planning.languages.translate_mend import mend_english
from clappper.core.planning.languages.translate_verb_forms import (
    conjugate_german,
    conjugate_spanish,
)
from clappper.core.planning.languages.translate_verbs import load_verbs, split_clitics
from clappper.core.planning.languages.translation_lexicon import load_european

GERMAN = {
    "nimm": "remove",
    "nehmt": "remove",
    "rausnehmen": "remove",
    "wegzunehmen": "remove",
    "hinzufuegen": "add",
    "staple": "stack",
    "gestapelt": "stacked",
    "raeumt": "remove",
    "verschoben": "moved",
    "waeren": "would be",
    "braeuchte": "need",
    "gefaellt": "like",
}
SPANISH = {
    "coloquen": "put",
    "cuelga": "put",
    "retire": "remove",
    "quitame": "remove",
    "quitalas": "remove them",
    "ponmelo": "put it",
    "moverlas": "move them",
    "pongamoslos": "put them",
    "miren": "look",
    "serian": "would be",
    "apilado": "stacked",
}


@pytest.mark.parametrize(("form", "english"), GERMAN.items())
def test_find_german_form(form: str, english: str) -> None:
    assert load_verbs("german").find(form) == english


@pytest.mark.parametrize(("form", "english"), SPANISH.items())
def test_find_spanish_form(form: str, english: str) -> None:
    assert load_verbs("spanish").find(form) == english


@pytest.mark.parametrize("word", ["sillas", "mesa", "cosas", "unicornio"])
def test_find_noun_is_no_verb(word: str) -> None:
    assert load_verbs("spanish").find(word) is None


def test_load_verbs_knows_the_usual_verbs_of_each_language() -> None:
    assert len(load_verbs("german").forms) >= 150
    assert len(load_verbs("spanish").forms) >= 150


def test_conjugate_german_makes_imperatives_by_the_end_of_the_stem() -> None:
    assert conjugate_german("richten").imperatives == {"richt", "richte", "richtet"}
    assert conjugate_german("nehmen", "nimm genommen").imperatives == {"nimm", "nehme", "nehmt"}
    assert "entfernt" in conjugate_german("entfernen").participles
    assert "gestellt" in conjugate_german("stellen").participles


def test_conjugate_spanish_keeps_the_sound_of_a_stem() -> None:
    assert {"coloque", "coloquen", "coloca"} <= conjugate_spanish("colocar").imperatives
    assert {"cuelga", "cuelgue"} <= conjugate_spanish("colgar", "cuelg-").imperatives
    assert {"organice", "organiza"} <= conjugate_spanish("organizar").imperatives


def test_conjugate_spanish_has_only_the_forms_of_a_verb_without_a_rule() -> None:
    assert conjugate_spanish("ser", "es son").imperatives == {"es", "son"}


def test_split_clitics_names_the_thing_before_the_person() -> None:
    assert split_clitics("quitamelas", {"quita"}) == ("quita", "las")
    assert split_clitics("quitame", {"quita"}) == ("quita", "me")
    assert split_clitics("mesa", {"quita"}) == ("", "")


@pytest.mark.parametrize(
    ("said", "language", "english"),
    [
        ("Die Stühle find ich nicht schön", "german", "the chairs I find not nice"),
        ("fünf Fässer sind zu viele", "german", "5 drums are too many"),
        ("mach zehn draus", "german", "make 10 of them"),
        ("geh mal auf drei Meter", "german", "go on 3 m"),
        ("eine links und eine rechts", "german", "one on the left and one on the right"),
        ("ein heller Raum", "german", "a bright room"),
        ("son demasiadas", "spanish", "are too many"),
        ("no me gustan las sillas", "spanish", "I do not like the chairs"),
        ("una silla por escritorio", "spanish", "a chair per desk"),
    ],
)
def test_translate_words_says_verbs_and_pronouns(said: str, language: str, english: str) -> None:
    lexicon = load_european(language)  # type: ignore[arg-type]
    assert translate_words(said, lexicon) == english


def test_mend_english_keeps_a_size() -> None:
    assert mend_english("make it 8 x 6 m", is_spanish=False) == "make it 8 x 6 m"


@pytest.mark.timeout(10)
@pytest.mark.parametrize("part", ["quitamelas", "los", "wegzu", "me like "])
def test_translate_words_of_endless_verbs_are_read_soon(part: str) -> None:
    text = (part * 10_000)[:10_000]
    for language in ("german", "spanish"):
        assert isinstance(translate_words(text, load_european(language)), str)
