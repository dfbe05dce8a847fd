"""Finding files below roots, never outside of them, and falling back to usual sizes."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pxr import Usd, UsdGeom

from clappper.core.catalog import measure as measure_module
from clappper.core.catalog.resolve import RootResolver
from clappper.core.errors import AssetUnresolvedError
from support.master_index import make_asset

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
