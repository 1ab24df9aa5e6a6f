// What the explorables with a network compute in common: matrices, the passes of idnn/networks.py. Nothing here draws.
// A matrix is {rows, columns, data}, row after row.

export function matrix(rows, columns, entry = () => 0) {
  const data = new Float64Array(rows * columns);
  for (let i = 0; i < data.length; i++) data[i] = entry(i);
  return { rows, columns, data };
}
export const fromRows = (rows) => ({ rows: rows.length, columns: rows[0].length, data: Float64Array.from(rows.flat()) });
export const toRows = ({ rows, columns, data }) => Array.from({ length: rows }, (_, i) => Array.from(data.subarray(i * columns, (i + 1) * columns)));
export const each = (parameters, change) => Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, change(value, name)]));

// Add to row i of C the sum over k of weight(i, k) times row k of A, four rows of A at once: this is where the time goes.
function addRows(C, i, count, weight, A) {
  const m = A.columns, to = C.data, a = A.data, at = i * m;
  let k = 0;
  for (; k + 3 < count; k += 4) {
    const p = weight(k), q = weight(k + 1), r = weight(k + 2), s = weight(k + 3), from = k * m;
    for (let j = 0; j < m; j++) to[at + j] += p * a[from + j] + q * a[from + m + j] + (r * a[from + 2 * m + j] + s * a[from + 3 * m + j]);
  }
  for (; k < count; k++) {
    const p = weight(k), from = k * m;
    for (let j = 0; j < m; j++) to[at + j] += p * a[from + j];
  }
}

// W A + b
function affine(W, A, b) {
  const Z = matrix(W.rows, A.columns);
  for (let i = 0; i < W.rows; i++) {
    Z.data.fill(b.data[i], i * A.columns, (i + 1) * A.columns);
    addRows(Z, i, W.columns, (k) => W.data[i * W.columns + k], A);
  }
  return Z;
}

// Wᵀ dZ
function transposedTimes(W, dZ) {
  const dA = matrix(W.columns, dZ.columns);
  for (let k = 0; k < W.columns; k++) addRows(dA, k, W.rows, (i) => W.data[i * W.columns + k], dZ);
  return dA;
}

// A Bᵀ
function timesTransposed(A, B) {
  const C = matrix(A.rows, B.rows), m = A.columns, a = A.data, b = B.data;
  for (let i = 0; i < A.rows; i++) {
    for (let k = 0; k < B.rows; k++) {
      let even = 0, odd = 0, j = 0;
      for (; j + 1 < m; j += 2) {
        even += a[i * m + j] * b[k * m + j];
        odd += a[i * m + j + 1] * b[k * m + j + 1];
      }
      if (j < m) even += a[i * m + j] * b[k * m + j];
      C.data[i * B.rows + k] = even + odd;
    }
  }
  return C;
}

export const sigmoid = (z) => 0.5 * (1 + Math.tanh(0.5 * z));
export const numLayers = (parameters) => Object.keys(parameters).length / 2;

// Return {logits, activations: [X, A1, ...], masks}. With keep_prob below 1 every hidden unit is dropped at random for every example.
export function forward(X, parameters, keep_prob = 1, rng = null) {
  const activations = [X], masks = [], L = numLayers(parameters);
  for (let layer = 1; layer < L; layer++) {
    const A = affine(parameters[`W${layer}`], activations.at(-1), parameters[`b${layer}`]);
    for (let i = 0; i < A.data.length; i++) A.data[i] = Math.max(0, A.data[i]);
    if (keep_prob < 1) {
      const mask = matrix(A.rows, A.columns, () => Number(rng.random() < keep_prob));
      for (let i = 0; i < A.data.length; i++) A.data[i] = (A.data[i] * mask.data[i]) / keep_prob;
      masks.push(mask);
    }
    activations.push(A);
  }
  return { logits: affine(parameters[`W${L}`], activations.at(-1), parameters[`b${L}`]), activations, masks };
}

// Return the gradients of the mean cross-entropy, dW1, db1, ...: what ReLU or a mask stopped on the way there is stopped on the way back.
export function backward(Y, logits, activations, parameters, keep_prob = 1) {
  const gradients = {}, m = Y.columns;
  let dZ = matrix(1, m, (j) => (sigmoid(logits.data[j]) - Y.data[j]) / m);
  for (let layer = numLayers(parameters); layer > 0; layer--) {
    const A = activations[layer - 1], now = dZ;
    gradients[`dW${layer}`] = timesTransposed(now, A);
    gradients[`db${layer}`] = matrix(now.rows, 1, (i) => now.data.subarray(i * m, (i + 1) * m).reduce((sum, value) => sum + value, 0));
    if (layer === 1) break;
    dZ = transposedTimes(parameters[`W${layer}`], now);
    for (let i = 0; i < dZ.data.length; i++) dZ.data[i] = A.data[i] > 0 ? dZ.data[i] / keep_prob : 0;
  }
  return gradients;
}

// Return the parameters after a step of gradient descent; `decay` is lambda / m, the share of each weight that is added to its gradient.
export function stepped(parameters, gradients, learning_rate, decay = 0) {
  return each(parameters, ({ rows, columns, data }, name) => {
    const gradient = gradients[`d${name}`].data, price = name.startsWith("W") ? decay : 0;
    return matrix(rows, columns, (i) => data[i] - learning_rate * (gradient[i] + price * data[i]));
  });
}

// Return the parameters after one epoch of gradient descent on all examples.
export function descended(X, Y, parameters, learning_rate) {
  const { logits, activations } = forward(X, parameters);
  return stepped(parameters, backward(Y, logits, activations, parameters), learning_rate);
}

// Return [mean cross-entropy in nats, share of examples that are right].
export function score(logits, Y) {
  let loss = 0, right = 0;
  for (let j = 0; j < Y.columns; j++) {
    const z = logits.data[j], y = Y.data[j];
    loss += Math.max(z, 0) - y * z + Math.log1p(Math.exp(-Math.abs(z)));
    right += Number(z > 0 === y > 0.5);
  }
  return [loss / Y.columns, right / Y.columns];
}

// Return the columns x rows points of a raster over [left, right, bottom, top], the lowest row first, as a matrix of examples.
export function raster([left, right, bottom, top], columns, rows) {
  const size = columns * rows;
  return matrix(2, size, (i) => i < size ? left + ((i % columns) * (right - left)) / (columns - 1) : bottom + (Math.floor((i - size) / columns) * (top - bottom)) / (rows - 1));
}
