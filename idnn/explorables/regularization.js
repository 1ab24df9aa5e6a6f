// The explorable of the assignment Regularization: turn penalty and dropout while a network trains on two moons; boundary, both losses, dropped units.
// On a page the steps are computed here; in a notebook by the student's own passes, which the kernel calls.

import { COLOURS, DASHES, chart, drawn, element, evenly, kernel, lessMotion, logarithmic, onNewWidth, ownKeys, plane, slider, zeroOr } from "./kit.js";
import { generator } from "./generator.js";
import { each, forward, fromRows, raster, score, toRows } from "./network-numbers.js";
import { drawParameters, moons, ownSteps } from "./regularization-numbers.js";

export const FIRST = { lambd: 0, keep_prob: 1, noise: 0.3, size: 60, units: 16, seed: 1 };
export const LEARNING_RATE = 0.5, STEPS = 2000, AT_ONCE = 5, FURTHER = 400;
const BOX = [-2, 3, -1.75, 2.25], COLUMNS = 51, ROWS = 41;

// Return what training starts from: the examples, further ones that training never sees, and the parameters.
export function beginning({ noise, size, units, seed }) {
  const rng = generator(seed);
  return { train: moons(size, noise, rng), further: moons(FURTHER, noise, rng), parameters: drawParameters([2, units, units, 1], rng) };
}

// Fill `el` with the explorable and return the function that takes it away. `model`: anywidget's, where a kernel takes the steps.
export function explore(el, settings = {}, model = null) {
  const points = raster(BOX, COLUMNS, ROWS);
  let state, now, step = 0, losses, kept, error, run = 0, playing = false, frame = 0, waiting = false, said = 0;

  const map = plane(BOX, COLUMNS, ROWS), curves = chart(250), net = drawn("svg", { role: "img" });
  const network = element("div", { class: "explorable-panel" }, net);
  const sliders = {
    lambd: slider("penalty λ", zeroOr(logarithmic(0.01, 30)), (value) => turn({ lambd: value })),
    keep_prob: slider("keep probability", evenly(0.3, 1, 2), (value) => turn({ keep_prob: value })),
    noise: slider("noise", evenly(0.05, 0.6, 2), (value) => begin({ noise: value })),
    size: slider("examples", evenly(20, 200), (value) => begin({ size: value })),
    units: slider("units in a layer", evenly(4, 32), (value) => begin({ units: value })),
  };
  const play = element("button", { type: "button", click: toggle }), one = element("button", { type: "button", click: () => { stop(); ask(1); } }, "One step");
  const again = element("button", { type: "button", click: () => begin({ seed: state.seed + 1 }) }, "Draw again");
  const reset = element("button", { type: "button", click: () => begin(FIRST) }, "Reset"), clock = element("output", { class: "explorable-clock", "aria-hidden": "true" });
  const result = element("p", { class: "explorable-result" }), live = element("p", { class: "explorable-hidden", "aria-live": "polite" });
  const key = (i, words) => element("span", { class: "explorable-name" }, drawn("svg", { width: 44, height: 14, viewBox: "0 0 44 14", "aria-hidden": "true" },
    drawn("line", { x1: 0, x2: 44, y1: 7, y2: 7, stroke: COLOURS[i], "stroke-width": 2.8 - 1.4 * (1 - i), "stroke-dasharray": DASHES[1 - i] })), words);
  const root = element("div", { class: "explorable", role: "group", ...ownKeys, "aria-label": "Explorable: a network under penalty and dropout" },
    element("div", { class: "explorable-bar" }, sliders.lambd.root, sliders.keep_prob.root),
    element("div", { class: "explorable-panels" }, map.root, network, element("div", { class: "explorable-wide" }, curves.root)),
    element("div", { class: "explorable-bar" }, key(0, "loss on the examples"), key(1, `loss on ${FURTHER} others`)),
    element("div", { class: "explorable-bar" }, play, one, again, reset, clock), result,
    element("div", { class: "explorable-bar" }, sliders.noise.root, sliders.size.root, sliders.units.root),
    element("p", { class: "explorable-note" }, "The penalty and the keep probability act from the next step on; noise, examples and units begin anew. The network is drawn as the last step saw it for the ringed example: dropped units are crossed out, wide lines are large weights, dashed where they are negative."), live);

  const compute = model ? kernel(model, apply) : (question) => apply(ownSteps(question));

  function begin(to) {
    stop();
    state = { ...state, ...to };
    for (const [name, { set }] of Object.entries(sliders)) set(state[name]);
    now = beginning(state);
    run += 1;
    step = 0;
    waiting = false;
    [losses, kept, error] = [[], [], null];
    measure();
    draw();
  }

  function turn(to) {
    state = { ...state, ...to };
    sliders[Object.keys(to)[0]].set(Object.values(to)[0]);
    if (!playing) draw();
  }

  function ask(num_steps) {
    if (waiting) return;
    waiting = true;
    const { lambd, keep_prob, seed } = state, { X, Y } = now.train;
    const data = model ? { X: toRows(X), Y: toRows(Y), parameters: each(now.parameters, toRows) } : { X, Y, parameters: now.parameters };
    compute({ run, step, ...data, lambd, keep_prob, learning_rate: LEARNING_RATE, num_steps, seed: 100003 * seed + step });
  }

  function apply(found) {
    if (found.run !== run) return; // begun anew since
    waiting = false;
    error = found.error;
    if (error) stop();
    else {
      now.parameters = found.parameters;
      kept = found.kept;
      step = found.step;
      measure();
      if (step >= STEPS || !Number.isFinite(losses.at(-1)[1])) stop();
    }
    draw();
    if (playing) frame = requestAnimationFrame(() => ask(AT_ONCE));
  }

  function measure() {
    const [loss, right] = score(forward(now.train.X, now.parameters).logits, now.train.Y), [loss2, right2] = score(forward(now.further.X, now.parameters).logits, now.further.Y);
    losses.push([step, loss, loss2, right, right2]);
  }

  function draw() {
    const { X, Y } = now.train, words = status();
    result.textContent = error ?? words;
    result.classList.toggle("explorable-error", Boolean(error));
    const places = Array.from({ length: Y.columns }, (_, j) => [X.data[j], X.data[Y.columns + j]]);
    map.draw(forward(points, now.parameters).logits.data, places, Array.from(Y.data), `Two moons of ${state.size} examples on what the network says everywhere. ${words}`, 0);
    const lines = [1, 2].map((column) => ({ points: losses.map((row) => [row[0], row[column]]), colour: COLOURS[column - 1], dash: DASHES[2 - column], strong: column === 2 }));
    curves.draw(lines, [0, STEPS, "step"], [0, 1.6, "loss (nats)"], [0, 0.4, 0.8, 1.2, 1.6].map((value) => [value, String(value)]), `Loss against step, on the examples and on ${FURTHER} others. ${words}`);
    wires();
    clock.textContent = `step ${step} of ${STEPS}`;
    if (playing) return; // told once it rests
    play.textContent = lessMotion() ? "50 steps on" : "Train";
    clearTimeout(said);
    said = setTimeout(() => { live.textContent = result.textContent; }, 600);
  }

  const left = (layer) => (kept[layer] ?? []).filter(Boolean).length;

  function status() {
    const [, loss, loss2, right, right2] = losses.at(-1), percent = (share) => `${(100 * share).toFixed(1)} %`;
    const masks = kept.length ? ` For the ringed example the last step kept ${left(0)} and ${left(1)} of ${state.units} units.` : "";
    return `λ ${state.lambd}, keep probability ${state.keep_prob}, step ${step}: loss ${loss.toFixed(3)} on the examples, ${loss2.toFixed(3)} on others; ${percent(right)} and ${percent(right2)} right.${masks}`;
  }

  // The network as the last step saw it for the first example.
  function wires() {
    const wide = Math.max(200, network.clientWidth || 320), high = Math.max(240, map.root.clientHeight - 2), sizes = [2, state.units, state.units, 1];
    for (const [name, value] of Object.entries({ width: wide, height: high, viewBox: `0 0 ${wide} ${high}` })) net.setAttribute(name, value);
    const x = (layer) => 26 + (layer * (wide - 52)) / 3, y = (layer, unit) => (high * (unit + 0.5)) / sizes[layer];
    const there = (layer, unit) => layer < 1 || layer > 2 || (kept[layer - 1]?.[unit] ?? true), paths = Array(8).fill("");
    for (let layer = 0; layer < 3; layer++) {
      const W = now.parameters[`W${layer + 1}`], largest = W.data.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-12);
      for (let i = 0; i < W.rows; i++) {
        for (let k = 0; k < W.columns; k++) {
          if (!there(layer + 1, i) || !there(layer, k)) continue;
          const w = W.data[i * W.columns + k], band = Math.min(3, Math.floor((4 * Math.abs(w)) / Math.max(largest, 1)));
          paths[2 * band + Number(w < 0)] += `M${x(layer).toFixed(0)},${y(layer, k).toFixed(1)}L${x(layer + 1).toFixed(0)},${y(layer + 1, i).toFixed(1)}`;
        }
      }
    }
    const lines = paths.map((d, i) => drawn("path", { d, fill: "none", stroke: COLOURS[i % 2], "stroke-width": [0.4, 0.8, 1.6, 2.6][i >> 1], "stroke-opacity": [0.35, 0.6, 0.8, 0.9][i >> 1], "stroke-dasharray": i > 3 ? DASHES[i % 2] : "none" }));
    const r = Math.max(3, Math.min(9, (0.36 * high) / state.units));
    const units = sizes.flatMap((size, layer) => Array.from({ length: size }, (_, unit) => {
      const [cx, cy] = [x(layer), y(layer, unit)];
      if (there(layer, unit)) return [drawn("circle", { cx, cy, r, fill: "#fff", stroke: "#222", "stroke-width": 1.4 })];
      return [drawn("path", { d: `M${cx - r},${cy - r}L${cx + r},${cy + r}M${cx - r},${cy + r}L${cx + r},${cy - r}`, stroke: "#8a8a8a", "stroke-width": 1.6, "data-dropped": layer })];
    })).flat();
    net.replaceChildren(...lines, ...units);
    net.setAttribute("aria-label", `The network, two hidden layers of ${state.units} units. ${kept.length ? `Kept for the ringed example: ${left(0)} in the first, ${left(1)} in the second; the others are crossed out.` : "No unit is dropped."}`);
  }

  function stop() {
    cancelAnimationFrame(frame);
    playing = false;
  }
  function toggle() {
    if (playing) {
      stop();
      return draw();
    }
    if (step >= STEPS || !Number.isFinite(losses.at(-1)[1])) begin({});
    if (lessMotion()) return ask(50);
    playing = true;
    play.textContent = "Pause";
    ask(AT_ONCE);
  }

  el.replaceChildren(root); // the still picture goes once all is there
  begin(FIRST);
  const settled = onNewWidth(root, draw);
  return () => {
    stop();
    clearTimeout(said);
    settled();
  };
}

export default {
  render({ model, el }) {
    const matrices = (answer) => ({ ...answer, parameters: answer.parameters && each(answer.parameters, (rows) => fromRows(rows.map((row) => row.map((value) => value ?? NaN)))) });
    const told = { send: (message) => model.send(message), on: (name, heard) => model.on(name, ({ id, answer }) => heard({ id, answer: answer && matrices(answer) })) };
    return explore(el, model.get("settings"), told);
  },
};
