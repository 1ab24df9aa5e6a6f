"""What a graded notebook shows under its cells: a student's text and images, made inert and cut to size, and our verdicts."""

from __future__ import annotations

import base64
import re
from typing import Any

from grader.sandbox import Output
from idnn.verdict import Verdict

_IMAGE = {"png": "image/png", "jpeg": "image/jpeg"}
_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07\x1b]*(\x07|\x1b\\)")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
MAX_PIXELS = 25_000_000  # of one image: a small file can unpack to more than a browser holds
MAX_IMAGE_BYTES = 12_000_000  # of all images of one notebook


def to_nbformat(output: Output) -> dict[str, Any] | None:
    """Return a cell output of text or an image; nothing of a student's is ever HTML, JavaScript or SVG in our pages."""
    said = _CONTROL.sub("", _ANSI.sub("", output.text).replace("\r\n", "\n").replace("\r", "\n"))
    if output.kind in ("stdout", "stderr"):
        return {"output_type": "stream", "name": output.kind, "text": said}
    if output.kind == "error":
        name = _CONTROL.sub("", output.name)[:80]
        return {"output_type": "error", "ename": name, "evalue": said, "traceback": [said]}
    if output.kind in _IMAGE:
        if not 0 < pixels(output.data, output.kind) <= MAX_PIXELS:
            return None
        return {
            "output_type": "display_data",
            "metadata": {},
            "data": {_IMAGE[output.kind]: base64.b64encode(output.data).decode(), "text/plain": said or "an image"},
        }
    # Shown as a stream: an execute_result is where nbgrader reads scores from.
    return {"output_type": "stream", "name": "stdout", "text": said + "\n"} if output.kind == "text" else None


def pixels(data: bytes, kind: str) -> int:
    """Return how many pixels an image's header announces; 0 where the data is no PNG or JPEG."""
    if kind == "png":
        if data[:8] != b"\x89PNG\r\n\x1a\n" or data[12:16] != b"IHDR" or len(data) < 33:
            return 0
        return int.from_bytes(data[16:20], "big") * int.from_bytes(data[20:24], "big")
    place = 2 if data[:2] == b"\xff\xd8" else len(data)
    while place + 9 < len(data) and data[place] == 0xFF:
        marker, length = data[place + 1], int.from_bytes(data[place + 2 : place + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):  # the frame's header holds height and width
            return int.from_bytes(data[place + 5 : place + 7], "big") * int.from_bytes(
                data[place + 7 : place + 9], "big"
            )
        place += 2 + max(2, length)
    return 0


def verdict_outputs(verdict: Verdict, score: float, isolated: bool) -> list[dict]:
    """Return the outputs of a graded cell: the verdict to read and the score for nbgrader, which takes it from an execute_result."""
    mark = "" if isolated else "<p>Graded without isolation.</p>"
    return [
        {
            "output_type": "display_data",
            "metadata": {},
            "data": {"text/html": verdict.html() + mark, "text/plain": verdict.text()},
        },
        {
            "output_type": "execute_result",
            "execution_count": None,
            "metadata": {},
            "data": {"text/plain": str(float(score))},
        },
    ]
