// What the explorable of the assignment that finds the bug computes: the three-layer network, its backward pass with one line gone wrong, the slopes
// of its cost. Nothing here draws. tests/test_gradient_explorables.py compares all of it with our Python.
// Matrices are arrays of rows; examples are columns.

const times = (A, B) => A.map((row) => B[0].map((_, j) => row.reduce((sum, a, k) => sum + a * B[k][j], 0)));
const turned = (A) => A[0].map((_, j) => A.map((row) => row[j]));
const entries = (f, A, ...more) => A.map((row, i) => row.map((a, j) => f(a, ...more.map((B) => B[i][j]))));
const plus = (A, b) => A.map((row, i) => row.map((a) => a + b[i][0]));
const sums = (A) => A.map((row) => [row.reduce((sum, a) => sum + a, 0)]);
const masked = (A, Z) => entries((a, z) => (z > 0 ? a : 0), A, Z);
const flat = (A) => A.flat();

export const LAYERS = [3, 4, 4, 1]; // two hidden layers of the same width: no shape gives a bug away
export const EXAMPLES = 5;
export const GRADIENTS = ["dW1", "db1", "dW2", "db2", "dW3", "db3"];
export const THRESHOLD = 1e-5;
const STEP = 1e-4, CLEAR = 0.02, SHOWN = 1e-3; // of the central difference; from every kink; how wrong a wrong gradient is at least

export function forward(X, { W1, b1, W2, b2, W3, b3 }) {
  const relu = (Z) => entries((z) => Math.max(z, 0), Z);
  const Z1 = plus(times(W1, X), b1), A1 = relu(Z1), Z2 = plus(times(W2, A1), b2), A2 = relu(Z2), Z3 = plus(times(W3, A2), b3);
  return { X, W2, W3, Z1, A1, Z2, A2, Z3, A3: entries((z) => 0.5 * (1 + Math.tanh(0.5 * z)), Z3) };
}

export function cost(X, Y, parameters) {
  const losses = flat(entries((z, y) => Math.max(z, 0) - y * z + Math.log1p(Math.exp(-Math.abs(z))), forward(X, parameters).Z3, Y));
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

// The backward pass, a line a step: what it is called, how it reads, how it is computed from what is there by then, what it is used for.
const ALL = GRADIENTS, LOWER = ["dW1", "db1", "dW2", "db2"], FIRST = ["dW1", "db1"];
export const LINES = [
  { name: "dZ3", reads: "(A3 − Y) / m", from: (v) => entries((a, y) => (a - y) / v.m, v.A3, v.Y), feeds: ALL },
  { name: "dW3", reads: "dZ3 · A2ᵀ", from: (v) => times(v.dZ3, turned(v.A2)), feeds: ["dW3"] },
  { name: "db3", reads: "Σ dZ3, over the examples", from: (v) => sums(v.dZ3), feeds: ["db3"] },
  { name: "dA2", reads: "W3ᵀ · dZ3", from: (v) => times(turned(v.W3), v.dZ3), feeds: LOWER },
  { name: "dZ2", reads: "dA2 where Z2 > 0, else 0", from: (v) => masked(v.dA2, v.Z2), feeds: LOWER },
  { name: "dW2", reads: "dZ2 · A1ᵀ", from: (v) => times(v.dZ2, turned(v.A1)), feeds: ["dW2"] },
  { name: "db2", reads: "Σ dZ2, over the examples", from: (v) => sums(v.dZ2), feeds: ["db2"] },
  { name: "dA1", reads: "W2ᵀ · dZ2", from: (v) => times(turned(v.W2), v.dZ2), feeds: FIRST },
  { name: "dZ1", reads: "dA1 where Z1 > 0, else 0", from: (v) => masked(v.dA1, v.Z1), feeds: FIRST },
  { name: "dW1", reads: "dZ1 · Xᵀ", from: (v) => times(v.dZ1, turned(v.X)), feeds: ["dW1"] },
  { name: "db1", reads: "Σ dZ1, over the examples", from: (v) => sums(v.dZ1), feeds: ["db1"] },
];

const clipped = 0.05;
const leak = (A, Z) => entries((a, z) => (z > 0 ? a : 0.1 * a), A, Z);
const lastLeftOut = (A) => A.map((row) => row.slice(0, -1));
const centred = (A) => A.map((row) => row.map((a) => a - row.reduce((sum, b) => sum + b, 0) / row.length));
// What is planted: in which line, what stood there, how it is computed, what the entries show.
export const BUGS = [
  { place: "dZ3", wrote: "(1 where A3 > 0.5, else 0, − Y) / m", from: (v) => entries((a, y) => ((a > 0.5 ? 1 : 0) - y) / v.m, v.A3, v.Y), clue: "Nothing is right, and no factor is the same twice: the error itself is another one, of the decision in place of the probability." },
  { place: "dZ3", wrote: "(A3 − Y) / (m − 1)", from: (v) => entries((a, y) => (a - y) / (v.m - 1), v.A3, v.Y), clue: "Every entry of every gradient is off by the same factor, so it came in before anything was computed from it." },
  { place: "dW3", wrote: "dZ3 · Z2ᵀ", from: (v) => times(v.dZ3, turned(v.Z2)), clue: "One array alone, and in it the units that are active for every example are right." },
  { place: "db3", wrote: "Σ dZ3, without the last example", from: (v) => sums(lastLeftOut(v.dZ3)), clue: "One array alone: what it is computed from serves the others well." },
  { place: "dA2", wrote: "W3ᵀ from its last unit to its first · dZ3", from: (v) => times(turned(v.W3).reverse(), v.dZ3), clue: "In a row of dW2 the factor is the same for every entry, and another one in the next row: something that belongs to a unit, such as its weight." },
  { place: "dZ2", wrote: "dA2 where Z2 > 0, else a tenth of it", from: (v) => leak(v.dA2, v.Z2), clue: "Units that are active for every example have right rows in dW2, the others have not: it depends on where a unit is off." },
  { place: "dW2", wrote: "dZ2 · A1ᵀ, in a loop over the units that begins at the second", from: (v) => times(v.dZ2, turned(v.A1)).map((row, i) => (i ? row : row.map(() => 0))), clue: "One array alone, and in it one row." },
  { place: "dW2", wrote: "dZ2 · A1ᵀ, rounded to two decimals", from: (v) => entries((a) => Math.round(100 * a) / 100, times(v.dZ2, turned(v.A1))), clue: "One array alone, every entry off by a little, the small ones by the larger share." },
  { place: "db2", wrote: "Σ |dZ2|, over the examples", from: (v) => sums(entries(Math.abs, v.dZ2)), clue: "One array alone, and no entry of it is negative." },
  { place: "dA1", wrote: "W2ᵀ with the units of layer 1 in reverse · dZ2", from: (v) => times(turned(v.W2).reverse(), v.dZ2), clue: "Layer 1 alone, and even the units that are active for every example have wrong rows in dW1: what reaches them is wrong before any unit is off." },
  { place: "dZ1", wrote: "dA1 where Z2 > 0, else 0", from: (v) => masked(v.dA1, v.Z2), clue: "Layer 1 alone, and right or wrong goes unit by unit, with where it is off. Both hidden layers are of one width: either mask fits." },
  { place: "dW1", wrote: "dZ1 · (X less its mean over the examples)ᵀ", from: (v) => times(v.dZ1, turned(centred(v.X))), clue: "One array alone: db1 is right, so dZ1 is, and what is left of the product is the input." },
  { place: "db1", wrote: `Σ dZ1, over the examples, cut off at ±${clipped}`, from: (v) => entries((a) => Math.max(-clipped, Math.min(clipped, a)), sums(v.dZ1)), clue: "One array alone, its small entries right, and all wrong ones of one size." },
];

// Return the gradients by the lines above, one of them as a bug has it where one is given.
export function backward(X, Y, parameters, bug = null) {
  const v = { ...forward(X, parameters), X, Y, m: X[0].length };
  for (const { name, from } of LINES) v[name] = bug?.place === name ? bug.from(v) : from(v);
  return Object.fromEntries(GRADIENTS.map((name) => [name, v[name]]));
}

// Return the slopes of the cost by central differences, one entry at a time.
export function measured(X, Y, parameters) {
  const moved = (name, i, j, by) => cost(X, Y, { ...parameters, [name]: parameters[name].map((row, k) => (k === i ? row.map((p, l) => (l === j ? p + by : p)) : row)) });
  const slopes = (name) => parameters[name].map((row, i) => row.map((_, j) => (moved(name, i, j, STEP) - moved(name, i, j, -STEP)) / (2 * STEP)));
  return Object.fromEntries(GRADIENTS.map((name) => [name, slopes(name.slice(1))]));
}

const length = (A) => Math.hypot(...flat(A));
const gap = (A, B) => entries((a, b) => a - b, A, B);

export function relativeDifference(gradient, approximation) {
  const total = length(gradient) + length(approximation);
  return total === 0 ? 0 : length(gap(gradient, approximation)) / total;
}

export function worstEntry(gradient, approximation) {
  const gaps = flat(gap(gradient, approximation)).map(Math.abs), k = gaps.indexOf(Math.max(...gaps)), columns = gradient[0].length;
  const [i, j] = [Math.floor(k / columns), k % columns];
  return [[i, j], gradient[i][j], approximation[i][j]];
}

// Return the evidence as it is computed in the page: {differences: {name: number}, worst: {name: [index, value, expected]}}.
export function ownEvidence({ gradients, approximations }) {
  const each = (f) => Object.fromEntries(GRADIENTS.map((name) => [name, f(gradients[name], approximations[name])]));
  return { differences: each(relativeDifference), worst: each(worstEntry), errors: {} };
}

// Return a point {X, Y, parameters, gradients, approximations} at which a bug shows in every gradient that it spoils. In both hidden layers every unit
// is active somewhere, at least one everywhere and at least one not.
export function drawCase(bug, { random, normal }) {
  const matrix = (rows, columns, size) => Array.from({ length: rows }, () => Array.from({ length: columns }, () => size * normal()));
  const spoiled = LINES.find((line) => line.name === bug.place).feeds;
  for (;;) {
    const X = matrix(LAYERS[0], EXAMPLES, 1), Y = [Array.from({ length: EXAMPLES }, () => (random() < 0.5 ? 0 : 1))], parameters = {};
    LAYERS.slice(1).forEach((units, l) => {
      parameters[`W${l + 1}`] = matrix(units, LAYERS[l], 1);
      parameters[`b${l + 1}`] = matrix(units, 1, 0.7);
    });
    const { Z1, Z2, Z3 } = forward(X, parameters);
    const lively = (Z) => {
      const active = Z.map((row) => row.filter((z) => z > 0).length);
      return Math.min(...active) > 0 && active.includes(EXAMPLES) && Math.min(...active) < EXAMPLES && Math.min(...flat(Z).map(Math.abs)) > CLEAR;
    };
    if (!lively(Z1) || !lively(Z2) || Math.max(...flat(Z3).map(Math.abs)) > 3 || new Set(Y[0]).size < 2) continue;
    const gradients = backward(X, Y, parameters, bug), right = backward(X, Y, parameters);
    if (Math.min(...GRADIENTS.map((name) => length(right[name]))) < 0.01) continue;
    if (spoiled.every((name) => relativeDifference(gradients[name], right[name]) > SHOWN)) return { X, Y, parameters, gradients, approximations: measured(X, Y, parameters) };
  }
}

// Return the numbers of ten bugs in an order of chance, none twice.
export const tenHunts = ({ shuffled }) => shuffled(BUGS.map((_, i) => i)).slice(0, 10);

// Return why a line cannot be where the bug is, from which gradients are wrong; "" where that does not tell.
export function refuted(accused, wrong) {
  const { name, feeds } = LINES.find((line) => line.name === accused);
  const right = feeds.find((gradient) => !wrong.includes(gradient)), elsewhere = wrong.find((gradient) => !feeds.includes(gradient));
  if (right) return right === name ? `${name} is right.` : `${right} is right, and it is computed from ${name}.`;
  return elsewhere ? `${elsewhere} is wrong, and nothing of ${name} is in it.` : "";
}
