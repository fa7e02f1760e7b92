"""One gzip stream out of parts, some of them compressed beforehand."""

import gzip
import zlib

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yongxin.site.compression import Part, Stream, accepts, brotlied, gzipped, segment

TEXTS = st.lists(st.tuples(st.binary(max_size=2000), st.booleans()), max_size=8)


def composed(parts: list[list[Part]], *, compressed: bool) -> bytes:
    stream = Stream(compressed=compressed)
    return b"".join([*(stream.add(some) for some in parts), stream.end()])


@given(st.lists(TEXTS, max_size=4))
def test_any_parts_in_any_order_are_one_stream(texts: list[list[tuple[bytes, bool]]]) -> None:
    parts = [[segment(text) if early else text for text, early in some] for some in texts]
    whole = b"".join(text for some in texts for text, _ in some)
    assert composed(parts, compressed=False) == whole
    if parts:
        assert gzip.decompress(composed(parts, compressed=True)) == whole


def test_what_was_added_can_be_read_before_the_rest_comes() -> None:
    stream = Stream(compressed=True)
    early = stream.add([segment("你好".encode() * 500), b"Lin"])
    reader = zlib.decompressobj(16 + zlib.MAX_WBITS)
    assert reader.decompress(early) == "你好".encode() * 500 + b"Lin"
    assert not reader.eof
    assert reader.decompress(stream.add([b"!"]) + stream.end()) == b"!"
    assert reader.eof, "the checksum and the length are right"
    assert reader.unused_data == b""


def test_a_part_that_is_compressed_already_is_sent_as_it_is() -> None:
    early = segment(b"the same for everybody " * 100)
    assert early.deflated in composed([[b"Lin", early, b"Zhou"]], compressed=True)


@pytest.mark.parametrize("size", [0, 10, 100_000, 300_000])
def test_files_come_back_as_they_were(size: int) -> None:
    content = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    assert gzip.decompress(gzipped(content)) == content
    assert gzipped(content) == gzipped(content), "the same bytes on every server"
    assert brotli.decompress(brotlied(content)) == content


@pytest.mark.parametrize(
    ("header", "takes_gzip", "takes_brotli"),
    [
        ("gzip, deflate, br", True, True),
        ("br;q=1.0, gzip; q=0.5", True, True),
        ("GZIP", True, False),
        ("gzip;q=0, br", False, True),
        ("gzip; q=0.0", False, False),
        ("gzip;q=0.001", True, False),
        ("identity", False, False),
        ("", False, False),
        ("xgzip, brx", False, False),
    ],
)
def test_what_a_client_takes(header: str, takes_gzip: bool, takes_brotli: bool) -> None:
    assert accepts(header, "gzip") is takes_gzip
    assert accepts(header, "br") is takes_brotli
