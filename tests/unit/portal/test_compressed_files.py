"""Files are compressed once, stay whole, and are not sent again to who has them."""

from __future__ import annotations

import gzip
import re

import brotli
import pytest

from portal.compressed_files import CompressedFiles
from tests.unit.portal.conftest import Browser

STYLES = "/assets/css/10-tokens.css"


def test_the_same_content_is_compressed_once() -> None:
    files = CompressedFiles()
    first = files.compress(b"a" * 1000, "br")
    assert brotli.decompress(first) == b"a" * 1000
    assert files.compress(b"a" * 1000, "br") is first
    assert files.compress(b"b" * 1000, "br") != first
    assert gzip.decompress(files.compress(b"a" * 1000, "gzip")) == b"a" * 1000


def scripts_of(viewer: Browser) -> list[str]:
    return re.findall(r'src="(/[^"]+\.js[^"]*)"', viewer.get("/").get_data(as_text=True))


def test_scripts_and_styles_arrive_compressed_and_whole(viewer: Browser) -> None:
    scripts = scripts_of(viewer)
    assert any("dash-component-suites" in script for script in scripts)
    for path in (STYLES, *scripts):
        plain = viewer.get(path, headers={"Accept-Encoding": "identity"}).data
        answer = viewer.get(path, headers={"Accept-Encoding": "gzip, br"})
        if len(plain) < 500:
            assert answer.data == plain
            continue
        assert answer.headers["Content-Encoding"] == "br", path
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert brotli.decompress(answer.data) == plain
        assert int(answer.headers["Content-Length"]) == len(answer.data)


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_a_file_that_the_browser_has_is_not_sent_again(viewer: Browser, encoding: str) -> None:
    asked = {"Accept-Encoding": encoding}
    first = viewer.get(STYLES, headers=asked)
    again = viewer.get(STYLES, headers={**asked, "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
