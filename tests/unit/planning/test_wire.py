"""What is sent: the same bytes for the same request; talks with tools for servers without."""

from __future__ import annotations

import json

from clappper.core.planning.llm.ladder import RUNGS, Capability
from clappper.core.planning.llm.transport import ChatMessage, ChatRequest, ToolCall, ToolSpec
from clappper.core.planning.llm.wire import build_parameters

SUBMIT = ToolSpec("submit_plan", "Submit it.", {"type": "object", "properties": {}})
SEARCH = ToolSpec("search_assets", "Search.", {"type": "object", "properties": {}})
CALLS = (ToolCall("c1", "search_assets", '{"q": 1}'), ToolCall("c2", "get_assets", "{}"))
TALK = (
    ChatMessage("user", "Go."),
    ChatMessage("assistant", "Wait.", tool_calls=CALLS),
    ChatMessage("tool", "found", tool_call_id="c1"),
    ChatMessage("tool", "got", tool_call_id="c2"),
    ChatMessage("tool", "lost", tool_call_id="c9"),
)


def test_conversation_without_tools_alternates_and_keeps_every_word():
    request = ChatRequest(TALK, SUBMIT, (SEARCH,))
    system, *told = build_parameters(request, "m", Capability("text"))["messages"]
    assert system["role"] == "system"
    assert "JSON schema" in system["content"]
    assert told == [
        {"role": "user", "content": "Go."},
        {
            "role": "assistant",
            "content": 'Wait.\nsearch_assets({"q": 1})\nget_assets({})',
        },
        {
            "role": "user",
            "content": "Result of search_assets: found\n\nResult of get_assets: got\n\n"
            "Result of tool: lost",
        },
    ]


def test_requests_of_a_conversation_begin_with_the_same_bytes():
    for rung in RUNGS:
        first, second = (
            json.dumps(build_parameters(ChatRequest(m, SUBMIT, (SEARCH,)), "m", Capability(rung)))
            for m in (TALK[:1], TALK)
        )
        kept = first.index("Go.") + len("Go.")
        assert first[:kept] == second[:kept]
        assert build_parameters(ChatRequest(TALK, SUBMIT), "m", Capability(rung)) == (
            build_parameters(ChatRequest(TALK, SUBMIT), "m", Capability(rung))
        )
