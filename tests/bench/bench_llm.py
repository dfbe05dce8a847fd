"""What asking a language model costs beside the server: our transport, the package, bare HTTP.

The same request of 24 kB goes to the same server on loopback, whose answer is a plan of 12 items,
streamed. Bare HTTP reads the bytes and looks at none of them: what it takes is the server's. It and
the package keep their client; ours has a thread and a client of its own each time.

Run: ``PYTHONPATH=exts/clappper.core:tests python tests/bench/bench_llm.py [COUNT]``
"""

from __future__ import annotations

import asyncio
import json
import os
import platform
import statistics
import sys
import time
from typing import TYPE_CHECKING, Any

from clappper.core.catalog.demo import open_demo_catalog
from clappper.core.planning.llm.endpoint import EndpointSettings
from clappper.core.planning.llm.ladder import Capability
from clappper.core.planning.llm.ladder_memory import LadderMemory
from clappper.core.planning.llm.openai_transport import OpenAITransport
from clappper.core.planning.llm.tools import SEARCH_ASSETS, SUBMIT_PLAN
from clappper.core.planning.llm.transport import ChatMessage, ChatRequest
from clappper.core.planning.llm.wire import build_parameters
from clappper.core.planning.llm.wire_reply import AnswerReader
from clappper.core.planning.rule_planner import RulePlanner
from support.chat_models import submit
from support.chat_scenarios import answer
from support.chat_server import make_chunks, make_tool_message, serve

if TYPE_CHECKING:
    from collections.abc import Callable

REQUEST_BYTES = 24_000
PROMPT = (
    "A warehouse with 3 forklifts, 6 pallets, 12 boxes, 4 barrels, 2 shelves, 5 cones, a man, "
    "2 ladders, a desk, a chair, a plant and a lamp."
)


def main() -> None:
    """Print medians and 95th percentiles [ms]."""
    os.environ["NO_PROXY"] = "*"
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    plan = RulePlanner(open_demo_catalog()).plan(PROMPT).plan.model_dump(mode="json")
    request = make_request()
    parameters = build_parameters(request, "test-model", Capability())
    size = len(json.dumps(parameters, ensure_ascii=False).encode())
    print(f"Python {platform.python_version()}, {count} turns, request {size:,} bytes")
    with serve(answer(submit(plan))) as server:
        settings = EndpointSettings(server.base_url, "test-model", "key")
        transport = OpenAITransport(settings, memory=LadderMemory())
        first = time_once(lambda: asyncio.run(transport.complete(request, deadline_s=60)))
        print(f"first turn, with the import of openai  {first:8.1f}")
        ours = asyncio.run(time_ours(transport, request, count))
        bare = asyncio.run(time_bare(settings, parameters, count))
        http = asyncio.run(time_http(settings, parameters, count))
    show("bare HTTP, no work on the answer", http)
    show("the package openai, client kept", bare)
    show("our transport", ours)
    show("  of that: building the parameters", time_build(request, count))
    show("  of that: reading the answer's pieces", time_read(settings, plan, count))
    overhead = statistics.median(ours) - statistics.median(http)
    print(f"our own work a turn (over bare HTTP)      {overhead:8.2f}   budget 20")


def make_request() -> ChatRequest:
    """Return a request of the size that is the limit."""
    request = ChatRequest((ChatMessage("system", "x"),), SUBMIT_PLAN, (SEARCH_ASSETS,))
    parameters = build_parameters(request, "test-model", Capability())
    rest = REQUEST_BYTES - len(json.dumps(parameters)) - 60
    text = ("A forklift and a pallet. " * 1000)[:rest]
    messages = (ChatMessage("system", "x"), ChatMessage("user", text))
    return ChatRequest(messages, SUBMIT_PLAN, (SEARCH_ASSETS,))


async def time_ours(transport: OpenAITransport, request: ChatRequest, count: int) -> list[float]:
    """Return how long our turns take [ms]."""
    taken = []
    for _ in range(count):
        start_s = time.perf_counter()
        reply = await transport.complete(request, deadline_s=60)
        taken.append((time.perf_counter() - start_s) * 1000)
        assert reply.tool_calls
    return taken


async def time_bare(
    settings: EndpointSettings, parameters: dict[str, Any], count: int
) -> list[float]:
    """Return how long the package's own turns take [ms], answers put together as its users do."""
    import openai

    taken = []
    client = openai.AsyncOpenAI(api_key=settings.api_key, base_url=settings.base_url)
    async with client:
        for _ in range(count):
            start_s = time.perf_counter()
            arguments = ""
            async for chunk in await client.chat.completions.create(**parameters):
                for choice in chunk.choices:
                    for call in choice.delta.tool_calls or ():
                        arguments += call.function.arguments or ""
            json.loads(arguments)
            taken.append((time.perf_counter() - start_s) * 1000)
    return taken


async def time_http(
    settings: EndpointSettings, parameters: dict[str, Any], count: int
) -> list[float]:
    """Return how long the server and the wire take [ms]."""
    import httpx

    taken = []
    data = json.dumps(parameters).encode()
    headers = {"Authorization": "Bearer key", "Content-Type": "application/json"}
    async with httpx.AsyncClient(headers=headers) as client:
        for _ in range(count):
            start_s = time.perf_counter()
            await client.post(f"{settings.base_url}/chat/completions", content=data)
            taken.append((time.perf_counter() - start_s) * 1000)
    return taken


def time_build(request: ChatRequest, count: int) -> list[float]:
    """Return how long it takes to build parameters and their JSON [ms]."""
    return [
        time_once(lambda: json.dumps(build_parameters(request, "test-model", Capability())))
        for _ in range(count)
    ]


def time_read(settings: EndpointSettings, plan: dict[str, Any], count: int) -> list[float]:
    """Return how long it takes to read an answer in pieces [ms]."""
    message = make_tool_message(json.dumps(plan))
    pieces = [f"data: {json.dumps(chunk)}\n\n".encode() for chunk in make_chunks(message)]

    def read() -> None:
        reader = AnswerReader(settings)
        for piece in pieces:
            reader.feed(piece)
        assert reader.finish().calls

    return [time_once(read) for _ in range(count)]


def time_once(work: Callable[[], object]) -> float:
    """Return how long something takes [ms]."""
    start_s = time.perf_counter()
    work()
    return (time.perf_counter() - start_s) * 1000


def show(name: str, taken: list[float]) -> None:
    """Print one row."""
    ordered = sorted(taken)
    middle, high = statistics.median(ordered), ordered[int(0.95 * (len(ordered) - 1))]
    print(f"{name:<42}{middle:8.2f}   p95 {high:8.2f}")


if __name__ == "__main__":
    main()
