"""What is kept for a course beside its seed: taken from there, made anew where it is damaged or the code is another, never in the way."""

import importlib.util
import json

import pytest

from assay import wire
from assay.difference import identical
from assay.outcome import Outcome
from grader import catalogue, kept, references
from grader.judge import judge

SLUG = "tensorflow_signs"
with_tensorflow = pytest.mark.skipif(
    importlib.util.find_spec("tensorflow") is None, reason="TensorFlow is not installed"
)


@pytest.fixture
def private(tmp_path):
    kept.keep_in(tmp_path)
    yield tmp_path
    kept.keep_in(None)


def _files(private):
    return [path for path in (private / "kept").rglob("*") if path.is_file()]


def test_a_value_is_made_once_and_again_where_it_is_damaged(private):
    made = []

    def make():
        made.append(1)
        return {"error": None, "what": [["a", 0.1]]}

    first = kept.value([SLUG, "fit", 7, 0, "a"], make)
    assert kept.value([SLUG, "fit", 7, 0, "a"], make) == first and len(made) == 1
    kept.value([SLUG, "fit", 8, 0, "a"], make)  # another seed
    assert len(made) == 2 == len(_files(private))
    for path in _files(private):
        path.write_text('{"error": nu')
    assert kept.value([SLUG, "fit", 7, 0, "a"], make) == first and len(made) == 3


def test_a_value_has_a_form_of_its_own_in_which_it_is_kept(private):
    key = [SLUG, "fit", 7, 0, "a"]

    def unlike(value):
        raise ValueError("it has no such form")

    assert kept.value(key, lambda: 5, unlike) == 5 and not _files(private)
    assert kept.value(key, lambda: 5, str, int) == 5 == kept.value(key, lambda: 6, str, int)
    for path in _files(private):
        path.write_text("null")  # another form
    assert kept.value(key, lambda: 7, str, int) == 7


def test_other_code_has_values_of_its_own_and_what_was_kept_for_the_old_one_goes(private, monkeypatch):
    key = [SLUG, "fit", 7, 0, "a"]
    kept.value(key, lambda: "old")
    monkeypatch.setattr(kept, "code", lambda: "changed")
    assert kept.value(key, lambda: "new") == "new" and len(_files(private)) == 2
    kept.forget_others(private)
    assert [path.parent.name for path in _files(private)] == ["changed"]


def test_what_takes_no_time_is_not_kept_nor_where_there_is_no_such_folder(private, tmp_path):
    assert kept.value(["initialization", "f", 7, 0, "a"], lambda: 1) == 1 and not (private / "kept").exists()
    kept.keep_in(tmp_path / "of another machine")
    assert kept.value([SLUG, "fit", 7, 0, "a"], lambda: 2) == 2 and not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_keeps_nobody_from_being_graded(private):
    (private / "kept").write_text("no folder")
    assert kept.value([SLUG, "fit", 7, 0, "a"], lambda: 3) == 3


def test_what_recorders_were_asked_is_not_kept():
    with pytest.raises(ValueError, match="recorder"):
        references._as_trees([Outcome(1.0), Outcome(1.0, asked=((0.5,),))])


@with_tensorflow
@pytest.mark.parametrize("name", ["linear_function", "initialize_parameters", "graph_operations", "train_step"])
def test_what_is_due_is_worked_out_once_and_taken_from_there_to_the_last_bit(private, monkeypatch, name):
    references.hidden_spec.cache_clear()
    first = references.hidden_spec(SLUG, name, 7)
    references.hidden_spec.cache_clear()
    monkeypatch.setattr(references, "_run", lambda *args, **options: pytest.fail("the solution is run"))
    again = references.hidden_spec(SLUG, name, 7)
    references.hidden_spec.cache_clear()
    assert len(first.references) == len(again.references)
    for one, other in zip(first.references, again.references):
        assert [a.error for a in one.expected] == [b.error for b in other.expected]
        for a, b in zip(one.expected, other.expected):
            assert identical([a.value, a.changed, a.aliases], [b.value, b.changed, b.aliases])


@with_tensorflow
@pytest.mark.parametrize("name", ["sigmoid", "one_hot_matrix", "compute_total_loss", "train_step"])
def test_a_mistake_is_named_by_what_was_kept(private, monkeypatch, name):
    """As another worker of the course does, which has run no mistake itself."""
    exercise = catalogue.exercise(SLUG, name)
    named = {}
    for _ in range(2):
        references.hidden_spec.cache_clear()
        for mistake in exercise.mistakes[:3]:
            named.setdefault(mistake.id, []).append(judge(SLUG, name, mistake.function, 7).mistake)
        monkeypatch.setattr(references._Fingerprints, "_made", lambda self, mistake: pytest.fail(f"{mistake} is run"))
    references.hidden_spec.cache_clear()
    assert _files(private) and all(found == [mistake, mistake] for mistake, found in named.items())


@with_tensorflow
def test_what_is_kept_is_the_same_when_it_is_read_again():
    for name, exercise in catalogue.exercises(SLUG).items():
        reference = references.hidden_spec(SLUG, name, 7).references[0]
        for mistake in exercise.mistakes[:4]:
            value = reference.fingerprints[mistake.id]
            again = wire.decode_outputs(json.loads(json.dumps(wire.encode(value, binary=False))))
            if value is not None:
                outcomes = reference.expected
                assert exercise.rule.same(reference.case, again, value, outcomes), (name, mistake.id)
