import pytest

from clappper.core.errors import OutputError
from clappper.core.run_folder import RunFolder, choose_run_path


def test_prepare_new_folder_is_created(tmp_path):
    RunFolder(tmp_path / "a/b").prepare()
    assert (tmp_path / "a/b").is_dir()


def test_prepare_earlier_run_is_cleared_but_assets_stay(tmp_path):
    folder = RunFolder(tmp_path)
    folder.prepare()
    folder.plan.write_text("{}")
    folder.movie.write_bytes(b"old")
    folder.frames.mkdir()
    (folder.frames / "frame.0001.png").write_bytes(b"old")
    (tmp_path / "assets").mkdir()
    folder.prepare()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["assets"]


@pytest.mark.parametrize("names", [["thesis.docx"], ["plan.json", "thesis.docx"]])
def test_prepare_folder_of_somebody_else_is_refused_untouched(tmp_path, names):
    for name in names:
        (tmp_path / name).write_text("mine")
    with pytest.raises(OutputError, match="not a run's"):
        RunFolder(tmp_path).prepare()
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(names)


def test_prepare_path_below_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="--out"):
        RunFolder(tmp_path / "file" / "run").prepare()


def test_choose_run_path_names_are_readable_and_never_taken(tmp_path):
    first = choose_run_path("A warehouse, with 3 forklifts!", parent=tmp_path)
    assert first.name == "a-warehouse-with-3-forklifts"
    first.mkdir()
    assert choose_run_path("A warehouse, with 3 forklifts!", parent=tmp_path).name.endswith("-2")
    assert choose_run_path("???", parent=tmp_path).name == "run"
