"""Finding files below roots, never outside of them, and falling back to usual sizes."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pxr import Usd, UsdGeom

from clappper.core.catalog import measure as measure_module
from clappper.core.catalog.files.reachability import FileProbe, FileState, RootWatch
from clappper.core.catalog.language.sizes import make_default_measure
from clappper.core.catalog.measuring.measure_override import Overrides
from clappper.core.catalog.models import MeasureRecord
from clappper.core.catalog.resolve import RootResolver
from clappper.core.errors import AssetUnresolvedError
from clappper.core.issue import Issue
from clappper.core.units import Vec3
from support.master_index import make_asset
from support.source import CORE_FOLDER

PATH = "Pack/Boxes/Box_A01.usda"


def write_cube(path, *, edge_m=0.5):
    path.parent.mkdir(parents=True, exist_ok=True)
    stage = Usd.Stage.CreateInMemory()
    UsdGeom.SetStageUpAxis(stage, "Z")
    UsdGeom.SetStageMetersPerUnit(stage, 1.0)
    stage.SetDefaultPrim(UsdGeom.Xform.Define(stage, "/Box").GetPrim())
    UsdGeom.Cube.Define(stage, "/Box/Cube").CreateSizeAttr(edge_m)
    stage.GetRootLayer().Export(str(path))
    return path


@pytest.mark.parametrize("below", ["packs", "omniverse_assets/packs", "."])
def test_resolve_roots_of_every_kind_have_the_file(tmp_path, below):
    path = write_cube(tmp_path / below / PATH)

    assert RootResolver([tmp_path]).resolve(make_asset(PATH)) == path.resolve()


def test_resolve_full_key_below_the_root_is_found(tmp_path):
    path = write_cube(tmp_path / "library" / "Box_A01.usda")
    asset = make_asset(PATH, source_url="s3://bucket/library/Box_A01.usda")

    assert RootResolver([tmp_path]).resolve(asset) == path.resolve()


def test_resolve_first_root_wins(tmp_path):
    for root in ("b", "a"):
        write_cube(tmp_path / root / "packs" / PATH)

    assert (
        RootResolver([tmp_path / "b", tmp_path / "a"])
        .resolve(make_asset(PATH))
        .is_relative_to(tmp_path / "b")
    )


def test_resolve_windows_slashes_are_accepted(tmp_path):
    path = write_cube(tmp_path / "packs" / PATH)
    asset = make_asset(PATH, asset_path=PATH.replace("/", "\\"))

    assert RootResolver([tmp_path]).resolve(asset) == path.resolve()


ESCAPES = [
    "../secret.usda", "packs/../../secret.usda", "..\\secret.usda", "/secret.usda",
    "C:/secret.usda", "C:\\secret.usda",
    "\\\\host\\share\\secret.usda", "a//secret.usda", "./secret.usda", "", "a\x00b.usda",
    "a\nb.usda", "file:secret.usda",
]  # fmt: skip


@pytest.mark.parametrize("path", ESCAPES)
@pytest.mark.parametrize("field", ["asset_path", "source_url"])
def test_resolve_paths_that_leave_the_root_are_refused(tmp_path, path, field):
    root = tmp_path / "root"
    (root / "packs").mkdir(parents=True)
    write_cube(tmp_path / "secret.usda")
    asset = make_asset(PATH, **{field: path if field == "asset_path" else f"s3://bucket/{path}"})

    with pytest.raises(AssetUnresolvedError):
        RootResolver([root]).resolve(asset)


def test_resolve_absolute_path_of_a_real_file_is_refused(tmp_path):
    secret = write_cube(tmp_path / "secret.usda")
    (tmp_path / "root").mkdir()

    with pytest.raises(AssetUnresolvedError, match="leads out"):
        RootResolver([tmp_path / "root"]).resolve(make_asset(PATH, asset_path=str(secret)))


@pytest.mark.skipif(os.name == "nt", reason="symbolic links need rights on Windows")
@pytest.mark.parametrize("is_folder", [False, True])
def test_resolve_links_that_lead_out_are_refused(tmp_path, is_folder):
    secret = write_cube(tmp_path / "outside" / "Box_A01.usda")
    folder = tmp_path / "root" / "packs" / "Pack"
    folder.mkdir(parents=True)
    if is_folder:
        (folder / "Boxes").symlink_to(secret.parent)
    else:
        (folder / "Boxes").mkdir()
        (folder / "Boxes" / "Box_A01.usda").symlink_to(secret)

    with pytest.raises(AssetUnresolvedError):
        RootResolver([tmp_path / "root"]).resolve(make_asset(PATH))


@pytest.mark.skipif(os.name == "nt", reason="symbolic links need rights on Windows")
def test_resolve_root_that_is_a_link_is_followed_and_named_as_the_user_has_it(tmp_path):
    write_cube(tmp_path / "real" / "packs" / PATH)
    (tmp_path / "link").symlink_to(tmp_path / "real")

    found = RootResolver([tmp_path / "link"]).resolve(make_asset(PATH))

    # A drive such as Z: is such a link: it must not turn into the name of its server.
    assert found == tmp_path / "link" / "packs" / PATH


@given(path=st.text(max_size=40) | st.text(alphabet="./\\:C~ab", max_size=20))
def test_resolve_any_path_stays_inside_or_raises(tmp_path_factory, path):
    root = tmp_path_factory.getbasetemp().resolve()
    try:
        found = RootResolver([root]).resolve(make_asset(PATH, asset_path=path, source_url=path))
    except AssetUnresolvedError:
        return
    assert found.resolve().is_relative_to(root)


def test_measure_file_gives_its_real_size_and_the_asset_id(tmp_path):
    write_cube(tmp_path / "packs" / PATH, edge_m=0.75)

    measure, issues = RootResolver([tmp_path]).measure(make_asset(PATH, asset_id="abc"))

    assert (measure.is_measured, measure.asset_id, issues) == (True, "abc", [])
    assert measure.size_m.as_tuple() == (0.75, 0.75, 0.75)


def test_measure_file_is_read_again_only_when_it_changed(tmp_path, monkeypatch):
    calls = []
    real = measure_module.measure_asset
    monkeypatch.setattr(
        measure_module, "measure_asset", lambda *args, **kw: calls.append(args) or real(*args, **kw)
    )
    path = write_cube(tmp_path / "packs" / PATH, edge_m=0.5)
    resolver = RootResolver([tmp_path])

    first = [resolver.measure(make_asset(PATH))[0].size_m.x for _ in range(3)]
    write_cube(path, edge_m=0.875)
    again = resolver.measure(make_asset(PATH))[0].size_m.x

    assert (first, again, len(calls)) == ([0.5] * 3, 0.875, 2)


def test_measure_without_roots_takes_the_usual_size_with_a_warning():
    measure, issues = RootResolver([]).measure(
        make_asset("Pack/Forklift_A01.usd", category="forklift")
    )

    assert not measure.is_measured
    assert measure.size_m.as_tuple() == (1.2, 2.9, 2.2)
    assert [(issue.code, issue.severity) for issue in issues] == [("UNMEASURED", "warning")]


def test_measure_missing_file_is_an_error_issue(tmp_path):
    measure, issues = RootResolver([tmp_path]).measure(make_asset(PATH))

    assert not measure.is_measured
    assert [(issue.code, issue.severity) for issue in issues] == [("ASSET_UNRESOLVED", "error")]
    assert "Box_A01" in issues[0].message


def test_measure_broken_file_says_why_every_time(tmp_path):
    path = tmp_path / "packs" / PATH
    path.parent.mkdir(parents=True)
    path.write_text("#usda 1.0\n(")
    resolver = RootResolver([tmp_path])

    for _ in range(2):
        measure, issues = resolver.measure(make_asset(PATH))
        assert not measure.is_measured
        assert [(issue.code, issue.message) for issue in issues] == [
            ("ASSET_UNRESOLVED", "Box_A01.usda is not readable as USD; check the file.")
        ]


@pytest.mark.parametrize(
    ("name", "category", "size_m"),
    [
        ("Tote_B01_60x40x30cm", "container", (0.6, 0.4, 0.3)),
        ("CubeBox_A10_51cm", "box", (0.51, 0.51, 0.51)),
        ("Cone_30cm", "cone", (0.152113, 0.152113, 0.3)),
        ("Rack_9999x1x1m", "rack", (2.8, 1.1, 4.0)),
        ("Thing", "no such category", (0.5, 0.5, 0.5)),
    ],
)
def test_measure_unmeasured_names_that_state_a_size_are_believed(name, category, size_m):
    measure, _ = RootResolver([]).measure(make_asset(f"Pack/{name}.usd", category=category))

    assert measure.size_m.as_tuple() == pytest.approx(size_m, abs=1e-6)


class Drive:
    """Looks at files as the resolver does, unless the drive hangs."""

    def __init__(self, root=None):
        self.release = threading.Event()
        self.release.set()
        self.calls = []
        self._look = FileProbe(root) if root else lambda path: None

    def __call__(self, path):
        self.calls.append(path)
        self.release.wait(30)
        return self._look(path)


def open_drive(root, drive, *, deadline_s=10.0):
    return RootResolver([root], make_probe=lambda _: drive, deadline_s=deadline_s)


@pytest.fixture
def drive(tmp_path):
    drive = Drive(tmp_path)
    yield drive
    drive.release.set()


def test_resolve_drive_that_hangs_is_told_and_then_left_alone(tmp_path, drive):
    path = write_cube(tmp_path / "packs" / PATH)
    resolver = open_drive(tmp_path, drive, deadline_s=0.05)
    drive.release.clear()

    for _ in range(50):
        with pytest.raises(
            AssetUnresolvedError, match=r"does not answer; check that it is mounted\.$"
        ):
            resolver.resolve(make_asset(PATH))
    assert len(drive.calls) == 1

    drive.release.set()
    wait_until(lambda: resolver.look_up(make_asset(PATH), deadline_s=10.0).path == path)


def test_resolve_drive_that_hangs_is_asked_again_after_a_while(tmp_path):
    clock, release = [0.0], threading.Event()
    watch = RootWatch(
        tmp_path,
        probe=lambda path: FileState(1, 1) if clock[0] >= 30.0 else release.wait(30),
        deadline_s=0.05,
        retry_s=30.0,
        clock=lambda: clock[0],
    )
    with pytest.raises(TimeoutError):
        watch.find_first([tmp_path / "a"])
    clock[0] = 29.9
    with pytest.raises(TimeoutError):
        watch.find_first([tmp_path / "a"])

    clock[0] = 30.0

    assert watch.find_first([tmp_path / "a"], deadline_s=10.0)
    release.set()


def test_resolve_drive_that_hangs_again_and_again_holds_a_bounded_number_of_threads(
    tmp_path, drive
):
    watch = RootWatch(tmp_path, probe=drive, deadline_s=0.01, retry_s=0.0)
    drive.release.clear()

    for _ in range(40):
        with pytest.raises(TimeoutError):
            watch.find_first([tmp_path / "a"])

    assert len(drive.calls) <= 16


def test_resolve_another_root_helps_out_while_the_first_one_hangs(tmp_path):
    write_cube(tmp_path / "copy" / "packs" / PATH)
    drives = {tmp_path / "dead": Drive(), tmp_path / "copy": Drive(tmp_path / "copy")}
    drives[tmp_path / "dead"].release.clear()
    resolver = RootResolver(list(drives), make_probe=drives.get, deadline_s=0.5)

    assert resolver.resolve(make_asset(PATH)).is_relative_to(tmp_path / "copy")
    drives[tmp_path / "dead"].release.set()


def test_resolve_construction_touches_nothing(tmp_path, drive):
    open_drive(tmp_path, drive)

    assert drive.calls == []


def test_resolve_files_that_are_there_are_remembered_until_cleared(tmp_path, drive):
    write_cube(tmp_path / "packs" / PATH)
    resolver = open_drive(tmp_path, drive)

    for _ in range(5):
        resolver.resolve(make_asset(PATH))
    assert len(drive.calls) == 1

    resolver.clear()
    resolver.resolve(make_asset(PATH))
    assert len(drive.calls) == 2


def test_resolve_missing_files_are_looked_for_again_soon(tmp_path):
    clock, files, calls = [0.0], set(), []

    def probe(path):
        calls.append(path)
        return FileState(1, 1) if path in files else None

    watch = RootWatch(tmp_path, probe=probe, clock=lambda: clock[0])
    answers = [watch.find_first([tmp_path / "a"]), watch.find_first([tmp_path / "a"])]
    files.add(tmp_path / "a")
    clock[0] = 3.0
    answers += [watch.find_first([tmp_path / "a"]), watch.find_first([tmp_path / "a"])]
    files.clear()
    clock[0] = 400.0
    answers.append(watch.find_first([tmp_path / "a"]))

    assert answers == [None, None, tmp_path / "a", tmp_path / "a", None]
    assert len(calls) == 3


def test_resolve_hanging_thread_does_not_keep_the_program_from_ending(tmp_path):
    script = f"""
import threading
from clappper.core.catalog.files.reachability import RootWatch
from pathlib import Path
hang = lambda path: threading.Event().wait()
watch = RootWatch(Path({str(tmp_path)!r}), probe=hang, deadline_s=0.05)
try:
    watch.find_first([Path("a")])
except TimeoutError:
    print("left")
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(CORE_FOLDER)},
        text=True,
        timeout=60,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "left\n", "")


def test_resolve_errors_of_the_probe_are_carried_over(tmp_path):
    def probe(_):
        raise KeyError("odd")

    with pytest.raises(KeyError, match="odd"):
        RootWatch(tmp_path, probe=probe).find_first([tmp_path])


@pytest.mark.parametrize("root", ["s3://clappper-assets={}", "{}", '"{}"'])
def test_resolve_roots_are_taken_as_text(tmp_path, root):
    path = write_cube(tmp_path / "omniverse_assets" / "packs" / PATH)

    assert RootResolver([root.format(tmp_path)]).resolve(make_asset(PATH)) == path


def test_resolve_source_on_a_drive_is_found_below_any_root(tmp_path):
    path = write_cube(tmp_path / "library" / "Box_A01.usda")
    asset = make_asset(PATH, source_url="Z:\\library\\Box_A01.usda")

    assert RootResolver([tmp_path]).resolve(asset) == path


def test_resolve_root_of_another_bucket_is_not_looked_at(tmp_path):
    write_cube(tmp_path / "packs" / PATH)

    with pytest.raises(AssetUnresolvedError, match="in none of the asset roots"):
        RootResolver([f"s3://other={tmp_path}"]).resolve(make_asset(PATH))


def test_resolve_names_in_any_script_are_found(tmp_path):
    name = "Pack/\u6728\u7bb1 \U0001f4e6\u200d #1%20.usda"
    path = write_cube(tmp_path / "packs" / name)

    assert RootResolver([tmp_path]).resolve(make_asset(PATH, asset_path=name)) == path


def test_resolve_web_roots_have_addresses_and_no_files(tmp_path):
    resolver = RootResolver(["https://host/assets"])
    asset = make_asset("Pack/a b.usd")

    assert resolver.find_url(asset) == "https://host/assets/omniverse_assets/packs/Pack/a%20b.usd"
    with pytest.raises(AssetUnresolvedError, match="no asset root"):
        resolver.resolve(asset)
    assert resolver.measure(asset)[1][0].code == "UNMEASURED"
    assert RootResolver([tmp_path]).find_url(asset) is None


def make_record(path, *, edge_m=2.0, unusable=None, issues=()):
    """Return a record of the file as it is, with a size of its own."""
    status = path.stat()
    size = Vec3(x=edge_m, y=edge_m, z=edge_m)
    measure = make_default_measure(make_asset(PATH, asset_id="recorded"))
    return MeasureRecord(
        asset_path=PATH,
        size_bytes=status.st_size,
        mtime_ns=status.st_mtime_ns,
        measure=None
        if unusable
        else measure.model_copy(update={"is_measured": True, "size_m": size, "up_axis": "Y"}),
        issues=issues,
        unusable=unusable,
    )


@pytest.fixture
def no_reading(monkeypatch):
    """Fail when a USD file is opened."""
    monkeypatch.setattr(measure_module, "measure_asset", lambda *_, **__: pytest.fail("was opened"))


def test_measure_recorded_file_is_not_opened(tmp_path, no_reading):
    path = write_cube(tmp_path / "packs" / PATH)
    issue = Issue(code="UNITS", severity="warning", message="No unit.")
    records = {PATH: make_record(path, issues=(issue,))}

    measure, issues = RootResolver([tmp_path], records=records).measure(
        make_asset(PATH, asset_id="abc")
    )

    assert (measure.is_measured, measure.asset_id, measure.size_m.x) == (True, "abc", 2.0)
    assert issues == [issue]


@pytest.mark.parametrize("field", ["size_bytes", "mtime_ns"])
def test_measure_record_of_another_state_of_the_file_is_not_believed(tmp_path, field):
    path = write_cube(tmp_path / "packs" / PATH, edge_m=0.75)
    record = make_record(path)
    records = {PATH: record.model_copy(update={field: getattr(record, field) + 1})}

    measure, _ = RootResolver([tmp_path], records=records).measure(make_asset(PATH))

    assert measure.size_m.x == 0.75


def test_measure_recorded_as_unusable_says_why(tmp_path, no_reading):
    path = write_cube(tmp_path / "packs" / PATH)
    records = {PATH: make_record(path, unusable="Box_A01.usda crashed the USD reader.")}

    measure, issues = RootResolver([tmp_path], records=records).measure(make_asset(PATH))

    assert not measure.is_measured
    assert [(i.code, i.severity, i.message) for i in issues] == [
        ("ASSET_UNRESOLVED", "error", "Box_A01.usda crashed the USD reader.")
    ]


@pytest.mark.parametrize("has_root", [True, False])
def test_measure_recorded_file_that_is_not_there_has_its_size_but_is_not_read(tmp_path, has_root):
    path = write_cube(tmp_path / "packs" / PATH)
    records = {PATH: make_record(path)}
    path.unlink()

    measure, issues = RootResolver([tmp_path] if has_root else [], records=records).measure(
        make_asset(PATH)
    )

    assert (measure.size_m.x, measure.up_axis, measure.is_measured) == (2.0, "Y", False)
    expected = ("ASSET_UNRESOLVED", "error") if has_root else ("UNMEASURED", "warning")
    assert [(issue.code, issue.severity) for issue in issues] == [expected]
    assert has_root or "size it was measured with" in issues[0].message


def test_measure_drive_that_stops_answering_in_between_is_told(tmp_path, drive):
    write_cube(tmp_path / "packs" / PATH)
    resolver = open_drive(tmp_path, drive, deadline_s=0.05)
    assert resolver.look_up(make_asset(PATH), deadline_s=10.0).path is not None
    drive.release.clear()

    measure, issues = resolver.measure(make_asset(PATH))

    assert not measure.is_measured
    assert issues[0].message.endswith("does not answer; check that it is mounted.")


def test_measure_file_that_vanished_is_told(tmp_path, drive):
    path = write_cube(tmp_path / "packs" / PATH)
    resolver = open_drive(tmp_path, drive)
    resolver.resolve(make_asset(PATH))
    path.unlink()

    assert "is gone" in resolver.measure(make_asset(PATH))[1][0].message


def test_measure_file_that_hangs_the_reader_is_told(tmp_path, monkeypatch):
    release = threading.Event()
    write_cube(tmp_path / "packs" / PATH)
    monkeypatch.setattr(measure_module, "measure_asset", lambda *_, **__: release.wait(30))
    monkeypatch.setattr("clappper.core.catalog.resolve._MEASURE_S", 0.05)

    _, issues = RootResolver([tmp_path]).measure(make_asset(PATH))

    assert "was not read within 0.05 s" in issues[0].message
    release.set()


def wait_until(is_so):
    """Wait for what another thread is about to do."""
    for _ in range(500):
        if is_so():
            return
        threading.Event().wait(0.01)
    pytest.fail("it never came true")


@pytest.mark.parametrize("has_root", [True, False])
def test_measure_of_a_file_that_is_not_there_has_the_users_overrides(tmp_path, has_root):
    path = write_cube(tmp_path / "packs" / PATH)
    records = {PATH: make_record(path)}
    path.unlink()
    fields = {"meters_per_unit": 0.01, "front_yaw_deg": 90.0}
    resolver = RootResolver(
        [tmp_path] if has_root else [],
        records=records,
        overrides=Overrides.model_validate({"schema_version": 1, "assets": {"*": fields}}),
    )

    recorded, _ = resolver.measure(make_asset(PATH))
    usual, _ = resolver.measure(make_asset("Pack/Other_A01.usd"))

    assert (recorded.size_m.x, recorded.front_yaw_deg) == (0.02, 90.0)
    assert (usual.size_m, usual.front_yaw_deg) == (
        make_default_measure(make_asset("Pack/Other_A01.usd")).size_m,
        90.0,
    )
    assert not recorded.is_measured
    assert not usual.is_measured
