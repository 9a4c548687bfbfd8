"""What a picture tells before a decoder has seen it: what would cost too much is never decoded."""

import re
import struct

MOST_SCANS = 100  # a progressive JPEG has some ten
JPEG = b"\xff\xd8"
MARKER = re.compile(rb"\xff([\x01-\xcf\xd8-\xfe])")  # neither padding nor within a scan
SCAN, END, BARE = 0xDA, 0xD9, (0x01, 0xD8)


def webp_canvas(data: bytes) -> tuple[int, int] | None:
    """Width and height of a WebP, whose decoder takes memory for them when it is opened."""
    kind = data[8:16]
    if len(data) < 30 or not kind.startswith(b"WEBPVP8"):
        return None
    if kind == b"WEBPVP8X":
        packed = int.from_bytes(data[24:30], "little")
        return (packed & 0xFFFFFF) + 1, (packed >> 24) + 1
    if kind == b"WEBPVP8L":
        packed = int.from_bytes(data[21:25], "little")
        return (packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1
    width, height = struct.unpack("<HH", data[26:30])
    return width & 0x3FFF, height & 0x3FFF


def is_endless(data: bytes) -> bool:
    """Whether a JPEG goes over its picture again and again: a few bytes and much time each."""
    if not data.startswith(JPEG):
        return False
    at, scans = len(JPEG), 0
    while scans <= MOST_SCANS and (found := MARKER.search(data, at)):
        kind, at = found[1][0], found.end()
        if kind == END:
            return False
        scans += kind == SCAN
        if kind not in BARE:
            at += int.from_bytes(data[at : at + 2], "big")
    return scans > MOST_SCANS
