// What the explorable of the assignment Initialization computes: circles, starts, how large signal and gradient are. Nothing here draws.

import { generator } from "./generator.js";
import { backward, forward, matrix, numLayers, toRows } from "./network-numbers.js";

// As idnn.datasets.circles: class 1 on the inner one.
export function circles(m, rng, noise = 0.12, radii = [0.75, 1.5]) {
  const labels = rng.shuffled(Array.from({ length: m }, (_, i) => i % 2));
  const angles = labels.map(() => 2 * Math.PI * rng.random());
  const X = matrix(2, m, (i) => {
    const j = i % m, turn = i < m ? Math.cos : Math.sin;
    return (labels[j] ? radii[0] : radii[1]) * turn(angles[j]) + noise * rng.normal();
  });
  return { X, Y: matrix(1, m, (j) => labels[j]) };
}

function drawnBy(layers_dims, weight) {
  const parameters = {};
  for (let layer = 1; layer < layers_dims.length; layer++) {
    const inputs = layers_dims[layer - 1];
    parameters[`W${layer}`] = matrix(layers_dims[layer], inputs, () => weight(inputs));
    parameters[`b${layer}`] = matrix(layers_dims[layer], 1);
  }
  return parameters;
}

// name -> (layers_dims, generator, scale) -> parameters
export const STARTS = {
  zeros: (dims) => drawnBy(dims, () => 0),
  symmetric: (dims) => drawnBy(dims, (inputs) => 1 / inputs),
  "one scale": (dims, rng, scale) => drawnBy(dims, () => scale * rng.normal()),
  Xavier: (dims, rng) => drawnBy(dims, (inputs) => Math.sqrt(1 / inputs) * rng.normal()),
  He: (dims, rng) => drawnBy(dims, (inputs) => Math.sqrt(2 / inputs) * rng.normal()),
};

function spread(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
const rootMeanSquare = (values) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);

// Return {signal, gradient}: the standard deviation of every hidden layer's activations, the root mean square of every layer's weight gradient.
export function scales(X, Y, parameters) {
  const { logits, activations } = forward(X, parameters), gradients = backward(Y, logits, activations, parameters);
  return {
    signal: activations.slice(1).map((A) => spread(A.data)),
    gradient: Array.from({ length: numLayers(parameters) }, (_, layer) => rootMeanSquare(gradients[`dW${layer + 1}`].data)),
  };
}

// Return how many rows of W differ by more than `tolerance` in some entry.
export function distinctUnits(W, tolerance = 1e-12) {
  const distinct = [];
  for (const row of toRows(W)) {
    if (distinct.every((other) => row.some((value, i) => !(Math.abs(value - other[i]) <= tolerance)))) distinct.push(row);
  }
  return distinct.length;
}

// Return what is asked of all starts as it is computed in the page: {run, scales: {start: {signal, gradient}}, parameters of the chosen one, errors}.
export function ownStarts({ run, X, Y, layers_dims, starts, scale, seed, chosen }) {
  const from = (name) => STARTS[name](layers_dims, generator(seed), scale);
  return { run, scales: Object.fromEntries(starts.map((name) => [name, scales(X, Y, from(name))])), parameters: from(chosen), errors: {} };
}
