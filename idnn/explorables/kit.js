// What the explorables share: elements, sliders, scales, contour lines. No framework, and nothing is fetched.

export const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7"]; // as in idnn/plots; lines differ in dash and marker as well
export const DASHES = ["none", "7 4", "10 3 2 3", "2 3"];

// Return an element: attributes are set, functions among them listen, children are appended.
export function element(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

export function drawn(tag, attributes = {}, ...children) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function filled(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

// How a slider's 200 positions are numbers: {value(position in [0, 1]), position(value)}.
export const logarithmic = (low, high) => ({
  value: (p) => Number((low * (high / low) ** p).toPrecision(3)),
  position: (v) => Math.log(v / low) / Math.log(high / low),
});
export const shares = (most) => ({ // 0 to `most`, ever finer towards 1
  value: (p) => Number((1 - (1 - most) ** p).toFixed(4)),
  position: (v) => Math.log(1 - v) / Math.log(1 - most),
});

// Return {root, set(value)}: a labelled slider that says its number; `moved` is called with the number.
export function slider(label, scale, moved) {
  const input = element("input", { type: "range", min: 0, max: 200, "aria-label": label });
  const said = element("output", { "aria-hidden": "true" });
  const show = (value) => {
    said.textContent = String(value);
    input.setAttribute("aria-valuetext", String(value));
  };
  input.addEventListener("input", () => {
    const value = scale.value(input.value / 200);
    show(value);
    moved(value);
  });
  const set = (value) => {
    input.value = Math.round(200 * scale.position(value));
    show(value);
  };
  return { root: element("label", { class: "explorable-slider" }, element("span", {}, label.split(", ").at(-1)), input, said), set };
}

// Return the function that takes [low, high] to [from, to]; `.back` is its inverse.
export function linear(low, high, from, to) {
  const scale = (value) => from + ((value - low) / (high - low)) * (to - from);
  scale.back = (pixel) => low + ((pixel - from) / (to - from)) * (high - low);
  return scale;
}

// Return round numbers, about `count` of them, within [low, high].
export function ticks(low, high, count = 6) {
  const rough = (high - low) / count, power = 10 ** Math.floor(Math.log10(rough));
  const size = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough);
  const found = [];
  for (let i = Math.ceil(low / size - 1e-9); i * size <= high * (1 + 1e-9) + 1e-12; i++) found.push(Number((i * size).toPrecision(12)));
  return found;
}

// Return the segments [x0, y0, x1, y1] on which `height` crosses each of `count` levels between its extremes, by marching squares.
export function contours(height, [left, right, bottom, top], count = 12, columns = 90, rows = 64) {
  const x = (i) => left + (i * (right - left)) / columns, y = (j) => bottom + (j * (top - bottom)) / rows;
  const grid = Array.from({ length: rows + 1 }, (_, j) => Array.from({ length: columns + 1 }, (_, i) => height(x(i), y(j))));
  const low = Math.min(...grid.map((row) => Math.min(...row))), high = Math.max(...grid.map((row) => Math.max(...row)));
  const size = (high - low) / (count + 1), segments = [];
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) {
      const corners = [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]], values = corners.map(([a, b]) => grid[b][a]);
      const first = Math.ceil((Math.min(...values) - low) / size), last = Math.floor((Math.max(...values) - low) / size);
      for (let k = Math.max(1, first); k <= Math.min(count, last); k++) {
        const level = low + k * size, cuts = [];
        for (let c = 0; c < 4; c++) {
          const [a, b] = [values[c], values[(c + 1) % 4]];
          if (a < level === b < level) continue;
          const share = (level - a) / (b - a), [p, q] = [corners[c], corners[(c + 1) % 4]];
          cuts.push(x(p[0] + share * (q[0] - p[0])), y(p[1] + share * (q[1] - p[1])));
        }
        for (let c = 0; c + 3 < cuts.length; c += 4) segments.push(cuts.slice(c, c + 4));
      }
    }
  }
  return segments;
}

export const lessMotion = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

// Return the function that asks the kernel and calls `told` with its answer: one question at a time, and of those that wait the last alone.
export function kernel(model, told) {
  let asked = 0, busy = false, waiting = null;
  const ask = (question) => {
    if (busy) return void (waiting = question);
    busy = true;
    model.send({ id: ++asked, question });
  };
  model.on("msg:custom", ({ id, answer }) => {
    if (id !== asked) return;
    busy = false;
    told(answer);
    if (waiting) {
      const next = waiting;
      waiting = null;
      ask(next);
    }
  });
  return ask;
}
