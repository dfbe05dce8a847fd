"""What was said is kept bounded, whole and without keys, and fits any budget."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clappper.core.conversation import (
    MAX_TURNS,
    Conversation,
    Turn,
    clean_line,
    compact_history,
    load_conversation,
)

KEY = "sk-very-secret-0123456789"
TEXTS = st.text(max_size=300)
TURNS = st.lists(
    st.builds(Turn, user=TEXTS, did=st.sampled_from(["made", "edited", "failed"]), said=TEXTS),
    max_size=12,
)


def count_chars(texts):
    return sum(len(text) + 1 for text in texts)


@given(TURNS, st.integers(min_value=0, max_value=4000))
def test_compact_history_fits_the_budget_and_keeps_the_newest(turns, budget):
    texts = compact_history(turns, budget)
    kept = turns[len(turns) - len(texts) :]

    assert count_chars(texts) <= budget
    for turn, text in zip(kept, texts, strict=True):
        assert text in (turn.describe(), turn.summarize())


@given(TURNS)
def test_compact_history_with_room_for_all_shortens_nothing(turns):
    full = [turn.describe() for turn in turns]

    assert list(compact_history(turns, count_chars(full))) == full


@given(TURNS, st.integers(min_value=0, max_value=4000))
def test_compact_history_shortens_the_oldest_before_it_drops_any(turns, budget):
    texts = compact_history(turns, budget)
    kept = turns[len(turns) - len(texts) :]
    short = [len(text) < len(turn.describe()) for turn, text in zip(kept, texts, strict=True)]
    can_shorten = [len(turn.summarize()) < len(turn.describe()) for turn in kept]

    if len(texts) < len(turns):
        assert short == can_shorten, "one is dropped only when all that can be short are"
    assert [s for s, can in zip(short, can_shorten, strict=True) if can] == sorted(
        (s for s, can in zip(short, can_shorten, strict=True) if can), reverse=True
    )


@given(TURNS, st.integers(min_value=0, max_value=4000), st.integers(min_value=0, max_value=4000))
def test_compact_history_with_more_budget_tells_no_less(turns, one, other):
    less, more = sorted((one, other))
    assert len(compact_history(turns, less)) <= len(compact_history(turns, more))


@given(st.text(), st.text())
def test_conversation_written_and_read_is_the_same(tmp_path_factory, user, said):
    path = tmp_path_factory.mktemp("talk") / "conversation.json"
    user, said = (clean_line(text, {}) for text in (user, said))
    conversation = Conversation().add(user, "made", said, plan_sha256="0" * 64)
    conversation.save(path)

    assert load_conversation(path) == conversation


def test_conversation_is_bounded_and_forgets_the_oldest(tmp_path):
    conversation = Conversation()
    for number in range(MAX_TURNS + 5):
        conversation = conversation.add(f"{number} {'x' * 20_000}", "failed", "y" * 20_000)
    conversation.save(tmp_path / "conversation.json")

    assert len(conversation.turns) == MAX_TURNS
    assert conversation.turns[0].user.startswith("5 ")
    assert load_conversation(tmp_path / "conversation.json") == conversation


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"[" * 100_000,
        b'{"schema_version": 2, "turns": []}',
        b'{"schema_version": 1, "turns": [{"user": "x", "did": "erased", "said": ""}]}',
        b" " * 9_000_000,
    ],
    ids=["empty", "cut", "no-text", "list", "deep", "other-version", "unknown-deed", "huge"],
)
def test_conversation_that_is_not_sound_is_none(tmp_path, content):
    path = tmp_path / "conversation.json"
    path.write_bytes(content)
    assert load_conversation(path) is None


def test_conversation_without_file_is_empty(tmp_path):
    assert load_conversation(tmp_path / "conversation.json") == Conversation()


@pytest.mark.parametrize(
    ("text", "environment", "expected"),
    [
        (f"my key is {KEY}!", {}, "my key is [key]!"),
        ("use nvapi-abcdefgh12345678 please", {}, "use [key] please"),
        ("Authorization: Bearer abc.def-ghi_123==", {}, "Authorization: [key]"),
        ("plain-words-0123456789", {"OPENAI_API_KEY": " plain-words-0123456789\n"}, "[key]"),
        ("an office with ollama posters", {"OPENAI_API_KEY": "ollama"}, None),
        ("a bearer of chairs", {}, None),
        ("a\x1b[31m\x00b\r\n", {}, "a [31m b"),
        ("büro mit 4 stühlen、机", {}, None),
    ],
)
def test_clean_line_takes_keys_and_control_characters_out(text, environment, expected):
    assert clean_line(text, environment) == (text if expected is None else expected)


def test_saved_conversation_is_plain_json(tmp_path):
    path = tmp_path / "conversation.json"
    Conversation().add("two desks", "made", "In the scene: 2 desks.").save(path)
    turns = json.loads(path.read_text(encoding="utf-8"))["turns"]
    assert turns == [
        {
            "user": "two desks",
            "did": "made",
            "said": "In the scene: 2 desks.",
            "plan_sha256": None,
        }
    ]
