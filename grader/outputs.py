"""What a graded notebook shows under its cells: a student's text and pictures, made inert and cut to size, and our verdicts."""

from __future__ import annotations

import base64
import re
from typing import Any

from assay.display import place_as_html, place_as_text
from assay.locate import Place
from assay.verdict import Verdict
from grader.sandbox import Output

_IMAGE = {"png": "image/png", "jpeg": "image/jpeg"}
_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07\x1b]*(\x07|\x1b\\)")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
MAX_PIXELS = 25_000_000  # of one picture: a small file can unpack to more than a browser holds
MAX_SIDE = 20_000  # pixels of a picture's longer side
MAX_SCANS = 20  # of a JPEG: each is drawn over the whole picture
# of all outputs of one notebook
MAX_ALL_PIXELS = 50_000_000
MAX_IMAGE_BYTES = 12_000_000
MAX_TEXT = 500_000  # characters
MAX_OUTPUTS = 1000
MAX_ALT = 500  # characters of the text in place of a picture


class Room:
    """What the outputs of one notebook may still take; all its cells share it, whatever the child was made to send."""

    def __init__(self) -> None:
        self.text, self.bytes, self.pixels, self.outputs = MAX_TEXT, MAX_IMAGE_BYTES, MAX_ALL_PIXELS, MAX_OUTPUTS
        self.notes: list[str] = []  # a sentence for each kind of thing that was left out

    def shown(self, outputs: list[Output]) -> list[dict[str, Any]]:
        """Return a cell's outputs as the graded notebook shows them, as far as there is room for them."""
        return [shown for output in outputs if (shown := self._one(output))]

    def _one(self, output: Output) -> dict[str, Any] | None:
        if not self.outputs:
            return self._left_out(
                f"The cells gave more than {MAX_OUTPUTS} outputs in all; those after them are not shown."
            )
        if output.kind in _IMAGE:
            return self._picture(output)
        said = inert(output.text)
        room = self.text // 2 if output.kind == "error" else self.text  # an error's text stands there twice
        if said and not room:
            return self._too_much_text()
        if len(said) > room:
            said = f"{said[:room]}\n... cut here"
            self._too_much_text()
        shown = to_nbformat(Output(output.kind, said, name=output.name))
        if shown:
            self.outputs -= 1
            self.text = max(0, self.text - len(said) * (1 + (output.kind == "error")))
        return shown

    def _picture(self, output: Output) -> dict[str, Any] | None:
        size = pixels(output.data, output.kind)
        if not size:
            return self._left_out(
                f"A picture is not shown: it is no PNG or JPEG, or moves, or has more than {MAX_PIXELS / 1e6:g} million pixels."
            )
        if size > self.pixels or len(output.data) > self.bytes:
            return self._left_out(
                f"The pictures have more than {MAX_ALL_PIXELS / 1e6:g} million pixels or {MAX_IMAGE_BYTES / 1e6:g} MB in all; "
                "those for which there was no room are not shown."
            )
        self.outputs, self.pixels, self.bytes = self.outputs - 1, self.pixels - size, self.bytes - len(output.data)
        return to_nbformat(output)

    def _too_much_text(self) -> None:
        self._left_out(f"The cells printed more than {MAX_TEXT} characters in all; what came after them is not shown.")

    def _left_out(self, note: str) -> None:
        if note not in self.notes:
            self.notes.append(note)


def inert(said: str) -> str:
    """Return text without what a terminal would act on."""
    return _CONTROL.sub("", _ANSI.sub("", said).replace("\r\n", "\n").replace("\r", "\n"))


def to_nbformat(output: Output) -> dict[str, Any] | None:
    """Return a cell output of text or a picture; nothing of a student's is ever HTML, JavaScript or SVG in our pages."""
    said = inert(output.text)
    if output.kind in ("stdout", "stderr"):
        return {"output_type": "stream", "name": output.kind, "text": said}
    if output.kind == "error":
        name = _CONTROL.sub("", output.name)[:80]
        return {"output_type": "error", "ename": name, "evalue": said, "traceback": [said]}
    if output.kind in _IMAGE:
        if not pixels(output.data, output.kind):
            return None
        return {
            "output_type": "display_data",
            "metadata": {},
            "data": {
                _IMAGE[output.kind]: base64.b64encode(output.data).decode(),
                "text/plain": said[:MAX_ALT] or "an image",
            },
        }
    # Shown as a stream: an execute_result is where nbgrader reads scores from.
    return {"output_type": "stream", "name": "stdout", "text": said + "\n"} if output.kind == "text" else None


def pixels(data: bytes, kind: str) -> int:
    """Return how many pixels a picture has by its header; 0 where it is no PNG or JPEG, or more than we let a browser draw."""
    width, height = _png(data) if kind == "png" else _jpeg(data)
    return width * height if max(width, height) <= MAX_SIDE and width * height <= MAX_PIXELS else 0


def _png(data: bytes) -> tuple[int, int]:
    if data[:8] != b"\x89PNG\r\n\x1a\n" or data[12:16] != b"IHDR" or len(data) < 33:
        return 0, 0
    if b"acTL" in data[: data.find(b"IDAT")]:  # it moves: any number of pictures in one
        return 0, 0
    return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")


def _jpeg(data: bytes) -> tuple[int, int]:
    place = 2 if data[:2] == b"\xff\xd8" and data.count(b"\xff\xda") <= MAX_SCANS else len(data)
    while place + 9 < len(data) and data[place] == 0xFF:
        marker, length = data[place + 1], int.from_bytes(data[place + 2 : place + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):  # the frame's header holds height and width
            height, width = data[place + 5 : place + 7], data[place + 7 : place + 9]
            return int.from_bytes(width, "big"), int.from_bytes(height, "big")
        place += 2 + max(2, length)
    return 0, 0


def verdict_outputs(verdict: Verdict, score: float, isolated: bool, place: Place | None = None) -> list[dict]:
    """Return the outputs of a graded cell: the verdict to read, the place of a slip below it, and the score for nbgrader.

    nbgrader takes it from an execute_result.
    """
    mark = "" if isolated else "<p>Graded without isolation.</p>"
    below, said = (place_as_html(place), f"\n{place_as_text(place)}") if place else ("", "")
    return [
        {
            "output_type": "display_data",
            "metadata": {},
            "data": {"text/html": verdict.html() + below + mark, "text/plain": verdict.text() + said},
        },
        {
            "output_type": "execute_result",
            "execution_count": None,
            "metadata": {},
            "data": {"text/plain": str(float(score))},
        },
    ]
