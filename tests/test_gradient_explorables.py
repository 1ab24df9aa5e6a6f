"""The explorables of both assignments on gradient checking: their numbers are our Python's, and in a notebook they call the student's functions."""

import numpy as np
import pytest

from idnn import curves, explorables, networks
from idnn.plots import gradient_checking, gradient_debugging
from solutions import gradient_checking as instrument
from solutions import gradient_debugging as hunt
from tests.test_explorables import node

CHECKING = instrument.numerical_gradient, instrument.relative_difference
DEBUGGING = hunt.difference_by_parameter, hunt.worst_entry
ROUND_OFF = 2.0**-52  # of a cost around 1


# --- a chord and its error ----------------------------------------------------------------------------------------------------


def test_the_chords_of_the_page_are_those_of_our_python_but_for_a_cost_s_last_digit():
    program = explorables.module("gradient_checking") + (
        "const asked = Object.keys(COSTS).flatMap((cost) => [-1.5, -0.3, 0, 0.7, 1, 1.4].map((theta) => ({ cost, theta, epsilons: STEPS })));"
        "console.log(JSON.stringify(asked.map((question) => [question, ownMeasures(question).measures])));"
    )
    answer, seen = gradient_checking.explore(*CHECKING).answer, []
    for question, theirs in node(program):
        ours = answer(question)["measures"]
        cost = gradient_checking.COSTS[question["cost"]][0]
        size = max(abs(cost(question["theta"])), 1.0)
        for name, found in ours.items():
            for epsilon, slope, other in zip(
                question["epsilons"], found["slopes"], theirs[name]["slopes"], strict=True
            ):
                assert other == pytest.approx(slope, rel=1e-9, abs=4 * ROUND_OFF * size / epsilon), (
                    name,
                    question,
                    epsilon,
                )
            seen.append(found["differences"] == theirs[name]["differences"])
            if question["cost"] != "sin θ":  # no function of the machine's is in it: the same to the last bit
                np.testing.assert_allclose(theirs[name]["differences"], found["differences"], rtol=1e-12)
    assert sum(seen) >= 24


def test_costs_and_slopes_are_those_of_the_library():
    program = explorables.module("gradient_checking") + (
        "const points = [-1.3, -0.2, 0.4, 1, 2.5];"
        "console.log(JSON.stringify(Object.values(COSTS).map(({ value, slope }) => points.map((x) => [value(x), slope(x)]))));"
    )
    pairs = ((curves.sine, curves.sine_slope), (curves.cube, curves.cube_slope), (curves.kink, curves.kink_slope))
    ours = [[[float(f(1.0, x)) for f in pair] for x in (-1.3, -0.2, 0.4, 1, 2.5)] for pair in pairs]
    np.testing.assert_allclose(node(program), ours, rtol=1e-14, atol=1e-15)


def test_how_far_a_drawn_line_was_off():
    program = explorables.module("gradient_checking") + (
        "const measured = STEPS.map((step) => Math.max(step ** 2, 1e-16 / step)), none = STEPS.map(() => null);"
        "const exact = measured.map(Math.log10), higher = exact.map((power) => power + 2);"
        "const line = stroke(stroke(none, [30, -2], [28, -4]), [28, -4], [26, -4]);"
        "console.log(JSON.stringify({ far: [none, exact, higher].map((one) => howFar(one, measured)), line }));"
    )
    said = node(program)
    nothing, exact, higher = said["far"]
    assert nothing is None
    assert exact["mean"] == 0 and exact["yours"] == exact["measured"] == pytest.approx(3.16e-6)
    assert higher["mean"] == pytest.approx(2) and higher["above"] == 1
    assert said["line"][25:] == [None, -4, -4, -4, -3, -2]


def test_a_wrong_instrument_measures_its_wrong_slopes():
    def numerical_gradient(cost, parameters, epsilon=1e-4):
        right = instrument.numerical_gradient(cost, parameters, epsilon)
        return {name: 2 * value for name, value in right.items()}

    shown = gradient_checking.explore(numerical_gradient, instrument.relative_difference)
    found = shown.answer({"cost": "θ³", "theta": 0.5, "epsilons": [1e-3]})
    assert found["errors"] == {}
    assert found["measures"]["central"]["differences"] == [pytest.approx(1 / 3, rel=1e-5)]
    assert found["measures"]["one-sided"]["differences"] == [pytest.approx(1e-3, rel=1e-2)]


def test_what_the_instrument_raises_or_forgets_is_told_in_one_line():
    def numerical_gradient(cost, parameters, epsilon=1e-4):
        raise NotImplementedError()

    def relative_difference(gradient, approximation):
        return None

    shown = gradient_checking.explore(numerical_gradient, instrument.relative_difference)
    assert "numerical_gradient raised NotImplementedError" in shown.alt_text
    asked = {"cost": "sin θ", "theta": 1.0, "epsilons": [1e-3]}
    assert list(shown.answer(asked)["measures"]) == ["one-sided"]
    shown = gradient_checking.explore(instrument.numerical_gradient, relative_difference)
    said = "relative_difference returned NoneType, expected a number"
    assert shown.answer(asked)["errors"] == {"central": said, "one-sided": said}
    with pytest.raises(ValueError, match="expected numerical_gradient, relative_difference, not gradient_check"):
        gradient_checking.explore(instrument.gradient_check, instrument.relative_difference)


# --- bug hunts ----------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cases():
    """Two cases of every bug as the page draws them, with what it finds, and what it says of every line that is accused."""
    return node(
        explorables.module("gradient_debugging")
        + "const cases = [];"
        + "for (const [i, bug] of BUGS.entries()) for (let seed = 0; seed < 2; seed++) {"
        + "  const drawn = drawCase(bug, generator(100 * i + seed)), wrong = LINES.find((line) => line.name === bug.place).feeds;"
        + "  const evidence = ownEvidence(drawn), right = backward(drawn.X, drawn.Y, drawn.parameters);"
        + "  const refutes = Object.fromEntries(LINES.map(({ name }) => [name, refuted(name, wrong)]));"
        + "  cases.push({ ...drawn, bug: bug.place, wrong, evidence, right, refutes, cost: cost(drawn.X, drawn.Y, drawn.parameters) });"
        + "}"
        + "console.log(JSON.stringify(cases));"
    )


def as_arrays(lists):
    return {name: np.array(values, dtype=float) for name, values in lists.items()}


def test_the_network_its_gradients_and_the_evidence_are_our_python_s(cases):
    answer = gradient_debugging.explore(*DEBUGGING).answer
    for case in cases:
        X, Y, parameters = np.array(case["X"]), np.array(case["Y"], dtype=float), as_arrays(case["parameters"])
        right, slopes = networks.gradients(X, Y, parameters), as_arrays(case["approximations"])
        assert case["cost"] == pytest.approx(float(networks.cost(X, Y, parameters)), rel=1e-12)
        for name, value in right.items():
            np.testing.assert_allclose(case["right"][name], value, rtol=1e-9, atol=1e-14)
            np.testing.assert_allclose(slopes[name], value, atol=1e-7)
        found = answer({"hunt": 3} | case)
        assert found["hunt"] == 3 and found["errors"] == {}
        for name in right:
            assert case["evidence"]["differences"][name] == pytest.approx(found["differences"][name], rel=1e-9)
            assert case["evidence"]["worst"][name] == found["worst"][name]


def test_a_bug_spoils_what_is_computed_from_its_line_and_nothing_else(cases):
    for case in cases:
        X, Y, parameters = np.array(case["X"]), np.array(case["Y"], dtype=float), as_arrays(case["parameters"])
        found = hunt.find_wrong_gradients(parameters, as_arrays(case["gradients"]), X, Y)
        assert found == sorted(case["wrong"]), case["bug"]
    assert {case["bug"] for case in cases} == {
        "dZ3",
        "dW3",
        "db3",
        "dA2",
        "dZ2",
        "dW2",
        "db2",
        "dA1",
        "dZ1",
        "dW1",
        "db1",
    }


def test_no_clue_speaks_against_the_right_line(cases):
    spoiled = {case["bug"]: set(case["wrong"]) for case in cases}
    for case in cases:
        for line, why in case["refutes"].items():
            assert bool(why) == (spoiled[line] != spoiled[case["bug"]]), (line, case["bug"])


def test_ten_hunts_are_ten_bugs():
    program = explorables.module("gradient_debugging") + (
        "console.log(JSON.stringify([1, 2, 3].map((seed) => tenHunts(generator(seed)))));"
    )
    runs = node(program)
    assert all(len(set(run)) == 10 for run in runs) and len({tuple(run) for run in runs}) == 3


def test_evidence_that_a_function_cannot_give_is_told_and_stops_no_other(cases):
    def difference_by_parameter(gradients, approximations):
        raise ValueError("operands\nmore")

    def worst_entry(gradient, approximation):
        return (0, 0)

    question = {"hunt": 0} | cases[0]
    shown = gradient_debugging.explore(difference_by_parameter, hunt.worst_entry)
    found = shown.answer(question)
    assert found["errors"] == {"differences": "difference_by_parameter raised ValueError: operands"}
    assert found["worst"] == cases[0]["evidence"]["worst"]
    assert "difference_by_parameter raised ValueError: operands" in shown.alt_text
    found = gradient_debugging.explore(hunt.difference_by_parameter, worst_entry).answer(question)
    assert found["errors"] == {"worst": "worst_entry returned something else than (index, value, expected)"}
    with pytest.raises(ValueError, match="expected difference_by_parameter, worst_entry, not worst_entry, worst_entry"):
        gradient_debugging.explore(worst_entry, worst_entry)


def test_a_wrong_measure_shows_its_wrong_numbers(cases):
    def difference_by_parameter(gradients, approximations):
        return {name: float(np.abs(gradients[name] - slope).max()) for name, slope in approximations.items()}

    found = gradient_debugging.explore(difference_by_parameter, hunt.worst_entry).answer({"hunt": 0} | cases[0])
    case = cases[0]
    index, value, expected = case["evidence"]["worst"]["dW1"]
    assert found["differences"]["dW1"] == pytest.approx(abs(value - expected))
    assert found["differences"]["dW1"] != pytest.approx(case["evidence"]["differences"]["dW1"])


def test_a_nan_comes_to_the_page_as_none():
    nothing = {name: [[float("nan")]] for name in ("dW1", "db1")}
    found = gradient_debugging.explore(*DEBUGGING).answer({"hunt": 0, "gradients": nothing, "approximations": nothing})
    assert found["differences"] == {"dW1": None, "db1": None}
