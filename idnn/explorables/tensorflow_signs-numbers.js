// What the explorable of the assignment on hand signs computes: a picture shrunk as idnn/pictures.py does it, and a trained network's layers, one after
// another. Nothing here draws, and nothing is sent anywhere. A picture is {side, data}, three numbers a pixel, row after row.

export const SIDE = 64, SIGNS = ["0 ring", "1", "2", "3", "4", "5 open"];

// Return the number that 16 bits hold (IEEE 754, binary16).
export function half(bits) {
  const sign = bits & 0x8000 ? -1 : 1, exponent = (bits >> 10) & 31, fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : 2 ** -24 * fraction);
}

function numbers(text) {
  const bytes = atob(text), found = new Float32Array(bytes.length / 2);
  for (let i = 0; i < found.length; i++) found[i] = half(bytes.charCodeAt(2 * i) | (bytes.charCodeAt(2 * i + 1) << 8));
  return found;
}

// Return a network as idnn.explorables.layers.packed writes it, with its numbers to compute with.
export function unpacked({ size, layers }) {
  return { size, layers: layers.map((layer) => (layer.weights ? { ...layer, weights: numbers(layer.weights), bias: numbers(layer.bias) } : layer)) };
}

const toEven = (value) => {
  const above = Math.round(value);
  return above - value === 0.5 && above % 2 ? above - 1 : above;
};

// Return the picture of a square of `side` pixels, four bytes each, shrunk to SIDE: every pixel the mean of the area that it covers.
export function shrunk(rgba, side) {
  const scale = side / SIDE, data = new Uint8Array(3 * SIDE * SIDE), rows = new Float64Array(3 * SIDE * side);
  const covered = Array.from({ length: SIDE }, (_, i) => [Math.floor(i * scale), Math.min(side, Math.ceil((i + 1) * scale - 1e-9))]);
  const share = (k, i) => Math.min(k + 1, (i + 1) * scale) - Math.max(k, i * scale); // of place k that lies in place i
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < SIDE; x++) {
      const [first, end] = covered[x], at = 3 * (y * SIDE + x);
      let red = 0, green = 0, blue = 0;
      for (let k = first; k < end; k++) {
        const part = share(k, x), from = 4 * (y * side + k);
        red += part * rgba[from];
        green += part * rgba[from + 1];
        blue += part * rgba[from + 2];
      }
      rows[at] = red;
      rows[at + 1] = green;
      rows[at + 2] = blue;
    }
  }
  for (let y = 0; y < SIDE; y++) {
    const [first, end] = covered[y];
    for (let i = 0; i < 3 * SIDE; i++) {
      let sum = 0;
      for (let k = first; k < end; k++) sum += share(k, y) * rows[3 * SIDE * k + i];
      data[3 * SIDE * y + i] = toEven(sum / scale ** 2);
    }
  }
  return { side: SIDE, data };
}

// Return what enters the network: blocks of pixels averaged, the mean 0, the standard deviation 1.
export function networkInput({ side, data }, size) {
  const block = side / size, X = new Float32Array(3 * size * size);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const to = 3 * (Math.floor(y / block) * size + Math.floor(x / block)), from = 3 * (y * side + x);
      for (let c = 0; c < 3; c++) X[to + c] += data[from + c] / block ** 2;
    }
  }
  const mean = X.reduce((sum, x) => sum + x, 0) / X.length;
  const deviation = Math.max(1e-3, Math.sqrt(X.reduce((sum, x) => sum + (x - mean) ** 2, 0) / X.length));
  return { side: size, data: X.map((x) => (x - mean) / deviation) };
}

// Return what enters the network as a picture to look at, stretched to its own darkest and brightest value.
export function visible({ side, data }) {
  const low = data.reduce((a, b) => Math.min(a, b)), high = data.reduce((a, b) => Math.max(a, b));
  return { side, data: Uint8Array.from(data, (x) => (255 * (x - low)) / Math.max(high - low, 1e-9)) };
}

export function mirrored({ side, data }) {
  return { side, data: data.map((_, i) => data[3 * (Math.floor(i / 3 / side) * side + side - 1 - (Math.floor(i / 3) % side)) + (i % 3)]) };
}

// What a layer does to {side, data}; the numbers of a pixel stand together.
const LAYERS = {
  convolution({ side, data }, { shape: [high, wide, inputs, outputs], weights, bias }) {
    const out = new Float32Array(side * side * outputs), [above, before] = [(high - 1) / 2, (wide - 1) / 2];
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const at = (y * side + x) * outputs;
        out.set(bias, at);
        for (let i = Math.max(0, above - y); i < Math.min(high, side + above - y); i++) {
          for (let j = Math.max(0, before - x); j < Math.min(wide, side + before - x); j++) {
            const from = ((y + i - above) * side + x + j - before) * inputs, first = (i * wide + j) * inputs;
            for (let k = 0; k < inputs; k++) {
              const a = data[from + k], w = (first + k) * outputs;
              if (a !== 0) for (let o = 0; o < outputs; o++) out[at + o] += a * weights[w + o];
            }
          }
        }
      }
    }
    return { side, data: out };
  },
  relu: ({ side, data }) => ({ side, data: data.map((z) => Math.max(z, 0)) }),
  pool({ side, data }) {
    const less = Math.floor(side / 2), channels = data.length / side ** 2, out = new Float32Array(less * less * channels);
    for (let i = 0; i < out.length; i++) {
      const c = i % channels, x = Math.floor(i / channels) % less, y = Math.floor(i / channels / less);
      const from = (2 * y * side + 2 * x) * channels + c, below = from + side * channels;
      out[i] = Math.max(data[from], data[from + channels], data[below], data[below + channels]);
    }
    return { side: less, data: out };
  },
  dense({ data }, { shape: [, outputs], weights, bias }) {
    const out = Float32Array.from(bias);
    data.forEach((a, k) => {
      for (let o = 0; o < outputs; o++) out[o] += a * weights[k * outputs + o];
    });
    return { side: 1, data: out };
  },
};

export const logits = ({ layers }, X) => layers.reduce((A, layer) => LAYERS[layer.kind](A, layer), X).data;

export function softmax(values) {
  const most = Math.max(...values), powers = Array.from(values, (value) => Math.exp(value - most)), sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}

// Return {X, probabilities}: what enters the network, and what it says, asked about the picture and about its mirror image.
export function read(network, picture) {
  const X = networkInput(picture, network.size), [one, other] = [X, mirrored(X)].map((view) => softmax(logits(network, view)));
  return { X, probabilities: one.map((p, i) => (p + other[i]) / 2) };
}
