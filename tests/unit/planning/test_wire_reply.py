"""Reading answers: however they are cut the result is the same, and nothing breaks the reader."""

from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clappper.core.errors import PlanTransportError
from clappper.core.planning.llm.endpoint import EndpointSettings
from clappper.core.planning.llm.wire_reply import MAX_REPLY_BYTES, AnswerReader, list_objects
from support.chat_server import make_chunks, make_completion, make_tool_message

SETTINGS = EndpointSettings("https://host/v1", "test-model", "sk-very-secret-0123456789")
MESSAGE = {
    **make_tool_message('{"n": 1, "t": "Gr\u00fc\u00dfe \U0001f600"}'),
    "content": "Let me see.",
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "choices", "delta", "message", "content", "tool_calls", "function", "name",
                    "arguments", "index", "id", "usage", "prompt_tokens", "completion_tokens",
                    "prompt_tokens_details", "cached_tokens", "finish_reason", "refusal", "error",
                    "text", "object",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)  # fmt: skip


def read(*pieces, on_text=None):
    reader = AnswerReader(SETTINGS, on_text=on_text)
    for piece in pieces:
        reader.feed(piece)
    return reader.finish()


def write_stream(message, *, end="\n\n", **options):
    chunks = make_chunks(message, **options)
    text = "".join(f"data: {json.dumps(c, ensure_ascii=False)}{end}" for c in chunks)
    return f"{text}data: [DONE]{end}".encode()


WHOLE = read(json.dumps(make_completion(MESSAGE)).encode())


@pytest.mark.parametrize("end", ["\n\n", "\r\n\r\n", "\r\r", "\n", "\r\n"])
@given(cuts=st.lists(st.integers(0, 4000), max_size=12))
def test_stream_cut_anywhere_reads_the_same_as_the_whole(end, cuts):
    data = write_stream(MESSAGE, end=end)
    places = [0, *sorted(cut % len(data) for cut in cuts), len(data)]
    pieces = [data[a:b] for a, b in itertools.pairwise(places)]
    heard = []
    assert read(*pieces, on_text=heard.append) == WHOLE
    assert "".join(heard) == "Let me see."


@pytest.mark.parametrize("before", [b"\n" * 500, b"\xef\xbb\xbf", b" \r\n"])
def test_blanks_before_an_answer_are_passed_over(before):
    for data in (write_stream(MESSAGE), json.dumps(make_completion(MESSAGE)).encode()):
        assert read(before, data) == WHOLE == read(*(bytes([b]) for b in before + data))


@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_are_an_answer_or_one_sentence(data, is_stream):
    check_is_read(b"data: " + data if is_stream else data)


@given(st.lists(JSON, min_size=1, max_size=4), st.booleans())
def test_any_json_is_an_answer_or_one_sentence(documents, is_stream):
    if is_stream:
        check_is_read(b"".join(b"data: " + json.dumps(d).encode() + b"\n\n" for d in documents))
    else:
        check_is_read(json.dumps(documents[0]).encode())


@given(JSON)
def test_any_message_is_an_answer_or_one_sentence(message):
    check_is_read(json.dumps({"choices": [{"message": message, "finish_reason": "stop"}]}).encode())
    event = {"choices": [{"delta": message, "finish_reason": "stop"}]}
    check_is_read(b"data: " + json.dumps(event).encode() + b"\n\n")


def check_is_read(data):
    try:
        answer = read(data)
    except PlanTransportError as exc:
        assert str(exc).endswith(".")  # noqa: PT017
        assert str(exc).isprintable()  # noqa: PT017
        return
    for call in answer.calls:
        assert call.id
        assert call.name
        call.arguments.encode()
    answer.text.encode()


@given(st.text(max_size=40), st.lists(st.integers(0, 60), max_size=6))
def test_thinking_is_never_shown(text, cuts):
    said = f"<think>secret {text} secret</think>\n<think>more</think> Hello"
    places = [0, *sorted(min(cut, len(said)) for cut in cuts), len(said)]
    heard = []
    reader = AnswerReader(SETTINGS, on_text=heard.append)
    for a, b in itertools.pairwise(places):
        event = {"choices": [{"delta": {"content": said[a:b]}}]}
        reader.feed(b"data: " + json.dumps(event).encode() + b"\n\n")
    reader.feed(b"data: [DONE]\n\n")
    assert reader.finish().text == "Hello"
    if "</think>" not in text:
        assert "".join(heard) == "Hello"


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("<think>a</think> b", "b"),
        ("a</think>b", "b"),
        ("<think>never ends", ""),
        ("a <think> b", "a <think> b"),
    ],
)
def test_thinking_is_left_out(said, text):
    assert read(json.dumps(make_completion({"content": said})).encode()).text == text


def test_halves_of_letters_are_put_together_and_single_ones_replaced():
    events = [
        {"choices": [{"delta": {"content": "a\ud83d"}}]},
        {"choices": [{"delta": {"content": "\ude00b\ud800c"}}]},
    ]
    data = b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events)
    heard = []
    answer = read(data + b"data: [DONE]\n\n", on_text=heard.append)
    assert answer.text == "a\U0001f600b\ufffdc"
    assert "".join(heard).encode()


@pytest.mark.parametrize("key", [{}, {"index": 0}])
def test_whole_calls_that_all_have_one_number_or_none_stay_apart(key):
    functions = [{"name": "search", "arguments": f'{{"n": {n}}}'} for n in range(3)]
    events = [
        {"choices": [{"delta": {"tool_calls": [{**key, "function": function}]}}]}
        for function in functions
    ]
    data = b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events)
    calls = read(data + b"data: [DONE]\n\n").calls
    assert [call.arguments for call in calls] == [f["arguments"] for f in functions]
    assert len({call.id for call in calls}) == 3


def test_calls_are_bounded_in_number():
    calls = [
        {"index": n, "id": f"c{n}", "function": {"name": "run", "arguments": "{}"}}
        for n in range(10_000)
    ]
    message = {"tool_calls": calls}
    assert len(read(json.dumps(make_completion(message)).encode()).calls) == 32


@pytest.mark.parametrize("key", ["content", "refusal"])
def test_pieces_are_bounded_together(key):
    reader = AnswerReader(SETTINGS)
    event = {"choices": [{"delta": {key: "x" * 50_000}}]}
    data = b"data: " + json.dumps(event).encode() + b"\n\n"
    for _ in range(MAX_REPLY_BYTES // 50_000):
        reader.feed(data)
    with pytest.raises(PlanTransportError, match="far too long"):
        reader.feed(data)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"a": 1}', [{"a": 1}]),
        ('Say {x} then ```json\n{"a": {"b": 2}}\n``` and {"c": 3}', [{"a": {"b": 2}}, {"c": 3}]),
        ('"{" {', []),
        ("{" * 1000 + '{"a": 1}', []),
        ('{"a":' * 200_000, []),
        ("", []),
    ],
)
def test_list_objects(text, found):
    values = list(list_objects(text))
    assert [value for _, value in values] == found
    assert [json.loads(written) for written, _ in values] == found
