"""Writing a file so that a reader never sees half of it, and knowing beforehand that it can be written."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from derive.errors import BadInput


def check_output(path: Path) -> Path:
    """The place that `path` really names, once it is certain that a file can be made there.

    Raises `BadInput` for a directory, a missing parent, a special file, or a place without write
    permission: before an hour of computation, not after it.
    """
    try:
        target = path.expanduser().resolve()
        reason = _unfit(target) or _refused(target)
    except (OSError, RuntimeError) as error:
        raise BadInput(f"cannot write {str(path)[:200]!r}: {_why(error)}; name another place") from error
    if reason:
        raise BadInput(f"cannot write {str(path)[:200]!r}: {reason}")
    return target


def write_atomically(path: Path, content: bytes) -> None:
    """Write beside `path`, flush to the disk, then rename: at every moment the old file or the whole new one.

    Raises `OSError` where the disk refuses; what was written beside is removed.
    """
    beside = _beside(path)
    try:
        with beside.open("xb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _unfit(target: Path) -> str | None:
    """Why nothing can be written there, as far as names tell; None where it can."""
    if target.is_dir():
        return "it is a directory; name a file in it"
    if not target.parent.is_dir():
        return f"{str(target.parent)[:200]!r} is not a directory; create it first"
    if target.exists() and not target.is_file():
        return "it is not a regular file; name another"
    return None


def _refused(target: Path) -> str | None:
    """Permission bits do not tell of read-only disks, so make a file and remove it."""
    beside = _beside(target)
    beside.open("xb").close()
    beside.unlink()
    return "it is read-only; name another" if target.exists() and not os.access(target, os.W_OK) else None


def _why(error: OSError | RuntimeError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{secrets.token_hex(4)}")
