"""What was asked of a model is kept by request and by session, and its totals never guess."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from clappper.core.errors import OutputError
from clappper.core.events import Asked, Planning
from clappper.core.planning.llm.use import LlmUse
from clappper.core.run_folder import RunFolder
from clappper.core.run_ledger import Ledger, carry_ledger, total_uses

USE = LlmUse(
    model="m",
    prompt_version=2,
    prompt_tokens=100,
    completion_tokens=50,
    cached_tokens=10,
    turn_count=1,
    request_count=1,
    cost=0.25,
    currency="EUR",
)
UNPRICED = replace(USE, cost=None, currency=None)
UNANSWERED = LlmUse(model="m", prompt_version=2, fallback_reason="It is down.")


@pytest.fixture
def folder(tmp_path):
    run = RunFolder(tmp_path)
    run.report.write_text('{"schema_version": 1, "ok": true}', encoding="utf-8")
    return run


def read(folder):
    return json.loads(folder.report.read_text(encoding="utf-8"))


def hear(ledger, *uses):
    tell = ledger.listen(lambda _event: None)
    for use in uses:
        tell(Asked(use))


@pytest.mark.parametrize(
    ("uses", "tokens", "money"),
    [
        ([], (0, 0, 0), (None, None)),
        ([USE, USE], (200, 100, 20), (0.5, "EUR")),
        ([USE, UNANSWERED], (100, 50, 10), (0.25, "EUR")),
        ([UNANSWERED], (0, 0, 0), (None, None)),
        ([USE, UNPRICED], (200, 100, 20), (None, None)),
        ([USE, replace(USE, currency="USD")], (200, 100, 20), (None, None)),
    ],
    ids=["none", "same", "with-a-failure", "failure", "one-unpriced", "two-currencies"],
)
def test_total_uses_adds_tokens_and_money_only_where_it_is_known(uses, tokens, money):
    total = total_uses(uses)

    assert tuple(total[f"{n}_tokens"] for n in ("prompt", "completion", "cached")) == tokens
    assert (total["cost"], total["currency"]) == money


def test_total_uses_says_when_tokens_are_estimates():
    assert not total_uses([USE])["is_estimated"]
    assert total_uses([USE, replace(USE, is_estimated=True)])["is_estimated"]


def test_ledger_hands_events_on_and_notes_uses_only(folder):
    heard, ledger = [], Ledger("chat")
    tell = ledger.listen(heard.append)
    for event in (Planning("a"), Asked(USE)):
        tell(event)
    ledger.close_request("a wish", "made", folder)

    assert heard == [Planning("a"), Asked(USE)]
    (row,) = read(folder)["ledger"]["requests"]
    assert (row["request"], row["did"], row["llm"]["prompt_tokens"]) == ("a wish", "made", 100)


def test_ledger_notes_a_use_before_whoever_listens_can_end_the_work(folder):
    ledger = Ledger("chat")

    def end(_event):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ledger.listen(end)(Asked(USE))
    ledger.close_request("a wish", "stopped", folder)
    assert read(folder)["ledger"]["requests"][0]["did"] == "stopped"


def test_ledger_without_a_use_writes_nothing(folder):
    before = folder.report.read_bytes()
    Ledger("chat").close_request("a wish", "made", folder)
    assert folder.report.read_bytes() == before


def test_ledger_writes_what_was_spent_before_there_was_a_run_with_it(tmp_path, folder):
    ledger = Ledger("chat")
    for number, place in enumerate((None, RunFolder(tmp_path / "none"), folder, folder)):
        hear(ledger, USE)
        ledger.close_request(f"wish {number}", "failed", place)
    written = read(folder)["ledger"]

    assert [row["request"] for row in written["requests"]] == [f"wish {n}" for n in range(4)]
    (session,) = written["sessions"]
    assert (session["asked_count"], session["cost"]) == (4, 1.0)
    assert read(folder)["ok"]


def test_ledger_that_cannot_be_written_is_written_with_the_next_request(folder, monkeypatch):
    from clappper.core import run_ledger

    def refuse(*_arguments):
        raise OutputError("The disk is full.")

    ledger = Ledger("chat")
    hear(ledger, USE)
    with monkeypatch.context() as patch:
        patch.setattr(run_ledger, "write_json", refuse)
        with pytest.raises(OutputError):
            ledger.close_request("first", "made", folder)
    ledger.close_request("second", "edited", folder)

    assert [row["request"] for row in read(folder)["ledger"]["requests"]] == ["first"]


def test_ledger_keeps_a_bounded_text_of_a_request(folder):
    ledger = Ledger("chat")
    hear(ledger, USE)
    ledger.close_request("x" * 20_000, "made", folder)
    assert len(read(folder)["ledger"]["requests"][0]["request"]) == 300


@pytest.mark.parametrize("text", ["", "[]", "{", "7", '{"seed": NaN}', "[" * 100_000])
def test_ledger_leaves_a_report_that_is_not_sound(text, folder):
    folder.report.write_text(text, encoding="utf-8")
    ledger = Ledger("chat")
    hear(ledger, USE)
    ledger.close_request("a wish", "made", folder)
    carry_ledger(folder.report, folder.report)
    assert folder.report.read_text(encoding="utf-8") == text


def test_carry_ledger_leaves_everything_else(tmp_path):
    source, target = tmp_path / "a.json", tmp_path / "b.json"
    source.write_text('{"seed": 1, "ledger": {"requests": [1]}}', encoding="utf-8")
    target.write_text('{"seed": 2, "ledger": {"requests": []}}', encoding="utf-8")
    carry_ledger(source, target)
    assert json.loads(target.read_text()) == {"seed": 2, "ledger": {"requests": [1]}}

    source.write_text('{"seed": 1}', encoding="utf-8")
    carry_ledger(source, target)
    assert json.loads(target.read_text()) == {"seed": 2, "ledger": {"requests": [1]}}
