"""A download leaves while it is being written, and nobody takes a part of it for the whole."""

from __future__ import annotations

import hashlib
import os
import resource
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest

from portal.exports.streaming import Stream

SELECT_REACHES = 1_024

Ends = list[tuple[int | None, str]]


def streamed(write: Callable[[Path], int], folder: Path) -> tuple[Stream, Ends]:
    ends: Ends = []
    made = Stream(write, folder, "lines-", lambda count, digest: ends.append((count, digest)))
    return made, ends


def test_the_first_bytes_leave_while_the_rest_is_being_written(tmp_path: Path) -> None:
    is_read = Event()

    def write(path: Path) -> int:
        with path.open("wb", buffering=0) as file:
            file.write(b"first,")
            assert is_read.wait(30), "what was written was not sent before the end"
            file.write(b"last")
        return 2

    stream, ends = streamed(write, tmp_path)
    assert list(tmp_path.iterdir()) == [], "nothing lies on the disk"
    pieces = iter(stream)
    first = next(pieces)
    is_read.set()
    assert first + b"".join(pieces) == b"first,last"
    assert ends == [(2, hashlib.sha256(b"first,last").hexdigest())]
    stream.close()
    assert len(ends) == 1, "it has ended once"


def test_what_stops_the_writer_is_raised_before_anything_is_sent_or_breaks_off(
    tmp_path: Path,
) -> None:
    def refuse(path: Path) -> int:
        raise ValueError(path.name)

    def stop(path: Path) -> int:
        with path.open("wb", buffering=0) as file:
            file.write(b"some")
        raise ValueError("of many")

    with pytest.raises(ValueError, match="lines"):
        streamed(refuse, tmp_path)
    stream, ends = streamed(stop, tmp_path)
    pieces = iter(stream)
    assert next(pieces) == b"some"
    with pytest.raises(ValueError, match="of many"):
        next(pieces)
    assert ends == [(None, hashlib.sha256(b"some").hexdigest())]
    empty, ends = streamed(lambda path: path.write_bytes(b""), tmp_path)
    assert list(empty) == []
    assert ends[0][0] == 0


def test_whoever_goes_away_stops_the_writer(tmp_path: Path) -> None:
    has_stopped = Event()

    def write(path: Path) -> int:
        try:
            with path.open("wb", buffering=0) as file:
                while True:
                    file.write(b"x" * 65_536)
        finally:
            has_stopped.set()

    stream, ends = streamed(write, tmp_path)
    assert next(iter(stream))
    stream.close()
    assert has_stopped.is_set()
    assert [count for count, _ in ends] == [None]


def test_a_download_begins_where_more_is_open_than_select_can_wait_for(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 4_096)), hard))
    opened: list[int] = []
    try:
        while not opened or opened[-1] <= SELECT_REACHES:
            opened.append(os.open(os.devnull, os.O_RDONLY))
        stream, ends = streamed(lambda path: path.write_bytes(b"all"), tmp_path)
        assert b"".join(stream) == b"all"
        assert ends[0][0] == len(b"all")
    finally:
        for one in opened:
            os.close(one)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
