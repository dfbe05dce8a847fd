"""Which assets have no file, told without repeating what is wrong with a root."""

from __future__ import annotations

import threading

import pytest

from clappper.core.catalog.files.check import PackTotal, check_assets
from clappper.core.catalog.files.reachability import FileProbe
from clappper.core.catalog.resolve import RootResolver
from support.master_index import make_asset

PATHS = [f"Pack{number % 3}/Box_A{number}.usd" for number in range(30)]
ASSETS = [make_asset(path) for path in PATHS]


def write_files(root, paths):
    for path in paths:
        file = root / "omniverse_assets" / "packs" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x")


def test_check_all_there_is_ok(tmp_path):
    write_files(tmp_path, PATHS)
    told = []

    report = check_assets(ASSETS, [tmp_path], on_progress=lambda *step: told.append(step))

    assert (report.ok, report.total, report.resolved) == (True, 30, 30)
    assert (report.unresolved, report.unanswered, report.dead_roots) == ((), 0, ())
    assert told == [(done, 30) for done in range(1, 31)]


def test_check_missing_files_are_listed_in_order_and_counted_by_pack(tmp_path):
    write_files(tmp_path, [path for path in PATHS if not path.startswith("Pack1/")])

    report = check_assets(ASSETS, [str(tmp_path)])

    assert [gap.asset for gap in report.unresolved] == [a for a in ASSETS if a.pack == "Pack1"]
    assert "in none of the asset roots" in report.unresolved[0].reason
    assert report.packs == (
        PackTotal("Pack0", 10, 10),
        PackTotal("Pack1", 10, 0),
        PackTotal("Pack2", 10, 10),
    )
    assert not report.ok


def test_check_path_that_leads_out_is_listed_with_that_reason(tmp_path):
    write_files(tmp_path, PATHS)
    bad = make_asset("Pack/a.usd", asset_path="../../a.usd")

    report = check_assets([*ASSETS, bad], [tmp_path])

    assert [(gap.asset, "leads out" in gap.reason) for gap in report.unresolved] == [(bad, True)]


@pytest.mark.parametrize("roots", [[], ["https://host"], ["s3://clappper-assets=https://host"]])
def test_check_without_a_folder_says_so_once(roots):
    report = check_assets(ASSETS, roots)

    assert report.dead_roots == ("No folder is given as asset root; name one with --assets.",)
    assert (report.unresolved, report.unanswered) == ((), 30)


def test_check_missing_root_is_told_once(tmp_path):
    report = check_assets(ASSETS, [tmp_path / "gone"])

    assert len(report.dead_roots) == 1
    assert "gone is not a folder" in report.dead_roots[0]
    assert (report.unresolved, report.unanswered, report.resolved) == ((), 30, 0)


def test_check_missing_root_beside_a_good_one_is_told_and_the_rest_listed(tmp_path):
    write_files(tmp_path / "good", PATHS[1:])

    report = check_assets(ASSETS, [tmp_path / "gone", tmp_path / "good"])

    assert len(report.dead_roots) == 1
    assert [gap.asset for gap in report.unresolved] == ASSETS[:1]


class DyingProbe:
    """Answers for a while, then hangs."""

    def __init__(self, root, answers):
        self.release = threading.Event()
        self._probe = FileProbe(root)
        self._answers = iter(range(answers))

    def __call__(self, path):
        if next(self._answers, None) is None:
            self.release.wait(30)
        return self._probe(path)


def test_check_root_that_dies_on_the_way_is_told_once_and_the_run_ends(tmp_path):
    paths = [f"Pack/Box_A{number}.usd" for number in range(3000)]
    write_files(tmp_path, paths)
    probe = DyingProbe(tmp_path, answers=50)
    resolver = RootResolver([tmp_path], make_probe=lambda _: probe)

    report = check_assets([make_asset(path) for path in paths], resolver, deadline_s=0.5)
    probe.release.set()

    assert report.unresolved == ()
    assert report.resolved + report.unanswered == report.total == 3000
    assert report.resolved < 50
    assert len(report.dead_roots) == 1
    assert "does not answer" in report.dead_roots[0]


def test_check_error_ends_the_run(tmp_path):
    def fail(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check_assets(ASSETS, [tmp_path], on_progress=fail)


def test_check_nothing_is_ok(tmp_path):
    report = check_assets([], [tmp_path])

    assert (report.ok, report.packs) == (True, ())
