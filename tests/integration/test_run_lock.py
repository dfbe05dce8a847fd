"""Two Clappper on one run folder: the second is told, and nothing is lost or left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

from support.chat_models import submit
from support.chat_scenarios import answer
from support.chat_server import hang, serve
from support.command_line import HAS_SIGNALS, ROOT, assert_refused, run

PROMPT = "A studio with 2 drums and a pallet"
BEYOND_RULES = "sing a song"
ENVIRONMENT = {
    **{k: v for k, v in os.environ.items() if not k.endswith("_API_KEY")},
    "PYTHONPATH": ROOT,
    "PYTHONIOENCODING": "utf-8",
    "OPENAI_API_KEY": "sk-very-secret-0123456789",
}


def start(*arguments, cwd):
    return subprocess.Popen(
        [sys.executable, "-m", "clappper.core.cli", *arguments],
        cwd=cwd,
        env=ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def list_options(server):
    return ["--planner", "openai", "--base-url", server.base_url, "--model", "m"]


def say_to(process, line):
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


def read_until(process, words):
    lines = []
    while not lines or words not in lines[-1]:
        lines.append(process.stdout.readline())
        assert lines[-1], process.stderr.read()
    return "".join(lines)


def read_all(folder):
    return {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def read_counts(folder):
    plan = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    return {item["noun"]: item["count"] for item in plan["items"]}


@pytest.fixture
def busy(run_folder):
    """Give a process that waits for a model in the middle of a change of the run."""
    with serve(hang) as server:
        process = start("edit", "run", BEYOND_RULES, *list_options(server), cwd=run_folder.parent)
        assert server.asked.wait(60)
        yield process
        process.kill()
        process.communicate()


@pytest.mark.parametrize(
    "arguments",
    [
        ("edit", "run", "remove one drum"),
        ("make", PROMPT, "--no-render", "--out", "run"),
        ("chat", "--out", "run"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_second_process_is_told_who_has_the_run_and_changes_nothing(arguments, busy, run_folder):
    before = read_all(run_folder)
    done = run(*arguments, cwd=run_folder.parent)

    assert_refused(done, 1, "is being changed by another Clappper", f"process {busy.pid}")
    assert read_all(run_folder) == before


def test_process_that_is_killed_holds_nobody_up_and_leaves_nothing(busy, run_folder):
    busy.kill()
    busy.wait()
    done = run("edit", "run", "remove one drum", "--no-render", cwd=run_folder.parent)

    assert done.returncode == 0, done.stderr
    assert read_counts(run_folder)["drum"] == 1
    assert list(run_folder.parent.rglob("*lock*")) == []


def test_chat_that_is_kept_waiting_says_so_ends_with_1_and_goes_on_after_it(run_folder):
    process = start("chat", "--out", "run", cwd=run_folder.parent)
    read_until(process, "In the scene")
    with serve(hang) as server:
        other = start("edit", "run", BEYOND_RULES, *list_options(server), cwd=run_folder.parent)
        assert server.asked.wait(60)
        for line in ("remove one drum", "/undo", "what is in the scene?"):
            say_to(process, line)
            said = read_until(process, "another Clappper")
            assert f"process {other.pid}" in said
        other.kill()
        other.communicate()
    if os.name == "posix":
        assert read_counts(run_folder)["drum"] == 2
    process.stdin.close()
    assert process.wait(60) == 1
    process.stdout.close()
    process.stderr.close()
    assert json.loads((run_folder / "run.json").read_bytes())["ok"]
    assert not (run_folder / "conversation.json").exists()


def test_chat_notices_that_the_run_was_changed_by_another(run_folder):
    process = start("chat", "--out", "run", cwd=run_folder.parent)
    say_to(process, "how many drums are there?")
    read_until(process, "2 drums")
    other = run("chat", "--out", "run", cwd=run_folder.parent, stdin="remove one drum\n")
    assert other.returncode == 0, other.stderr
    say_to(process, "how many drums are there?")
    said = read_until(process, "1 drum in the scene")
    say_to(process, "how many drums are there?")
    again = read_until(process, "1 drum in the scene")
    process.stdin.close()
    assert process.wait(60) == 0
    process.stdout.close()
    process.stderr.close()

    assert "changed by another" in said
    assert "changed by another" not in again
    turns = json.loads((run_folder / "conversation.json").read_bytes())["turns"]
    assert [turn["did"] for turn in turns] == ["answered", "edited", "answered", "answered"]


def test_lock_is_gone_after_each_request_and_not_in_the_history(run_folder):
    plan = json.loads((run_folder / "plan.json").read_text(encoding="utf-8"))
    plan["items"][0]["count"] = 1
    with serve(answer(submit(plan))) as server:
        process = start("chat", "--out", "run", *list_options(server), cwd=run_folder.parent)
        say_to(process, BEYOND_RULES)
        read_until(process, "The language model changed")
        say_to(process, "what is in the scene?")
        read_until(process, "1 drum")
        assert [p.name for p in run_folder.parent.rglob("*lock*")] == []
        process.communicate(timeout=60)
    assert (run_folder / "history" / "0001").is_dir()


@HAS_SIGNALS
def test_lock_is_gone_after_ctrl_c(busy, run_folder):
    before = {p.name for p in run_folder.iterdir()}
    busy.send_signal(signal.SIGINT)
    busy.wait(60)

    assert busy.returncode == 130
    assert {p.name for p in run_folder.iterdir()} == {n for n in before if "lock" not in n}


@pytest.mark.parametrize("arguments", [("make", "a unicorn"), ("make", PROMPT, "--catalog", "x")])
def test_make_that_fails_leaves_no_folder(arguments, tmp_path):
    done = run(*arguments, "--no-render", "--out", "out/run", cwd=tmp_path)

    assert done.returncode == 1
    assert list(tmp_path.iterdir()) == []
