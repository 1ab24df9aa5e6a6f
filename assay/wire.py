"""Values as plain trees: one form for the reference files (JSON) and for the frames between judge and jail (msgpack).

A tree is made of None, bool, int, float, str, bytes and lists, and of ``{"t": tag, ...}`` for everything else. No pickle anywhere.
Two directions, two rules:

- *inputs* travel from us to the student's side. They may name a random generator, a function of the course's library or a framework's
  object, which :func:`decode_inputs` rebuilds there.
- *outputs* travel back. :func:`decode_outputs` builds plain values only and refuses everything else: the sender may be hostile.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import importlib
import marshal
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from assay import frameworks, library

MAX_DEPTH = 32  # nested containers in one value
MAX_BYTES = 64 * 1024 * 1024  # array bytes in one value
MAX_ITEMS = 200_000  # containers' entries in one value
MAX_DIGITS = 3000  # hexadecimal digits of an int; Python writes no number of more than 4300 decimal ones
MANY = 8  # entries of a list from which on it travels as columns, where they are of one form
MAX_KEYS = 1000  # keys of a dict that are not text: their hashes can be made to collide
DTYPES = frozenset(
    f"{kind}{size}" for kind, sizes in {"b": "1", "i": "1248", "u": "1248", "f": "248"}.items() for size in sizes
)
DTYPES |= {"c8", "c16"}
_BIG = 2**63  # an int outside int64 travels as text


class WireError(ValueError):
    """A value that cannot be sent, or a tree that is not one of ours."""


@dataclass(frozen=True, eq=False)
class Tensor:
    """A framework's tensor as plain data."""

    array: np.ndarray


@dataclass(frozen=True, eq=False)
class Variable:
    """A framework's variable as plain data."""

    array: np.ndarray
    name: str = ""


@dataclass(frozen=True)
class TensorSpec:
    """What a tensor is to be like (input only)."""

    shape: tuple
    dtype: str = "float32"


@dataclass(frozen=True)
class Optimizer:
    """A framework's optimizer by name and options (input only), e.g. ``Optimizer("SGD", {"learning_rate": 0.1})``."""

    name: str
    options: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Opaque:
    """Something that does not travel: only the name of its type arrives."""

    type_name: str


def public_function(function: Callable) -> tuple[str, dict] | None:
    """Return ``(module:name, keywords)`` if `function` can be imported from the course's library, else None."""
    keywords: dict = {}
    while isinstance(function, functools.partial):
        if function.args:
            return None
        keywords = {**function.keywords, **keywords}
        function = function.func
    module, name = getattr(function, "__module__", None) or "", getattr(function, "__qualname__", "")
    if not library.holds(module) or "." in name or "<" in name:
        return None
    return f"{module}:{name}", keywords


@functools.lru_cache(maxsize=64)
def _code(dtype: np.dtype) -> str:
    return dtype.str[1:]


def _array_tree(array: np.ndarray, binary: bool) -> dict:
    if type(array) is not np.ndarray:
        array = np.asarray(array)
    if array.dtype == np.longdouble:
        array = array.astype(np.float64)
    code = _code(array.dtype)
    if code not in DTYPES:
        if array.dtype.kind == "U":
            return {"t": "text", "s": list(array.shape), "v": [str(item) for item in array.ravel()]}
        return {"t": "opaque", "v": f"ndarray of dtype {array.dtype}"}
    if array.dtype.byteorder == ">":
        array = array.astype(array.dtype.newbyteorder("<"))
    if binary:
        return {"t": "nd", "d": code, "s": list(array.shape), "v": array.tobytes()}  # C order, whatever the layout
    if code[0] == "c":
        parts = np.ascontiguousarray(array).ravel().view(f"f{array.itemsize // 2}")
        return {"t": "nd", "d": code, "s": list(array.shape), "v": parts.tolist()}
    return {"t": "nd", "d": code, "s": list(array.shape), "v": array.ravel().tolist()}


@contextlib.contextmanager
def fewer_items(most: int) -> Iterator[None]:
    """Let values of more than `most` entries be too large meanwhile: what holds itself twice has as many as are let."""
    global MAX_ITEMS
    usual, MAX_ITEMS = MAX_ITEMS, min(most, MAX_ITEMS)
    try:
        yield
    finally:
        MAX_ITEMS = usual


class _Encoder:
    def __init__(self, binary: bool, remote: Callable[[Callable], int] | None, layout: bool = False):
        self.binary, self.remote, self.layout, self.seen = binary, remote, layout, 0

    def repeated(self, values: list) -> Any:
        """Return the tree of what many calls of one function returned: one array where each returned an array, as far as they are of one form."""
        column = self.column(values, 1) if self.binary and len(values) >= MANY else None
        if column is None:
            self.seen = 0
            return self.tree(values)
        return {"t": "alike", "n": len(values), "v": column}

    def column(self, items: Sequence, depth: int) -> dict | None:
        """Return what stands at one place of many values as one tree, None where it differs by more than by numbers."""
        self.seen += len(items)
        if depth > MAX_DEPTH or self.seen > MAX_ITEMS:
            return None
        first = items[0]
        kind = type(first)
        if kind not in (np.ndarray, tuple, list) or any(type(item) is not kind for item in items):
            return None
        if kind is np.ndarray:
            if not first.ndim or any(item.shape != first.shape or item.dtype != first.dtype for item in items):
                return None
            tree = _array_tree(np.stack(items), True)
            return tree if tree["t"] == "nd" else None
        if not first or any(len(item) != len(first) for item in items):
            return None
        parts = []
        for part in zip(*items):
            parts.append(self.column(part, depth + 1))
            if parts[-1] is None:
                return None
        return {"t": kind.__name__, "v": parts}

    def tree(self, value: Any, depth: int = 0) -> Any:
        self.seen += 1
        if depth > MAX_DEPTH or self.seen > MAX_ITEMS:
            return {"t": "opaque", "v": "a value nested too deep or too large"}
        kind = type(value)  # never isinstance: an object may lie about its class
        if value is None or kind in (bool, float, str) or (kind is bytes and self.binary):
            return value
        if kind is int:
            if -_BIG <= value < _BIG:
                return value
            huge = value.bit_length() > 4 * MAX_DIGITS
            return {"t": "opaque", "v": "a huge int"} if huge else {"t": "int", "v": hex(value)}
        if issubclass(kind, np.ndarray):
            tree = _array_tree(value, self.binary)
            columns = self.layout and tree["t"] == "nd" and value.flags.f_contiguous and not value.flags.c_contiguous
            return {**tree, "o": "F"} if columns else tree
        if issubclass(kind, np.str_):
            return str.__str__(value)
        if issubclass(kind, np.generic):
            tree = _array_tree(np.asarray(value), self.binary)
            return {**tree, "t": "scalar"} if tree["t"] == "nd" else tree
        if issubclass(kind, list):
            return [self.tree(item, depth + 1) for item in list.__iter__(value)]
        if issubclass(kind, tuple):
            return {"t": "tuple", "v": [self.tree(item, depth + 1) for item in tuple.__iter__(value)]}
        if issubclass(kind, dict):
            return {
                "t": "dict",
                "v": [
                    [k if type(k) is str else self.tree(k, depth + 1), self.tree(v, depth + 1)]
                    for k, v in dict.items(value)
                ],
            }
        for base in (int, float, str):  # a subclass counts as the plain value it holds
            if issubclass(kind, base):
                return self.tree(str.__str__(value) if base is str else base.__pos__(value), depth)
        return self.special(value, kind, depth)

    def special(self, value: Any, kind: type, depth: int) -> Any:
        if issubclass(kind, np.random.Generator):
            tree = {"t": "rng", "v": self.tree(value.bit_generator.state, depth + 1)}
            spawned = getattr(getattr(value.bit_generator, "seed_seq", None), "n_children_spawned", 0)
            return {**tree, "n": self.tree(spawned, depth + 1)} if spawned else tree  # a child is a draw as well
        if kind is Tensor:
            return {"t": "tensor", "v": self.tree(value.array)}
        if kind is Variable:
            return {"t": "variable", "v": self.tree(value.array), "n": value.name}
        if kind is TensorSpec:
            return {"t": "spec", "s": list(value.shape), "d": value.dtype}
        if kind is Optimizer:
            return {"t": "optimizer", "n": value.name, "v": self.tree(value.options)}
        if kind is Opaque:
            return {"t": "opaque", "v": value.type_name}
        framework = next((one for one in frameworks.known() if one.owns(kind)), None)
        if framework and not callable(value):
            return self.framed(framework.plain(value), kind)
        if callable(value):
            public = public_function(value)
            if public:
                return {"t": "function", "v": public[0], "k": self.tree(public[1], depth + 1)}
            if self.remote is not None:
                return {"t": "remote", "v": self.remote(value)}
        return {"t": "opaque", "v": kind.__name__[:100]}

    def framed(self, value: tuple[str, np.ndarray] | None, kind: type) -> Any:
        if value is None:
            return {"t": "opaque", "v": kind.__name__[:100]}
        tag, array = value
        tree = _array_tree(array, self.binary)
        return {"t": tag, "v": tree, "n": ""} if tag == "variable" else {"t": tag, "v": tree}


def encode(
    value: Any, binary: bool = True, remote: Callable[[Callable], int] | None = None, layout: bool = False
) -> Any:
    """Return the tree of `value`.

    Parameters
    ----------
    value : anything; what has no plain form becomes an opaque type name
    binary : bool, arrays as bytes (msgpack) or as lists of numbers (JSON)
    remote : function -> int, optional; registers a callable that stays on this side and returns its number
    layout : bool, whether arrays stored by columns arrive so (inputs); else the values alone count
    """
    return _Encoder(binary, remote, layout).tree(value)


def key(tree: Any) -> bytes:
    """Return what tells a tree of values from any other."""
    return marshal.dumps(tree, 2)  # later versions write an object that is met again as a reference


def encode_repeated(values: list) -> Any:
    """Return the tree of what many calls of one function returned, which is much shorter where they are of one form."""
    return _Encoder(True, None).repeated(values)


@functools.cache
def _dtype(code: str) -> np.dtype:
    return np.dtype("<" + code)  # only codes of DTYPES come here


class _Decoder:
    def __init__(
        self,
        inputs: bool,
        live: bool = True,
        remote: Callable[[int], Callable] | None = None,
        max_bytes: int = MAX_BYTES,
    ):
        self.inputs, self.live, self.remote, self.max_bytes = inputs, inputs and live, remote, max_bytes
        self.bytes = self.items = 0

    def value(self, tree: Any, depth: int = 0) -> Any:
        self.items += 1
        if depth > 2 * MAX_DEPTH or self.items > 4 * MAX_ITEMS:
            raise WireError("a value nested too deep or with too many entries")
        kind = type(tree)
        if kind is list:
            return [self.value(item, depth + 1) for item in tree]
        if kind is not dict:
            if tree is None or kind in _AS_THEY_ARE:
                return tree
            raise WireError("a tree without a tag")
        tag = tree.get("t")
        if type(tag) is not str:
            raise WireError("a tree without a tag")
        read = _READ.get(tag)
        if read is None:
            raise WireError("an unknown tag")
        try:
            return read(self, tree, depth)
        except WireError:
            raise
        except (KeyError, TypeError, ValueError, OverflowError, MemoryError, RecursionError) as error:
            raise WireError(f"a malformed {tag} ({type(error).__name__})") from None

    def _int(self, tree: dict, depth: int) -> int:
        if len(_text(tree["v"], MAX_DIGITS + 8)) > MAX_DIGITS + 4:
            raise WireError("an int with too many digits")
        return int(tree["v"], 16)

    def _tuple(self, tree: dict, depth: int) -> tuple:
        if not isinstance(tree["v"], list):
            raise WireError("a malformed tuple")
        return tuple(self.value(item, depth + 1) for item in tree["v"])

    def _dict(self, tree: dict, depth: int) -> dict:
        result: dict = {}
        others = 0
        for key, item in tree["v"]:
            if type(key) is str:
                self.items += 1
            else:
                key = self.value(key, depth + 1)
                if not _hashable(key):
                    key = Opaque("an unhashable key")
                others += not isinstance(key, str)
                if others > MAX_KEYS:
                    raise WireError(f"a dict of more than {MAX_KEYS} keys that are not text")
            result[key] = self.value(item, depth + 1)
        return result

    def _alike(self, tree: dict, depth: int) -> list:
        number = tree["n"]
        if type(number) is not int or number < 1:
            raise WireError("a malformed number of values")
        return self._column(tree["v"], number, depth)

    def _column(self, tree: dict, number: int, depth: int) -> list:
        """Return what stands at one place of `number` values."""
        self.items += number
        if depth > 2 * MAX_DEPTH or self.items > 4 * MAX_ITEMS:
            raise WireError("a value nested too deep or with too many entries")
        tag = tree["t"]
        if tag == "nd":
            arrays = self._array(tree)
            if arrays.ndim < 2 or len(arrays) != number:
                raise WireError("arrays whose number is another one")
            return list(arrays)
        if tag not in ("tuple", "list") or type(tree["v"]) is not list or not tree["v"]:
            raise WireError("malformed columns")
        entries = zip(*(self._column(part, number, depth + 1) for part in tree["v"]))
        return list(entries) if tag == "tuple" else list(map(list, entries))

    def _array(self, tree: dict) -> np.ndarray:
        code, shape, data = tree["d"], tree["s"], tree["v"]
        if code not in DTYPES:
            raise WireError("a dtype that is not allowed")
        if not isinstance(shape, list) or len(shape) > 32:
            raise WireError("a malformed shape")
        for n in shape:
            if type(n) is not int or not 0 <= n <= MAX_BYTES:
                raise WireError("a malformed shape")
        dtype = _dtype(code)
        size = math.prod(shape) * dtype.itemsize
        self.bytes += size
        if self.bytes > self.max_bytes:
            raise WireError(f"arrays of more than {self.max_bytes >> 20} MiB")
        if isinstance(data, bytes):
            if len(data) != size:
                raise WireError("an array whose bytes do not fit its shape")
            if code == "b1":  # a byte that is neither 0 nor 1 would be neither True nor False
                return np.frombuffer(data, np.uint8).reshape(shape) != 0
            return np.frombuffer(data, dtype).reshape(shape).copy()
        flat = (
            np.array(data, dtype=f"f{dtype.itemsize // 2}").view(dtype)
            if code[0] == "c"
            else np.array(data, dtype=dtype)
        )
        return flat.reshape(shape)

    def _nd(self, tree: dict, depth: int) -> np.ndarray:
        array = self._array(tree)
        return np.asfortranarray(array) if self.inputs and tree.get("o") == "F" else array

    def _scalar(self, tree: dict, depth: int) -> np.generic:
        return self._array(tree).reshape(())[()]

    def _text(self, tree: dict, depth: int) -> np.ndarray:
        words, shape = tree["v"], tree["s"]
        if not all(isinstance(word, str) for word in words) or not all(type(n) is int and n >= 0 for n in shape):
            raise WireError("a malformed array of text")
        if math.prod(shape) != len(words):
            raise WireError("an array whose entries do not fit its shape")
        self.bytes += 4 * len(words) * max(map(len, words), default=0)  # NumPy gives each entry the room of the longest
        if self.bytes > self.max_bytes:
            raise WireError(f"arrays of more than {self.max_bytes >> 20} MiB")
        return np.array(words, dtype=str).reshape(shape)

    def _opaque(self, tree: dict, depth: int) -> Opaque:
        return Opaque(_text(tree["v"], 100))

    def _plain_array(self, tree: Any, depth: int) -> np.ndarray:
        array = self.value(tree, depth + 1)
        if not isinstance(array, np.ndarray | np.generic | Opaque):
            raise WireError("a tensor without an array")
        return array if isinstance(array, Opaque) else np.asarray(array)

    def _tensor(self, tree: dict, depth: int) -> Any:
        array = self._plain_array(tree["v"], depth)
        if not self.live:
            return Tensor(array)
        return frameworks.live().tensor(array)

    def _variable(self, tree: dict, depth: int) -> Any:
        array = self._plain_array(tree["v"], depth)
        if not self.live:
            return Variable(array, _text(tree.get("n", ""), 100))
        return frameworks.live().variable(array, tree["n"])

    def _spec(self, tree: dict, depth: int) -> Any:
        if not self.inputs:
            raise WireError("an unexpected tensor specification")
        if not self.live:
            return TensorSpec(tuple(tree["s"]), tree["d"])
        return frameworks.live().specification(tree["s"], tree["d"])

    def _optimizer(self, tree: dict, depth: int) -> Any:
        if not self.inputs:
            raise WireError("an unexpected optimizer")
        if not self.live:
            return Optimizer(tree["n"], self.value(tree["v"], depth + 1))
        return frameworks.live().optimizer(tree["n"], self.value(tree["v"], depth + 1))

    def _rng(self, tree: dict, depth: int) -> Any:
        if not self.inputs:
            return Opaque("Generator")
        state = self.value(tree["v"], depth + 1)
        # The state does not hold what `rng.spawn` starts from; derive it, so that equal states spawn equal children.
        entropy = int.from_bytes(hashlib.sha256(repr(state).encode()).digest())
        bit_generator = getattr(np.random, state["bit_generator"])(np.random.SeedSequence(entropy))
        bit_generator.state = state
        return np.random.Generator(bit_generator)

    def _function(self, tree: dict, depth: int) -> Any:
        if not self.inputs:
            return Opaque("function")
        module, name = tree["v"].split(":")
        if not library.holds(module):
            raise WireError(f"{module} is not part of the course's library")
        function = getattr(importlib.import_module(module), name)
        keywords = self.value(tree["k"], depth + 1)
        return functools.partial(function, **keywords) if keywords else function

    def _remote(self, tree: dict, depth: int) -> Any:
        if not self.inputs or self.remote is None:
            return Opaque("function")
        return self.remote(tree["v"])


_AS_THEY_ARE = frozenset({bool, int, float, str, bytes})
_READ: dict[str, Callable[[_Decoder, dict, int], Any]] = {
    "int": _Decoder._int,
    "tuple": _Decoder._tuple,
    "alike": _Decoder._alike,
    "dict": _Decoder._dict,
    "nd": _Decoder._nd,
    "scalar": _Decoder._scalar,
    "text": _Decoder._text,
    "opaque": _Decoder._opaque,
    "tensor": _Decoder._tensor,
    "variable": _Decoder._variable,
    "spec": _Decoder._spec,
    "optimizer": _Decoder._optimizer,
    "rng": _Decoder._rng,
    "function": _Decoder._function,
    "remote": _Decoder._remote,
}  # what a tag means; nothing else is looked up by a name that comes over the wire


def _text(value: Any, length: int) -> str:
    if not isinstance(value, str):
        raise WireError("something else where text was due")
    return value[:length]


def _hashable(key: Any) -> bool:
    try:
        hash(key)
    except TypeError:
        return False
    return True


def decode_inputs(tree: Any, live: bool = True, remote: Callable[[int], Callable] | None = None) -> Any:
    """Rebuild our own inputs, generators and functions included; objects of a framework too if `live`, else as plain data."""
    return _Decoder(True, live, remote).value(tree)


def decode_outputs(tree: Any, max_bytes: int = MAX_BYTES) -> Any:
    """Rebuild plain values from the student's side; their arrays may have `max_bytes` bytes in all.

    Raises
    ------
    WireError
        If the tree is malformed, too deep or too large, or names a dtype outside the allowed list.
    """
    return _Decoder(False, max_bytes=max_bytes).value(tree)


def output_decoder() -> Callable[[Any], Any]:
    """Return :func:`decode_outputs` for several trees that share one allowance of bytes and entries."""
    return _Decoder(False).value


def plain(value: Any) -> Any:
    """Return an independent copy of `value` in plain types: subclasses lose their tricks, the unknown becomes :class:`Opaque`."""
    return decode_outputs(encode(value))
