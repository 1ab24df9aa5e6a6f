"""Frames between the trusted side and the student's side: a length, then msgpack of one of the structs below.

Values inside are wire trees (``assay.wire``); arrays are bytes in them. Nothing here can name code.
"""

from __future__ import annotations

import functools
import socket
import struct
import time
from typing import Any

import msgspec

from assay.locate.telling import Claim

MAX_FRAME = 64 * 1024 * 1024
MAX_TOKENS = 500_000  # values in one frame
MAX_NESTING = 160
SMALL = 64 * 1024  # bytes of a frame in which little can hide: 4 MB of empty lists, or some thousand keys that collide
PATIENCE = 2  # a limit of processor time is by the clock this many times as long, for machines with more to do
_LENGTH = struct.Struct(">I")


class FrameError(Exception):
    """The other side closed the line, sent too much, or sent no frame of ours."""


class FrameTimeout(FrameError):
    """No whole frame came in time."""


class Run(msgspec.Struct, tag=True):
    """Run one cell, or only its definitions; then keep the names as they are for each place in `keep`.

    `left_out` holds the cells above it that are not run: what they make is made where it is missed.
    """

    id: int
    source: str
    seconds: float  # of processor time
    figures: bool = True
    definitions: bool = False
    keep: list[str] = []
    left_out: list[str] = []


class Call(msgspec.Struct, tag=True):
    """Call a function of the notebook; `inputs` is the tree of [args, kwargs, replaced globals], `place` where its names were kept."""

    id: int
    name: str
    inputs: Any
    names: list[str]
    via: str
    seconds: float  # of processor time
    place: str = ""
    withheld: tuple[str, ...] = ()
    again: list | None = None
    nonce: bytes = b""
    watched: bool = False  # whether the lines that run are told


class Calls(msgspec.Struct, tag=True):
    """Make these calls in order and answer each when it is done; after one that ran out of time the others are not made."""

    calls: list[Call]


class Differs(msgspec.Struct, tag=True):
    """Ask whether a function is another one at the end of the notebook than it was at `place`."""

    id: int
    name: str
    place: str


class Locate(msgspec.Struct, tag=True):
    """Look for the place of a slip in a function as it stood at `place`, on its exercise's visible cases."""

    id: int
    assignment: str
    name: str
    seconds: float  # of processor time
    place: str = ""


class Answer(msgspec.Struct, tag=True):
    """The result of a function that lives on the trusted side; `changed` holds its arguments if it changed them."""

    id: int
    value: Any = None
    error: str = ""
    changed: Any = None


class Output(msgspec.Struct):
    """One output of a cell: a stream's text, a shown value's text, an image, or an error's text."""

    kind: str  # stdout, stderr, text, png, jpeg, error
    text: str = ""
    data: bytes = b""
    name: str = ""
    line: int = 0  # of an error: where in the cell it arose


class Ran(msgspec.Struct, tag=True):
    id: int
    outputs: list[Output]


class Differ(msgspec.Struct, tag=True):
    id: int
    differs: bool


class Located(msgspec.Struct, tag=True):
    """What was found, nothing where nothing was: the texts of the functions, and what is said of each mend."""

    id: int
    texts: dict[str, str] = {}
    mends: list[list[Claim]] = []


class Called(msgspec.Struct, tag=True):
    """What became of a call, and the lines of the function that ran; an outcome of None is of one that was not made."""

    id: int
    outcome: Any
    lines: list[int] = []


class Callback(msgspec.Struct, tag=True):
    """The student's side asks for function `number` of the trusted side."""

    id: int
    number: int
    args: Any


class Ready(msgspec.Struct, tag=True):
    """The first frame of a new child."""

    protections: list[str]


Request = Run | Calls | Answer | Differs | Locate
Reply = Ran | Called | Callback | Ready | Differ | Located


@functools.cache
def decoder(reads: Any) -> msgspec.msgpack.Decoder:
    """Return the decoder of one direction's frames; building it takes longer than a call."""
    return msgspec.msgpack.Decoder(reads)


class Line:
    """One end of a connection that carries frames."""

    def __init__(self, sock: socket.socket, reads: Any, trusted: bool = False):
        self.sock, self._trusted = sock, trusted  # whether the other end is ours, and its frames need no inspection
        self._here = bytearray()  # what came and was not read yet: several short frames come at once
        self._decode = decoder(reads).decode
        self._encode = msgspec.msgpack.Encoder().encode

    def send(self, frame: Any, deadline: float | None = None, most: int | None = None) -> bool:
        """Send a frame, unless it has more than `most` bytes; return whether it was sent."""
        try:
            data = self._encode(frame)
        except UnicodeEncodeError:  # half an emoji, which a student's text may hold and no frame
            data = self._encode(whole(msgspec.to_builtins(frame, builtin_types=(bytes,))))
        if most is not None and len(data) > most:
            return False
        if len(data) > MAX_FRAME:
            raise FrameError(f"a frame of {len(data) >> 20} MiB; at most {MAX_FRAME >> 20} are allowed")
        try:
            self.sock.settimeout(_left(deadline))
            self.sock.sendall(_LENGTH.pack(len(data)) + data)
        except TimeoutError:
            raise FrameTimeout("the other side does not read") from None
        except OSError as error:
            raise FrameError(f"the line is closed ({error.strerror})") from None
        return True

    def receive(self, deadline: float | None = None) -> Any:
        (length,) = _LENGTH.unpack(self._read(_LENGTH.size, deadline))
        if length > MAX_FRAME:
            raise FrameError(f"a frame of {length >> 20} MiB was announced; at most {MAX_FRAME >> 20} are allowed")
        try:
            data = self._read(length, deadline)
            if length > SMALL and not self._trusted:
                inspect(data)
            return self._decode(data)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError, MemoryError) as error:
            raise FrameError(f"not a frame of ours: {error}"[:200]) from None

    def _read(self, size: int, deadline: float | None) -> bytes:
        while len(self._here) < size:
            try:
                self.sock.settimeout(_left(deadline))
                part = self.sock.recv(min(max(size - len(self._here), SMALL), 1 << 20))
            except TimeoutError:
                raise FrameTimeout("no answer in time") from None
            except OSError as error:
                raise FrameError(f"the line is closed ({error.strerror})") from None
            if not part:
                raise FrameError("the line was closed")
            self._here += part
        data = bytes(self._here[:size])
        del self._here[:size]
        return data

    def close(self) -> None:
        self.sock.close()


def whole(value: Any) -> Any:
    """Return a tree in whose text each lone surrogate is spelled out, as in ``\\ud83d``."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {whole(key): whole(inner) for key, inner in value.items()}
    return [whole(inner) for inner in value] if isinstance(value, list | tuple) else value


def inspect(data: bytes) -> None:
    """Walk over a frame's tokens without building anything, and refuse what would cost far more to build than to send.

    A frame of empty lists grows to 64 times its size, and maps whose keys collide take hours: keys must be text, whose hashes nobody
    can foresee. Arrays are single tokens, so an honest frame is walked in no time.

    Raises
    ------
    FrameError
        If the frame is cut off, nested too deep, holds too many values, or holds what we never send.
    """
    steps, is_text = _STEPS, _IS_TEXT
    place, tokens = 0, 1
    left, is_map = 1, False  # of the open container: how many values are still to come, and whether it is a map
    around: list[tuple[int, bool]] = []  # the same of those that it stands in
    try:
        while True:
            while left:
                left -= 1
                byte = data[place]
                key = is_map and left & 1
                if steps[byte] and (not key or is_text[byte]):
                    place += steps[byte]
                    continue
                kind, header, fixed = _TOKENS[byte]
                if kind == "never" or key and kind != "text":
                    raise FrameError("not a frame of ours: it holds what is never sent")
                place += 1
                if header:
                    fixed = int.from_bytes(data[place : place + header], "big")
                    place += header
                if kind != "list" and kind != "map":
                    place += fixed
                    continue
                around.append((left, is_map))
                is_map = kind == "map"
                left = 2 * fixed if is_map else fixed
                tokens += left
                if tokens > MAX_TOKENS or len(around) > MAX_NESTING:
                    raise FrameError("not a frame of ours: it is nested too deep or holds too many values")
            if not around:
                break
            left, is_map = around.pop()
    except IndexError:
        place = -1
    if place != len(data):
        raise FrameError("not a frame of ours: it is cut off or goes on behind its end")


def _token(byte: int) -> tuple[str, int, int]:
    """Return what a first byte of msgpack announces: kind, bytes of length that follow, and the length itself where none follow."""
    fixed = {0xCA: 4, 0xCB: 8, 0xCC: 1, 0xCD: 2, 0xCE: 4, 0xCF: 8, 0xD0: 1, 0xD1: 2, 0xD2: 4, 0xD3: 8}
    long = {
        0xC4: ("bytes", 1),
        0xC5: ("bytes", 2),
        0xC6: ("bytes", 4),
        0xD9: ("text", 1),
        0xDA: ("text", 2),
        0xDB: ("text", 4),
    }
    long |= {0xDC: ("list", 2), 0xDD: ("list", 4), 0xDE: ("map", 2), 0xDF: ("map", 4)}
    if byte in long:
        return *long[byte], 0
    if 0x80 <= byte < 0xC0:
        return (
            ("map", 0, byte & 15) if byte < 0x90 else ("list", 0, byte & 15) if byte < 0xA0 else ("text", 0, byte & 31)
        )
    if byte == 0xC1 or 0xC7 <= byte <= 0xC9 or 0xD4 <= byte <= 0xD8:  # unused, and extensions
        return "never", 0, 0
    return "number", 0, fixed.get(byte, 0)


_TOKENS = [_token(byte) for byte in range(256)]
_IS_TEXT = [kind == "text" for kind, _, _ in _TOKENS]
# Bytes from a token to the next one, where its first byte says so; 0 elsewhere
_STEPS = [0 if header or kind in ("list", "map", "never") else 1 + fixed for kind, header, fixed in _TOKENS]


def _left(deadline: float | None) -> float | None:
    if deadline is None:
        return None
    left = deadline - time.monotonic()
    if left <= 0:
        raise FrameTimeout("no answer in time")
    return left
