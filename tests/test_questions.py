"""Questions about one's own function: every choice is run anew in another way; what a student sees; pages and exports for a class."""

import ast
import dataclasses
import html.parser
import io
import json
import re
import zipfile
from concurrent.futures import ThreadPoolExecutor
from xml.etree import ElementTree

import numpy as np
import pytest

from assay.check import load_references
from assay.locate.search import Clock
from assay.locate.written import functions_written
from assay.outcome import Outcome
from assay.questions import asking, told
from assay.questions.asking import _about, questions
from assay.questions.bench import Bench
from assay.questions.display import as_html, as_text, numbered
from assay.questions.effects import Unclear, effect, invented
from assay.questions.effects import told as told_of
from assay.questions.forms import KINDS, Choice, Question, from_data, to_data
from assay.questions.lines import as_written
from assay.questions.quiz import quiz_for
from assay.questions.rewriting import rewritings
from grader import catalogue, questioning, quizzes, stubs
from grader.course import CourseError
from grader.executors import LocalPool
from grader.questions import Class
from grader.sandbox import tiers
from tests.conftest import copied, needs

SLUG = "gradient_checking"
PATIENCE = 60.0  # seconds: how many questions there are must not hang on what else the machine does

SAMPLE = (  # a one-liner, loops, layers, chance, a function among the arguments
    ("optimization", "update_lr"),
    ("initialization", "count_distinct_units"),
    ("regularization", "backward_propagation_with_regularization"),
    ("initialization", "initialize_parameters_he"),
    ("gradient_checking", "numerical_gradient"),
)


def solution(slug, name):
    return stubs.as_in_notebook(catalogue.solution(slug, name), slug, name)


def asked(slug, name, seed=1, most=4):
    return questions(load_references(slug)[name], solution(slug, name), seed, most, PATIENCE)


def test_what_chance_or_rounding_decides_is_not_told():
    assert effect(Outcome(1.0), Outcome(1.5), ()).parts == {"": ("is", "1.5")}
    for before, after in ((1.0, 1.001), (3e-10, 7e-10)):
        with pytest.raises(Unclear):
            effect(Outcome(before), Outcome(after), ())
    with pytest.raises(Unclear):
        effect(Outcome(1.0), Outcome(1.5, global_random=True), ())
    with pytest.raises(Unclear):  # a pair has become an array: there is no word for it
        effect(Outcome([(np.ones(2), np.ones(2))]), Outcome([np.ones(2)]), ())


def test_no_multiple_of_nothing_is_offered_beside_the_same():
    zeros = {"a": np.zeros(2), "b": np.ones(2)}
    assert not [claim for claim in invented(zeros, ["a", "b"]) if "each" in claim]
    assert not [claim for claim in invented(np.zeros(3), [""]) if claim["whole"][0] == "times"]
    assert {"whole": ("times", -1.0)} in invented(np.ones(3), [""])


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (np.ones((2, 1)), np.full((2, 1), 3.0), "the result would be 3 times what it is"),
        (np.ones((2, 1)), -np.ones((2, 1)), "the result would change its sign"),
        (np.ones((2, 1)), np.ones(2), "the result would have shape (2,)"),
        (np.ones(2), np.array([1.0, np.nan]), "the result would contain nan or inf"),
        (
            {"a": np.ones(2), "b": np.ones(2)},
            {"a": np.ones(2), "b": np.zeros(2)},
            "only `b` would come out differently",
        ),
        ({"a": np.ones(2), "b": np.ones(2)}, {"a": np.ones(2)}, "it would return a dict with the keys a"),
        ({"a": np.ones(2), "b": 3.0}, {"a": -np.ones(2), "b": -3.0}, "each part of the result would change its sign"),
        ({"a": 1.0, "b": 3.0}, {"a": 2.0, "b": 6.0}, "each part of the result would be 2 times what it is"),
        (
            {"a": np.ones(2), "b": 3.0},
            {"a": -np.ones(2), "b": 3.5},
            "`a` and `b` would both come out differently, and not just by one factor",
        ),
        ([1, 2], None, "it would return None"),
        (np.ones(2), np.ones(2), "it would return the same, and leave its arguments alone"),
    ],
)
def test_an_effect_is_told_in_words(old, new, said):
    found = effect(Outcome(old), Outcome(new), ())
    assert told_of(found, len(old) if isinstance(old, dict) else 1) == said


@pytest.mark.parametrize(("slug", "name"), SAMPLE)
def test_every_choice_is_what_it_says_when_it_is_run_anew_in_another_way(slug, name):
    spec, function = load_references(slug)[name], solution(slug, name)
    found = questions(spec, function, 1, 4, PATIENCE)
    assert len({question.kind for question in found}) >= 3
    assert len({_about(question) for question in found}) == len(found)  # two about one edit would answer each other
    for question in found:
        assert sum(choice.right for choice in question.choices) == 1
        assert len({choice.text for choice in question.choices}) == len(question.choices)
        for choice in question.choices:
            assert questioning.holds(question, choice, function, spec) is choice.right, (question.asked, choice.text)


def test_the_check_of_the_proofs_notices_a_wrong_key():
    spec, function = load_references("optimization")["update_lr"], solution("optimization", "update_lr")
    question = asked("optimization", "update_lr")[0]
    wrong = next(choice for choice in question.choices if not choice.right)
    assert questioning.holds(question, wrong, function, spec) is False
    assert questioning.holds(question, question.choices[question.right], function, spec) is True


def test_the_same_seed_asks_the_same_and_another_one_something_else():
    first, again, other = (asked("optimization", "update_lr", seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_a_call_is_a_visible_case_in_two_digits_and_the_whole_of_it_stands_there():
    question = asked("optimization", "update_lr")[0]
    assert re.fullmatch(
        r"learning_rate0 = [\d.]+\nepoch_num = \d+\ndecay_rate = [\d.]+\nupdate_lr\(.*\)", question.call
    )
    shown = [float(row.partition(" = ")[2]) for row in question.call.splitlines()[:3]]
    assert shown == list(question.case.args)
    cases = [reference.case.args for reference in load_references("optimization")["update_lr"].references]
    assert any(np.allclose(shown, case, rtol=0.06) for case in cases)


def test_nothing_is_asked_of_what_reaches_beyond_its_values():
    namespace = {}
    text = "def update_lr(learning_rate0, epoch_num, decay_rate):\n    open('x')\n    return 1.0\n"
    function = stubs.compiled(text, "<a function that opens a file>", namespace, "update_lr")
    assert questions(load_references("optimization")["update_lr"], function, 1) == []


def block_of_one(layers_dims):
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


def bench(slug, name, function, case=0):
    spec = load_references(slug)[name]
    return Bench(spec, functions_written(function), Clock(PATIENCE), spec.references[case].case)


def test_a_line_that_stands_alone_in_its_block_becomes_pass_since_nothing_would_be_no_python():
    function = stubs.as_in_notebook(block_of_one, "initialization", "initialize_parameters_zeros")
    made = bench("initialization", "initialize_parameters_zeros", function)
    found = list(made.changes(np.random.default_rng(1), 500, lambda edit: made._shown(edit)[1] in ("", "pass")))
    assert {one.after for one in found} >= {"pass"} and "" not in {one.after for one in found}


def complex_step(x, theta):
    return ((theta + 1e-20j) * x).imag / 1e-20


def test_the_letter_in_a_number_is_no_word_that_the_function_does_not_have():
    function = stubs.as_in_notebook(complex_step, "gradient_checking", "backward_propagation")
    made = bench("gradient_checking", "backward_propagation", function)
    found = {one.after for one in made.changes(np.random.default_rng(1), 500, lambda edit: True)}
    assert "return ((theta - 1e-20j) * x).imag / 1e-20" in found


def test_what_chance_draws_decides_no_effect():
    def forward(X, parameters, keep_prob, rng):
        W1, b1, W2, b2, W3, b3 = (parameters[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
        Z1 = W1 @ X + b1
        D1 = rng.random(Z1.shape) < keep_prob
        A1 = np.maximum(Z1, 0) * (D1 / keep_prob)
        Z2 = W2 @ A1 + b2
        D2 = rng.random(Z2.shape) < keep_prob
        A2 = np.maximum(Z2, 0) * (D2 / keep_prob)
        Z3 = W3 @ A2 + b3
        A3 = 1 / (1 + np.exp(-Z3))
        return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)

    name = "forward_propagation_with_dropout"
    function = stubs.as_in_notebook(forward, "regularization", name)
    divided, rng = set(), np.random.default_rng(1)
    for case in (-2, -1):  # of one or two units a layer, all of which may be kept
        made = bench("regularization", name, function, case)
        divided |= {
            one.effect.parts[""]
            for one in made.changes(rng, 500, lambda edit: "/ (D1 / keep_prob)" in made._shown(edit)[1])
        }
    assert divided <= {("nan",)}  # where all masks that are drawn hold a 0, and else it is not told


def test_what_replaces_the_students_own_functions_in_a_call_is_shown():
    found = asked("gradient_checking", "gradient_check")
    for question in found:
        assert question.call.startswith("forward_propagation = lambda x, theta: ")


def test_a_long_dict_or_tuple_has_an_entry_a_line():
    (question, *_) = asked("regularization", "backward_propagation_with_regularization")
    assert "\ncache = (\n    " in question.call
    assert question.call.count("\n    ") == 12


@pytest.mark.parametrize(
    ("text", "another"),
    [
        ("[2 * n for n in ns]", "list((2 * n for n in ns))"),
        ("{n: -n for n in ns}", "dict(((n, -n) for n in ns))"),
        ("sorted(d.keys())", "sorted(d)"),
        ("list(d)", "[*d]"),
        ("list(enumerate(ns))", "[*enumerate(ns)]"),
        ("A.sum(axis=1, keepdims=True)", "A.sum(keepdims=True, axis=1)"),
        ("np.clip(A, 1, 3)", "np.minimum(np.maximum(A, 1), 3)"),
        ("A.reshape(3, 2)", "A.reshape((3, 2))"),
    ],
)
def test_what_a_law_says_is_the_same_is_the_same(text, another):
    names = {"np": np, "ns": [3, 1, 2], "d": {"b": 1, "a": 2}, "A": np.arange(6.0).reshape(2, 3)}
    node = ast.parse(text, mode="eval").body
    values = {id(one): [names[one.id]] for one in ast.walk(node) if isinstance(one, ast.Name) and one.id in names}
    found = [ast.unparse(new) for new, _ in rewritings(node, values)]
    assert another in found
    for one in found:
        np.testing.assert_equal(eval(one, names), eval(text, names))


def test_arguments_by_name_keep_their_order_where_it_is_that_of_a_dict():
    assert not list(rewritings(ast.parse("dict(a=1, b=2)", mode="eval").body, {}))


def test_a_wrong_choice_has_the_form_of_the_right_one_which_would_be_known_by_it():
    found = [one for seed in range(6) for one in asked("optimization", "initialize_velocity", seed)]
    rewritten = [one for one in found if one.kind == "the same or not" and "dict(" in one.choices[one.right].text]
    assert rewritten
    for question in rewritten:
        assert sum("dict(" in choice.text for choice in question.choices) > 1


def first_of_the_best(dev_log_loss):
    import functools

    def better(a, b):
        return b if dev_log_loss[b].mean() < dev_log_loss[a].mean() else a

    return functools.reduce(better, dev_log_loss)


def test_another_call_is_asked_about_where_one_shows_too_little(monkeypatch):
    spec = load_references("regularization")["choose_setting"]
    of_one, *_ = (one for one in spec.references if len(one.case.args[0]) == 1)
    of_more, *_ = (one for one in spec.references if len(one.case.args[0]) == 3)
    spec = dataclasses.replace(spec, references=[of_one, of_more])
    function = stubs.as_in_notebook(first_of_the_best, "regularization", "choose_setting")

    def fewest():
        return min(len({one.kind for one in questions(spec, function, seed, 4, PATIENCE)}) for seed in range(6))

    assert fewest() >= 3
    monkeypatch.setattr(asking, "CALLS", 1)
    assert fewest() < 3


@pytest.mark.parametrize(
    ("text", "before", "after", "said"),
    [
        ('p["W"] = zeros((n,1))', "p['W'] = zeros((n, 1))", "p['W'] = ones((n, 1))", 'p["W"] = ones((n,1))'),
        ("return a, b  # both", "return (a, b)", "return (a, c)", "return a, c"),
        ("if any(a for a in b):", "if any((a for a in b)):", "if all((a for a in b)):", "if all(a for a in b):"),
        ("x = 1 - 1e-4", "x = 1 - 0.0001", "x = 2 - 0.0001", "x = 2 - 1e-4"),
        ("return float(x)", "return float(x)", "return x", "return x"),
        ("return x@y", "return x @ y", "return y @ x", "return y @ x"),
        ("x = (a * b) + c", "x = a * b + c", "x = a * (b + c)", "x = a * (b + c)"),
        ('d["a"] = 1', "d['a'] = 1", "d['b'] = 1", 'd["b"] = 1'),
        ("x = [a for a in b]", "x = [a for a in b]", "x = list((a for a in b))", "x = list(a for a in b)"),
        ("x = zip(a, b)", "x = zip(a, b)", "x = zip((a, b))", "x = zip((a, b))"),
        ("x = 1", "x = 1", "", ""),
    ],
)
def test_of_an_edited_line_the_rest_stands_as_it_was_written(text, before, after, said):
    assert as_written(text, before, after) == said


def test_what_is_shown_of_a_line_is_in_the_text_of_the_function():
    for question in asked("optimization", "initialize_velocity"):
        for line in re.findall("line [0-9]+(?: is edited)?[,:] `(.*?)`", question.asked, re.IGNORECASE):
            assert line in question.source


def test_a_line_with_a_lambda_is_shown_as_it_stands():
    answer = next(
        one
        for one in catalogue.answers("regularization", "choose_setting").correct
        if "lambda" in stubs.source_as(one, "f")
    )
    spec = load_references("regularization")["choose_setting"]
    function = stubs.as_in_notebook(answer, "regularization", "choose_setting")
    found = [question for seed in range(6) for question in questions(spec, function, seed, 4, PATIENCE)]
    for question in found:
        for code in re.findall("`(return .*?)`", question.asked + "".join(choice.text for choice in question.choices)):
            compile(f"def f():\n    {code}", "<shown>", "exec")
            assert "__" not in code
    assert any("lambda" in question.asked for question in found if question.kind != "trace")


def test_an_array_that_is_not_set_decides_no_question():
    text = (
        "def initialize_parameters_zeros(layers_dims):\n    parameters = {}\n    for l in range(1, len(layers_dims)):\n"
        "        W = np.empty((layers_dims[l], layers_dims[l - 1]))\n        W[:] = 0\n        parameters[f'W{l}'] = W\n"
        "        parameters[f'b{l}'] = np.zeros((layers_dims[l], 1))\n    return parameters\n"
    )
    spec = load_references("initialization")["initialize_parameters_zeros"]
    function = stubs.compiled(text, "<zeros, set later>", {"np": np}, "initialize_parameters_zeros")
    for seed in range(4):
        for question in questions(spec, function, seed, 4, PATIENCE):
            never_set = [
                choice
                for choice in question.choices
                if "W[:]" not in choice.proof.source and "np.empty" in choice.proof.source
            ]
            assert not never_set


def table_by_rows(initializers, train, seeds):
    table = np.empty((len(initializers), len(seeds)))
    for i, name in enumerate(initializers):
        for j, seed in enumerate(seeds):
            table[i, j] = train(initializers[name](np.random.default_rng(seed)))
    return {name: (row.mean(), row.std()) for name, row in zip(initializers, table)}


def test_of_what_is_read_unset_nothing_is_told_not_even_that_it_is_another_number():
    function = stubs.as_in_notebook(table_by_rows, "initialization", "compare_initializations")
    made = bench("initialization", "compare_initializations", function)
    found = list(made.changes(np.random.default_rng(1), 500, lambda edit: True))
    assert found and not [one for one in found if one.before.startswith("table[i, j]") and one.after in ("", "pass")]


# what a student sees


class Folds(html.parser.HTMLParser):
    """Counts what can be opened, and notes what should not be there."""

    def __init__(self):
        super().__init__()
        self.folds, self.others = 0, []

    def handle_starttag(self, tag, attrs):
        self.folds += tag == "summary"
        if tag not in ("div", "details", "summary", "p", "pre", "code", "strong"):
            self.others.append(tag)
        assert not [name for name, _ in attrs if name.startswith("on")]


def test_a_quiz_is_html_without_a_script_in_which_each_choice_opens_its_explanation():
    found = asked("optimization", "update_lr")
    page = Folds()
    page.feed(as_html(found))
    assert page.folds == 1 + sum(len(question.choices) for question in found)
    assert page.others == []


def test_what_stands_in_a_function_is_escaped():
    found = [
        Question(q.kind, q.exercise, q.asked, "<img src=x>", q.choices, "def f():\n    '<script>'")
        for q in asked("optimization", "update_lr")
    ]
    assert "<img" not in as_html(found) and "<script" not in as_html(found)


def test_a_text_has_all_choices_before_any_explanation():
    found = asked("optimization", "update_lr")
    text = as_text(found)
    choices, explanations = text.split("What the runs say:")
    assert choices.count("Question ") == len(found)
    assert explanations.count(" Yes. ") == len(found)
    assert "`" not in text


def test_the_lines_of_a_docstring_are_left_out_and_the_others_keep_their_numbers():
    source = 'def f(x):\n    """Return\n    x.\n    """\n    return x'
    assert numbered(source) == [(1, "def f(x):"), (5, "    return x")]


def test_quiz_asks_after_a_pass_and_others_when_it_is_called_again(capsys):
    quiz = quiz_for("optimization")
    update_lr = solution("optimization", "update_lr")
    quiz(update_lr)
    first = capsys.readouterr().out
    quiz("update_lr")
    second = capsys.readouterr().out
    assert "\nQuestion 1. " in first and "\nQuestion 1. " in second
    assert first != second


def test_quiz_sends_who_has_not_passed_to_check(capsys):
    def update_lr(learning_rate0, epoch_num, decay_rate):
        return learning_rate0

    quiz_for("optimization")(update_lr)
    assert capsys.readouterr().out == "update_lr: questions come after a pass; check(update_lr) says what is missing.\n"


def test_quiz_is_silent_where_a_program_runs_the_notebook(capsys, monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    update_lr = solution("optimization", "update_lr")
    quiz_for("optimization")(update_lr)
    assert capsys.readouterr().out == ""


# from a process that nobody believes


def test_a_question_survives_the_way_out_of_the_jail():
    for question in asked("optimization", "update_lr"):
        back = from_data(json.loads(json.dumps(to_data(question))))
        assert (back.asked, back.choices, back.right) == (question.asked, question.choices, question.right)
        assert back.kind in KINDS


@pytest.mark.parametrize(
    "change",
    [
        {"choices": []},
        {"choices": [["a", "b", True], ["c", "d", True]]},
        {"choices": [["a", "b", False], ["c", "d", False]]},
        {"asked": 3},
        {"source": "x" * 10**6},
        {"kind": "<script>"},
        {"line": "1"},
    ],
)
def test_what_is_no_question_is_refused(change):
    data = to_data(asked("optimization", "update_lr", most=1)[0])
    with pytest.raises(ValueError, match="question"):
        from_data({**data, **change})


# for a class

EVIL = '<script>document.title="x"</script>'


class InThisProcess:
    """A pool of this one process: its jail is the only thing that has to start."""

    workers = 1
    wait = LocalPool.wait

    def __init__(self):
        self._thread = ThreadPoolExecutor(1)

    def executor(self):
        return self._thread


@pytest.fixture(scope="module")
def asked_class(released, tmp_path_factory):
    """A class of five: two hand in the solution, one is hostile, one has written nothing, one handed in no notebook."""
    reason = tiers.why_not_isolated()
    needs("isolation", not reason, reason)
    course = copied(released(SLUG), tmp_path_factory.mktemp("questions") / "course")
    notebook = json.loads(course.released(SLUG).read_text(encoding="utf-8"))
    solved = stubs.solved(notebook, SLUG)
    hostile = stubs.fill(
        notebook,
        {
            "forward_propagation": f"def forward_propagation(x, theta):\n    {EVIL!r}\n    # {EVIL}\n    return theta * x\n",
            "backward_propagation": (
                "import assay.questions.told\n"
                "def tell(*args):\n"
                f'    print(\'{{"source": "{EVIL[:8]}", "questions": [1]}}\')\n'
                "assay.questions.told.tell = tell\n"
            ),
        },
    )
    for student, text in {
        "ada": json.dumps(solved), "ben": json.dumps(solved), "cy": json.dumps(hostile), "dot": json.dumps(notebook), "eve": "x",
    }.items():  # fmt: skip
        folder = course.folder("submitted", student, SLUG)
        folder.mkdir(parents=True)
        (folder / f"{SLUG}.ipynb").write_text(text)
    first = Class(course, SLUG, per_student=3)
    made = list(first.ask(InThisProcess()))
    assert len(made) == 5 and not [one.failure for one in made if one.failure]
    return course, first


def test_each_student_is_asked_about_own_functions_that_pass(asked_class):
    _, first = asked_class
    assert len(first.asked["ada"].questions) == len(first.asked["ben"].questions) == 3
    assert not first.asked["dot"].questions and not first.asked["eve"].questions
    for question in first.asked["ada"].questions:
        assert f"def {question.exercise}(" in question.source


def test_functions_whose_form_others_have_too_come_first_and_no_students_page_says_so(asked_class, tmp_path):
    _, first = asked_class
    assert first.asked["ada"].shared == first.asked["ada"].functions
    index = first.write(tmp_path).read_text(encoding="utf-8")
    page = (tmp_path / "ada.html").read_text(encoding="utf-8")
    assert index.count(f"<code>{first.asked['ada'].functions[0]}</code>") >= 2
    assert not re.search("ben|form that|others|Right|Wrong", page)
    assert "<strong>Right.</strong>" in (tmp_path / "ada-answers.html").read_text(encoding="utf-8")


def test_what_a_hostile_process_tells_is_no_question_and_nothing_of_it_acts_on_a_page(asked_class, tmp_path):
    _, first = asked_class
    first.write(tmp_path)
    for path in [*tmp_path.glob("*.html"), tmp_path / "moodle.xml"]:
        assert "<script" not in path.read_text(encoding="utf-8")
    assert all(question.exercise in catalogue.exercises(SLUG) for question in first.asked["cy"].questions)


def test_a_second_run_makes_nothing_again_and_a_new_hand_in_is_asked_about(asked_class):
    course, first = asked_class
    again = Class(course, SLUG, per_student=3)
    assert not again.todo and again.done == 5
    assert again.asked["ada"].questions == first.asked["ada"].questions
    assert [wanted.task.student for wanted in Class(course, SLUG, ("ben",), per_student=2).todo] == ["ben"]
    assert set(Class(course, SLUG, ("ben",), per_student=3).asked) == {"ada", "ben", "cy", "dot", "eve"}
    file = course.folder("submitted", "ada", SLUG) / f"{SLUG}.ipynb"
    before = file.read_text()
    file.write_text(before + " ")
    assert [wanted.task.student for wanted in Class(course, SLUG, per_student=3).todo] == ["ada"]
    file.write_text(before)


def test_a_process_that_told_nothing_is_said_and_asked_again(asked_class, tmp_path, monkeypatch):
    course, first = asked_class
    assert told.read("a last word", "f") is None and told.read('{"source": 1}', "f") == []
    monkeypatch.setattr("grader.questions.ask_one", lambda wanted: None)
    again = Class(course, SLUG, ("ada",), per_student=1)
    (asked_again,) = again.ask(InThisProcess())
    assert asked_again.silent and not asked_again.questions
    assert "its process ended before it told any" in again.write(tmp_path).read_text(encoding="utf-8")
    assert [wanted.task.student for wanted in Class(course, SLUG, ("ada",), per_student=1).todo] == ["ada"]
    assert Class(course, SLUG, per_student=3).asked["ada"].questions == first.asked["ada"].questions


def test_pages_and_exports_are_the_owners_alone(asked_class, tmp_path):
    _, first = asked_class
    first.write(tmp_path / "pages")
    assert all(path.stat().st_mode & 0o077 == 0 for path in [tmp_path / "pages", *(tmp_path / "pages").iterdir()])


def test_who_has_handed_in_nothing_is_told(asked_class):
    course, _ = asked_class
    with pytest.raises(CourseError, match="nothing of gradient_checking was handed in by zoe"):
        Class(course, SLUG, ("zoe",))


# exports, read again by a reader that knows the formats and nothing of ours


def hostile_question():
    choices = (Choice(f"`{EVIL}`", "a & b", True), Choice("]]>", "\x00", False))
    return Question("trace", "f", f"What is `{EVIL}`?", EVIL, choices, f"def f():\n    {EVIL!r}")


def test_moodle_reads_a_category_a_student_with_one_right_choice_a_question():
    found = asked("optimization", "update_lr")
    quiz = ElementTree.fromstring(quizzes.moodle("optimization", {"ada": found, "a/b": [hostile_question()]}).encode())
    assert [one.findtext("category/text") for one in quiz if one.get("type") == "category"] == [
        "$course$/top/optimization/ada",
        "$course$/top/optimization/a//b",
    ]
    questions_read = [one for one in quiz if one.get("type") == "multichoice"]
    assert len(questions_read) == len(found) + 1
    for one, question in zip(questions_read, found):
        fractions = [answer.get("fraction") for answer in one.findall("answer")]
        assert fractions.index("100") == question.right and fractions.count("0") == len(fractions) - 1
        assert one.findtext("single") == "true" and one.findtext("name/text")
        assert all(answer.findtext("text") and answer.findtext("feedback/text") for answer in one.findall("answer"))
    assert "<script" not in "".join(node.text or "" for node in questions_read[-1].iter())


# What QTI 1.2.1 lets stand in each element that is written here, in this order.
GRAMMAR = {
    "questestinterop": "assessment ",
    "assessment": "(qtimetadata )*(section )+",
    "qtimetadata": "(qtimetadatafield )+",
    "qtimetadatafield": "fieldlabel fieldentry ",
    "section": "(qtimetadata )*(item )*",
    "item": "(itemmetadata )?(presentation )?(resprocessing )*(itemfeedback )*",
    "itemmetadata": "(qtimetadata )*",
    "presentation": "(material |response_lid )+",
    "material": "(mattext )+",
    "response_lid": "(material )?render_choice (material )?",
    "render_choice": "(material |response_label )*",
    "response_label": "(material )*",
    "resprocessing": "outcomes (respcondition )+",
    "outcomes": "(decvar )+",
    "respcondition": "conditionvar (setvar )*(displayfeedback )*",
    "conditionvar": "(varequal )+",
    "itemfeedback": "(flow_mat |material )+",
    "flow_mat": "(material )+",
}
NEEDED = {
    "assessment": {"ident", "title"},
    "section": {"ident"},
    "item": {"ident"},
    "response_lid": {"ident"},
    "response_label": {"ident"},
    "varequal": {"respident"},
    "displayfeedback": {"linkrefid"},
    "itemfeedback": {"ident"},
}


def test_a_quiz_for_canvas_is_as_the_format_orders_it():
    questions_of_all = {"ada": asked("optimization", "update_lr"), "ben": [hostile_question()]}
    with zipfile.ZipFile(io.BytesIO(quizzes.canvas("optimization", questions_of_all))) as archive:
        trees = [ElementTree.fromstring(archive.read(name)) for name in archive.namelist()]
    read = [tree for tree in trees if tree.tag == f"{{{quizzes.QTI}}}questestinterop"]
    assert len(read) == 2
    for node in (node for tree in read for node in tree.iter()):
        name, children = node.tag.partition("}")[2], "".join(f"{child.tag.partition('}')[2]} " for child in node)
        assert re.fullmatch(GRAMMAR.get(name, ""), children), (name, children)
        assert NEEDED.get(name, set()) <= set(node.keys())


def test_canvas_reads_a_quiz_a_student_that_scores_the_right_choice_alone():
    found = asked("optimization", "update_lr")
    packed = quizzes.canvas("optimization", {"ada": found, "ben": [hostile_question()]})
    assert packed == quizzes.canvas("optimization", {"ada": found, "ben": [hostile_question()]})
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        files = {name: ElementTree.fromstring(archive.read(name)) for name in archive.namelist()}
    space = {"p": quizzes.PACKAGE, "q": quizzes.QTI}
    listed = {file.get("href") for file in files["imsmanifest.xml"].iterfind(".//p:file", space)}
    assert listed == set(files) - {"imsmanifest.xml"}
    identifiers = [one.get("identifier") for one in files["imsmanifest.xml"].iterfind(".//p:resource", space)]
    wanted = [one.get("identifierref") for one in files["imsmanifest.xml"].iterfind(".//p:dependency", space)]
    assert len(set(identifiers)) == len(identifiers) and set(wanted) <= set(identifiers)
    read = [item for name, tree in files.items() for item in tree.iterfind(".//q:item", space)]
    assert len(read) == len(found) + 1
    for item, question in zip(read, found):
        labels = [one.get("ident") for one in item.iterfind(".//q:response_label", space)]
        scored = [
            one.findtext("q:conditionvar/q:varequal", namespaces=space)
            for one in item.iterfind(".//q:respcondition", space)
            if one.findtext("q:setvar", namespaces=space) == "100"
        ]
        assert scored == [labels[question.right]]
        shown = {one.get("linkrefid") for one in item.iterfind(".//q:displayfeedback", space)}
        assert shown == {one.get("ident") for one in item.iterfind("q:itemfeedback", space)}
    assert "<script" not in "".join(node.text or "" for node in read[-1].iter())
