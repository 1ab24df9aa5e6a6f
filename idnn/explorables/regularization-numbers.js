// What the explorable of the assignment Regularization computes: moons, a network to start from, steps with penalty and dropout. Nothing here draws.

import { generator } from "./generator.js";
import { backward, forward, matrix, stepped } from "./network-numbers.js";

// As idnn.datasets.moons: class 0 open below, class 1 open above.
export function moons(m, noise, rng) {
  const labels = rng.shuffled(Array.from({ length: m }, (_, i) => i % 2));
  const angles = labels.map(() => Math.PI * rng.random());
  const X = matrix(2, m, (i) => {
    const j = i % m, [turn, centre] = i < m ? [Math.cos, 0.5] : [Math.sin, 0.25];
    return centre + (1 - 2 * labels[j]) * (turn(angles[j]) - centre) + noise * rng.normal();
  });
  return { X, Y: matrix(1, m, (j) => labels[j]) };
}

// As idnn.networks.draw_parameters.
export function drawParameters(layers_dims, rng) {
  const parameters = {};
  for (let layer = 1; layer < layers_dims.length; layer++) {
    const inputs = layers_dims[layer - 1], limit = Math.sqrt(6 / inputs);
    parameters[`W${layer}`] = matrix(layers_dims[layer], inputs, () => -limit + 2 * limit * rng.random());
    parameters[`b${layer}`] = matrix(layers_dims[layer], 1);
  }
  return parameters;
}

// Return the parameters some steps on as they are computed in the page, and what the last step kept of each hidden layer for the first example.
export function ownSteps({ run, step, X, Y, parameters, lambd, keep_prob, learning_rate, num_steps, seed }) {
  const rng = generator(seed);
  let kept = [];
  for (let done = 0; done < num_steps; done++) {
    const { logits, activations, masks } = forward(X, parameters, keep_prob, rng);
    const gradients = backward(Y, logits, activations, parameters, keep_prob);
    parameters = stepped(parameters, gradients, learning_rate, lambd / X.columns);
    kept = masks.map((mask) => Array.from({ length: mask.rows }, (_, unit) => mask.data[unit * mask.columns]));
  }
  return { run, step: step + num_steps, parameters, kept, error: null };
}
