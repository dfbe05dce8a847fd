"""The command line as its users meet it: a subprocess, exit codes, streams, bad input."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from clappper.core.catalog.demo import demo_root, open_demo_catalog
from clappper.core.planning.rule_planner import RulePlanner
from support import chat_server
from support.chat_server import ChatServer
from support.command_line import ROOT, assert_refused, run

PROMPT = "A warehouse with 2 forklifts and a pallet."
MAKE = ("make", PROMPT, "--no-render", "--json", "--out", "run")


def test_cli_make_json_prints_only_json_on_stdout(tmp_path):
    done = run(*MAKE, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["ok"] is True
    assert {c["noun"]: c["placed"] for c in result["counts"]} == {"forklift": 2, "pallet": 1}
    names = sorted(p.name for p in (tmp_path / "run").iterdir())
    assert names == [
        "assets",
        "certificate.json",
        "placements.json",
        "plan.json",
        "plan_view.png",
        "plan_view.svg",
        "run.json",
        "scene.usda",
        "scene_script.py",
    ]


def test_cli_make_in_other_processes_gives_the_same_bytes(tmp_path):
    texts = []
    for seed in ("1", "2"):
        done = run(*MAKE, "--out", seed, cwd=tmp_path, env={"PYTHONHASHSEED": seed})
        assert done.returncode == 0, done.stderr
        names = (
            "plan.json",
            "placements.json",
            "scene.usda",
            "scene_script.py",
            "plan_view.svg",
            "plan_view.png",
        )
        texts.append([(tmp_path / seed / name).read_bytes() for name in names])
    assert texts[0] == texts[1]


def test_cli_make_without_out_names_a_folder_after_the_prompt(tmp_path):
    done = run("make", PROMPT, "--no-render", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "a-warehouse-with-2-forklifts-and" / "scene.usda").is_file()


def test_cli_unknown_noun_is_named_and_the_rest_is_built(tmp_path):
    prompt = "A warehouse with 2 forklifts and a unicorn."
    done = run("make", prompt, "--no-render", "--json", "--out", "run", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "unicorn" in done.stderr
    result = json.loads(done.stdout)
    assert result["counts"] == [{"noun": "forklift", "asked": 2, "placed": 2}]
    assert [i["code"] for i in result["issues"] if i["severity"] == "warning"] == ["MISS"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        pytest.param(["make", "  "], 2, ["for example"], id="empty"),
        pytest.param(["make", "a unicorn"], 1, ["unicorn"], id="only-misses"),
        pytest.param(["make", PROMPT, "--size", "641x360"], 2, ["even"], id="odd-size"),
        pytest.param(["make", PROMPT, "--seed", "-3"], 2, ["whole number"], id="bad-seed"),
        pytest.param(["make", PROMPT, "--catalog", "gone.json"], 1, ["gone.json"], id="no-catalog"),
        pytest.param(["make", PROMPT, "--catalog", "notes.txt"], 1, ["notes.txt"], id="no-index"),
        pytest.param(["make", PROMPT, "--out", "notes.txt/run"], 1, ["--out"], id="out-in-file"),
        pytest.param(["make", PROMPT, "--out", "."], 1, ["--out"], id="out-of-others"),
        pytest.param(["check", "gone.usda"], 1, ["gone.usda"], id="no-scene"),
        pytest.param(["nonsense"], 2, ["nonsense"], id="no-command"),
    ],
)
def test_cli_bad_input_is_one_sentence_and_an_exit_code(tmp_path, arguments, code, words):
    (tmp_path / "notes.txt").write_text("not a catalog")
    if arguments[0] == "make":
        arguments = [*arguments, "--no-render"]
    assert_refused(run(*arguments, cwd=tmp_path), code, *words)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["notes.txt"]


def test_cli_output_folder_without_permission_is_refused(tmp_path):
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    if os.access(locked, os.W_OK):
        pytest.skip(
            "this user may write everywhere (root); the file-in-the-way case covers the message"
        )
    assert_refused(
        run("make", PROMPT, "--no-render", "--out", locked / "run", cwd=tmp_path), 1, "--out"
    )


def copy_demo(tmp_path):
    shutil.copytree(demo_root(), tmp_path / "pack")
    return tmp_path / "pack"


def test_cli_broken_asset_with_a_spare_is_replaced_and_told(tmp_path):
    pack = copy_demo(tmp_path)
    next(pack.rglob("Forklift_A01.usdc")).write_bytes(b"PXR-USDC broken")
    index = pack / "master_index.json"
    done = run(*MAKE, "--catalog", index, "--assets", pack, cwd=tmp_path)
    assert "Traceback" not in done.stderr
    result = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert {c["noun"]: c["placed"] for c in result["counts"]} == {"forklift": 2, "pallet": 1}
    assert "Forklift_A01" in done.stderr


def test_cli_broken_asset_without_a_spare_ends_not_ok(tmp_path):
    pack = copy_demo(tmp_path)
    for file in pack.rglob("Forklift_*.usdc"):
        file.write_bytes(b"PXR-USDC broken")
    index = pack / "master_index.json"
    done = run(*MAKE, "--catalog", index, "--assets", pack, cwd=tmp_path)
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    codes = {i["code"] for i in json.loads(done.stdout)["issues"] if i["severity"] == "error"}
    assert "COUNT_SHORT" in codes


def test_cli_catalog_without_assets_is_planned_with_usual_sizes_and_not_ok(tmp_path):
    done = run(*MAKE, "--catalog", demo_root() / "master_index.json", cwd=tmp_path)
    assert done.returncode == 3, done.stderr
    codes = {i["code"] for i in json.loads(done.stdout)["issues"]}
    assert "ASSET_UNRESOLVED" in codes


def test_cli_no_renderer_is_said_before_any_work(tmp_path):
    blocker = tmp_path / "block"
    blocker.mkdir()
    (blocker / "sitecustomize.py").write_text(
        "import sys, importlib.abc\n"
        "class Hide(importlib.abc.MetaPathFinder):\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] == 'mitsuba':\n"
        "            raise ModuleNotFoundError(name, name=name)\n"
        "sys.meta_path.insert(0, Hide())\n"
    )
    path = os.pathsep.join([str(blocker), ROOT])
    done = run("make", PROMPT, "--out", "run", cwd=tmp_path, env={"PYTHONPATH": path})
    assert_refused(done, 1, "No renderer", "--no-render")
    assert not (tmp_path / "run").exists()


@pytest.mark.skipif(os.name == "nt", reason="sends SIGINT to one process")
def test_cli_interrupt_while_rendering_leaves_no_half_written_file(tmp_path):
    long_film = ("--frames", "500", "--size", "320x180", "--spp", "1")
    process = subprocess.Popen(
        [sys.executable, "-m", "clappper.core.cli", "make", PROMPT, "--out", "run", *long_film],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    frames = tmp_path / "run" / "frames"
    deadline = time.monotonic() + 100
    while not (frames.is_dir() and any(frames.glob("frame.*.png"))):
        assert process.poll() is None, process.stderr.read()
        assert time.monotonic() < deadline
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 130, stderr
    assert "Traceback" not in stderr
    assert not (tmp_path / "run" / "movie.mp4").exists()
    for file in frames.iterdir():
        data = file.read_bytes()
        assert file.name.startswith("frame.")
        assert data.startswith(b"\x89PNG")
        assert data.endswith(b"IEND\xaeB`\x82")


def test_cli_check_measures_any_scene(tmp_path):
    run("make", PROMPT, "--no-render", "--out", "run", cwd=tmp_path)
    done = run("check", "run/scene.usda", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    certificate = json.loads(done.stdout)
    assert certificate["geometry"]["collisions"] == []
    assert {c["noun"]: c["placed"] for c in certificate["counts"]} == {"forklift": 2, "pallet": 1}


def test_cli_built_index_serves_as_catalog(tmp_path):
    done = run(
        "catalog", "build", demo_root() / "master_index.json", "--out", "demo.db", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    done = run(*MAKE, "--catalog", "demo.db", "--assets", demo_root(), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    found = run("catalog", "search", "lift truck", "--catalog", "demo.db", "--json", cwd=tmp_path)
    assert [h["noun"] for h in json.loads(found.stdout)["hits"]] == ["forklift"] * 2


def test_cli_help_is_complete_and_needs_no_heavy_module(tmp_path):
    done = run("make", "--help", cwd=tmp_path)
    assert done.returncode == 0
    for option in (
        "--out",
        "--seed",
        "--planner",
        "--catalog",
        "--assets",
        "--frames",
        "--fps",
        "--size",
        "--spp",
        "--no-render",
        "--json",
    ):
        assert option in done.stdout


def test_cli_prompt_in_letters_the_console_lacks_is_no_fault(tmp_path):
    prompt = "A warehouse with 2 forklifts and a Förderband 叉车"
    done = run(
        *("make", prompt, "--no-render", "--json", "--out", "run"),
        cwd=tmp_path,
        env={"PYTHONIOENCODING": "ascii"},
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["counts"] == [{"noun": "forklift", "asked": 2, "placed": 2}]


KEY = "sk-very-secret-0123456789"


def run_planner(name, tmp_path, **env):
    keys = ("CLAPPPER_LLM_API_KEY", "OPENAI_API_KEY", "NVIDIA_API_KEY")
    return run(
        *(*MAKE, "--planner", name),
        cwd=tmp_path,
        env={**dict.fromkeys(keys, ""), "NO_PROXY": "*", **env},
    )


def run_planner_with(scenario, tmp_path):
    with ChatServer(scenario) as server:
        return run_planner(
            "llm",
            tmp_path,
            CLAPPPER_LLM_API_KEY=KEY,
            CLAPPPER_LLM_BASE_URL=server.base_url,
            CLAPPPER_LLM_MODEL="test-model",
        )


def read_report(tmp_path):
    return json.loads((tmp_path / "run" / "run.json").read_text(encoding="utf-8"))


def find_key(tmp_path):
    return [p for p in tmp_path.rglob("*") if p.is_file() and KEY.encode() in p.read_bytes()]


def test_cli_planner_rules_is_the_default_and_reported(tmp_path):
    done = run(*MAKE, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    report = read_report(tmp_path)
    assert (report["planner"], report["llm"]) == ("rules", None)


def test_cli_planner_llm_without_a_key_is_refused(tmp_path):
    assert_refused(run_planner("llm", tmp_path), 2, "key", "CLAPPPER_LLM_API_KEY")
    assert list(tmp_path.iterdir()) == []


def test_cli_planner_auto_without_a_key_takes_the_rules(tmp_path):
    done = run_planner("auto", tmp_path)
    assert done.returncode == 0, done.stderr
    assert read_report(tmp_path)["planner"] == "rules"
    issues = json.loads(done.stdout)["issues"]
    assert [i["severity"] for i in issues if i["code"] == "PLANNER_FALLBACK"] == ["info"]


def test_cli_planner_llm_builds_the_models_plan(tmp_path):
    answer = RulePlanner(open_demo_catalog()).plan(PROMPT).plan.model_dump(mode="json")
    answer["items"][0]["count"] = 1
    done = run_planner_with(chat_server.answer_tool(answer), tmp_path)
    assert done.returncode == 0, done.stderr
    counts = {c["noun"]: c["placed"] for c in json.loads(done.stdout)["counts"]}
    assert counts == {"forklift": 1, "pallet": 1}
    assert "Assumed: The language model planned 1 x forklift; the rules read 2." in done.stderr
    report = read_report(tmp_path)
    assert report["planner"] == "llm"
    ledger = report["llm"]
    assert ledger.pop("rung")
    assert ledger.pop("duration_s") > 0
    assert ledger == {
        "model": "test-model",
        "prompt_version": 2,
        "prompt_tokens": 1200,
        "completion_tokens": 340,
        "cached_tokens": 0,
        "is_estimated": False,
        "turn_count": 1,
        "request_count": 1,
        "tool_call_count": 1,
        "repair_count": 0,
        "cost": None,
        "currency": None,
        "fallback_reason": None,
    }
    assert KEY not in done.stdout + done.stderr
    assert find_key(tmp_path) == []


def test_cli_planner_llm_that_fails_takes_the_rules_and_says_why(tmp_path):
    done = run_planner_with(chat_server.answer_status(401, f"Bad key {KEY}"), tmp_path)
    assert done.returncode == 0, done.stderr
    assert "refused the key: check CLAPPPER_LLM_API_KEY. The rules made the plan." in done.stderr
    assert {c["noun"]: c["placed"] for c in json.loads(done.stdout)["counts"]} == {
        "forklift": 2,
        "pallet": 1,
    }
    report = read_report(tmp_path)
    assert (report["planner"], report["llm"]["model"]) == ("rules", "test-model")
    assert KEY not in done.stdout + done.stderr
    assert find_key(tmp_path) == []
