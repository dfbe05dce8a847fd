"""``clappper chat`` as its users meet it: lines in, answers out, and Ctrl+C at any moment."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time

import pytest

from clappper.core import events
from clappper.core.cli import main
from clappper.core.run_film import film_run
from clappper.core.run_folder import RunFolder
from support.chat_models import RuleModel, submit
from support.chat_scenarios import answer
from support.chat_server import hang, serve
from support.command_line import HAS_SIGNALS, ROOT

IS_FULL = os.environ.get("CLAPPPER_FULL") == "1"
#: Moments at which each kind of request is stopped.
MOMENTS = 100 if IS_FULL else 10
PROMPT = "An office with 4 desks, 4 chairs and 2 plants"
#: A wish that the rules do not read as an edit.
BEYOND_RULES = "sing a song"
KEY = "sk-very-secret-0123456789"
ENVIRONMENT = {
    **{k: v for k, v in os.environ.items() if not k.endswith("_API_KEY")},
    "PYTHONPATH": ROOT,
    "PYTHONIOENCODING": "utf-8",
}


def chat(*lines, cwd, arguments=("--out", "run"), env=None):
    """Return the finished process of a conversation over a pipe."""
    text = "".join(f"{line}\n" for line in lines)
    return subprocess.run(
        [sys.executable, "-m", "clappper.core.cli", "chat", *map(str, arguments)],
        cwd=cwd,
        env={**ENVIRONMENT, **(env or {})},
        input=text.encode() if "\udcff" not in text else text.encode(errors="surrogateescape"),
        capture_output=True,
        timeout=120,
        check=False,
    )


def say(done):
    """Return what a conversation printed; there is never a traceback."""
    out, err = done.stdout.decode(), done.stderr.decode()
    assert "Traceback" not in out + err, err
    return out


def read_counts(folder):
    plan = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    return {item["noun"]: item["count"] for item in plan["items"]}


def read_all(folder):
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in files}


def read_scene(folder):
    """Return every file of a run but what was said about it."""
    return {k: v for k, v in read_all(folder).items() if k != "conversation.json"}


def read_deeds(folder):
    document = json.loads((folder / "conversation.json").read_text(encoding="utf-8"))
    return [turn["did"] for turn in document["turns"]]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    done = chat(PROMPT, cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder / "run"


@pytest.fixture
def run_folder(made, tmp_path):
    return shutil.copytree(made, tmp_path / "run")


def test_chat_makes_changes_answers_takes_back_and_remembers(tmp_path):
    done = chat(
        "which forklifts do you have?",
        PROMPT,
        "remove one chair",
        "how many chairs are there?",
        "/undo",
        "/redo",
        "make it night",
        "/history",
        cwd=tmp_path,
    )
    said = say(done)

    assert done.returncode == 0, done.stderr
    order = (
        "Forklift_A01",
        "Found ",
        "Placed 10 ",
        "Certified: ",
        str(tmp_path / "run" / "scene.usda"),
        "Removed 1 chair.",
        "3 chairs in the scene",
        "4 chairs",
        "3 chairs",
        "night",
        f"You: {PROMPT}",
    )
    at = 0
    for words in order:
        assert words in said[at:], words
        at = said.index(words, at)
    assert read_counts(tmp_path / "run")["chair"] == 3
    assert read_deeds(tmp_path / "run") == [
        "answered", "made", "edited", "answered", "undone", "redone", "edited",
    ]  # fmt: skip
    assert not (tmp_path / "run" / "movie.mp4").exists()
    assert str(tmp_path) not in (tmp_path / "run" / "conversation.json").read_text()


def test_change_that_was_not_said_in_english_is_told_how_it_was_read(run_folder):
    done = chat("entferne einen Stuhl", cwd=run_folder.parent)

    assert "Read as German." in say(done)
    assert read_counts(run_folder)["chair"] == 3
    report = json.loads((run_folder / "run.json").read_text(encoding="utf-8"))
    assert "Read as German." in report["edits"][-1]["notes"]


def test_chat_goes_on_with_a_run_that_make_made(tmp_path):
    from support.command_line import run

    assert run("make", PROMPT, "--no-render", "--out", "run", cwd=tmp_path).returncode == 0
    first = chat("remove one chair", cwd=tmp_path)
    second = chat("/history", "please undo that", "/undo", cwd=tmp_path)

    assert "Reopened" in say(first)
    assert "Removed 1 chair." in say(first)
    assert "You: remove one chair" in say(second)
    assert "There is nothing to take back." in say(second)
    assert second.returncode == 0
    assert read_counts(tmp_path / "run")["chair"] == 4


def test_chat_new_makes_another_scene_and_leaves_the_first(run_folder):
    before = read_all(run_folder)
    done = chat("/new", "A warehouse with 2 forklifts", cwd=run_folder.parent)

    assert done.returncode == 0, done.stderr
    assert read_all(run_folder) == before
    other = run_folder.parent / "a-warehouse-with-2-forklifts"
    assert str(other / "scene.usda") in say(done)
    assert read_counts(other) == {"forklift": 2}
    assert read_deeds(other) == ["made"]


def test_what_cannot_be_done_is_told_and_the_conversation_goes_on(run_folder):
    table = [
        ("sing a song", "remove two chairs"),
        ("remove the sofa", "no sofa in this scene"),
        ("a warehouse with 2 forklifts", "say /new first"),
        ("why is the sky blue?", "ask what is in the scene"),
        ("/dance", "no such command"),
        ("/redo", "nothing to do again"),
        ("x" * 50_000, "shorten it"),
        ("\udcff\udcfe", "not understood"),
        ("remove the \x1b[31m\x00 lamp", "names no thing"),
        ("what is in the scene?", "4 desks"),
    ]
    before = read_scene(run_folder)
    done = chat(*(line for line, _ in table), cwd=run_folder.parent)
    answers = say(done).split("In the scene: 4 desks")[1].splitlines()[1:]
    answers = [line for line in answers if line != "Reading the request …"]

    assert done.returncode == 0, done.stderr
    assert len(answers) == len(table)
    for (_, words), told in zip(table, answers, strict=True):
        assert words in told
    assert "u001b" not in (run_folder / "conversation.json").read_text(encoding="utf-8")
    assert read_scene(run_folder) == before
    assert len(read_deeds(run_folder)) == 9, "the made scene and what was said, but no commands"


@pytest.mark.parametrize(
    ("lines", "arguments", "code", "words"),
    [
        ([], [], 0, ""),
        (["do you have pallets?"], [], 0, "WoodPallet_A01"),
        (["/undo"], [], 2, "no scene yet"),
        (["a unicorn"], [], 1, "unicorn"),
        ([PROMPT], ["--catalog", "gone.json"], 1, "gone.json"),
        ([PROMPT], ["--model", "m"], 2, "planner"),
        ([PROMPT], ["--planner", "openai"], 2, "key"),
        ([PROMPT], ["--out", "notes.txt/run"], 1, "--out"),
        ([PROMPT], ["--out", "."], 1, "not a run's"),
    ],
    ids=["silent", "asked", "undo", "misses", "catalog", "model", "key", "in-file", "of-others"],
)
def test_without_a_scene_the_exit_code_tells_and_nothing_is_left(
    lines, arguments, code, words, tmp_path
):
    (tmp_path / "notes.txt").write_text("mine")
    done = chat(*lines, cwd=tmp_path, arguments=["--out", "run", *arguments])

    assert done.returncode == code, done.stderr
    assert words in say(done)
    assert [p.name for p in tmp_path.iterdir()] == ["notes.txt"]


def test_scene_that_is_not_certified_ends_with_3(tmp_path):
    from clappper.core.catalog.demo import demo_root

    pack = shutil.copytree(demo_root(), tmp_path / "pack")
    for file in pack.rglob("Forklift_*.usdc"):
        file.write_bytes(b"PXR-USDC broken")
    arguments = ["--out", "run", "--catalog", pack / "master_index.json", "--assets", pack]
    done = chat("A warehouse with 2 forklifts and a pallet", cwd=tmp_path, arguments=arguments)

    assert "Not certified" in say(done)
    assert done.returncode == 3


def test_run_whose_documents_are_not_sound_is_refused_at_once(run_folder):
    (run_folder / "plan.json").write_text("{", encoding="utf-8")
    done = chat("remove one chair", cwd=run_folder.parent)

    assert done.returncode == 2
    assert "plan.json" in done.stderr.decode()
    say(done)


def test_broken_history_is_told_and_begins_anew(run_folder):
    (run_folder / "conversation.json").write_text("[" * 100_000, encoding="utf-8")
    done = chat("remove one chair", cwd=run_folder.parent)

    assert done.returncode == 0, done.stderr
    assert "begins anew" in say(done)
    assert read_deeds(run_folder) == ["edited"]


def test_key_that_is_typed_goes_nowhere(tmp_path):
    lines = (f"{PROMPT}. My key is {KEY}", f"use other-secret-value-1234 for {KEY}", "/history")
    done = chat(*lines, cwd=tmp_path, env={"OPENAI_API_KEY": "other-secret-value-1234"})
    content = b"".join(read_all(tmp_path).values()) + done.stdout + done.stderr

    assert (tmp_path / "run" / "scene.usda").is_file()
    assert KEY.encode() not in content
    assert b"other-secret-value-1234" not in content


# --- with a language model ----------------------------------------------------------------------


def chat_with(server, *lines, cwd):
    arguments = ["--out", "run", "--planner", "openai", "--base-url", server.base_url]
    return chat(
        *lines, cwd=cwd, arguments=[*arguments, "--model", "m"], env={"OPENAI_API_KEY": KEY}
    )


def test_model_plans_and_the_rules_change(tmp_path):
    with serve(answer(RuleModel())) as server:
        done = chat_with(server, PROMPT, "remove one chair", cwd=tmp_path)
        count = len(server.requests)

    assert done.returncode == 0, done.stderr
    assert "Certified: " in say(done)
    assert count >= 1
    assert json.loads((tmp_path / "run" / "run.json").read_text())["planner"] == "llm"
    assert read_counts(tmp_path / "run") == {"desk": 4, "chair": 3, "potted plant": 2}
    assert KEY.encode() not in b"".join(read_all(tmp_path).values()) + done.stdout + done.stderr


def test_model_changes_what_the_rules_cannot_read_and_the_rest_keeps_its_place(run_folder):
    plan = json.loads((run_folder / "plan.json").read_text(encoding="utf-8"))
    next(item for item in plan["items"] if item["noun"] == "chair")["count"] = 3
    places = read_places(run_folder)
    with serve(answer(submit(plan))) as server:
        done = chat_with(server, BEYOND_RULES, cwd=run_folder.parent)
    after = read_places(run_folder)

    assert done.returncode == 0, done.stderr
    assert "3 chairs (4 before)" in say(done)
    assert read_counts(run_folder) == {"desk": 4, "chair": 3, "potted plant": 2}
    assert len(after) == len(places) - 1
    assert {k: places[k] for k in after} == after
    entry = json.loads((run_folder / "run.json").read_text())["edits"][-1]
    assert entry["llm"]["model"] == "m"


def test_model_is_told_what_was_said_before(run_folder):
    plan = json.loads((run_folder / "plan.json").read_text(encoding="utf-8"))
    with serve(answer(submit(plan))) as server:
        done = chat_with(server, BEYOND_RULES, cwd=run_folder.parent)
        sent = json.dumps(server.requests[0])

    assert done.returncode == 0, done.stderr
    assert PROMPT in sent
    assert "The language model changed nothing. “sing a song” is not understood." in say(done)


def test_model_may_ask_and_is_told_the_question_with_the_answer(tmp_path):
    rules = RuleModel()

    def ask(body):
        if len(server.requests) > 1:
            return rules(body)
        arguments = json.dumps({"question": "How many desks?", "options": ["4", "8"]})
        function = {"name": "ask_user", "arguments": arguments}
        return {"tool_calls": [{"id": "c1", "type": "function", "function": function}]}

    with serve(answer(ask)) as server:
        done = chat_with(server, "An office with desks", PROMPT, cwd=tmp_path)
        sent = json.dumps(server.requests[1])

    assert done.returncode == 0, done.stderr
    assert "How many desks? (4, 8)" in say(done)
    assert "How many desks?" in sent
    assert read_deeds(tmp_path / "run") == ["asked", "made"]


def test_model_that_is_away_leaves_it_to_the_rules(tmp_path):
    server = serve(answer(RuleModel()))
    server.server_close()
    done = chat_with(server, PROMPT, BEYOND_RULES, cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert "The rules made the plan." in say(done)
    assert "is not understood" in say(done)
    assert read_deeds(tmp_path / "run") == ["made", "failed"]


def read_places(folder):
    layout = json.loads((folder / "placements.json").read_text(encoding="utf-8"))
    return {p["id"]: p for p in layout["placements"]}


# --- Ctrl+C -------------------------------------------------------------------------------------


class Keyboard:
    """Standard input that gives one line and presses Ctrl+C a while later."""

    def __init__(self, line, delay_s):
        self._lines = [f"{line}\n"]
        self._timer = threading.Timer(delay_s, os.kill, (os.getpid(), signal.SIGINT))

    def isatty(self):
        return False

    def readline(self, _limit):
        if self._lines:
            self._timer.start()
            return self._lines.pop()
        self.release()
        return ""

    def release(self):
        """Wait until Ctrl+C is not pressed any more."""
        if self._timer.ident is not None:
            with contextlib.suppress(KeyboardInterrupt):
                self._timer.cancel()
                self._timer.join()
            self._timer.join()


def talk(keyboard, arguments, monkeypatch, capsys):
    """Hold one conversation in this process and return its exit code and output."""
    monkeypatch.setattr(sys, "stdin", keyboard)
    try:
        code = main(["chat", *map(str, arguments)])
        keyboard.release()
    except KeyboardInterrupt:  # it came between the end of the chat and the release
        keyboard.release()
        code = 0
    return code, capsys.readouterr().out


def assert_nothing_is_left(folder, threads):
    deadline = time.monotonic() + 60
    while set(threading.enumerate()) - threads and time.monotonic() < deadline:
        time.sleep(0.05)  # an import that was under way cannot be interrupted
    assert set(threading.enumerate()) <= threads
    assert not [t for t in gc.get_objects() if isinstance(t, asyncio.Task) and not t.done()]
    if folder.is_dir():
        assert list(folder.rglob(".*")) == []
        assert not (folder / "history" / "pending").exists()


@HAS_SIGNALS
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("is_edit", [False, True], ids=["make", "edit"])
def test_stopping_at_random_moments_leaves_all_or_nothing(
    is_edit, made, tmp_path, monkeypatch, capsys
):
    line = "remove one chair and add a whiteboard" if is_edit else PROMPT
    folder = tmp_path / "run"

    def prepare():
        shutil.rmtree(folder, ignore_errors=True)
        if is_edit:
            shutil.copytree(made, folder)

    prepare()
    start = time.monotonic()
    talk(Keyboard(line, 600.0), ["--out", folder], monkeypatch, capsys)
    duration_s = time.monotonic() - start
    done = read_counts(folder)
    threads, chance, stopped = set(threading.enumerate()), random.Random(6), 0
    for _ in range(MOMENTS):
        prepare()
        before = read_all(folder)
        keyboard = Keyboard(line, chance.uniform(0.0, 0.8 * duration_s))
        code, said = talk(keyboard, ["--out", folder], monkeypatch, capsys)

        assert code == 0
        assert_nothing_is_left(folder, threads)
        if "Stopped." in said or read_all(folder) == before:
            stopped += 1
            assert read_all(folder) == before
            assert folder.exists() == is_edit
        else:
            assert read_counts(folder) == done
            assert json.loads((folder / "certificate.json").read_text())["ok"]
    assert stopped > 0


@HAS_SIGNALS
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("is_edit", [False, True], ids=["make", "edit"])
def test_stopping_while_a_model_thinks_leaves_nothing(is_edit, made, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    folder = tmp_path / "run"
    if is_edit:
        shutil.copytree(made, folder)
    before, chance = read_all(folder), random.Random(66)
    for _ in range(MOMENTS):
        # The server's own threads end with it.
        with serve(hang) as server:
            arguments = ["--out", folder, "--planner", "llm", "--base-url", server.base_url]
            keyboard = Keyboard(BEYOND_RULES if is_edit else PROMPT, chance.uniform(0.0, 1.0))
            threads = set(threading.enumerate())
            code, said = talk(keyboard, [*arguments, "--model", "m"], monkeypatch, capsys)
        assert code == 0
        assert "Stopped. The scene is as it was." in said or "Reading" not in said
        assert_nothing_is_left(folder, threads)
        assert read_all(folder) == before
        assert folder.exists() == is_edit


@HAS_SIGNALS
@pytest.mark.timeout(1800)
def test_film_is_made_and_stopping_one_leaves_the_run_as_it_was(tmp_path, monkeypatch, capsys):
    prompt = "A warehouse with 2 forklifts, 2 frames at 24 fps, 64x36"
    assert chat(prompt, cwd=tmp_path).returncode == 0
    folder, unfilmed = tmp_path / "run", tmp_path / "unfilmed"
    shutil.copytree(folder, unfilmed)
    arguments = ["--out", folder, "--spp", "1"]
    start = time.monotonic()
    code, said = talk(Keyboard("/film", 600.0), arguments, monkeypatch, capsys)
    duration_s = time.monotonic() - start

    assert code == 0
    assert "Filmed 2 frames." in said
    assert len(list((folder / "frames").iterdir())) == 2
    movie = hashlib.sha256((folder / "movie.mp4").read_bytes()).hexdigest()
    assert json.loads((folder / "run.json").read_text())["sha256"]["movie.mp4"] == movie
    threads, chance, stopped = set(threading.enumerate()), random.Random(666), 0
    for number in range(MOMENTS // 2):
        # Every other time there is an earlier film to be kept.
        shutil.rmtree(folder)
        shutil.copytree(unfilmed, folder)
        if number % 2:
            (folder / "movie.mp4").write_bytes(b"an earlier film")
            (folder / "frames").mkdir()
            (folder / "frames" / "frame.0001.png").write_bytes(b"an earlier frame")
        before = read_all(folder)
        keyboard = Keyboard("/film", chance.uniform(0.0, 0.6 * duration_s))
        code, said = talk(keyboard, arguments, monkeypatch, capsys)
        assert code == 0
        assert_nothing_is_left(folder, threads)
        if "Filmed" not in said:
            stopped += 1
            assert read_all(folder) == before
    assert stopped > 0

    before = read_all(folder)
    for last in (events.Encoding, events.Filmed):
        with pytest.raises(KeyboardInterrupt):
            film_run(RunFolder(folder), spp=1, on_event=stop_at(last))
        assert read_all(folder) == before


def stop_at(kind):
    """Return a listener that stops the work at the first event of a kind."""
    heard = []

    def stop(event):
        if isinstance(event, kind) and not heard:
            heard.append(event)
            raise KeyboardInterrupt

    return stop


@HAS_SIGNALS
def test_ctrl_c_stops_a_request_and_at_the_prompt_the_chat(run_folder):
    before = read_scene(run_folder)
    with serve(hang) as server:
        arguments = ["--planner", "llm", "--base-url", server.base_url, "--model", "m"]
        process = subprocess.Popen(
            [sys.executable, "-m", "clappper.core.cli", "chat", "--out", "run", *arguments],
            cwd=run_folder.parent,
            env={**ENVIRONMENT, "OPENAI_API_KEY": KEY},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        process.stdin.write(f"{BEYOND_RULES}\n")
        process.stdin.flush()
        assert server.asked.wait(60)
        process.send_signal(signal.SIGINT)
        lines = []
        while "Stopped. The scene is as it was.\n" not in lines:
            lines.append(process.stdout.readline())
            assert lines[-1], process.stderr.read()
        process.stdin.write("how many chairs are there?\n")
        process.stdin.flush()
        while "4 chairs" not in lines[-1]:
            lines.append(process.stdout.readline())
            assert lines[-1], process.stderr.read()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert server.disconnected.wait(60)

    assert process.returncode == 0, err
    assert "Traceback" not in out + err
    assert read_scene(run_folder) == before


@pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals are POSIX")
def test_on_a_terminal_there_is_a_prompt_and_ctrl_d_ends(run_folder):
    import pty

    controller, terminal = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "clappper.core.cli", "chat", "--out", "run"],
        cwd=run_folder.parent,
        env={**ENVIRONMENT, "TERM": "dumb"},
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
    ) as process:
        os.close(terminal)
        said = read_until(controller, "> ")
        os.write(controller, b"how many chairs are there?\n")
        said += read_until(controller, "4 chairs in the scene.\r\n> ")
        os.write(controller, b"\x04")
        assert process.wait(60) == 0
    os.close(controller)

    assert "/help" in said
    assert "Traceback" not in said


def read_until(descriptor, words):
    text = ""
    while words not in text:
        text += os.read(descriptor, 1000).decode()
    return text
