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

// How a slider's positions are numbers: {value(position in [0, 1]), position(value), steps}, 200 steps where none are said.
export const logarithmic = (low, high) => ({
  value: (p) => Number((low * (high / low) ** p).toPrecision(3)),
  position: (v) => Math.log(v / low) / Math.log(high / low),
});
export const shares = (most) => ({ // 0 to `most`, ever finer towards 1
  value: (p) => Number((1 - (1 - most) ** p).toFixed(4)),
  position: (v) => Math.log(1 - v) / Math.log(1 - most),
});

export const evenly = (low, high, digits = 0) => ({
  value: (p) => Number((low + (high - low) * p).toFixed(digits)),
  position: (v) => (v - low) / (high - low),
  steps: Math.round((high - low) * 10 ** digits), // a press of an arrow key is the next value
});
export const zeroOr = (scale) => ({ // 0 at the left end
  value: (p) => (p === 0 ? 0 : scale.value(p)),
  position: (v) => (v === 0 ? 0 : scale.position(v)),
});

// Return {root, set(value)}: a labelled slider that says its number; `moved` is called with the number.
export function slider(label, scale, moved) {
  const { steps = 200 } = scale, input = element("input", { type: "range", min: 0, max: steps, "aria-label": label });
  const said = element("output", { "aria-hidden": "true" });
  const show = (value) => {
    said.textContent = String(value);
    input.setAttribute("aria-valuetext", String(value));
  };
  input.addEventListener("input", () => {
    const value = scale.value(input.value / steps);
    show(value);
    moved(value);
  });
  const set = (value) => {
    input.value = Math.round(steps * scale.position(value));
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

// Return the segments [x0, y0, x1, y1] on which `height` crosses each of `count` levels between its extremes.
export function contours(height, [left, right, bottom, top], count = 12, columns = 90, rows = 64) {
  const x = (i) => left + (i * (right - left)) / columns, y = (j) => bottom + (j * (top - bottom)) / rows;
  const values = Array.from({ length: (columns + 1) * (rows + 1) }, (_, k) => height(x(k % (columns + 1)), y(Math.floor(k / (columns + 1)))));
  const low = values.reduce((a, b) => Math.min(a, b)), size = (values.reduce((a, b) => Math.max(a, b)) - low) / (count + 1), segments = [];
  for (let k = 1; k <= count; k++) segments.push(...crossings(values, columns + 1, low + k * size));
  return segments.map(([a, b, c, d]) => [x(a), y(b), x(c), y(d)]);
}

// Return the segments [i0, j0, i1, j1] on which a grid of values, row after row, crosses a level, by marching squares.
export function crossings(values, columns, level) {
  const segments = [], rows = values.length / columns, at = (i, j) => values[j * columns + i];
  for (let j = 0; j < rows - 1; j++) {
    for (let i = 0; i < columns - 1; i++) {
      const below = (at(i, j) < level) + (at(i + 1, j) < level) + (at(i + 1, j + 1) < level) + (at(i, j + 1) < level);
      if (below === 0 || below === 4) continue;
      const corners = [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]], cuts = [];
      for (let c = 0; c < 4; c++) {
        const p = corners[c], q = corners[(c + 1) % 4], a = at(...p), b = at(...q);
        if (a < level === b < level) continue;
        const share = (level - a) / (b - a);
        cuts.push(p[0] + share * (q[0] - p[0]), p[1] + share * (q[1] - p[1]));
      }
      for (let c = 0; c + 3 < cuts.length; c += 4) segments.push(cuts.slice(c, c + 4));
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

const PANEL = { left: 52, right: 18, top: 10, bottom: 34 };
// Return frame, labels and names of a panel's axes; `across` and `up` are [pixel, words], `within` is the frame where it is not the panels' own.
export function framed(width, height, across, up, x, y, within = null) {
  const text = (at, words, more = {}) => drawn("text", { ...at, "text-anchor": "middle", ...more }, words);
  const { x: left, y: top, width: wide, height: high } = within ?? { x: PANEL.left, y: PANEL.top, width: width - PANEL.left - PANEL.right, height: height - PANEL.top - PANEL.bottom };
  const foot = top + high;
  return [drawn("rect", { x: left, y: top, width: wide, height: high, fill: "none", stroke: "#666666" }),
    ...across.map(([place, words]) => text({ x: place, y: foot + 14 }, words)),
    ...up.map(([place, words]) => text({ x: left - 5, y: place + 4 }, words, { "text-anchor": "end" })),
    text({ x: left + wide / 2, y: height - 4 }, x),
    text({}, y, { transform: `translate(11 ${top + high / 2}) rotate(-90)` })];
}
export const superscript = (power) => [...String(power)].map((c) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[c] ?? "⁻").join("");
const label = (value) => String(value).replace("-", "−");
export const resize = (svg, width, height) => {
  for (const [name, value] of Object.entries({ width, height, viewBox: `0 0 ${width} ${height}` })) svg.setAttribute(name, value);
};

// Return {root, draw(lines, x, y, up, words)}: a panel of lines. `x` and `y` are [low, high, name], `up` the labels of the y axis as [value, words],
// a line {points, colour, dash, marker, strong}; what lies beyond the panel is drawn at its edge. `words` become the alternative text.
export function chart(height) {
  const axes = drawn("g", { class: "explorable-axes" }), tracks = drawn("g", {}), picture = drawn("svg", { role: "img" }, axes, tracks);
  const root = element("div", { class: "explorable-panel" }, picture);
  let framing = "";
  const draw = (lines, x, y, up, words) => {
    const width = Math.max(200, root.clientWidth || 320), across = linear(x[0], x[1], PANEL.left, width - PANEL.right), above = linear(y[0], y[1], height - PANEL.bottom, PANEL.top);
    const fit = (value) => above(Math.max(y[0], Math.min(y[1], value))).toFixed(1);
    if (framing !== (framing = JSON.stringify([width, x, y, up]))) {
      resize(picture, width, height);
      axes.replaceChildren(...framed(width, height, ticks(x[0], x[1], width / 60).filter(Number.isInteger).map((value) => [across(value), label(value)]), up.map(([value, said]) => [above(value), said]), x[2], y[2]));
    }
    tracks.replaceChildren(...lines.flatMap(({ points, colour, dash = "none", marker, strong }) => {
      const places = points.filter(([, value]) => !Number.isNaN(value)).map(([place, value]) => `${across(place).toFixed(1)},${fit(value)}`);
      const marks = marker ? places.map((place) => drawn("path", { d: marker, transform: `translate(${place.replace(",", " ")}) scale(${strong ? 0.8 : 0.5})`, fill: colour })) : [];
      return [drawn("polyline", { points: places.join(" "), fill: "none", stroke: colour, "stroke-width": strong ? 2.8 : 1.4, "stroke-dasharray": dash }), ...marks];
    }));
    picture.setAttribute("aria-label", words);
  };
  return { root, draw };
}

export const MARKS = ["M-5,0a5,5 0 1,0 10,0a5,5 0 1,0 -10,0z", "M0,-6L6,5L-6,5z", "M-5,-5H5V5H-5z", "M0,-6.500L6.500,0L0,6.500L-6.500,0z", "M-6,-4L6,-4L0,7z"];
const SHADES = [[0xa9, 0xcf, 0xe6], [0xf7, 0xf7, 0xf7], [0xf3, 0xc3, 0xa2]]; // class 0, undecided, class 1, as in idnn/plots

// Return {root, draw(logits, points, labels, words)}: a panel of the plane, shaded by the probability of class 1, its boundary drawn, and examples on it.
// `logits` stand on a raster of `columns` x `rows` points from edge to edge of `box`, the lowest row first.
export function plane([left, right, bottom, top], columns, rows) {
  const canvas = element("canvas", { width: columns, height: rows, "aria-hidden": "true" }), shade = canvas.getContext("2d"), pixels = shade.createImageData(columns, rows);
  const ground = element("div", { class: "explorable-ground" }, canvas);
  const boundary = drawn("path", { fill: "none", stroke: "#000", "stroke-width": 1.6 }), axes = drawn("g", { class: "explorable-axes" }), examples = drawn("g", {});
  const picture = drawn("svg", { role: "img" }, boundary, examples, axes), root = element("div", { class: "explorable-panel" }, ground, picture);
  let known = "";
  const draw = (logits, points, labels, words, marked = -1) => {
    const width = Math.max(200, root.clientWidth || 320), height = Math.round(((width - PANEL.left - PANEL.right) * (top - bottom)) / (right - left)) + PANEL.top + PANEL.bottom;
    const across = linear(left, right, PANEL.left, width - PANEL.right), up = linear(bottom, top, height - PANEL.bottom, PANEL.top);
    const inside = { left: PANEL.left, top: PANEL.top, width: width - PANEL.left - PANEL.right, height: height - PANEL.top - PANEL.bottom };
    if (known !== (known = `${width} ${points.join(" ")} ${labels.join("")} ${marked}`)) {
      resize(picture, width, height);
      for (const [name, value] of Object.entries(inside)) ground.style[name] = `${value}px`;
      const cell = [inside.width / (columns - 1), inside.height / (rows - 1)]; // a raster's point is in the middle of a cell, the outermost on the edge
      Object.assign(canvas.style, { left: `${-cell[0] / 2}px`, top: `${-cell[1] / 2}px`, width: `${columns * cell[0]}px`, height: `${rows * cell[1]}px` });
      axes.replaceChildren(...framed(width, height, ticks(left, right, width / 70).map((value) => [across(value), label(value)]), ticks(bottom, top, height / 60).map((value) => [up(value), label(value)]), "x₁", "x₂"));
      const places = (kind, radius) => points.map(([x, y], i) => labels[i] === kind ? (kind ? `M${(across(x)).toFixed(1)},${(up(y) - radius).toFixed(1)}l${radius},${1.8 * radius}h${-2 * radius}z` : `M${(across(x) - radius).toFixed(1)},${up(y).toFixed(1)}a${radius},${radius} 0 1,0 ${2 * radius},0a${radius},${radius} 0 1,0 ${-2 * radius},0z`) : "").join("");
      const ring = marked < 0 ? [] : [drawn("circle", { cx: across(points[marked][0]), cy: up(points[marked][1]), r: 8, fill: "none", stroke: "#000", "stroke-width": 2 })];
      examples.replaceChildren(...[COLOURS[0], COLOURS[1]].map((fill, kind) => drawn("path", { d: places(kind, 3.4), fill, stroke: "#fff", "stroke-width": 0.6 })), ...ring);
    }
    for (let i = 0; i < logits.length; i++) {
      const p = 2 / (1 + Math.exp(-logits[i])), from = p < 1 ? 0 : 1, share = p - from, at = 4 * ((rows - 1 - Math.floor(i / columns)) * columns + (i % columns));
      for (let c = 0; c < 3; c++) pixels.data[at + c] = SHADES[from][c] + share * (SHADES[Math.min(2, from + 1)][c] - SHADES[from][c]);
      pixels.data[at + 3] = Number.isNaN(p) ? 0 : 255;
    }
    shade.putImageData(pixels, 0, 0);
    const x = (i) => across(left + (i * (right - left)) / (columns - 1)).toFixed(1), y = (j) => up(bottom + (j * (top - bottom)) / (rows - 1)).toFixed(1);
    boundary.setAttribute("d", crossings(logits, columns, 0).map(([a, b, c, d]) => `M${x(a)},${y(b)}L${x(c)},${y(d)}`).join(""));
    picture.setAttribute("aria-label", words);
  };
  return { root, draw };
}

// Call `draw` whenever an element that is shown has another width than before; return a function that ends it.
export function onNewWidth(root, draw) {
  let width = 0;
  const resized = new ResizeObserver(() => {
    if (root.clientWidth && root.clientWidth !== width) {
      width = root.clientWidth;
      draw();
    }
  });
  resized.observe(root);
  return () => resized.disconnect();
}

// For an explorable's outermost element: a key that is pressed in it is its own; a notebook would go to another cell or fold one. With Ctrl it is the notebook's.
export const ownKeys = { keydown: (event) => { if (!event.ctrlKey && !event.metaKey) event.stopPropagation(); } };
