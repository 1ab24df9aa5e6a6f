"""The answer when one asks for it: after three hints and an attempt, with what differs; and only where a site for self-study put the answers."""

import json
import shutil
import sys

import pytest

from assay.answers import FOLDER, differences, is_attempt
from assay.check import CheckFailed, check_for
from grader import stubs
from grader.catalogue import existing
from tests.conftest import ROOT, source_notebook
from tests.test_explorables import node

sys.path.insert(0, str(ROOT / "site"))

SLUG, NAME = "initialization", "count_distinct_units"
ANSWER = stubs.solution_functions(SLUG)[NAME][0]


def count_distinct_units(W, tolerance=1e-12):
    """Return something."""
    # an attempt
    return len(W)


@pytest.fixture
def check(tmp_path, monkeypatch):
    """``check`` of a copy of the course that holds the answers."""
    from sitekit import live

    (tmp_path / "reference").mkdir()
    (tmp_path / FOLDER).mkdir()
    shutil.copy(ROOT / "data" / "reference" / f"{SLUG}.json", tmp_path / "reference")
    (tmp_path / FOLDER / f"{SLUG}.json").write_text(live.with_hints()[f"idnn/data/{FOLDER}/{SLUG}.json"])
    return check_for(SLUG, tmp_path / "reference")


def said(capsys, check, function, **asked):
    """Return what is shown; a verdict that fails ends the cell as ever."""
    try:
        check(function, **asked)
    except CheckFailed as failure:
        assert "count_distinct_units" in str(failure)
    return capsys.readouterr().out


def test_an_attempt_that_failed_is_offered_the_hints_then_the_answer_and_what_differs(capsys, check):
    offered = said(capsys, check, count_distinct_units)
    assert f"Stuck after all three hints? check({NAME}, answer=True)" in offered and ANSWER not in offered
    hinted = said(capsys, check, count_distinct_units, answer=True)
    assert hinted.count("**Hint ") == 3 and ANSWER not in hinted and "offered" not in hinted
    told = said(capsys, check, count_distinct_units, answer=True)
    assert ANSWER.rstrip() in told
    assert "\n-     return len(W)\n" in told and "an attempt" not in told.partition("What differs")[2]


def test_a_stub_is_offered_nothing_and_told_to_try(capsys, check):
    namespace = {}
    source = stubs.solution_functions(SLUG)[NAME][1]
    path = ROOT / "build" / "none.py"
    exec(compile(source, str(path), "exec"), namespace)
    assert "answer=True" not in said(capsys, check, namespace[NAME])
    for _ in range(3):
        told = said(capsys, check, namespace[NAME], answer=True)
        assert "The answer comes after an attempt" in told and ANSWER not in told and "Hint" not in told


def test_after_a_pass_the_answer_is_there_to_compare(capsys, check):
    from solutions.initialization import count_distinct_units as right

    told = said(capsys, check, right, answer=True)
    assert ANSWER.rstrip() in told and "Yours says the same, but for comments and layout." in told


def test_a_copy_without_answers_offers_none_and_says_so(capsys):
    check = check_for(SLUG)
    assert "answer" not in said(capsys, check, count_distinct_units)
    for _ in range(3):
        told = said(capsys, check, count_distinct_units, answer=True)
        assert "This copy of the course holds no answers." in told and ANSWER not in told


def test_what_is_an_attempt():
    def stub(x):
        """Return x."""
        raise NotImplementedError()

    def constant(x):
        return 0

    def tried(x):
        return x + 1

    assert [is_attempt(one) for one in (stub, constant, tried, lambda x: x, len)] == [False, False, True, False, False]


def test_what_differs_is_neither_comment_nor_layout():
    own = 'def f(a, b):\n    """Mine."""\n    c = (a\n         + b)  # a sum\n\n    return c\n'
    answer = "def f(a, b):\n    c = a + b\n    return 2 * c\n"
    assert differences(own, answer) == ["  def f(a, b):", "      c = a + b", "-     return c", "+     return 2 * c"]


@pytest.mark.parametrize("slug", existing())
def test_every_exercise_has_three_hints_for_who_asks(slug):
    from sitekit import pages

    found = pages.hints(source_notebook(slug))
    assert {name: len(found[name]) for name in stubs.solution_functions(slug)} == dict.fromkeys(
        stubs.solution_functions(slug), 3
    )
    assert all(hint and "<" not in hint.partition(">")[0] for hints in found.values() for hint in hints)


def test_the_page_compares_as_well():
    path = ROOT / "site" / "theme" / "answers.js"
    own = ANSWER.replace("tolerance", "tol").replace('"""Return', '"""I return')
    stub = stubs.solution_functions(SLUG)[NAME][1]
    asked = {"own": own, "answer": ANSWER, "stub": stub, "noted": stub.replace("# YOUR CODE HERE", "# hm\n    pass")}
    program = f"import {{ differences, isAttempt, plain }} from {json.dumps(path.as_uri())};"
    program += f"const {{ own, answer, stub, noted }} = {json.dumps(asked)};"
    program += "console.log(JSON.stringify({ lines: differences(own, answer), same: differences(answer, answer), own: plain(own), answer: plain(answer),"
    program += " attempts: [stub, noted, own].map((text) => isAttempt(text, stub)) }));"
    found = node(program)
    assert found["attempts"] == [False, False, True]
    assert [line[2:] for line in found["lines"] if line[0] in " -"] == found["own"]
    assert [line[2:] for line in found["lines"] if line[0] in " +"] == found["answer"]
    assert all(line.startswith("  ") for line in found["same"]) and len(found["same"]) == len(found["answer"])
    assert any(line.startswith("- ") and "tol" in line for line in found["lines"])
    assert not [line for line in found["answer"] if '"""' in line or "Parameters" in line]
