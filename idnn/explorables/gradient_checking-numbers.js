// What the explorable of the assignment that builds the gradient checker computes: costs, chords, relative differences, how far a drawn line was off.
// Nothing here draws. The same numbers as idnn/curves.py and solutions/gradient_checking.py, but for the last digit of a cost; what that does to a
// slope grows as one over the step, which is what the picture shows. tests/test_gradient_explorables.py compares them.

// cost of one parameter -> its value, its slope, what is shown of it (left, right, bottom, top), where one starts
export const COSTS = {
  "sin θ": { value: Math.sin, slope: Math.cos, box: [-3.2, 3.2, -1.4, 1.4], theta: 1 },
  "θ³": { value: (theta) => theta * theta * theta, slope: (theta) => 3 * (theta * theta), box: [-1.6, 1.6, -4, 4], theta: 0.8 },
  "|θ − 1|": { value: (theta) => Math.abs(theta - 1), slope: (theta) => Math.sign(theta - 1), box: [-1, 3, -0.4, 2.4], theta: 1.25 },
};
export const EPSILON = 0.5; // large enough to be seen
export const STEPS = Array.from({ length: 31 }, (_, k) => Number((10 ** (-15 + k / 2)).toPrecision(3))); // two to a power of ten
export const FLOOR = 1e-17; // where a difference of 0 is drawn

export const central = (cost, theta, epsilon) => (cost(theta + epsilon) - cost(theta - epsilon)) / (2 * epsilon);
export const oneSided = (cost, theta, epsilon) => (cost(theta + epsilon) - cost(theta)) / epsilon;

export function relativeDifference(gradient, approximation) {
  const total = Math.abs(gradient) + Math.abs(approximation);
  return total === 0 ? 0 : Math.abs(gradient - approximation) / total;
}

// Return what is measured in the page: name -> {slopes, differences}, one for each step.
export function ownMeasures({ cost, theta, epsilons }) {
  const { value, slope } = COSTS[cost];
  const measured = (difference) => {
    const slopes = epsilons.map((epsilon) => difference(value, theta, epsilon));
    return { slopes, differences: slopes.map((found) => relativeDifference(slope(theta), found)) };
  };
  return { measures: { central: measured(central), "one-sided": measured(oneSided) }, errors: {} };
}

const power = (difference) => Math.log10(Math.max(difference, FLOOR));

// Return how far a drawn line is from what was measured, in powers of ten: the mean over the steps that were drawn, and the steps of both lowest points.
// `drawn` holds the power of ten at each step, null where nothing was drawn. Null where there is nothing to compare.
export function howFar(drawn, differences) {
  const known = STEPS.map((_, k) => k).filter((k) => drawn[k] !== null && Number.isFinite(differences[k]));
  if (!known.length) return null;
  const gaps = known.map((k) => drawn[k] - power(differences[k]));
  const lowest = (height) => STEPS[known.reduce((best, k) => (height(k) < height(best) ? k : best))];
  return {
    mean: gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / gaps.length,
    above: gaps.filter((gap) => gap > 0).length / gaps.length,
    yours: lowest((k) => drawn[k]),
    measured: lowest((k) => power(differences[k])),
  };
}
