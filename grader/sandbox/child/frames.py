"""Frames between the trusted side and the student's side: a length, then msgpack of one of the structs below.

Values inside are wire trees (``idnn.wire``); arrays are bytes in them. Nothing here can name code.
"""

from __future__ import annotations

import socket
import struct
import time
from typing import Any

import msgspec

MAX_FRAME = 64 * 1024 * 1024
_LENGTH = struct.Struct(">I")


class FrameError(Exception):
    """The other side closed the line, sent too much, or sent no frame of ours."""


class FrameTimeout(FrameError):
    """No whole frame came in time."""


class Run(msgspec.Struct, tag=True):
    """Run one cell."""

    id: int
    source: str
    seconds: float
    figures: bool = True


class Call(msgspec.Struct, tag=True):
    """Call a function of the notebook; `inputs` is the tree of [args, kwargs, replaced globals]."""

    id: int
    name: str
    inputs: Any
    names: list[str]
    via: str
    seconds: float


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


class Ran(msgspec.Struct, tag=True):
    id: int
    outputs: list[Output]


class Called(msgspec.Struct, tag=True):
    id: int
    outcome: Any


class Callback(msgspec.Struct, tag=True):
    """The student's side asks for function `number` of the trusted side."""

    id: int
    number: int
    args: Any


class Ready(msgspec.Struct, tag=True):
    """The first frame of a new child."""

    protections: list[str]


Request = Run | Call | Answer
Reply = Ran | Called | Callback | Ready


class Line:
    """One end of a connection that carries frames."""

    def __init__(self, sock: socket.socket, reads: Any):
        self.sock = sock
        self._decode = msgspec.msgpack.Decoder(reads).decode
        self._encode = msgspec.msgpack.Encoder().encode

    def send(self, frame: Any, deadline: float | None = None) -> None:
        data = self._encode(frame)
        if len(data) > MAX_FRAME:
            raise FrameError(f"a frame of {len(data) >> 20} MiB; at most {MAX_FRAME >> 20} are allowed")
        try:
            self.sock.settimeout(_left(deadline))
            self.sock.sendall(_LENGTH.pack(len(data)) + data)
        except TimeoutError:
            raise FrameTimeout("the other side does not read") from None
        except OSError as error:
            raise FrameError(f"the line is closed ({error.strerror})") from None

    def receive(self, deadline: float | None = None) -> Any:
        (length,) = _LENGTH.unpack(self._read(_LENGTH.size, deadline))
        if length > MAX_FRAME:
            raise FrameError(f"a frame of {length >> 20} MiB was announced; at most {MAX_FRAME >> 20} are allowed")
        try:
            return self._decode(self._read(length, deadline))
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
            raise FrameError(f"not a frame of ours: {error}"[:200]) from None

    def _read(self, size: int, deadline: float | None) -> bytes:
        parts = []
        while size:
            try:
                self.sock.settimeout(_left(deadline))
                part = self.sock.recv(min(size, 1 << 20))
            except TimeoutError:
                raise FrameTimeout("no answer in time") from None
            except OSError as error:
                raise FrameError(f"the line is closed ({error.strerror})") from None
            if not part:
                raise FrameError("the line was closed")
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def close(self) -> None:
        self.sock.close()


def _left(deadline: float | None) -> float | None:
    if deadline is None:
        return None
    left = deadline - time.monotonic()
    if left <= 0:
        raise FrameTimeout("no answer in time")
    return left
