"""The benchmarks still fit what they measure; how fast it is they print, and no test asks."""

from __future__ import annotations

import importlib
import json

import pytest

from benchmarks import grading
from benchmarks.__main__ import main, names
from grader import stubs
from grader.references import hidden_spec
from grader.submission import restore
from tests.conftest import ROOT

SLUG = "initialization"


@pytest.mark.parametrize("name", names())
def test_each_can_be_loaded(name):
    assert callable(importlib.import_module(f"benchmarks.{name}").main)


def test_the_floor_is_made_of_the_student_s_own_functions(monkeypatch):
    released = json.loads((ROOT / "notebooks" / SLUG / f"{SLUG}.ipynb").read_text())
    solved = restore(json.dumps(stubs.solved(released, SLUG)).encode(), released).notebook
    spec, called = hidden_spec(SLUG, "count_distinct_units", 1), []
    monkeypatch.setattr(grading.outcome, "call", lambda function, *_: called.append(function.__name__))
    assert grading._bare(solved, {"count_distinct_units": spec}) > 0
    assert called == ["count_distinct_units"] * len(spec.references)


def test_what_is_no_benchmark_is_told(capsys):
    assert main(["nothing"]) == 2
    assert "nothing; there are" in capsys.readouterr().err
