// What the explorable of the assignment Optimization computes: surfaces, update rules, walks. Nothing here draws.
// The same numbers as idnn/surfaces.py and the update rules of the notebook, to the order of the operations: in a valley that throws a walk about,
// a last digit soon becomes the first. tests/test_explorables.py compares them.

// (x, y, condition) -> [value, d/dx, d/dy]
export const SURFACES = {
  bowl: (x, y, condition = 25) => [(x * x + condition * y * y) / 2, x, condition * y],
  rosenbrock: (x, y) => {
    const gap = y - x * x;
    return [(1 - x) * (1 - x) + 100 * gap * gap, -2 * (1 - x) - 400 * x * gap, 200 * gap];
  },
  saddle: (x, y) => {
    const ridge = y * y - 1;
    return [x * x / 2 + ridge * ridge / 4, x, y * ridge];
  },
};

export const STARS = { bowl: [[0, 0]], rosenbrock: [[1, 1]], saddle: [[0, 1], [0, -1]] };
export const NEAR = 0.1; // so close to the star a walk has arrived

// name -> (gradient entry, memory of that entry, t, settings) -> what is subtracted; the memory {v, s} is changed
export const RULES = {
  "gradient descent": (g, memory, t, { learning_rate }) => learning_rate * g,
  momentum: (g, memory, t, { learning_rate, beta1 }) => {
    memory.v = beta1 * memory.v + (1 - beta1) * g;
    return learning_rate * memory.v;
  },
  RMSProp: (g, memory, t, { learning_rate, beta2 }) => {
    memory.s = beta2 * memory.s + (1 - beta2) * (g * g);
    return learning_rate * (g / (Math.sqrt(memory.s) + EPSILON));
  },
  Adam: (g, memory, t, { learning_rate, beta1, beta2 }) => {
    memory.v = beta1 * memory.v + (1 - beta1) * g;
    memory.s = beta2 * memory.s + (1 - beta2) * (g * g);
    const v_hat = memory.v / (1 - beta1 ** t), s_hat = memory.s / (1 - beta2 ** t);
    return (learning_rate * v_hat) / (Math.sqrt(s_hat) + EPSILON);
  },
};
export const EPSILON = 1e-8;

// Return the points of a walk, [x, y] of steps 0 to num_steps; where it leaves every bound they are [NaN, NaN].
export function walk(surface, start, rule, settings, num_steps) {
  const path = [[...start]], memory = [{ v: 0, s: 0 }, { v: 0, s: 0 }];
  while (path.length <= num_steps) {
    const t = path.length, gradient = surface(...path[t - 1]).slice(1);
    const point = path[t - 1].map((value, i) => value - rule(gradient[i], memory[i], t, settings));
    if (!(Math.hypot(...point) < 1e6)) break;
    path.push(point);
  }
  while (path.length <= num_steps) path.push([NaN, NaN]);
  return path;
}

// Return the first step from which on a path stays near one of the stars, Infinity where it does not.
export function stepsToStar(path, stars) {
  const away = path.map((point) => !(Math.min(...stars.map((star) => (point[0] - star[0]) ** 2 + (point[1] - star[1]) ** 2)) < NEAR ** 2));
  return away.at(-1) ? Infinity : away.lastIndexOf(true) + 1;
}
