"""Output files: refused before the work, written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from derive.errors import BadInput
from reports.files import check_output, write_atomically


def test_what_is_written_is_there(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a.pdf", b"one")
    write_atomically(tmp_path / "a.pdf", b"two")
    assert (tmp_path / "a.pdf").read_bytes() == b"two"
    assert list(tmp_path.iterdir()) == [tmp_path / "a.pdf"]


def test_a_failing_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "a.pdf"
    write_atomically(target, b"old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_atomically(target, b"new")
    assert target.read_bytes() == b"old" and list(tmp_path.iterdir()) == [tmp_path / "a.pdf"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link.pdf").symlink_to(tmp_path / "real.pdf")
    write_atomically(check_output(tmp_path / "link.pdf"), b"x")
    assert (tmp_path / "link.pdf").is_symlink() and (tmp_path / "real.pdf").read_bytes() == b"x"


@pytest.mark.parametrize("name", ["missing/a.pdf", ".", "file/a.pdf", "x" * 300, "fifo"])
def test_places_that_cannot_hold_a_file(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("x")
    os.mkfifo(tmp_path / "fifo")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(BadInput, match="cannot write") as caught:
        check_output(tmp_path / name)
    assert "\n" not in str(caught.value) and sorted(tmp_path.iterdir()) == before
