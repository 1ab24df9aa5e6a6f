"""What of the library answers an exercise is declared, is not there while an answer is judged, and works everywhere else."""

from __future__ import annotations

import contextlib
import functools
import importlib
import inspect
import itertools
import json
import pkgutil
import time

import numpy as np
import pytest

import idnn
from assay import withheld
from assay.outcome import Outcome
from assay.verdict import case_problem
from assay.wire import Opaque, Tensor, Variable, plain
from exercises import library
from grader import catalogue, references, stubs
from grader.judge import TooLong, judge, time_limit
from grader.sandbox.borrowed import borrowed
from idnn import gradients, networks

EXERCISES = [(slug, name) for slug in catalogue.existing() for name in catalogue.exercises(slug)]
LEFT_OUT = ("idnn.hands", "idnn.photographs", "idnn.signs", "idnn.check", "idnn.plots")  # fmt: skip


@functools.cache
def library_functions() -> dict:
    found = {}
    for module in pkgutil.walk_packages(idnn.__path__, "idnn."):
        if not module.name.startswith(LEFT_OUT):
            importlib.import_module(module.name)
            found |= {
                label: f
                for label, f in withheld.functions_of(module.name).items()
                if "." not in label.partition(":")[2]
            }
    return found


def declared(slug: str, name: str) -> set[str]:
    return {label for one in catalogue.exercise(slug, name).withheld for label in withheld.functions_of(one)}


def ways(function, args):
    """Yield calls of a library function: the arguments in any order, and what can be made of the result without computing."""
    parameters = [
        p
        for p in inspect.signature(function).parameters.values()
        if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
    ]
    least = sum(p.default is p.empty for p in parameters)
    for count in range(max(1, least), min(len(parameters), least + 1, len(args), 4) + 1):
        for chosen in itertools.permutations(range(min(len(args), 5)), count):
            yield lambda *given, chosen=chosen: function(*(given[i] for i in chosen))


def forms(value):
    yield value
    for look in (
        lambda v: v[0],
        lambda v: v[1],
        lambda v: v[-1],
        float,
        list,
        lambda v: v.T,
        lambda v: v.differences,
        lambda v: v.wrong,
        lambda v: ["d" + name for name in v.wrong],
        lambda v: {"d" + key: item for key, item in v.differences.items()},
        lambda v: Tensor(np.asarray(v, np.float32)),
        lambda v: {
            key: Variable(np.asarray(item.T if key[0] == "W" else item[:, 0], np.float32)) for key, item in v.items()
        },
    ):
        with contextlib.suppress(Exception):
            yield look(value)


def passes(spec, reference, way) -> bool:
    case = reference.case
    for args in spec.rule.calls(case):
        given = [*args, *case.kwargs.values()]
        with time_limit(0.3):
            value = way(*(_live(item) for item in given))
        for form in forms(value):
            if isinstance(form, float) and form in given:  # handed back as it came
                continue
            outcomes = [Outcome(plain(form), rng_advanced=True)] * len(spec.rule.calls(case))
            if not isinstance(outcomes[0].value, Opaque) and case_problem(spec.rule, reference, outcomes) is None:
                return True
        return False
    return False


def _live(value):
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, Tensor | Variable):
        return value.array.copy()
    if isinstance(value, dict):  # what is tried may write into what it is given, and the case is asked again
        return {key: item.copy() if isinstance(item, np.ndarray) else item for key, item in value.items()}
    if type(value) in (list, tuple):
        return type(value)(item.copy() if isinstance(item, np.ndarray) else item for item in value)
    return value


@pytest.mark.parametrize(("slug", "name"), EXERCISES)
def test_whatever_of_the_library_passes_a_case_is_declared(slug, name):
    if name in ("train_step", "fit"):
        pytest.skip("what passes here trains a network; the other exercises of the assignment try the same functions")
    spec = references.hidden_spec(slug, name, 1)
    earning = [r for r, is_idle in zip(spec.references, spec.floor().idle) if not is_idle and not r.case.via][:2]
    found = set()
    for label, function in library_functions().items():
        if label in declared(slug, name):
            continue
        for reference in earning:
            for way in ways(function, [*reference.case.args, *reference.case.kwargs.values()]):
                with contextlib.suppress(Exception, TooLong), np.errstate(all="ignore"):
                    if passes(spec, reference, way):
                        found.add(label)
                        break
    assert not found


def test_the_trial_finds_what_answers():
    """Without its declarations the trial above would name these."""
    spec = references.hidden_spec("gradient_debugging", "worst_entry", 1)
    assert "idnn.gradients:certify" in declared("gradient_debugging", "worst_entry")
    spec = references.hidden_spec("gradient_checking", "forward_propagation", 1)
    from idnn.curves import line

    assert passes(spec, spec.references[0], lambda x, theta: line(x, theta))


@pytest.mark.parametrize("slug", catalogue.existing())
def test_each_name_that_is_withheld_is_there(slug):
    for exercise in catalogue.exercises(slug).values():
        for name in exercise.withheld:
            assert withheld.functions_of(name), name


def test_a_withheld_function_raises_under_any_name_and_comes_back():
    alias, partial = networks.gradients, functools.partial(networks.gradients)
    with withheld.withheld(library.BACKWARD):
        for function in (networks.gradients, alias, partial, networks.backward_propagation):
            with pytest.raises(withheld.Withheld, match="answers this exercise"):
                function(1, 2, 3)
        assert networks.relu(np.array([-1.0])) == 0, "what is not withheld is there"
    parameters = networks.draw_parameters([2, 3, 1], np.random.default_rng(0))
    assert set(alias(np.ones((2, 4)), np.ones((1, 4)), parameters)) == {"dW1", "db1", "dW2", "db2"}


def test_it_comes_back_after_an_error():
    with contextlib.suppress(ZeroDivisionError), withheld.withheld(library.CHECKERS):
        1 / 0  # noqa: B018
    assert gradients.certify(lambda p: float(np.sum(p["w"] ** 2)), {"w": np.ones(2)}, {"dw": 2 * np.ones(2)}).ok


def test_what_an_exercise_hands_out_may_use_it():
    handed = withheld.handed_out([networks.gradients, {"cost": networks.cost}, 3])
    parameters = networks.draw_parameters([2, 3, 1], np.random.default_rng(0))
    with withheld.withheld((*library.BACKWARD, *library.LOSSES)):
        assert "dW1" in handed[0](np.ones((2, 4)), np.ones((1, 4)), parameters)
        assert handed[1]["cost"](np.ones((2, 4)), np.ones((1, 4)), parameters) > 0
        with pytest.raises(withheld.Withheld):
            networks.gradients(np.ones((2, 4)), np.ones((1, 4)), parameters)


def test_replaced_functions_do_not_hide_the_first_ones(monkeypatch):
    withheld.remember(["idnn.gradients"])
    alias = gradients.certify
    monkeypatch.setattr(gradients, "certify", lambda *args: None)
    with withheld.withheld(library.CHECKERS), pytest.raises(withheld.Withheld):
        alias(1, 2, 3)


IMPORTS_THE_ANSWER = [
    "from idnn.gradients import certify\ndef check_backward(c, b, d, r):\n    return certify(c, b, d).wrong",
    "import idnn.gradients as g\ndef check_backward(c, b, d, r):\n    return g.certify(c, b, d).wrong",
    "from idnn import gradients\nmine = gradients.certify\ndef check_backward(c, b, d, r):\n    return mine(c, b, d)",
    "from idnn.gradients import *\ndef check_backward(c, b, d, r):\n    return certify(c, b, d)",
    "def check_backward(c, b, d, r):\n    from idnn.gradients import _slope as s\n    return s(c, b, d, r)",
    "import idnn\ndef check_backward(c, b, d, r):\n    return getattr(idnn.gradients, 'cer' + 'tify')(c, b, d)",
    "import importlib\nm = importlib.import_module('idnn.gradients')\ndef check_backward(c, b, d, r):\n    return m.certify(c, b)",
    "import sys\ndef check_backward(c, b, d, r):\n    return sys.modules['idnn.gradients'].certify(c, b)",
    "from idnn.gradients import certify\nclass C:\n    def go(self, c): return certify(c)\ndef check_backward(c, b, d, r):\n    return C().go(c)",
    "from idnn.gradients import certify\ntools = {'f': certify}\ndef check_backward(c, b, d, r):\n    return tools['f'](c)",
    "import inspect\nfrom idnn import gradients\nexec(inspect.getsource(gradients).replace('certify', 'mine'))\n"
    "def check_backward(c, b, d, r):\n    return mine(c, b, d).wrong",
    "import types\nfrom idnn.gradients import certify\nown = types.FunctionType(certify.__code__, certify.__globals__)\n"
    "def check_backward(c, b, d, r):\n    return own(c, b, d).wrong",
    "from idnn.gradients import certify\nreport = certify\ndef check_backward(c, b, d, r):\n    global report\n    report = report\n    return report(c)",
    "from idnn.gradients import certify\ndef check_backward(c, b, d, r, go=certify):\n    return go(c)",
    "from idnn.gradients import certify\nimport functools\ncheck_backward = functools.partial(certify)",
    "import builtins, idnn.gradients as g\nsetattr(builtins, 'mine', g.certify)\ndef check_backward(c, b, d, r):\n    return mine(c)",
    "import builtins, idnn.gradients as g\nbuiltins.mine = g.certify\ndef check_backward(c, b, d, r):\n    return mine(c)",
    "files = !ls\nfrom idnn.gradients import certify as mine\ndef check_backward(c, b, d, r):\n    return mine(c)",
    "from idnn import gradients as g\nglobals().update(mine=g.certify)\ndef check_backward(c, b, d, r):\n    return mine(c)",
    "from idnn import gradients as g\nglobals()['mine'] = g.certify\ndef check_backward(c, b, d, r):\n    return globals()['mine'](c)",
    "from idnn.gradients import certify as mine\ndef check_backward(c, b, d, r):\n    return eval('mi' + 'ne')(c)",
    "from idnn import gradients as g\ndef check_backward(c, b, d, r):\n    return vars(g)['cer' + 'tify'](c)",
    "from idnn import gradients as g\ndef check_backward(c, b, d, r):\n    return g.__dict__['cer' + 'tify'](c)",
    "from idnn import gradients as g\nimport inspect\nown = dict(inspect.getmembers(g))\ndef check_backward(c, b, d, r):\n    return own['x'](c)",
    "from idnn.gradients import Certificate as C\ndef check_backward(c, b, d, r):\n    return C.__str__.__globals__['certify'](c)",
    "import idnn\nns = {}\nexec(open(idnn.__path__[0] + '/gradients.py').read(), ns)\ndef check_backward(c, b, d, r):\n    return ns['x'](c)",
    "import idnn\nopen('own.py', 'w').write('import idnn')\nimport own\ndef check_backward(c, b, d, r):\n    return own.check(c)",
    "%%writefile own.py\nfrom idnn.gradients import certify\ndef check(c): return certify(c)\n\nimport own\ndef check_backward(c, b, d, r):\n    return own.check(c)",
]


@pytest.mark.parametrize("source", IMPORTS_THE_ANSWER)
def test_text_that_borrows_is_seen(source):
    withheld_names = catalogue.exercise("gradient_debugging", "check_backward").withheld
    assert borrowed(["import numpy as np", *source.split("\n\n")], "check_backward", withheld_names)


WRITES_IT = [
    # the notebook uses it elsewhere
    "from idnn.gradients import certify\ncertify(lambda p: 0.0, {}, {})\ndef check_backward(c, b, d, r):\n    return []",
    # a copy pasted into the notebook
    inspect.getsource(gradients) + "\ndef check_backward(c, b, d, r):\n    return certify(c, b, d).wrong",
    # a name of its own that is alike, and words in comments and strings
    "def check_backward(c, b, d, r):\n    'certify of idnn.gradients'  # certify\n    gradients = b(1, 2, 3)\n    return sorted(gradients)",
    "import inspect\nfrom idnn.gradients import certify\nprint(inspect.getsource(certify))\ndef check_backward(c, b, d, r):\n    return []",
    "exec('x = 1')\ndef check_backward(c, b, d, r):\n    return [x]",
    "from idnn import networks\ndef check_backward(c, b, d, r):\n    return networks.relu(c)",
    "from idnn.networks import *\ndef check_backward(c, b, d, r):\n    return relu(c)",
    "from idnn.gradients import certify\nreport = certify(1, 2, 3)\ndef check_backward(c, b, d, r):\n    report = []\n    return report",
    "from idnn.gradients import certify\nb = certify\ndef check_backward(c, b, d, r):\n    return b(1)",
    "%matplotlib inline\n!ls\ndef check_backward(c, b, d, r):\n    return []",
    "from idnn import gradients\nfiles = !ls\nfor f in files:\n    !cat {f}\ndef check_backward(c, b, d, r):\n    return []",
    "from idnn.gradients import *\nfrom math import *\nsetattr(print, 'x', 1)\ndef check_backward(c, b, d, r):\n    return [sqrt(2)]",
    "import idnn\nopen('x', 'w').write('y')\ndef check_backward(c, b, d, r):\n    match r:\n        case {'a': x, **rest}: return [x, rest]\n        case [y, *z]: return [y, z]",
    "import idnn\n%%writefile own.py\ndef check(c): return []\n\nimport own\ndef check_backward(c, b, d, r):\n    return own.check(c)",
    "import idnn, re\nopen('x')\nword = re.compile('dW')\ndef check_backward(c, b, d, r):\n    return [word.match('dW1')[0], vars(), locals()['c']]",
]


@pytest.mark.parametrize("source", [
    "\n".join(f"x{i} = x{i + 1}" for i in range(40) for _ in range(40)) + "\ndef check_backward(c, b, d, r):\n    return x0.certify",
    "x = y\n" * 3000 + "def check_backward(c, b, d, r):\n    " + "; ".join("certify(x)" for _ in range(3000)),
    "def check_backward(c, b, d, r):\n    getattr(x, " + " + ".join(["'a'"] * 4000) + ")",
    " " * 49_000 + "x y\ngetattr",
    "getattr\nx = f'" + "{a}" * 60_000 + "'",
])  # fmt: skip
def test_text_is_read_in_no_time(source):
    withheld_names = catalogue.exercise("gradient_debugging", "check_backward").withheld
    begun = time.process_time()
    borrowed(["import numpy as np", source], "check_backward", withheld_names)
    assert time.process_time() - begun < 5


@pytest.mark.parametrize("source", WRITES_IT)
def test_text_of_one_s_own_is_none(source):
    withheld_names = catalogue.exercise("gradient_debugging", "check_backward").withheld
    assert not borrowed([source], "check_backward", withheld_names)


@pytest.mark.parametrize("slug", catalogue.existing())
def test_no_right_answer_borrows(slug):

    setup = [cell for cell in stubs.solved(_released(slug), slug)["cells"] if cell["cell_type"] == "code"]
    sources = [stubs.text(cell) for cell in setup]
    for name, exercise in catalogue.exercises(slug).items():
        assert not borrowed(sources, name, exercise.withheld), name
        for way in catalogue.answers(slug, name).correct:
            assert not borrowed([*sources, stubs.source_as(way, name)], name, exercise.withheld), way.__name__


def _released(slug: str) -> dict:
    """Return the real notebook: its own cells use the library, under names that answers have for variables of their own."""
    return json.loads(stubs.notebook_path(slug).read_text(encoding="utf-8"))


def test_the_sentence_says_why():
    from idnn.gradients import certify

    def check_backward(cost, backward, draw, rng):
        X, Y, parameters = draw(rng)
        report = certify(lambda p: cost(X, Y, p), parameters, backward(X, Y, parameters))
        return sorted("d" + name for name in report.wrong)

    verdict = judge("gradient_debugging", "check_backward", check_backward)
    assert verdict.score == 0
    assert verdict.message == (
        "check_backward: certify of idnn.gradients answers this exercise, so it is not there while an answer is judged; write it yourself."
    )
    from assay.check import judge_visible, load_references

    assert judge_visible(load_references("gradient_debugging")["check_backward"], check_backward).score == 0
