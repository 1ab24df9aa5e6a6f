"""Answers that try to look right: constants, memorised visible outputs, objects that equal everything, patched libraries, spies.

Each is the source of a function body under the exercise's name, put into a notebook and judged in the jail, where it would be run.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader import catalogue

CONSTANTS = {
    "none": "None",
    "zero": "0",
    "one": "1.0",
    "nan": "float('nan')",
    "empty dict": "{}",
    "empty list": "[]",
    "inputs": "args[0] if args else None",
}
_EVERYTHING_EQUAL = '''
class Equal:
    """Equal to whatever it is compared with."""
    shape = (); dtype = float; ndim = 0; size = 1
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __array__(self, *a, **k): raise TypeError
    def __getattr__(self, name): return self
    def __call__(self, *a, **k): return self
    def __float__(self): return 0.0
    def __len__(self): return 1
    def __iter__(self): return iter(())
    def __abs__(self): return 0.0
    def __le__(self, other): return True
    def __lt__(self, other): return True
    def __ge__(self, other): return True
    def __gt__(self, other): return True
    def __sub__(self, other): return 0.0
    def __rsub__(self, other): return 0.0
'''
_SUBCLASS = '''
class Sly(np.ndarray):
    """An array that claims to agree."""
    def __eq__(self, other): return np.ones(np.shape(other), bool)
    def __sub__(self, other): return np.zeros(np.shape(other))
    def __rsub__(self, other): return np.zeros(np.shape(other))
    def __array_ufunc__(self, *a, **k): return np.zeros(())
    def __array_function__(self, *a, **k): return True
'''
_PATCH = """
import sys
for module in list(sys.modules.values()):
    for attribute in ("allclose", "array_equal", "isclose", "array_equiv"):
        if hasattr(module, attribute):
            try: setattr(module, attribute, lambda *a, **k: True)
            except Exception: pass
    for attribute in ("difference", "case_problem", "judge_cases", "read_outcome", "_array_difference"):
        if getattr(module, "__name__", "").startswith("assay") and hasattr(module, attribute):
            setattr(module, attribute, lambda *a, **k: None)
"""
_SPY = """
import gc, sys
def _spoils():
    frame = sys._getframe()
    while frame:
        for value in list(frame.f_locals.values()):
            if type(value).__name__ in ("Reference", "Outcome", "Spec") : return value
            if isinstance(value, dict) and "expected" in value: return value["expected"]
        frame = frame.f_back
    for item in gc.get_objects():
        if type(item).__name__ == "Reference":
            return item.expected[0].value
"""
_THIEF = """
def _stolen(name):
    import importlib, sys, glob
    for place in ("", ".", "..", "/app", "/work", *glob.glob("/*/*")):
        sys.path.insert(0, place)
        for module in ("solutions.SLUG", "SLUG", "exercises.SLUG.NAME", "grader.references"):
            try: return getattr(importlib.import_module(module), name)
            except Exception: pass
        sys.path.pop(0)
"""
_MEMORY = """
def _remembered(args, kwargs):
    from assay import check, wire
    spec = check.load_references("SLUG")["NAME"]
    mine = wire.encode(list(args))
    for reference in spec.references:
        if reference.expected and wire.encode(list(reference.case.args)) == mine:
            return reference.expected[0].value
    values = [r.expected[0].value for r in spec.references if r.expected]
    return values[len(repr(mine)) % len(values)] if values else None
"""


def answers(assignment: str, name: str) -> Iterator[tuple[str, str]]:
    """Yield (what it tries, source of the cell) for one exercise."""
    head = f"def {name}(*args, **kwargs):\n"
    right = catalogue.answers(assignment, name).right_constants
    for label, value in CONSTANTS.items():
        if label not in right:
            yield f"a constant: {label}", f"{head}    return {value}\n"
    yield "an object equal to everything", f"{_EVERYTHING_EQUAL}\n{head}    return Equal()\n"
    yield "an array subclass that claims to agree", f"{_SUBCLASS}\n{head}    return np.zeros(3).view(Sly)\n"
    yield "patched comparisons", f"{_PATCH}\n{head}    return np.zeros((1, 1))\n"
    yield "a look at the call stack and the heap", f"{_SPY}\n{head}    return _spoils()\n"
    thief = _THIEF.replace("SLUG", assignment).replace("NAME", name)
    yield "importing the solution", f"{thief}\n{head}    return _stolen({name!r})(*args, **kwargs)\n"
    memory = _MEMORY.replace("SLUG", assignment).replace("NAME", name)
    yield "the visible outputs by heart", f"{memory}\n{head}    return _remembered(args, kwargs)\n"
