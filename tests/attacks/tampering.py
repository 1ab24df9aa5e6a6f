"""Attacks on the checks: none of them runs where the points are made."""

from __future__ import annotations

from tests.attacks.arena import Attack

# the child's end of the line, found as a student would find it
LINE = """
import gc, struct, msgspec
line = next(o for o in gc.get_objects() if type(o).__name__ == "Line")
encode = msgspec.msgpack.Encoder().encode
def send(frame):
    data = encode(frame)
    line.sock.sendall(struct.pack(">I", len(data)) + data)
def outcome(value, **more):
    return {"value": value, "error": None, "changed": [], "aliases": [], "rng_advanced": True, "global_random": False, **more}
def array(code="f8", shape=(2,), data=bytes(16)):
    return {"t": "nd", "d": code, "s": list(shape), "v": data}
def answer_by(forged):
    import child.session
    def call(line, request, *rest, forged=forged): return forged(request)
    child.session.call.__code__, child.session.call.__kwdefaults__ = call.__code__, call.__kwdefaults__  # the name alone is read before
"""
ANYTHING = "def {name}(*args, **kwargs):\n    return None"


def _forged_outputs(notebook: dict) -> dict:
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade"):
            cell["metadata"]["nbgrader"] |= {"score": 100, "points": 100}
            result = {
                "output_type": "execute_result",
                "execution_count": 1,
                "metadata": {},
                "data": {"text/plain": "100.0"},
            }
            if cell["cell_type"] == "code":
                cell["outputs"] = [result]
    return notebook


def _outputs_of_ours_only(arena, graded) -> str:
    for cell in graded.notebook["cells"]:
        for output in cell.get("outputs", []):
            if output["output_type"] == "execute_result" and output["data"]["text/plain"] != "0.0":
                return f"an output says {output['data']['text/plain']}"
    return ""


ATTACKS = [
    Attack(
        "drop checks by an AST transformer",
        "removes every assert and every call of check before it runs",
        cell="""
import ast
class Drop(ast.NodeTransformer):
    def visit_Assert(self, node): return ast.Pass()
    def visit_Expr(self, node): return ast.Pass()
get_ipython().ast_transformers.append(Drop())
""",
        function=ANYTHING,
    ),
    Attack(
        "rewrite cells by an input transformer",
        "turns every later cell into one that prints full marks",
        cell='get_ipython().input_transformers_cleanup.append(lambda lines: ["print(100.0)\\n"])',
        function=ANYTHING,
    ),
    Attack(
        "outputs forged in the file",
        "hands in graded cells with an execute_result of 100 and a score in the metadata",
        notebook=_forged_outputs,
        check=_outputs_of_ours_only,
    ),
    Attack(
        "check replaced",
        "replaces check, CheckFailed and the judge of the visible cases",
        cell="""
import assay.check, assay.verdict, assay.rules, assay.difference, sys
check = assay.check.check = lambda *a, **k: None
assay.check.check_for = lambda slug: check
assay.verdict.judge_cases = assay.difference.difference = lambda *a, **k: None
assay.rules.Close.problem = assay.rules.Equal.problem = lambda *a, **k: None
""",
        function=ANYTHING,
    ),
    Attack(
        "NumPy's comparisons patched",
        "lets every comparison of NumPy say that all is equal",
        cell="""
import numpy as np, numpy.testing, builtins
for name in ("allclose", "isclose", "array_equal", "array_equiv", "all", "shape", "abs", "max"):
    setattr(np, name, lambda *a, **k: True)
np.testing.assert_allclose = np.testing.assert_array_equal = lambda *a, **k: None
builtins.all = builtins.any = builtins.isinstance = lambda *a, **k: True
""",
        function=ANYTHING,
    ),
    Attack(
        "msgspec and the wire patched",
        "lets the child's own encoder and decoder answer with praise",
        cell="""
import assay.wire, assay.outcome, msgspec
assay.wire.encode = lambda *a, **k: {"t": "score", "v": 100}
assay.outcome.observe = lambda *a, **k: {"score": 100, "points": 100, "passed": True}
""",
        function=ANYTHING,
    ),
    Attack(
        "objects that equal everything",
        "returns an object whose comparisons, arrays and attributes all say yes",
        cell="""
class Yes(float):
    __class__ = float
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __le__(self, other): return True
    __lt__ = __ge__ = __gt__ = __le__
    def __hash__(self): return 0
    def __getattr__(self, name): return self
    def __call__(self, *a, **k): return self
    def __getitem__(self, key): return self
    def __array__(self, *a, **k):
        import numpy
        return numpy.zeros(())
yes = Yes()
""",
        function="def {name}(*args, **kwargs):\n    return yes",
    ),
    Attack(
        "an ndarray that lies",
        "returns arrays of a subclass that lies about shape, comparison and arithmetic",
        cell="""
import numpy as np
class Liar(np.ndarray):
    shape = property(lambda self: (1, 1))
    def __eq__(self, other): return np.ones(1, bool)
    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs): return np.zeros(1)
    def __array_function__(self, function, types, args, kwargs): return True
    def all(self, *a, **k): return True
def lie(): return np.ones((1, 1)).view(Liar)
""",
        function="def {name}(*args, **kwargs):\n    return {k: lie() for k in args[0]} if isinstance(args[0], dict) else lie()",
    ),
    Attack(
        "answers sent before the question",
        "sends a thousand forged results down the line before any is asked for",
        cell=LINE + 'for i in range(1, 1000): send({"type": "Called", "id": i, "outcome": outcome(0.5)})',
        function=ANYTHING,
    ),
    Attack(
        "a forged outcome with marks in it",
        "answers each call itself, with fields of a verdict and with an expected value beside the value",
        cell=LINE
        + """
answer_by(lambda request: outcome(1.0, expected=1.0, score=100, points=100, passed=True, problem=None, weight=1e9))
""",
        function=ANYTHING,
    ),
    Attack(
        "lies about changed arguments",
        "returns its inputs unchanged and reports no change, no alias and a generator well used",
        cell="""
import assay.outcome as o
observe = o.observe
def lie(function, args, kwargs, names, *more, **options):
    tree = observe(function, args, kwargs, names, *more, **options)
    return {**tree, "changed": [], "aliases": [], "borrowed": [], "rng_advanced": True, "global_random": False, "error": None}
o.observe = lie
""",
        function="def {name}(*args, **kwargs):\n    return args[0]",
        earned=2.0,  # the learning rate before the first decay is the one that was given
    ),
    Attack(
        "not a number everywhere",
        "returns structures of the right form that hold NaN, which differs from nothing if one is careless",
        function="""
def {name}(*args, **kwargs):
    import copy
    import numpy as np
    nan = lambda v: {k: nan(x) for k, x in v.items()} if isinstance(v, dict) else np.full(np.shape(v), np.nan)
    first = nan(args[0])
    return first, nan(args[0]), nan(args[0])
""",
    ),
    Attack(
        "success by leaving",
        "ends each call with SystemExit(0), so that nothing is left to be judged",
        function="def {name}(*args, **kwargs):\n    raise SystemExit(0)",
    ),
    Attack(
        "the solutions imported",
        "imports solutions and grader from wherever they might lie and defines every function from them",
        cell="""
import sys
sys.path[:0] = ["<<project>>", "/app", "/app/data", "/", "/work/main"]
for module in ("solutions.optimization", "exercises.optimization", "exercises.optimization.answers", "grader.references"):
    try:
        found = __import__(module, fromlist=["x"])
        globals().update({k: v for k, v in vars(found).items() if not k.startswith("_")})
        print("ESCAPED: imported", module)
    except ImportError:
        pass
""",
        function="assert {name}",
    ),
    Attack(
        "expected values looked for on the stack and in memory",
        "searches all frames and all objects for what the judge would compare with, and returns that",
        function="""
def {name}(*args, **kwargs):
    import gc, inspect
    for frame in inspect.stack():
        for key, value in {**frame.frame.f_globals, **frame.frame.f_locals}.items():
            if key in ("expected", "reference", "references", "spec", "solution", "fingerprints") and value is not None:
                return value
    for thing in gc.get_objects():
        if type(thing).__name__ in ("Reference", "Spec", "Exercise", "Outcome"):
            return getattr(thing, "expected", [thing])[0].value
    raise LookupError
""",
    ),
    Attack(
        "visible outputs learned by heart",
        "returns, for each call, the stored output of the visible case with the same form of input",
        cell="""
import json, glob
import numpy as np
from assay import check as c
specs = c.load_references("optimization")
def form(v):
    if isinstance(v, dict): return {k: form(x) for k, x in v.items()}
    return np.shape(v) if isinstance(v, np.ndarray) else type(v).__name__
def recall(name, args):
    known = specs[name].references
    best = [r for r in known if form(dict(enumerate(r.case.args))) == form(dict(enumerate(args)))] or known
    return best[0].expected[0].value if best[0].expected else None
""",
        function="def {name}(*args, **kwargs):\n    return recall('{name}', args)",
        earned=20.0,  # starting values of zeros depend on the shapes alone: 5 + 5 + 5 points, where a shape was seen before
    ),
    Attack(
        "NumPy's copy and sorting patched for the driver",
        "patches every function of idnn's modules to return what it was given",
        cell="""
import sys, types
for name, module in list(sys.modules.items()):
    if name.startswith("idnn.") or name.startswith("child."):
        for key, value in list(vars(module).items()):
            if isinstance(value, types.FunctionType) and key not in ("run_cell", "serve", "receive", "send"):
                try: setattr(module, key, lambda *a, **k: a[0] if a else None)
                except Exception: pass
""",
        function=ANYTHING,
    ),
]
