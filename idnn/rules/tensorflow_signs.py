"""Rules of the TensorFlow assignment: float32 tensors, He-scaled variables, one training step, a whole training run."""

import math
from dataclasses import dataclass

import numpy as np

from assay.cases import Rule
from assay.chance import BIG, Normal, exact_problem, repeats_problem, rows_problem, spread_problem
from assay.difference import Problem, describe, difference
from assay.rules import Close
from assay.wire import Tensor, Variable

CLEAR = 1e-3  # a gradient so large that Adam's epsilon, 1e-7 or 1e-8 in one place or another, does not show
LARGEST_EPSILON = 4e-6  # 1e-7 beside an average that is not corrected, at the first step
SHAKEN = 1e-4  # relative, far more than round-off: where parameters that begin so far away end elsewhere, a ReLU was at its kink
STEPS = 3  # of Adam, which a case of mini-batches may ask for beside them
LOSS_RTOL = 2e-5  # of an epoch's loss whose every step is known
SAME_MOVE = 0.02  # relative; Adam's moves of examples of one mini-batch agree to 1e-4, those of different ones differ by 10 % and more


@dataclass(frozen=True)
class Tensors(Close):
    """Agrees with the solution's tensor, and is a float32 tensor itself.

    A case with ``facts["gradient"]`` asks for a gradient through the function instead, by a driver that gives None where there is none; the
    fact is what to say then.
    """

    def problem(self, case, expected, outcomes):
        for wanted, got in zip(expected, outcomes):
            if case.facts.get("gradient"):
                if got.value is None:
                    return Problem("value", case.facts["gradient"])
                if found := difference(wanted.value, got.value, self.rtol):
                    return Problem(
                        found.kind, "the gradient through it is wrong", found.expected, found.actual, found.where
                    )
                continue
            found = _float32_problem(wanted.value, got.value) or difference(wanted.value, got.value, self.rtol)
            if found:
                return found
        return None


def _undisturbed(drawn, seed):
    """Whether four numbers are those that TensorFlow's global stream gives after ``set_seed(seed)`` and nothing else."""
    from idnn.tensors import drawn_after

    return drawn == drawn_after(lambda *_: None, seed)


def _apart(gradients, seed):
    """Whether the gradients of half the squares of two calls' variables, those of the first moved by 1, differ by that everywhere."""
    if not isinstance(gradients, list) or len(gradients) != 2 or len({len(part) for part in gradients}) != 1:
        return False
    pairs = list(zip(*gradients))
    if not pairs or not all(isinstance(one, Tensor) for pair in pairs for one in pair):
        return False
    return all(a.array.shape == b.array.shape and np.allclose(a.array - b.array, 1, atol=1e-4) for a, b in pairs)


def _float32_problem(expected, actual):
    if isinstance(actual, np.ndarray | np.generic | float | int) and not isinstance(actual, bool):
        return Problem(
            "type", "the result is no tensor", "a tf.Tensor", "a number" if np.ndim(actual) == 0 else "a NumPy array"
        )
    if isinstance(actual, Variable):
        return Problem("type", "the result is no tensor", "a tf.Tensor", "a tf.Variable")
    if isinstance(actual, Tensor) and isinstance(actual.array, np.ndarray) and actual.array.dtype != np.float32:
        if actual.array.shape == expected.array.shape:
            return Problem("dtype", "the result is not of dtype float32", "float32", str(actual.array.dtype))
    return None


@dataclass(frozen=True)
class HeScaled(Normal):
    """Draws weights of mean 0 and the given spread as float32 variables, decided by ``seed``; biases are zeros.

    Any distribution with that mean and spread will do: normal, truncated, uniform. A case with ``facts["probe"]`` asks something else by
    a driver that gives True where all is well; the fact is what to say where it is not.

    A correct draw fails less than once in 10^6 judgements: mean, spread and the means of rows and columns of each array are allowed 7
    standard errors of a normal distribution, which are more than those of a uniform or truncated one. Power: an array of 20,000
    entries is refused where its spread is 5 % off, He's scale against Xavier's (41 %) from 400 entries on.
    """

    variables: bool = True
    rng_argument: str = "seed"

    def calls(self, case):
        """Call twice with the same seed, then with another one."""
        layers_dims, seed = case.args
        return [case.args] if case.facts.get("probe") else [case.args, case.args, (layers_dims, seed + 1)]

    def problem(self, case, expected, outcomes):
        if case.facts.get("probe"):
            well = _undisturbed if case.via.endswith("drawn_after") else _apart
            return None if well(outcomes[0].value, case.args[-1]) else Problem("random", case.facts["probe"])
        return super().problem(case, expected, outcomes)

    def _structure(self, case, value):
        found = super()._structure(case, value)
        if found:
            return found
        wide = [key for key in case.facts["std"] if value[key].array.dtype != np.float32]
        return (
            Problem("dtype", f"{wide[0]} is not of dtype float32", "float32", str(value[wide[0]].array.dtype))
            if wide
            else None
        )

    def _distribution(self, case, value):
        scaled = {}
        for key, std in case.facts["std"].items():
            if std == 0:
                continue
            array = np.asarray(value[key].array, np.float64)
            scaled[key] = array / std
            if array.size >= BIG:
                found = spread_problem(key, array, std) or exact_problem(key, scaled[key], 1e-9)
                found = found or rows_problem(key, scaled[key])
                if found:
                    return found
        return repeats_problem(scaled, {key: np.sort(array, axis=None) for key, array in scaled.items()})


@dataclass(frozen=True)
class Step(Close):
    """One or several training steps: the returned losses and the updated variables agree with the solution's."""

    rtol: float | None = 1e-4
    may_change = ("parameters", "optimizer")

    def problem(self, case, expected, outcomes):
        for wanted, got in zip(expected, outcomes):
            found = self._update_problem(wanted.changed, got.changed) or self._loss_problem(wanted.value, got.value)
            if found:
                return found
        return None

    def _update_problem(self, wanted, got):
        for path in wanted:
            if path not in got:
                return Problem("value", f"{path} is not updated", "the optimizer's step", "the old values")
            if not isinstance(got[path], Variable):
                return Problem(
                    "type",
                    f"{path} is no variable any more",
                    "the same tf.Variable with new values",
                    describe(got[path]),
                )
        for path in wanted:
            found = difference(wanted[path], got[path], self.rtol, name=path)
            if found:
                return Problem(
                    found.kind, f"{path} has wrong values after the step", found.expected, found.actual, found.where
                )
        return None

    def _loss_problem(self, wanted, got):
        if isinstance(wanted, Tensor):
            actual = _number(got)
            if actual is None:
                return Problem("type", "the returned loss is no scalar", "a scalar tensor", describe(got))
            if not isinstance(got, Tensor | Variable):
                return Problem(
                    "type", "the returned loss is no tensor", "a scalar tensor", "a number of Python or NumPy"
                )
            if got.array.dtype != np.float32:
                return Problem("dtype", "the returned loss is not of dtype float32", "float32", str(got.array.dtype))
            if not abs(actual - float(wanted.array)) <= 1e-4 * abs(float(wanted.array)):
                return Problem("value", "the returned loss is wrong", f"{float(wanted.array):.6g}", f"{actual:.6g}")
            return None
        for one, other in zip(wanted, got):  # a driver's list of losses
            found = self._loss_problem(one, other)
            if found:
                return found
        return None

    def fingerprint(self, case, outcomes):
        (outcome,) = outcomes
        return {"value": outcome.value, "error": outcome.error and outcome.error.key, "changed": outcome.changed}


def _number(value):
    """Return a scalar of any plain form as a float, or None."""
    if isinstance(value, Tensor | Variable):
        value = value.array
    if isinstance(value, np.ndarray | np.generic) and np.ndim(value) == 0:
        value = value.item()
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


@dataclass(frozen=True)
class Trained(Rule):
    """A training run, judged by what every correct one has in common, whatever its route.

    ``case.facts["kind"]`` says which property a case asks for:

    - ``steps``: an epoch is one batch of all examples, so the order does not matter and every step can be computed from the initial
      parameters: each parameter ends where Adam takes it, and each loss is the one met on the way, before the step.
    - ``batches``: ``X`` is a multiple of the identity, so that example i alone moves row i of ``W1``, from its mini-batch on: the size of
      the move tells when it was met. So the sizes of the mini-batches and their order can be read off the weights, and every step can be
      computed. ``case.facts["more"]`` adds what is asked of further calls: a ``second epoch`` meets another order; with ``seeds``, one
      seed gives one result, and the next seed other first parameters and another order; ``steps`` are those of batches of all examples.
    - ``learns``: the loss falls to less than half, to next to nothing, and the returned parameters are those of the end.

    The initial parameters are seen by a call of one step with a learning rate of 1e-12. Eighteen examples or more in three mini-batches
    stay in their order, or in those of the mini-batches, by chance once in 10^6 judgements. Power: where the last mini-batch is a single
    example, the mean of the mini-batches' means differs from the mean over the examples by less than is allowed once in 1000 runs.
    """

    needs_expected = False

    def may_be_repeated(self, case):
        return False  # a whole training run more; two calls with one seed are a case of their own

    def calls(self, case):
        return list(self._calls(case).values())

    def _calls(self, case):
        """Return the arguments of each call by what its run is called below."""
        X, Y, layers_dims, learning_rate, _, batch_size, seed = case.args
        if case.facts["kind"] == "learns":
            return {"run": case.args}
        m, more = len(_plain(X)), case.facts.get("more", ())
        still = X, Y, layers_dims, 1e-12, 1, m
        found = {"still": (*still, seed), "moved": case.args}
        if "second epoch" in more:
            found["longer"] = X, Y, layers_dims, learning_rate, 2, batch_size, seed
        if "seeds" in more:
            found |= {"repeated": case.args, "other_still": (*still, seed + 1), "other": (*case.args[:-1], seed + 1)}
        if "steps" in more:
            found["whole"] = X, Y, layers_dims, learning_rate, STEPS, m, seed
        return found

    def problem(self, case, expected, outcomes):
        return next(self._problems(case, outcomes), None)

    def _problems(self, case, outcomes):
        """Yield what is wrong, one thing of each property that the case asks for."""
        calls = self._calls(case)
        for (_, _, _, _, num_epochs, *_), outcome in zip(calls.values(), outcomes):
            if found := self._form_problem(case, outcome.value, num_epochs):
                yield found
                return
        check = {"learns": self._learns, "steps": self._steps, "batches": self._batches}[case.facts["kind"]]
        for found in check(case, **{name: _Run(outcome.value) for name, outcome in zip(calls, outcomes)}):
            if found:
                yield found

    def _form_problem(self, case, value, num_epochs):
        layers_dims = case.args[2]
        if not isinstance(value, tuple | list) or len(value) != 2:
            return Problem(
                "structure", "it does not return two values", "the parameters and the list of losses", describe(value)
            )
        parameters, losses = value
        wanted = {}
        for l, (n_in, n_out) in enumerate(zip(layers_dims[:-1], layers_dims[1:]), start=1):
            wanted |= {
                f"W{l}": Variable(np.zeros((n_in, n_out), np.float32)),
                f"b{l}": Variable(np.zeros(n_out, np.float32)),
            }
        found = difference(wanted, parameters)
        if found and found.kind != "value":
            return Problem(
                found.kind, f"the returned parameters: {found.what}", found.expected, found.actual, found.where
            )
        if not isinstance(losses, list | tuple | np.ndarray):
            return Problem("type", "the second returned value is no list of losses", "a list", describe(losses))
        if len(losses) != num_epochs:
            return Problem(
                "structure", "the list of losses has the wrong length", f"{num_epochs}, one an epoch", str(len(losses))
            )
        if any(isinstance(loss, Tensor | Variable) for loss in losses):
            return Problem("type", "the losses are tensors, not floats", "a float an epoch", describe(losses[0]))
        if any(_number(loss) is None for loss in losses):
            return Problem("type", "the losses are no numbers", "a float an epoch", describe(losses[0]))
        if not np.isfinite([_number(loss) for loss in losses]).all():
            return Problem("finite", "the losses are not finite")
        return None

    def _steps(self, case, still, moved):
        yield self._steps_problem(case, still, moved)

    def _steps_problem(self, case, still, moved):
        (X, Y), learning_rate, num_steps = map(_plain, case.args[:2]), case.args[3], len(moved.losses)
        if all(np.allclose(moved.arrays[name], array) for name, array in still.arrays.items()):
            return Problem(
                "value", "the parameters are not trained", "an update in every mini-batch", "the initial values"
            )
        first = _gradients(X, Y, still.arrays)
        clear = {name: np.abs(gradient) > CLEAR for name, gradient in first.items()}  # elsewhere epsilon has a say
        states = list(_adam(X, Y, still.arrays, learning_rate, num_steps))
        losses = [_cross_entropies(X, Y, arrays).mean() for arrays in states]
        unsure = np.full(len(losses), 1e-3)
        for factor in (1 - SHAKEN, 1 + SHAKEN):
            begun = {name: factor * array for name, array in still.arrays.items()}
            others = list(_adam(X, Y, begun, learning_rate, num_steps, LARGEST_EPSILON))
            for name, array in others[-1].items():
                clear[name] &= np.abs(array - states[-1][name]) < 0.01 * learning_rate
            unsure += np.abs([_cross_entropies(X, Y, arrays).mean() for arrays in others] - np.array(losses))

        def away(name, wanted):
            """Return how far the entries of a parameter are from where they are wanted, in steps."""
            return np.abs(moved.arrays[name] - wanted[name])[clear[name]] / learning_rate

        for name in states[-1]:
            if (away(name, states[-1]) > 0.05).any():
                anew = _steps_anew(X, Y, still.arrays, learning_rate, num_steps)
                instead = {
                    "the first one takes it": states[1],
                    "the first steps of new optimizers take most of it": anew,
                }
                # a tiny gradient's first step goes one way or the other
                near = next(
                    (f", but where {words}" for words, there in instead.items() if np.median(away(name, there)) < 0.05),
                    "",
                )
                return self._wrong_way(name, near, still, moved, first, clear, num_steps)
        if np.allclose(moved.losses, losses[:-1], rtol=0.02, atol=unsure[:-1]):
            return None
        if np.allclose(moved.losses, losses[1:], rtol=0.02, atol=1e-3):
            return Problem("value", "the losses are those after the updates, not those that the steps met")
        return Problem("value", "the losses are not those of the epochs", "a mean loss for each")

    def _wrong_way(self, name, said, still, moved, first, clear, num_steps):
        """Say what is known about a parameter that Adam did not take where it is."""
        move = (moved.arrays[name] - still.arrays[name])[clear[name]]
        if not move.any():
            return _not_trained(name)
        against = (np.sign(move) == np.sign(first[name][clear[name]])).mean()
        if against > 0.5:
            return _wrong_direction(name)
        return Problem(
            "value",
            f"{name} is not where {num_steps} steps of Adam with this learning rate, one an epoch, take it{said}",
        )

    def _batches(self, case, still, moved, longer=None, whole=None, **seeds):
        X, Y, _, learning_rate, _, batch_size, _ = case.args
        given = [list(range(i, min(i + batch_size, len(X)))) for i in range(0, len(X), batch_size)]
        found, groups = self._order(case, still, moved)
        if seeds:
            yield self._seeds_problem(case, still, moved, groups, **seeds)
        yield found or self._order_problem(groups, given) or self._way_problem(case, still, moved, groups)
        if longer and not found:
            *_, (arrays, _) = _adam_on_batches(X, Y, still.arrays, learning_rate, [*groups, *given])
            if np.abs(longer.arrays["W1"] - arrays["W1"]).max() < 0.01 * learning_rate:
                yield Problem("random", "the second epoch meets the examples in the order in which they are given")
        if whole:
            yield self._steps_problem(case, still, whole)

    def _seeds_problem(self, case, still, moved, groups, repeated, other_still, other):
        if moved.differs(repeated):
            return Problem("random", "two calls with the same seed give different results")
        if np.allclose(still.arrays["W1"], other_still.arrays["W1"]):
            return Problem("random", "another seed gives the same first parameters")
        _, others = self._order(case, other_still, other)
        if groups and groups == others:
            return Problem("random", "another seed gives the same order of the examples")
        return None

    def _order_problem(self, groups, given):
        if groups == given:
            return Problem("random", "the examples are met in the order in which they are given; shuffle them")
        if sorted(groups) == given:
            return Problem("random", "the mini-batches are shuffled, not the examples: each holds neighbours")
        return None

    def _way_problem(self, case, still, moved, groups):
        """Return what is wrong with where the mini-batches took the parameters, or with the loss, or None."""
        X, Y, _, learning_rate, *_ = case.args
        for name, array in still.arrays.items():
            if np.abs(moved.arrays[name] - array).max() < 1e-3 * learning_rate:
                return _not_trained(name)
        steps = list(_adam_on_batches(X, Y, still.arrays, learning_rate, groups))
        end, _ = steps[-1]
        move, due = moved.arrays["W1"] - still.arrays["W1"], end["W1"] - still.arrays["W1"]
        if (move * due < 0).any():
            return _wrong_direction("W1")
        if np.abs(move - due).max() > SAME_MOVE * learning_rate:
            return Problem("value", "W1 is not where Adam with this learning rate takes it in these mini-batches")
        losses = [met for _, met in steps]
        wanted, loss = np.concatenate(losses).mean(), moved.losses[0]
        others = _adam_on_batches(X, Y, still.arrays, learning_rate, groups, LARGEST_EPSILON)
        unsure = abs(np.concatenate([met for _, met in others]).mean() - wanted)

        def is_seen(number):
            return np.isclose(loss, number, rtol=LOSS_RTOL, atol=unsure)

        if is_seen(wanted):
            return None
        means = [met.mean() for met in losses]
        seen = {
            "that of the parameters at its start": _cross_entropies(X, Y, still.arrays).mean(),
            "that of the parameters at its end": _cross_entropies(X, Y, end).mean(),
            "that of its last mini-batch alone": means[-1],
            "the sum over its mini-batches": sum(means),
            "the mean of its mini-batches, as if all were of one size": np.mean(means),
        }
        said = next((words for words, number in seen.items() if is_seen(number)), "wrong")
        return Problem(
            "value",
            f"an epoch's loss is {said}; it is the mean over its examples of the losses that its steps met",
            f"{wanted:.5g}",
            f"{loss:.5g}",
        )

    def _order(self, case, still, moved):
        """Return what is wrong with the mini-batches, or None, and the examples of each, in the order in which they were met."""
        learning_rate, _, batch_size, _ = case.args[3:]
        m = len(case.args[0])
        moves = np.abs(moved.arrays["W1"] - still.arrays["W1"]) / learning_rate
        if (np.ptp(moves, axis=1) > SAME_MOVE * moves.max(axis=1)).any():
            words = (
                "the steps grow with the gradient: Adam's first one is the learning rate, whatever the gradient's size"
            )
            return Problem("value", words), []
        if moves.max() < 0.5:
            return Problem("value", "W1 has hardly moved farther than with a learning rate of 1e-12"), []
        if (moves.max(axis=1) < 1e-4).any():
            return Problem("value", "an epoch does not meet every example"), []
        move = moves.mean(axis=1)
        order = np.argsort(-move, kind="stable")  # met first: moved furthest
        cuts = np.flatnonzero(move[order][1:] < move[order][:-1] * (1 - SAME_MOVE)) + 1
        groups = [sorted(group.tolist()) for group in np.split(order, cuts)]
        due = np.repeat(_moves(len(groups)), [len(group) for group in groups])
        if not np.allclose(move[order], due, rtol=SAME_MOVE):
            words = "the examples' weights do not move as one step of Adam each moves them: the first ones by the learning rate"
            return Problem("value", words), []
        sizes = [batch_size] * (m // batch_size) + [m % batch_size] * (m % batch_size > 0)
        if sorted(len(group) for group in groups) != sorted(sizes):
            return Problem("value", "the mini-batches of an epoch do not have the size batch_size"), []
        return None, groups

    def _learns(self, case, run):
        if not run.losses[-1] < 0.5 * run.losses[0]:
            yield Problem(
                "value",
                "the loss falls too little",
                "less than half of the first",
                f"{run.losses[-1]:.3g} after {run.losses[0]:.3g}",
            )
            return
        final = _cross_entropies(case.args[0], case.args[1], run.arrays).mean()
        if not final < min(max(1.5 * run.losses[-1], 0.1), 100 * run.losses[-1] + 1e-6):
            yield Problem(
                "value",
                "the last loss and the returned parameters do not belong together",
                f"a loss of about {run.losses[-1]:.3g}",
                f"{final:.3g}",
            )

    def fingerprint(self, case, outcomes):
        error = next((outcome.error.key for outcome in outcomes if outcome.error), None)
        problems = [] if error else self._problems(case, outcomes)
        changed = sorted({path for outcome in outcomes for path in outcome.changed})
        # how many losses there are depends on nothing but the mistake
        what = [[found.what, found.actual if found.kind == "structure" else ""] for found in problems]
        return {"error": error, "what": what, "changed": changed}

    def same(self, case, a, b, expected):
        return a == b


class _Run:
    """A returned ``(parameters, losses)`` as float64 arrays."""

    def __init__(self, value):
        parameters, losses = value
        self.arrays = {key: np.asarray(item.array, np.float64) for key, item in parameters.items()}
        self.losses = np.array([_number(loss) for loss in losses])

    def differs(self, other):
        pairs = [(self.losses, other.losses), *((self.arrays[key], other.arrays[key]) for key in self.arrays)]
        return any(not np.allclose(a, b, rtol=1e-3, atol=1e-4 * max(1e-6, np.abs(a).max())) for a, b in pairs)


def _not_trained(name):
    return Problem("value", f"{name} is not trained", "an update in every mini-batch", "the initial values")


def _wrong_direction(name):
    return Problem(
        "value", f"{name} does not go down the gradient of the mean loss of these examples with these labels"
    )


def _softmax(logits):
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def _activations(X, arrays):
    """Return the input of each layer and, last, the logits; the parameters may stand in the dict in any order."""
    found = [np.asarray(X, np.float64)]
    for l in range(1, len(arrays) // 2 + 1):
        found.append(np.maximum(found[-1], 0 if l > 1 else -math.inf) @ arrays[f"W{l}"] + arrays[f"b{l}"])
    return found


def _cross_entropies(X, Y, arrays):
    logits = _activations(X, arrays)[-1]
    logits = logits - logits.max(axis=1, keepdims=True)
    return np.log(np.exp(logits).sum(axis=1)) - np.sum(logits * Y, axis=1)


def _gradients(X, Y, arrays):
    """Return the gradient of the mean loss by each parameter."""
    *inputs, logits = _activations(X, arrays)
    dZ, gradients = (_softmax(logits) - Y) / len(X), {}
    for l in range(len(inputs), 0, -1):
        A = np.maximum(inputs[l - 1], 0) if l > 1 else inputs[0]
        gradients |= {f"W{l}": A.T @ dZ, f"b{l}": dZ.sum(axis=0)}
        dZ = dZ @ arrays[f"W{l}"].T * (inputs[l - 1] > 0)
    return gradients


def _plain(value):
    return value.array if isinstance(value, Tensor) else value


def _adam_on_batches(X, Y, arrays, learning_rate, groups, epsilon=1e-8):
    """Yield after each step the parameters, and the losses of its examples before it."""
    state = _adam_state(arrays)
    for t, group in enumerate(groups, 1):
        losses = _cross_entropies(X[group], Y[group], arrays)
        arrays = _adam_step(_gradients(X[group], Y[group], arrays), arrays, state, learning_rate, t, epsilon)
        yield arrays, losses


def _adam(X, Y, arrays, learning_rate, num_steps, epsilon=1e-8):
    """Yield the parameters before and after each step of Adam on all examples. Source: Kingma and Ba (2015), Algorithm 1."""
    state = _adam_state(arrays)
    yield arrays
    for t in range(1, num_steps + 1):
        arrays = _adam_step(_gradients(X, Y, arrays), arrays, state, learning_rate, t, epsilon)
        yield arrays


def _steps_anew(X, Y, arrays, learning_rate, num_steps):
    """Return the parameters after so many first steps of Adam."""
    for _ in range(num_steps):
        _, arrays = _adam(X, Y, arrays, learning_rate, 1)
    return arrays


def _moves(num_steps):
    """Return how far so many steps of Adam with a rate of 1 move what has a gradient in the first one alone, in the second one alone, ..."""
    arrays = {"moves": np.zeros(num_steps)}
    state = _adam_state(arrays)
    for t, gradient in enumerate(-np.eye(num_steps), 1):
        arrays = _adam_step({"moves": gradient}, arrays, state, 1.0, t)
    return arrays["moves"]


def _adam_state(arrays):
    """Return the two averages of each parameter's gradients, of nothing so far."""
    return {name: (np.zeros_like(array), np.zeros_like(array)) for name, array in arrays.items()}


def _adam_step(gradients, arrays, state, learning_rate, t, epsilon=1e-8):
    """Return the parameters after step `t`; `state` is brought up to date."""
    found = {}
    for name, gradient in gradients.items():
        m, v = state[name]
        m, v = state[name] = 0.9 * m + 0.1 * gradient, 0.999 * v + 0.001 * gradient**2
        found[name] = arrays[name] - learning_rate * m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + epsilon)
    return found
