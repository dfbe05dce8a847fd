"""Every snippet of docs/requirements is true: the solver keeps it, the certificate measures it."""

from __future__ import annotations

from typing import get_args

import pytest

from clappper.core.planning.models import Verb
from clappper.core.stage.relations import ERROR_VERBS
from support.requirement_pages import PAGES, certify, load_page, place, solve

VERBS = get_args(Verb)
STAGES = [
    pytest.param(verb, number, id=f"{verb}-{number}-{kind}")
    for verb in VERBS
    for number, (kind, _) in enumerate(load_page(verb).stages)
]


def find_report(certificate, verb):
    return next(report for report in certificate.relations if report.verb == verb)


@pytest.mark.parametrize("verb", VERBS)
def test_the_plan_of_a_page_is_solved_and_holds(verb):
    page = load_page(verb)
    placements = solve(page.plan)

    certificate = certify(page.plan, placements)

    assert placements.violations == ()
    assert [issue.message for issue in certificate.issues if issue.severity != "info"] == []
    assert find_report(certificate, verb).holds


@pytest.mark.parametrize(("verb", "number"), STAGES)
def test_a_stage_of_a_page_is_measured_as_the_page_says(verb, number):
    page = load_page(verb)
    kind, poses = page.stages[number]

    certificate = certify(page.plan, place(page.plan, poses))

    report = find_report(certificate, verb)
    unmet = [issue for issue in certificate.issues if issue.code == "RELATION_UNMET"]
    assert report.holds is (kind == "holds"), report.measured
    assert [issue.severity for issue in unmet] == (
        [] if kind == "holds" else ["error" if verb in ERROR_VERBS else "warning"]
    )


@pytest.mark.parametrize("verb", VERBS)
def test_a_page_has_a_stage_that_holds_and_one_that_does_not(verb):
    page = load_page(verb)
    severity = "an error" if verb in ERROR_VERBS else "a warning"

    assert page.text.startswith(f"# {verb}\n")
    assert {kind for kind, _ in page.stages} == {"holds", "fails"}
    assert f"| else | `RELATION_UNMET`, {severity} |" in page.text
    assert all(len(poses) == sum(i.count for i in page.plan.items) for _, poses in page.stages)


def test_the_index_links_every_page():
    index = (PAGES / "README.md").read_text(encoding="utf-8")
    pages = {path.name for path in PAGES.glob("*.md")} - {"README.md"}

    assert pages == {f"{verb}.md" for verb in VERBS}
    assert all(f"]({name})" in index for name in pages)


@pytest.mark.slow
@pytest.mark.parametrize("verb", VERBS)
def test_the_plan_of_a_page_holds_whatever_the_seed(verb):
    page = load_page(verb)

    broken = [
        seed
        for seed in range(1, 41)
        if not find_report(certify(page.plan, solve(page.plan, seed)), verb).holds
    ]

    assert broken == []
