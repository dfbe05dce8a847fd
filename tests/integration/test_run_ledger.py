"""What a language model takes is told in a line and kept in ``run.json``, whatever came of it."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from clappper.core.cli import main
from clappper.core.planning.llm import openai_exchange
from support.chat_models import RuleModel, answer_user, ask_user, call, submit
from support.chat_scenarios import answer
from support.chat_server import answer_status, hang, serve
from support.command_line import HAS_SIGNALS, ROOT

PROMPT = "A studio with 2 drums and a pallet"
#: What neither rules nor catalog have an answer to, and what is no edit the rules can read.
BEYOND_ANSWER, BEYOND_RULES = "Why is the sky blue?", "sing a song"
#: The server counts 1,200 + 340 tokens an answer.
PRICES = {
    "schema_version": 1,
    "note": "for a test",
    "prices": [
        {
            "host": None,
            "model": "test-model",
            "prompt": 1.0,
            "cached": None,
            "completion": 2.0,
            "currency": "EUR",
        }
    ],
}
COST = (1200 * 1.0 + 340 * 2.0) / 1e6


@pytest.fixture(autouse=True)
def _environment(monkeypatch, tmp_path):
    for name in [name for name in os.environ if name.upper().endswith(("_PROXY", "_API_KEY"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret-0123456789")
    monkeypatch.setattr(openai_exchange, "_BACKOFF_S", (0.01, 0.02))
    monkeypatch.setattr(openai_exchange, "_LINGER_S", 0.1)
    monkeypatch.chdir(tmp_path)


def list_options(server):
    return ["--planner", "openai", "--base-url", server.base_url, "--model", "test-model"]


def chat(model, monkeypatch, *lines):
    """Hold a conversation with a model; return the exit code."""
    text = "".join(f"{line}\n" for line in lines)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    with serve(answer(model)) as server:
        return main(["chat", "--out", "run", *list_options(server)])


def read_report(folder="run"):
    return json.loads((Path(folder) / "run.json").read_text(encoding="utf-8"))


def read_ledger(folder="run"):
    return read_report(folder)["ledger"]


def list_deeds(folder="run"):
    return [row["did"] for row in read_ledger(folder)["requests"]]


def answer_once(*models):
    """Return a model that answers each request of the user as the next one does."""
    left = iter(models)

    def say_next(body):
        model = next(left)
        return model(body)

    return say_next


def say(text):
    return lambda body: {"content": text}


def test_chat_keeps_what_everything_took_also_before_there_was_a_scene(
    monkeypatch, capsys, tmp_path
):
    prices = tmp_path / "prices.json"
    prices.write_text(json.dumps(PRICES), encoding="utf-8")
    monkeypatch.setenv("CLAPPPER_LLM_PRICES", str(prices))
    rules = RuleModel()
    model = answer_once(
        answer_user("Because of the air."),  # before there is a scene
        ask_user("How many drums?"),
        rules,
        rules,
        answer_user("Because of the air."),
        ask_user("Which song?"),
        submit("no plan"),
        submit("no plan"),  # repeats itself
    )
    code = chat(
        model, monkeypatch,
        BEYOND_ANSWER, "A studio with drums", PROMPT, BEYOND_ANSWER, BEYOND_RULES, BEYOND_RULES,
        "remove one drum",
    )  # fmt: skip
    printed = capsys.readouterr().out
    ledger = read_ledger()

    assert code == 0, printed
    assert list_deeds() == ["answered", "asked", "made", "answered", "asked", "failed"]
    assert [row["llm"]["turn_count"] for row in ledger["requests"]] == [1, 1, 2, 1, 1, 2]
    assert ledger["requests"][-1]["llm"]["fallback_reason"]
    assert [row["request"] for row in ledger["requests"]][2] == PROMPT
    (session,) = ledger["sessions"]
    assert {row["session"] for row in ledger["requests"]} == {session["id"]}
    assert session["command"] == "chat"
    assert session["asked_count"] == 6
    assert (session["prompt_tokens"], session["completion_tokens"]) == (8 * 1200, 8 * 340)
    assert (session["cost"], session["currency"]) == (pytest.approx(8 * COST), "EUR")
    assert printed.count("The language model test-model took ") == 6
    assert "took 2 answers, 2,400 + 680 tokens, 0.0038 EUR, " in printed


def test_chat_that_goes_on_later_is_a_session_of_its_own_without_a_known_price(
    run_folder, monkeypatch
):
    for _ in range(2):
        chat(answer_user("Because of the air."), monkeypatch, BEYOND_ANSWER)
    first, second = read_ledger()["sessions"]

    assert first["id"] != second["id"]
    assert (second["asked_count"], second["prompt_tokens"]) == (1, 1200)
    assert (second["cost"], second["currency"]) == (None, None)
    assert len(read_ledger()["requests"]) == 2


def test_what_was_spent_stays_spent_when_a_change_is_taken_back(run_folder, monkeypatch):
    plan = json.loads((run_folder / "plan.json").read_text(encoding="utf-8"))
    plan["items"][0]["count"] = 1
    model = answer_once(submit(plan), answer_user("Because of the air."))
    chat(model, monkeypatch, BEYOND_RULES, BEYOND_ANSWER, "/undo")
    undone = read_report()
    assert [row["did"] for row in undone["ledger"]["requests"]] == ["edited", "answered"]
    assert "edits" not in undone

    chat(say(""), monkeypatch, "/redo")
    assert list_deeds() == ["edited", "answered"]
    assert len(read_report()["edits"]) == 1


def test_make_tells_and_keeps_what_it_took(capsys):
    with serve(answer(RuleModel())) as server:
        assert main(["make", PROMPT, "--out", "run", "--no-render", *list_options(server)]) == 0
    report = read_report()

    assert "The language model test-model took 2 answers" in capsys.readouterr().err
    assert list_deeds() == ["made"]
    assert report["ledger"]["requests"][0]["llm"] == report["llm"]
    assert report["ledger"]["sessions"][0]["command"] == "make"


def test_make_that_the_rules_had_to_do_keeps_that_a_model_was_asked(capsys):
    with serve(answer_status(401, "no")) as server:
        assert main(["make", PROMPT, "--out", "run", "--no-render", *list_options(server)]) == 0
    (session,) = read_ledger()["sessions"]

    assert " s, without an answer." in capsys.readouterr().err
    assert (session["asked_count"], session["prompt_tokens"], session["cost"]) == (1, 0, None)


def test_make_keeps_what_answers_of_no_use_took(capsys):
    """A server that never calls a tool nor writes JSON, and goes away in the end."""
    count = 0

    def serve_words(handler, body):
        nonlocal count
        count += 1
        if count > 3:
            handler.send_error_body(500, "boom")
        else:
            handler.answer(body, {"content": "Let me think."})

    with serve(serve_words) as server:
        assert main(["make", PROMPT, "--out", "run", "--no-render", *list_options(server)]) == 0
    (session,) = read_ledger()["sessions"]

    assert "took 3,600 + 1,020 tokens, " in capsys.readouterr().err
    assert (session["prompt_tokens"], session["completion_tokens"]) == (3600, 1020)


def test_make_with_rules_has_no_ledger(made_run):
    assert "ledger" not in read_report(made_run)


def test_edit_that_fails_after_asking_keeps_what_it_took_and_the_scene(run_folder, capsys):
    before = {p: p.read_bytes() for p in run_folder.rglob("*") if p.is_file()}
    with serve(answer(say("I cannot."))) as server:
        code = main(["edit", "run", BEYOND_RULES, *list_options(server)])
    after = {p: p.read_bytes() for p in run_folder.rglob("*") if p.is_file()}

    assert code == 1
    assert "The language model test-model took 2 answers" in capsys.readouterr().err
    assert list_deeds() == ["failed"]
    assert [p.name for p in after if after[p] != before.get(p)] == ["run.json"]
    assert {k: v for k, v in read_report().items() if k != "ledger"} == json.loads(
        before[run_folder / "run.json"]
    )


def test_edit_that_is_done_keeps_it_once_and_tells_it(run_folder, capsys):
    plan = json.loads((run_folder / "plan.json").read_text(encoding="utf-8"))
    plan["items"][0]["count"] = 1
    with serve(answer(submit(plan))) as server:
        assert main(["edit", "run", BEYOND_RULES, "--no-render", *list_options(server)]) == 0
    report = read_report()

    assert "The language model test-model took 1 answer, " in capsys.readouterr().err
    assert list_deeds() == ["edited"]
    assert report["edits"][-1]["llm"] == report["ledger"]["requests"][0]["llm"]


@HAS_SIGNALS
@pytest.mark.parametrize("command", ["edit", "chat"])
def test_request_that_is_stopped_after_an_answer_keeps_what_that_took(command, run_folder):
    before = {p.name: p.read_bytes() for p in run_folder.iterdir() if p.is_file()}

    is_hanging = threading.Event()

    def search_and_hang(handler, body):
        if len(server.requests) > 1:
            is_hanging.set()
            hang(handler, body)
        else:
            handler.answer(body, call("search_assets", {"queries": [{"query": "drum"}]})(body))

    with serve(search_and_hang) as server:
        told = {"edit": ["edit", "run", BEYOND_RULES], "chat": ["chat", "--out", "run"]}[command]
        process = subprocess.Popen(
            [sys.executable, "-m", "clappper.core.cli", *told, *list_options(server)],
            env={**os.environ, "PYTHONPATH": ROOT},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        if command == "chat":
            process.stdin.write(f"{BEYOND_RULES}\n".encode())
            process.stdin.flush()
        assert is_hanging.wait(60)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)

    assert process.returncode == (130 if command == "edit" else 0), err
    assert b"took 1 answer, " in out + err
    assert b"Traceback" not in err
    assert list_deeds() == ["stopped"]
    assert read_ledger()["sessions"][0]["prompt_tokens"] == 1200
    after = {p.name: p.read_bytes() for p in run_folder.iterdir() if p.is_file()}
    assert [name for name in after if after[name] != before.get(name)] == ["run.json"]


@pytest.mark.parametrize("is_done", [True, False], ids=["done", "failed"])
def test_edit_into_another_folder_leaves_the_run_as_it_is(is_done, run_folder):
    plan = json.loads((run_folder / "plan.json").read_text(encoding="utf-8"))
    plan["items"][0]["count"] = 1
    before = (run_folder / "run.json").read_bytes()
    model = submit(plan) if is_done else say("I cannot.")
    with serve(answer(model)) as server:
        arguments = ["edit", "run", BEYOND_RULES, "--out", "other", "--no-render"]
        code = main([*arguments, *list_options(server)])

    assert code == (0 if is_done else 1)
    assert (run_folder / "run.json").read_bytes() == before
    assert Path("other").exists() == is_done
    if is_done:
        assert list_deeds("other") == ["edited"]


@pytest.mark.parametrize(
    "ledger", [None, 7, [], {"requests": 7, "sessions": {"a": 1}}, {"sessions": [1, {"id": 2}]}]
)
def test_ledger_that_was_written_by_hand_is_begun_anew(ledger, run_folder, monkeypatch, capsys):
    report = {**read_report(), "ledger": ledger}
    (run_folder / "run.json").write_text(json.dumps(report), encoding="utf-8")
    chat(answer_user("Because of the air."), monkeypatch, BEYOND_ANSWER)

    assert "Traceback" not in "".join(capsys.readouterr())
    assert list_deeds() == ["answered"]
