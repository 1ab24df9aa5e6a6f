"""A gradient checker that is given: it certifies a backward pass against slopes of the cost.

Assignment 3 builds a checker that moves one entry at a time. This one moves a whole array along random directions, so it costs the same
for 10 weights as for 300,000 and shares no line with the one you write: two instruments that agree vouch for each other.
"""

from dataclasses import dataclass, field

import numpy as np

THRESHOLDS = {
    "f8": 1e-6,
    "f4": 5e-2,
}  # relative difference that a correct gradient stays below, by the parameters' dtype
NUM_STEPS = 4  # step lengths tried, each a tenth of the one before
MAX_REDRAWS = 5  # directions tried before a kink at the very point is reported


def certify(cost, parameters, gradients, *, numerical_gradient=None, threshold=None, num_directions=8, seed=0):
    """Compare gradients with the slopes of a cost and return a report that prints one line per parameter.

    Parameters
    ----------
    cost : function(parameters) -> float; it must give the same value twice (draw a dropout mask once, outside)
    parameters : dict of arrays of any shape, float64 or float32; unchanged
    gradients : dict with ``d<name>`` of the same shape for each name in ``parameters``; further keys are ignored
    numerical_gradient : function(cost, parameters) -> dict of ``d<name>``, your own from assignment 3;
        None for the slopes along random directions
    threshold : float, the largest relative difference that counts as agreement; None to choose by dtype
    num_directions : int, random directions for each parameter
    seed : int, of the directions

    Returns
    -------
    report : Certificate

    Raises
    ------
    ValueError
        If ``cost`` gives two different values for the same parameters, or a value that is not finite.
    """
    parameters = {name: np.array(value) for name, value in parameters.items()}
    value = _steady_value(cost, parameters)
    if threshold is None:
        threshold = max(THRESHOLDS.get(array.dtype.str[1:], 1e-6) for array in parameters.values())
    approximations = numerical_gradient(cost, parameters) if numerical_gradient else {}
    rng = np.random.default_rng(seed)
    report = Certificate(threshold)
    for name, array in parameters.items():
        gradient = gradients.get("d" + name)
        if gradient is None:
            report.add(name, np.nan, f"d{name} is missing")
        elif np.shape(gradient) != array.shape:
            report.add(name, np.nan, f"d{name} has shape {np.shape(gradient)}, {name} has {array.shape}")
        elif not np.all(np.isfinite(gradient)):
            report.add(name, np.nan, f"d{name} has entries that are not finite")
        elif numerical_gradient:
            report.add(name, *_entry_by_entry(name, np.asarray(gradient), np.asarray(approximations["d" + name])))
        else:
            report.add(
                name,
                *_along_directions(cost, parameters, name, np.asarray(gradient), value, threshold, num_directions, rng),
            )
    return report


@dataclass
class Certificate:
    """What :func:`certify` found; ``print`` it, or ask ``report.ok``.

    Attributes
    ----------
    threshold : float, largest relative difference that counts as agreement
    differences : dict name -> float, relative difference; nan where a gradient could not be compared
    notes : dict name -> str, what was seen where a gradient disagrees
    """

    threshold: float
    differences: dict = field(default_factory=dict)
    notes: dict = field(default_factory=dict)

    def add(self, name, difference, note):
        self.differences[name] = float(difference)
        self.notes[name] = note

    @property
    def wrong(self):
        """Names of the parameters whose gradient does not agree, as a list."""
        return [name for name, difference in self.differences.items() if not difference <= self.threshold]

    @property
    def ok(self):
        """Whether every gradient agrees."""
        return not self.wrong

    def __str__(self):
        width = max(map(len, self.differences), default=0)
        lines = []
        for name, difference in self.differences.items():
            if name not in self.wrong:
                words = f"agrees to {difference:.0e}" if difference else "agrees to round-off"
            else:
                words = self.notes[name] if np.isnan(difference) else f"differs by {difference:.2g}: {self.notes[name]}"
            lines.append(f"{name:<{width}}  {words}")
        agreeing, total = len(self.differences) - len(self.wrong), len(self.differences)
        lines.append(f"all {total} gradients agree" if self.ok else f"{agreeing} of {total} gradients agree")
        return "\n".join(lines)

    __repr__ = __str__


def _steady_value(cost, parameters):
    """Return the cost, having asked twice."""
    first, second = float(cost(parameters)), float(cost(parameters))
    if not np.isfinite(first):
        raise ValueError(f"certify: the cost is {first}, so it has no slope here")
    if first != second:
        raise ValueError(
            f"certify: expected one cost for one set of parameters, not {first:.6g} and then {second:.6g}. "
            "Does the cost draw a new dropout mask or a new mini-batch at each call?"
        )
    return first


def _entry_by_entry(name, gradient, approximation):
    """Return the relative difference of two arrays and a note on the entry that differs most."""
    gap = np.abs(gradient - approximation)
    total = np.linalg.norm(gradient) + np.linalg.norm(approximation)
    if not total:
        return 0.0, ""
    index = tuple(int(i) for i in np.unravel_index(np.argmax(gap), gap.shape))
    note = f"the numerical gradient is {approximation[index]:.4g} at {list(index)}, d{name} says {gradient[index]:.4g}"
    return np.linalg.norm(gap) / total, note


def _along_directions(cost, parameters, name, gradient, value, threshold, num_directions, rng):
    """Return the relative difference between claimed and measured slopes along random directions, and a note on the worst one."""
    array = parameters[name]
    precision = float(np.finfo(array.dtype if array.dtype.kind == "f" else float).eps)
    steps = 10 * np.cbrt(precision) / 10.0 ** np.arange(NUM_STEPS)
    claimed, measured, noise, notes = np.zeros(num_directions), np.zeros(num_directions), np.zeros(num_directions), []
    for k in range(num_directions):
        for _ in range(MAX_REDRAWS):
            direction = rng.standard_normal(array.shape)
            direction /= max(np.linalg.norm(direction), 1e-300)
            move = _moved_cost(cost, parameters, name, direction)
            measured[k], noise[k], sides = _slope(move, value, steps, precision)
            if sides is None:
                break
        claimed[k] = np.sum(direction * gradient)
        notes.append(f"along a random direction the cost changes by {measured[k]:.4g}, d{name} says {claimed[k]:.4g}")
        if sides is not None:
            notes[-1] = (
                "the cost has a kink here, slope {:.4g} on one side and {:.4g} on the other; try another point".format(
                    *sides
                )
            )
    gaps = np.abs(claimed - measured)
    gap, total = np.linalg.norm(gaps), np.linalg.norm(claimed) + np.linalg.norm(measured)
    if total == 0 or gap > threshold * total and gap <= np.linalg.norm(noise):
        return 0.0, ""  # two zeros, but for the round-off of the measurement
    return gap / total, notes[int(np.argmax(gaps))]


def _moved_cost(cost, parameters, name, direction):
    """Return the cost as a function of how far one array has moved along `direction`."""
    array = parameters[name]
    return lambda t: float(cost({**parameters, name: (array + t * direction).astype(array.dtype)}))


def _slope(function, value, steps, precision):
    """Return the slope of a function of one number at 0, the round-off in it, and the slopes of both sides if they differ.

    Of all steps, the one is taken whose central difference agrees best with that of the next shorter: longer ones suffer from
    curvature and from kinks, shorter ones from round-off. The gradient under test has no say in this.
    """
    right = np.array([(function(h) - value) / h for h in steps])
    left = np.array([(value - function(-h)) / h for h in steps])
    central = (left + right) / 2
    noise = 4 * precision * abs(value) / steps
    best = int(np.argmin(np.abs(np.diff(central)) + noise[:-1]))
    gaps = np.abs(right - left)
    kinked = gaps[-1] > 10 * noise[-1] and gaps[-1] > 0.2 * gaps[-2]  # a smooth cost's gap shrinks with the step
    return central[best], noise[best], (left[-1], right[-1]) if kinked else None
