"""TensorFlow and Keras; see the package for what an adapter holds."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

TITLE = "TensorFlow"
WHERE = "There is none for Intel Macs, for Windows on ARM and for Python 3.14: open the notebook in Google Colab there, or on a Linux machine with Python 3.13."
ENVIRONMENT = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "CUDA_VISIBLE_DEVICES": "-1",
}
ERRORS = frozenset(
    {
        "FailedPreconditionError",
        "InaccessibleTensorError",
        "InternalError",
        "InvalidArgumentError",
        "NotFoundError",
        "OperatorNotAllowedInGraphError",
        "OutOfRangeError",
        "ResourceExhaustedError",
        "StagingError",
        "UnimplementedError",
    }
)
_WORDS = {"Variable": "tf.Variable", "Tensor": "tensor"}


def owns(kind: type) -> bool:
    return kind.__module__.startswith(("tensorflow", "keras"))


def plain(value: Any) -> tuple[str, np.ndarray] | None:
    if not hasattr(value, "numpy"):
        return None
    return ("variable" if hasattr(value, "assign") else "tensor"), np.asarray(value.numpy())


def tensor(array: np.ndarray) -> Any:
    return _tf().constant(array)


def variable(array: np.ndarray, name: str) -> Any:
    return _tf().Variable(array, name=name or None)


def specification(shape: list, dtype: str) -> Any:
    return _tf().TensorSpec(shape, dtype)


def optimizer(name: str, options: dict) -> Any:
    return getattr(_tf().keras.optimizers, name)(**options)


def traced(function: Callable) -> Callable:
    return _tf().function(function)


def word(kind: str) -> str:
    return _WORDS[kind]


def readable(message: str) -> str:
    """Return what happened, not in which generated node."""
    if message.startswith("in user code:"):  # a traceback in the message of an error raised while tracing
        message = message.strip().splitlines()[-1].strip()
        message = re.sub(r"^\w*(Error|Exception): ", "", message)
    message = re.sub(r"\{\{(function_)?node [^}]*\}\} ?", "", message)
    message = re.sub(r", numpy=.*", ">", message, flags=re.DOTALL)  # a tensor's numbers
    return re.split(r"\s*; NodeDef:|\s*\[Op:", message, maxsplit=1)[0].strip()


def seeded() -> Callable[[], bool]:
    context = sys.modules["tensorflow.python.eager.context"].context() if _is_imported() else None
    before = context._seed if context else None

    def was_seeded() -> bool:
        if context is None or context._seed == before:
            return False
        context._seed = before
        return True

    return was_seeded


def settings() -> Callable[[], None]:
    """The type of floats, the layers' policy, and whether traced functions run eagerly."""
    if not _is_imported():
        return lambda: None
    tf = _tf()
    config = tf.keras.config
    floats, policy, eagerly = config.floatx(), config.dtype_policy(), tf.config.functions_run_eagerly()

    def give_back() -> None:
        config.set_floatx(floats)
        config.set_dtype_policy(policy)
        tf.config.run_functions_eagerly(eagerly)

    return give_back


def prepare() -> None:
    import tensorflow  # noqa: F401


def _is_imported() -> bool:
    return sys.modules.get("tensorflow.python.eager.context") is not None


def _tf() -> Any:
    import tensorflow

    return tensorflow
