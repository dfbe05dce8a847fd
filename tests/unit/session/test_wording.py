"""Events and certificates in the words of the chat."""

from __future__ import annotations

from pathlib import Path

import pytest

from clappper.core import events
from clappper.core.issue import Issue
from clappper.core.session.models import Line
from clappper.core.session.wording import (
    Progress,
    describe_found,
    describe_plan,
    describe_progress,
    describe_verdict,
)
from support.fake_session import make_availability, make_certificate
from support.stages import make_plan


def test_describe_found_all_there_is_one_line():
    availability = make_availability("3 forklifts", "12 shelving units")
    assert describe_found(availability.sentence, availability) == [
        Line("found", "Found 3 forklifts, 12 shelving units.")
    ]


def test_describe_found_missing_stands_on_a_line_of_its_own():
    availability = make_availability("3 forklifts", missing=("unicorn",))
    assert describe_found(availability.sentence, availability) == [
        Line("found", "Found 3 forklifts."),
        Line("miss", "Not in the catalog: unicorn."),
    ]


def test_describe_found_nothing_there_is_the_miss_alone():
    availability = make_availability(missing=("unicorn",))
    assert describe_found(availability.sentence, availability) == [
        Line("miss", "Not in the catalog: unicorn.")
    ]


def test_describe_plan_tells_what_was_assumed_and_not_without_end():
    lines = describe_plan(make_plan([], assumptions=[f"{n} of it." for n in range(30)]))
    assert lines[0] == Line("note", "Assumed: 0 of it.")
    assert len(lines) == 12
    assert describe_plan(make_plan([])) == []


def test_describe_verdict_ok_has_counts_and_no_issue():
    verdict = describe_verdict(make_certificate())
    assert verdict.is_ok
    assert verdict.sentence == (
        "Certified: 2 of 2 box; 0 collisions, 0 out of bounds, 0 unsupported."
    )
    assert verdict.issues == ()


def test_describe_verdict_errors_come_first_and_misses_and_notes_not_again():
    certificate = make_certificate(
        Issue(code="AISLE_NARROW", severity="warning", message="Narrow."),
        Issue(code="MISS", severity="warning", message="No unicorn."),
        Issue(code="ASSUMPTION", severity="info", message="Assumed."),
        Issue(code="COLLISION", severity="error", message="They meet."),
        collisions=1,
    )

    verdict = describe_verdict(certificate)

    assert not verdict.is_ok
    assert verdict.sentence.startswith("Not certified: 2 of 2 box; 1 collisions")
    assert verdict.issues == (Line("error", "They meet."), Line("warning", "Narrow."))


@pytest.mark.parametrize(("count", "shown"), [(12, 12), (13, 13), (40, 13)])
def test_describe_verdict_many_issues_are_cut_and_counted(count, shown):
    issues = [Issue(code="X", severity="error", message=f"No {n}.") for n in range(count)]
    verdict = describe_verdict(make_certificate(*issues))
    assert len(verdict.issues) == shown
    if count > 12:
        assert verdict.issues[-1].text == f"and {count - 12} more in the certificate."


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (events.Opening(1, 4), Progress("Opening assets: 1 of 4", 0.25, "staging")),
        (events.Opening(0, 0), Progress("Opening assets: 0 of 0", None, "staging")),
        (events.Solving(3, 3), Progress("Placing: 3 of 3", 1.0, "staging")),
        (events.Encoding(6, 12), Progress("Encoding: 6 of 12", 0.5, "encoding")),
        (events.Capturing(0, 4, None), Progress("Capturing: 0 of 4", 0.0, "capturing")),
        (events.Capturing(1, 4, 9.4), Progress("Capturing: 1 of 4, 9 s left", 0.25, "capturing")),
        (
            events.Capturing(1, 4, 119.6),
            Progress("Capturing: 1 of 4, 2 min 0 s left", 0.25, "capturing"),
        ),
        (events.Filmed(Path("movie.mp4")), None),
        (events.Certified(make_certificate()), None),
        (
            events.Searching(("forklift", "pallet")),
            Progress("Looking for forklift, pallet …", None, "planning"),
        ),
        (events.Planning("I will"), Progress("The language model plans …", None, "planning")),
    ],
)
def test_describe_progress_table(event, expected):
    assert describe_progress(event) == expected
