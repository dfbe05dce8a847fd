"""Which frames Movie Capture is asked for, which of its files count, and where they go."""

from __future__ import annotations

from pathlib import Path

import pytest

from clappper.core.capture import kit_frames
from clappper.core.capture.kit_frames import (
    WrittenFrame,
    choose_frames,
    compute_private_folder,
    compute_span,
    find_folder_problem,
    find_settled,
    find_written,
    make_private_folder,
    place_frames,
    remove_private_folder,
)
from clappper.core.capture.models import CaptureRequest
from clappper.core.errors import OutputError

PNG_END = b"IEND\xaeB`\x82"


def make_request(folder=Path("out"), *, first=1, last=3, fps=24):
    return CaptureRequest(
        stage_path=None,
        camera_path="/World/Cam",
        first_frame=first,
        last_frame=last,
        fps=fps,
        width=32,
        height=18,
        output_folder=folder,
    )


def write(folder, name, *, content=b"picture" + PNG_END):
    path = folder / "frame_frames" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    return path


def make_settled(*numbers):
    return {number: WrittenFrame(Path(f"{number}.png"), 9, True) for number in numbers}


def test_compute_span_at_the_stages_rate_counts_frames_and_asks_for_one_more():
    span = compute_span(make_request(first=5, last=9), 24.0)

    assert (span.first_number, span.count, span.step_fps, span.is_stepped) == (5, 5, 24.0, False)


@pytest.mark.parametrize(
    ("first", "fps", "rate", "number"),
    [(1, 30, 24.0, 0), (10, 12, 24.0, 20), (-3, 30, 24.0, -2), (0, 24, 23.976, 0)],
    ids=["faster", "slower", "before zero", "almost the same"],
)
def test_compute_span_at_another_rate_is_stepped_from_the_same_second(first, fps, rate, number):
    span = compute_span(make_request(first=first, last=first + 4, fps=fps), rate)

    assert span.is_stepped
    assert span.step_fps == rate
    assert span.start_s == pytest.approx(first / fps)
    assert span.first_number == number
    # Whether the range ends by counting at the stage's rate or at ours, all frames lie within.
    assert (span.end_s - span.start_s) * min(rate, fps) > span.count


def test_find_written_reads_numbers_and_whether_files_are_whole(tmp_path):
    whole = write(tmp_path, "frame.0001.png")
    write(tmp_path, "frame.-002.png", content=b"part of a pict")
    write(tmp_path, "frame.12345.png", content=b"")
    write(tmp_path, "frame.0001.exr")
    write(tmp_path, "other.0001.png")

    found = find_written(tmp_path)

    assert list(found) == [-2, 1, 12345]
    assert found[1] == WrittenFrame(whole, 15, True)
    assert not found[-2].is_whole
    assert not found[12345].is_whole


def test_find_settled_leaves_out_new_growing_and_partial_files():
    before = {
        1: WrittenFrame(Path("1"), 9, True),
        2: WrittenFrame(Path("2"), 9, True),
        3: WrittenFrame(Path("3"), 9, False),
    }
    now = {
        1: WrittenFrame(Path("1"), 9, True),
        2: WrittenFrame(Path("2"), 12, True),
        3: WrittenFrame(Path("3"), 9, False),
        4: WrittenFrame(Path("4"), 9, True),
    }

    assert list(find_settled(before, now)) == [1]


@pytest.mark.parametrize(
    ("numbers", "places"),
    [((5, 6, 7), [0, 1, 2]), ((5, 6, 7, 8), [0, 1, 2]), ((4, 5, 6, 7, 8, 9), [0, 1, 2])],
    ids=["exclusive end", "inclusive end", "more at both ends"],
)
def test_choose_frames_takes_the_wanted_and_drops_the_rest(numbers, places):
    span = compute_span(make_request(first=5, last=7), 24.0)

    chosen = choose_frames(make_settled(*numbers), span)

    assert list(chosen) == places
    assert chosen[0] == Path("5.png")


def test_choose_frames_of_numbered_frames_never_shifts_them():
    span = compute_span(make_request(first=5, last=7), 24.0)

    chosen = choose_frames(make_settled(6, 7, 8), span)

    assert chosen == {1: Path("6.png"), 2: Path("7.png")}


@pytest.mark.parametrize("start", [3, 4, 5])
def test_choose_frames_stepped_goes_by_order_when_all_are_there(start):
    span = compute_span(make_request(first=5, last=7, fps=30), 24.0)
    assert span.first_number == 4

    chosen = choose_frames(make_settled(start, start + 1, start + 2), span)

    assert [path.stem for path in chosen.values()] == [str(start + i) for i in range(3)]
    assert list(chosen) == [0, 1, 2]


def test_choose_frames_stepped_with_a_gap_goes_by_number():
    span = compute_span(make_request(first=5, last=8, fps=30), 24.0)

    assert list(choose_frames(make_settled(4, 6, 7), span)) == [0, 2, 3]


def test_place_frames_moves_and_removes_what_is_stale(tmp_path):
    request = make_request(tmp_path / "out", first=7, last=9)
    request.output_folder.mkdir()
    for number in (7, 8, 12):
        (request.output_folder / f"frame.{number:04d}.png").write_bytes(b"stale")
    source = write(tmp_path, "frame.0001.png")

    place_frames({0: source}, request)

    names = {path.name: path.read_bytes() for path in request.output_folder.iterdir()}
    assert names == {"frame.0007.png": b"picture" + PNG_END, "frame.0012.png": b"stale"}
    assert not source.exists()


def test_place_frames_waits_for_a_file_that_is_held_open(tmp_path, monkeypatch):
    monkeypatch.setattr(kit_frames, "_PAUSE_S", 0.0)
    refusals = iter([PermissionError("held"), PermissionError("held")])
    replace = Path.replace

    def replace_at_last(path, target):
        for refusal in refusals:
            raise refusal
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", replace_at_last)
    request = make_request(tmp_path / "out", last=1)

    place_frames({0: write(tmp_path, "frame.0001.png")}, request)

    assert (request.output_folder / "frame.0001.png").is_file()


def test_place_frames_that_stay_held_open_is_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(kit_frames, "_PAUSE_S", 0.0)

    def refuse(path, target):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", refuse)

    with pytest.raises(OutputError, match=r"Permission denied\. Choose another output folder"):
        place_frames({0: write(tmp_path, "frame.0001.png")}, make_request(tmp_path / "out", last=1))


def test_private_folder_lies_in_the_output_folder_and_goes_with_its_content(tmp_path):
    request = make_request(tmp_path / "new" / "out")

    private = compute_private_folder(request)
    make_private_folder(private)
    write(private, "frame.0001.png")

    assert private.parent == request.output_folder
    remove_private_folder(private)
    remove_private_folder(private)
    assert list(request.output_folder.iterdir()) == []


def test_make_private_folder_below_a_file_is_a_sentence(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(OutputError, match="Choose another output folder"):
        make_private_folder(tmp_path / "file" / "out" / ".capture")


def test_remove_private_folder_that_cannot_go_is_logged(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(kit_frames, "_PAUSE_S", 0.0)

    def refuse(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(kit_frames.shutil, "rmtree", refuse)

    remove_private_folder(tmp_path)

    assert "cannot be removed (Permission denied)" in caplog.text


def test_find_folder_problem_good_folders_have_none_and_nothing_is_left(tmp_path):
    assert find_folder_problem(tmp_path) == ""
    assert find_folder_problem(tmp_path / "not" / "there") == ""
    assert list(tmp_path.iterdir()) == []


def test_find_folder_problem_names_the_file_in_the_way(tmp_path):
    (tmp_path / "file").touch()

    assert find_folder_problem(tmp_path / "file" / "out") == f"{tmp_path / 'file'} is a file"


def test_find_folder_problem_of_a_folder_that_refuses(tmp_path, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)

    assert "may not be written (Permission denied)" in find_folder_problem(tmp_path)
