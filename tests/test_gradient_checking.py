"""Solutions and given parts of Gradient Checking against values worked by hand and against other ways to differentiate."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from assay import cases
from assay.cases import Case
from assay.errors import ErrorInfo
from assay.outcome import Outcome
from exercises.gradient_checking import claims
from grader.judge import judge
from idnn import curves, networks
from idnn.gradients import certify
from idnn.plots import gradient_checking as plots
from idnn.rules.gradient_checking import Difference, Measure
from solutions import gradient_checking as solutions

ENTRIES = st.floats(-5, 5, allow_nan=False).map(lambda x: round(x, 6))
SHAPES = st.lists(st.integers(1, 3), max_size=3).map(tuple)
SHORT = settings(max_examples=40, deadline=None)


@st.composite
def arrays(draw, shapes=SHAPES):
    shape = draw(shapes)
    size = math.prod(shape)
    return np.array(draw(st.lists(ENTRIES, min_size=size, max_size=size))).reshape(shape)


def point(seed=0, sizes=(4, 5, 3, 1), m=3):
    """Return parameters, X and Y of a random three-layer network."""
    rng = np.random.default_rng(seed)
    parameters = {}
    for layer in (1, 2, 3):
        parameters[f"W{layer}"] = rng.standard_normal((sizes[layer], sizes[layer - 1]))
        parameters[f"b{layer}"] = rng.standard_normal((sizes[layer], 1))
    return parameters, rng.standard_normal((sizes[0], m)), (np.arange(m) % 2)[None].astype(float)


def cost_at(X, Y):
    return lambda parameters: networks.forward_propagation_n(X, Y, parameters)[0]


# --- relative_difference ------------------------------------------------------------------------------------------------------


def test_relative_difference_of_a_value_worked_by_hand():
    # (3, 4) has length 5, (3, 5) has length sqrt(34), their difference (0, 1) has length 1
    difference = solutions.relative_difference(np.array([3.0, 4.0]), np.array([3.0, 5.0]))
    assert math.isclose(difference, 1 / (5 + math.sqrt(34)), rel_tol=1e-15)


@pytest.mark.parametrize(("factor", "expected"), [(1, 0.0), (2, 1 / 3), (-1, 1.0), (0, 1.0)])
def test_relative_difference_of_a_multiple_is_known(factor, expected):
    g = np.random.default_rng(0).standard_normal((3, 4))
    assert math.isclose(solutions.relative_difference(g, factor * g), expected, rel_tol=1e-14)


def test_relative_difference_of_two_zeros_is_zero_and_of_a_nan_is_nan():
    zeros = np.zeros((2, 3))
    assert solutions.relative_difference(zeros, zeros) == 0.0
    assert math.isnan(solutions.relative_difference(np.full((2, 3), np.nan), zeros))


@SHORT
@given(arrays(), st.floats(1e-6, 1e6), st.integers(0, 2**31))
def test_relative_difference_is_symmetric_bounded_and_free_of_scale(g, scale, seed):
    other = g + np.random.default_rng(seed).standard_normal(g.shape)
    difference = solutions.relative_difference(g, other)
    assert 0 <= difference <= 1 + 1e-12
    assert math.isclose(difference, solutions.relative_difference(other, g), rel_tol=1e-9)
    assert math.isclose(difference, solutions.relative_difference(scale * g, scale * other), rel_tol=1e-6)


# --- numerical gradients ------------------------------------------------------------------------------------------------------


@SHORT
@given(st.dictionaries(st.text("abcWk123_", min_size=1, max_size=4), arrays(), min_size=1, max_size=3))
def test_numerical_gradient_of_waves_is_the_derivative_by_hand_for_any_dict_of_arrays(parameters):
    before = {name: value.tobytes() for name, value in parameters.items()}
    found = solutions.numerical_gradient(curves.waves, parameters)
    assert list(found) == ["d" + name for name in parameters]
    factor = 2
    for name in sorted(parameters):
        value = parameters[name]
        # d/dp of f sin(p) is f cos(p); the error is f epsilon^2 / 6 and round-off
        factors = factor + np.arange(value.size).reshape(value.shape)
        assert found["d" + name].shape == value.shape
        assert np.allclose(found["d" + name], factors * np.cos(value), rtol=0, atol=1e-6)
        factor += value.size
    assert before == {name: value.tobytes() for name, value in parameters.items()}


def test_numerical_gradient_of_a_cube_is_off_by_epsilon_squared():
    # ((p + e)^3 - (p - e)^3) / (2e) = 3 p^2 + e^2
    p = np.array([[1.0, -2.0], [0.5, 3.0]])
    found = solutions.numerical_gradient(lambda q: float(np.sum(q["p"] ** 3)), {"p": p}, epsilon=0.5)["dp"]
    assert np.allclose(found, 3 * p**2 + 0.25, rtol=1e-13)


def test_numerical_gradient_agrees_with_the_complex_step():
    rng = np.random.default_rng(3)
    parameters = {"a": rng.standard_normal((2, 3)), "b": rng.standard_normal(4), "c": np.array(0.7)}

    def smooth(p):
        s = sum((i + 1) * np.sum(np.sin(p[name])) for i, name in enumerate("abc"))
        return s * s / 10

    found = solutions.numerical_gradient(smooth, parameters, epsilon=1e-5)
    for name, value in parameters.items():
        for index in np.ndindex(value.shape):
            moved = value.astype(complex)
            moved[index] += 1e-30j  # Im J(p + ih) / h has no subtraction, hence no round-off
            exact = smooth({**parameters, name: moved}).imag / 1e-30
            assert math.isclose(found["d" + name][index], exact, rel_tol=1e-8, abs_tol=1e-8)


@SHORT
@given(st.floats(0.3, 3), st.floats(-3, 3).filter(lambda x: abs(x) > 0.1), st.floats(0.05, 0.5))
def test_gradient_check_of_a_cube_is_the_value_worked_by_hand(theta, x, epsilon):
    # 3 x theta^2 against 3 x theta^2 + x epsilon^2
    check = with_pair(curves.cube, curves.cube_slope)
    assert math.isclose(check(x, theta, epsilon), epsilon**2 / (6 * theta**2 + epsilon**2), rel_tol=1e-9)


def with_pair(forward, backward):
    """Return the solution's gradient_check on another forward and backward pass, as the judge calls it."""

    def check(*args):
        spec = vars(solutions)
        old = spec["forward_propagation"], spec["backward_propagation"]
        spec["forward_propagation"], spec["backward_propagation"] = forward, backward
        try:
            return solutions.gradient_check(*args)
        finally:
            spec["forward_propagation"], spec["backward_propagation"] = old

    return check


def test_gradient_check_finds_the_own_pair_right_and_every_wrong_slope_wrong():
    assert solutions.gradient_check(3.0, 0.5) < 1e-9
    assert with_pair(curves.sine, curves.sine_slope)(2.0, 0.3) < 1e-8
    for pair in (
        (curves.line, curves.line_slope_by_x),
        (curves.cube, curves.cube_slope_without_factor),
        (curves.sine, curves.sine_slope_without_chain),
    ):
        assert with_pair(*pair)(2.0, 0.3) > 0.1


@pytest.mark.parametrize("seed", range(5))
def test_gradient_check_n_accepts_the_given_backward_pass_in_any_order(seed):
    parameters, X, Y = point(seed)
    gradients = networks.gradients(X, Y, parameters)
    assert solutions.gradient_check_n(parameters, gradients, X, Y, 1e-5) < 1e-7
    turned = dict(reversed(parameters.items()))
    extra = {"dZ3": np.ones((1, 3)), **dict(reversed(gradients.items()))}
    assert solutions.gradient_check_n(turned, extra, X, Y, 1e-5) < 1e-7


def test_gradient_check_n_of_a_doubled_gradient_is_the_value_worked_by_hand():
    parameters, X, Y = point(1)
    right = networks.gradients(X, Y, parameters)
    doubled = {**right, "dW2": 2 * right["dW2"]}
    length = {
        name: math.sqrt(sum(float(np.sum(g[n] ** 2)) for n in right)) for name, g in (("r", right), ("d", doubled))
    }
    expected = float(np.linalg.norm(right["dW2"])) / (length["r"] + length["d"])
    assert math.isclose(solutions.gradient_check_n(parameters, doubled, X, Y, 1e-5), expected, rel_tol=1e-6)


@SHORT
@given(st.floats(-3, 5), st.floats(1e-8, 1e3), st.integers(2, 12), st.integers(0, 2**31))
def test_convergence_order_of_a_power_law_is_its_exponent(order, factor, count, seed):
    epsilons = np.random.default_rng(seed).permutation(np.logspace(-1, -5, count))
    assert math.isclose(solutions.convergence_order(epsilons, factor * epsilons**order), order, abs_tol=1e-9)


def test_convergence_order_minimises_the_squared_residuals():
    rng = np.random.default_rng(0)
    epsilons, errors = 10 ** rng.uniform(-4, 0, 9), 10 ** rng.uniform(-8, 0, 9)
    x, y = np.log(epsilons), np.log(errors)

    def rest(slope):
        return np.sum((y - y.mean() - slope * (x - x.mean())) ** 2)

    found = solutions.convergence_order(epsilons, errors)
    assert rest(found) < min(rest(found + 1e-4), rest(found - 1e-4))


# --- the given network and curves ---------------------------------------------------------------------------------------------


def test_the_given_network_is_the_formula_written_out():
    parameters, X, Y = point(2, (3, 4, 2, 1), 5)
    cost, cache = networks.forward_propagation_n(X, Y, parameters)
    Z1 = parameters["W1"] @ X + parameters["b1"]
    Z2 = parameters["W2"] @ np.where(Z1 > 0, Z1, 0) + parameters["b2"]
    A3 = 1 / (1 + np.exp(-(parameters["W3"] @ np.where(Z2 > 0, Z2, 0) + parameters["b3"])))
    assert math.isclose(cost, -np.mean(Y * np.log(A3) + (1 - Y) * np.log(1 - A3)), rel_tol=1e-12)
    assert isinstance(cost, float) and len(cache) == 12
    assert np.allclose(cache[0], Z1) and np.allclose(cache[4], Z2) and np.allclose(cache[9], A3)
    names = ["W1", "b1", "W2", "b2", "W3", "b3"]
    assert all(cache[i] is parameters[name] for i, name in zip((2, 3, 6, 7, 10, 11), names))


def test_the_given_network_s_cost_is_finite_where_it_is_entirely_wrong():
    parameters, X, Y = point(0)
    cost, _ = networks.forward_propagation_n(X, 1 - Y * 0, {**parameters, "b3": np.array([[-1000.0]])})
    assert 900 < cost < 1100


@pytest.mark.parametrize(
    ("cost", "slope"),
    [
        (curves.line, curves.line_slope),
        (curves.cube, curves.cube_slope),
        (curves.sine, curves.sine_slope),
        (curves.kink, curves.kink_slope),
        (curves.plateau, curves.plateau_slope),
    ],
)
def test_right_slopes_of_the_curves_are_right(cost, slope):
    for x, theta in ((2.0, 0.4), (-1.5, 0.7), (0.3, -2.0)):
        h = 1e-3  # five points: the error is of order h^4
        five = 8 * (cost(x, theta + h) - cost(x, theta - h)) - (cost(x, theta + 2 * h) - cost(x, theta - 2 * h))
        assert math.isclose(slope(x, theta), five / (12 * h), rel_tol=1e-9, abs_tol=1e-12)


@pytest.mark.parametrize("cost", [curves.waves, curves.coupled])
def test_costs_of_dicts_do_not_depend_on_the_order_of_names(cost):
    parameters = {"b": np.array([0.3, 0.1]), "a": np.array([[0.5], [0.2]])}
    assert cost(parameters) == cost(dict(reversed(parameters.items())))


# --- the given checker --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sizes", [(4, 5, 3, 1), (2, 20, 3, 1), (2, 40, 30, 1)])
def test_certify_accepts_right_gradients_at_random_points(sizes):
    for seed in range(20):
        parameters, X, Y = point(seed, sizes, 60)
        parameters = {name: value / math.sqrt(value.shape[1]) for name, value in parameters.items()}
        report = certify(cost_at(X, Y), parameters, networks.gradients(X, Y, parameters), seed=seed)
        assert report.ok and max(report.differences.values()) < 1e-7, report


@pytest.mark.parametrize("name", ["W1", "b1", "W2", "b2", "W3", "b3"])
@pytest.mark.parametrize("change", [lambda g: 1.01 * g, lambda g: -g, np.zeros_like, lambda g: g[::-1] + 0.01])
def test_certify_names_the_wrong_gradient_and_no_other(name, change):
    parameters, X, Y = point(0, (4, 5, 3, 1), 12)
    gradients = networks.gradients(X, Y, parameters)
    gradients["d" + name] = change(gradients["d" + name])
    assert certify(cost_at(X, Y), parameters, gradients).wrong == [name]


def test_certify_prints_a_line_for_each_parameter():
    parameters = {"W": np.array([1.0, 2.0]), "bias": np.array(3.0)}

    def cost(p):
        return float(np.sum(p["W"] ** 2) + p["bias"])

    report = certify(cost, parameters, {"dW": np.array([2.0, 4.0]), "dbias": np.array(2.0)})
    lines = str(report).splitlines()
    assert lines[0].startswith("W     agrees to ")
    assert lines[1].startswith("bias  differs by 0.33: along a random direction the cost changes by ")
    assert lines[2] == "1 of 2 gradients agree"
    assert not report.ok
    right = certify(cost, parameters, {"dW": np.array([2.0, 4.0]), "dbias": np.array(1.0)})
    assert str(right).splitlines()[-1] == "all 2 gradients agree" and repr(right) == str(right)


def test_certify_says_what_cannot_be_compared():
    parameters = {"W": np.ones((2, 1)), "b": np.ones(1), "c": np.ones(1)}
    report = certify(lambda p: float(np.sum(p["W"])), parameters, {"dW": np.ones((1, 2)), "dc": np.array([np.nan])})
    assert report.notes == {
        "W": "dW has shape (1, 2), W has (2, 1)",
        "b": "db is missing",
        "c": "dc has entries that are not finite",
    }
    assert report.wrong == ["W", "b", "c"]


def test_certify_refuses_a_cost_that_changes_by_itself_or_is_not_finite():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="Does the cost draw a new dropout mask or a new mini-batch at each call?"):
        certify(lambda p: rng.random(), {"W": np.ones(2)}, {"dW": np.ones(2)})
    with pytest.raises(ValueError, match="certify: the cost is inf, so it has no slope here"):
        certify(lambda p: math.inf, {"W": np.ones(2)}, {"dW": np.ones(2)})


def test_certify_says_when_the_point_lies_on_a_kink():
    report = certify(lambda p: float(abs(p["t"][0])), {"t": np.zeros(1)}, {"dt": np.ones(1)})
    assert report.notes["t"] == "the cost has a kink here, slope -1 on one side and 1 on the other; try another point"


def test_certify_takes_round_off_for_the_zero_that_it_is():
    # a bias before a mean is subtracted: its true gradient is 0, a backward pass gives 1e-17
    x = np.random.default_rng(0).standard_normal(9)

    def cost(p):
        z = x + p["b"]
        return float(np.sum(np.tanh(z - z.mean()) ** 2))

    assert certify(cost, {"b": np.array(0.4)}, {"db": np.array(3e-17)}).ok


def test_certify_works_in_single_precision():
    for seed in range(10):
        parameters, X, Y = point(seed, (4, 6, 5, 1), 20)
        parameters = {
            name: (value / math.sqrt(value.shape[1])).astype(np.float32) for name, value in parameters.items()
        }
        X, Y = X.astype(np.float32), Y.astype(np.float32)
        gradients = networks.gradients(X, Y, parameters)
        assert certify(cost_at(X, Y), parameters, gradients).ok
        wrong = certify(cost_at(X, Y), parameters, {**gradients, "dW2": 2 * gradients["dW2"]})
        assert wrong.wrong == ["W2"]


def test_certify_takes_the_student_s_own_numerical_gradient_and_changes_nothing():
    parameters, X, Y = point(1)
    before = {name: value.copy() for name, value in parameters.items()}
    gradients = networks.gradients(X, Y, parameters)
    assert certify(cost_at(X, Y), parameters, gradients, numerical_gradient=solutions.numerical_gradient).ok
    gradients["dW2"] = 2 * gradients["dW2"]
    report = certify(cost_at(X, Y), parameters, gradients, numerical_gradient=solutions.numerical_gradient)
    assert report.wrong == ["W2"] and "the numerical gradient is" in report.notes["W2"]
    for name, value in parameters.items():
        np.testing.assert_array_equal(value, before[name])


# --- judging ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [1e-5, -1e-12, math.nan, math.inf, None, True])
def test_round_off_is_refused_when_it_is_none(value):
    assert Difference().problem(Case(), [Outcome(value=1e-10)], [Outcome(value=value)])


@pytest.mark.parametrize("value", [0.0, 3e-9, np.float64(1e-8), np.array(2e-10)])
def test_round_off_is_accepted_whatever_its_value(value):
    assert Difference().problem(Case(), [Outcome(value=1e-10)], [Outcome(value=value)]) is None


def test_a_sizeable_difference_is_judged_as_a_number():
    rule = Difference()
    assert rule.problem(Case(), [Outcome(value=0.25)], [Outcome(value=0.25 * (1 + 1e-8))]) is None
    assert rule.problem(Case(), [Outcome(value=0.25)], [Outcome(value=0.2501)])
    assert cases.rule_from_data(cases.rule_to_data(rule)) == rule


def message(name, mistake, seed=0):
    from grader.catalogue import exercise

    functions = {m.id: m.function for m in exercise("gradient_checking", name).mistakes}
    return judge("gradient_checking", name, functions[mistake], seed).message


@pytest.mark.parametrize(
    ("name", "mistake", "expected"),
    [
        (
            "relative_difference",
            "no_zero_guard",
            "relative_difference: the result is not finite. Where both gradients are zero everywhere, this divides 0 by 0 "
            "and returns nan. Ask for that case before dividing: the difference is 0.0.",
        ),
        (
            "gradient_check",
            "one_sided",
            "gradient_check: the result is not small although the two agree. This is a one-sided difference, from theta to theta + epsilon; the "
            "central one goes as far to the left.",
        ),
        (
            "numerical_gradient",
            "restored_by_arithmetic",
            "Adding epsilon, subtracting it twice and adding it again does not give the old number back to the last bit. "
            "Keep the old number, or move a copy.",
        ),
        (
            "gradient_check_n",
            "extra_keys",
            "gradient_check_n: the result is wrong. Gradients may hold further keys such as dZ3; only those of the "
            "parameters are compared.",
        ),
    ],
)
def test_the_message_says_which_mistake_it_was(name, mistake, expected):
    assert message(name, mistake).endswith(expected)


def test_an_answer_that_calls_no_backward_pass_is_found_out():
    def gradient_check(x, theta, epsilon=1e-4):
        return 2.9e-10

    verdict = judge("gradient_checking", "gradient_check", gradient_check)
    assert verdict.score < 0.6 * verdict.points


def test_errors_are_never_taken_for_a_small_difference():
    error = Outcome(error=ErrorInfo("ValueError", "no"))
    assert Difference().problem(Case(), [Outcome(value=1e-10)], [error])


@pytest.mark.parametrize(
    ("name", "mistake"),
    [
        ("relative_difference", "no_zero_guard"),
        ("gradient_check", "no_zero_guard"),
        ("gradient_check", "no_zero_guard_of_numbers"),
        ("gradient_check_n", "no_zero_guard"),
    ],
)
def test_a_check_that_divides_nothing_by_nothing_is_told_so(name, mistake):
    said = message(name, mistake)
    assert "0 is divided by 0" in said or "this divides 0 by 0" in said
    assert "before dividing" in said


def test_a_difference_next_to_nothing_is_judged_up_to_round_off_alone():
    wanted = [Outcome(value=1e-9)]
    assert Measure().problem(Case(), wanted, [Outcome(value=1e-9 + 1e-15)]) is None
    assert Measure().problem(Case(), wanted, [Outcome(value=0.0)])
    assert Measure().problem(Case(), [Outcome(value=0.0)], [Outcome(value=1e-16)])


# --- claims and figures -------------------------------------------------------------------------------------------------------


def test_the_stacked_check_of_the_claims_is_the_solution_s():
    parameters, X, Y = claims.points(0)
    stacked = claims.stacked_check(0, 1e-3)
    for i in range(4):
        one = {name: value[i] for name, value in parameters.items()}
        alone = solutions.gradient_check_n(one, networks.gradients(X[i], Y[i], one), X[i], Y[i], 1e-3)
        assert math.isclose(stacked[i], alone, rel_tol=1e-3)


def figures():
    steps = np.logspace(-6, -1, 6)
    parameters, X, Y = point(1)
    gradients = networks.gradients(X, Y, parameters)
    thetas = np.linspace(-2e-4, 2e-4, 9)
    yield plots.chords(np.sin, np.cos, 0.9, 0.7)
    yield plots.error_against_step({"central": (steps, steps**2), "zero": (steps, 0 * steps)}, "title", threshold=1e-5)
    yield plots.agreement(gradients, solutions.numerical_gradient(cost_at(X, Y), parameters))
    yield plots.histograms({"a": np.array([0.0, 1e-9, 1e-3]), "b": np.array([0.1, np.nan])}, threshold=1e-5, title="t")
    yield plots.kink(1e-4, thetas, np.sign(thetas), thetas / 1e-4)


def test_every_figure_has_labelled_axes_and_a_description():
    for figure in figures():
        assert isinstance(figure, Figure) and len(figure.alt_text) > 60
        for ax in figure.axes:
            assert ax.get_ylabel()
        assert figure.axes[-1].get_xlabel()
        figure.canvas.draw()
