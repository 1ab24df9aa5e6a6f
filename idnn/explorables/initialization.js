// The explorable of the assignment Initialization: choose depth and width, see signal and gradient of five starts by layer, train one on the circles.
// On a page the starts are drawn here; in a notebook by the student's own functions, which the kernel calls. The given network trains in both.

import { COLOURS, DASHES, MARKS, chart, drawn, element, evenly, kernel, lessMotion, logarithmic, onNewWidth, ownKeys, plane, slider, superscript } from "./kit.js";
import { generator } from "./generator.js";
import { descended, each, forward, fromRows, raster, score, toRows } from "./network-numbers.js";
import { STARTS, circles, distinctUnits, ownStarts } from "./initialization-numbers.js";

export const FIRST = { layers: 6, units: 12, scale: 2, seed: 1, chosen: "He" };
export const EXAMPLES = 200, LEARNING_RATE = 0.05, EPOCHS = 600;
const BOX = [-2.1, 2.1, -2.1, 2.1], COLUMNS = 49;
const LAWS = { zeros: "every weight 0", symmetric: "every weight 1/n, n inputs", "one scale": "N(0, scale²) in every layer", Xavier: "N(0, 1/n), n inputs", He: "N(0, 2/n), n inputs" };
const LINES = Object.fromEntries(Object.keys(LAWS).map((name, i) => [name, { colour: [...COLOURS, "#000000"][i], dash: [...DASHES, "12 3"][i], marker: MARKS[i] }]));

// Return a number in two digits, as words.
function short(value) {
  if (value === 0 || (value >= 1e-3 && value < 1e4)) return String(Number(value.toPrecision(2)));
  const [digits, power] = value.toExponential(1).split("e");
  return Number.isFinite(value) ? `${digits}·10${superscript(+power)}` : "beyond every number";
}

// Fill `el` with the explorable and return the function that takes it away. `model`: anywidget's, where a kernel draws the starts.
export function explore(el, settings = {}, model = null) {
  const names = settings.starts ?? Object.keys(STARTS);
  const { X, Y } = circles(EXAMPLES, generator(0)), points = raster(BOX, COLUMNS, COLUMNS), labels = Array.from(Y.data);
  const places = labels.map((_, j) => [X.data[j], X.data[EXAMPLES + j]]);
  let state, answer, trained, costs, right, run = 0, playing = 0, said = 0;

  const map = plane(BOX, COLUMNS, COLUMNS), signal = chart(230), gradient = chart(230), cost = chart(230);
  const layers = slider("hidden layers", evenly(1, 16), (value) => change({ layers: value }));
  const units = slider("units in each", evenly(2, 32), (value) => change({ units: value }));
  const scale = slider("scale", logarithmic(0.001, 10), (value) => change({ scale: value }));
  const play = element("button", { type: "button", click: toggle }), clock = element("output", { class: "explorable-clock", "aria-hidden": "true" });
  const again = element("button", { type: "button", click: () => change({ seed: state.seed + 1 }) }, "Draw again");
  const reset = element("button", { type: "button", click: () => change(first()) }, "Reset");
  const result = element("p", { class: "explorable-result" }), live = element("p", { class: "explorable-hidden", "aria-live": "polite" });
  const group = `start-${Math.random().toString(36).slice(2)}`, cards = names.map(card);
  const root = element("div", { class: "explorable", role: "group", ...ownKeys, "aria-label": "Explorable: where training starts" },
    element("div", { class: "explorable-bar" }, layers.root, units.root),
    element("div", { class: "explorable-panels" }, signal.root, gradient.root, map.root,
      element("div", {}, cost.root, element("div", { class: "explorable-bar" }, play, again, reset), clock, result)),
    element("div", { class: "explorable-cards", role: "radiogroup", "aria-label": "start" }, ...cards.map((one) => one.root)),
    element("p", { class: "explorable-note" }, "Above, every start by layer before training: signal is the standard deviation of the activations, gradient the root mean square of the weight gradient. The start that is chosen here is trained on the circles. A cost of ln 2 is that of a coin toss."), live);

  function card(name) {
    const { colour, dash, marker } = LINES[name];
    const mark = drawn("svg", { width: 44, height: 14, viewBox: "0 0 44 14", "aria-hidden": "true" },
      drawn("line", { x1: 0, x2: 44, y1: 7, y2: 7, stroke: colour, "stroke-width": 2.5, "stroke-dasharray": dash }), drawn("path", { d: marker, transform: "translate(22 7)", fill: colour }));
    const box = element("input", { type: "radio", name: group, value: name, "aria-label": name, change: () => change({ chosen: name }) }), told = element("p", { class: "explorable-result" });
    const root = element("section", { class: "explorable-card", "aria-label": name }, element("label", { class: "explorable-name" }, box, mark, name),
      element("p", { class: "explorable-note" }, LAWS[name]), ...(name === "one scale" ? [scale.root] : []), told);
    return { name, root, box, told };
  }

  const first = () => ({ ...FIRST, chosen: names.includes(FIRST.chosen) ? FIRST.chosen : names[0] });
  const compute = model ? kernel(model, apply) : (question) => apply(ownStarts(question));

  function change(to) {
    stop();
    state = { ...state, ...to };
    layers.set(state.layers);
    units.set(state.units);
    scale.set(state.scale);
    for (const { name, box } of cards) box.checked = name === state.chosen;
    const { layers: depth, units: breadth, scale: size, seed, chosen } = state;
    const data = model ? { X: toRows(X), Y: toRows(Y) } : { X, Y };
    compute({ run: ++run, ...data, layers_dims: [2, ...Array(depth).fill(breadth), 1], starts: names, scale: size, seed, chosen });
  }

  function apply(found) {
    if (found.run !== run) return; // asked before a slider was moved on
    answer = found;
    trained = found.parameters;
    costs = [];
    if (trained) measure();
    draw();
  }

  // The cost where training stands now.
  function measure() {
    const [loss, share] = score(forward(X, trained).logits, Y);
    costs.push(loss);
    right = share;
  }

  const finished = () => !trained || costs.length > EPOCHS || !Number.isFinite(costs.at(-1));

  // As many epochs as are wanted and fit into the time, at least one; false once there are no more.
  function epochs(most, milliseconds) {
    const until = performance.now() + milliseconds;
    for (let done = 0; done < most && !finished() && (done === 0 || performance.now() < until); done++) {
      trained = descended(X, Y, trained, LEARNING_RATE);
      measure();
    }
    return !finished();
  }

  function draw() {
    if (!answer) return;
    for (const [panel, word] of [[signal, "signal"], [gradient, "gradient"]]) {
      const seen = names.filter((name) => answer.scales[name]), logs = seen.flatMap((name) => answer.scales[name][word].map(Math.log10)).filter(Number.isFinite);
      const low = Math.min(-3, ...logs.map((log) => Math.floor(log) - 1)), high = Math.max(2, ...logs.map(Math.ceil)), every = Math.ceil((high - low) / 5);
      const powers = Array.from({ length: high - low }, (_, i) => low + 1 + i).filter((power) => power % every === 0);
      const lines = seen.map((name) => ({ ...LINES[name], strong: name === state.chosen, points: answer.scales[name][word].map((value, i) => [i + 1, Math.log10(value)]) }));
      panel.draw(lines.sort((a, b) => a.strong - b.strong), [1, state.layers + 1, "layer"], [low, high, word], [[low, "0"], ...powers.map((power) => [power, power ? `10${superscript(power)}` : "1"])],
        `Size of the ${word} by layer before training, logarithmic: ${seen.map((name) => `${name} ${ends(answer.scales[name][word])}`).join("; ")}.`);
    }
    for (const { name, told } of cards) {
      const error = answer.errors[name], found = answer.scales[name];
      told.classList.toggle("explorable-error", Boolean(error));
      told.textContent = error ?? (found ? `signal ${ends(found.signal)}, gradient ${ends(found.gradient)}` : "");
    }
    const words = status();
    result.textContent = words;
    if (trained) map.draw(forward(points, trained).logits.data, places, labels, `Two circles of examples on what the network says everywhere. ${words}`);
    const coin = { points: [[0, Math.LN2], [EPOCHS, Math.LN2]], colour: "#666666", dash: "2 4" };
    cost.draw([coin, { points: costs.map((value, epoch) => [epoch, value]), ...LINES[state.chosen], marker: null, strong: true }], [0, EPOCHS, "epoch"], [0, 1.5, "cost (nats)"],
      [[0, "0"], [0.5, "0.5"], [Math.LN2, "ln 2"], [1, "1"], [1.5, "1.5"]], `Cost against epoch. ${words}`);
    clock.textContent = `epoch ${Math.max(0, costs.length - 1)} of ${EPOCHS}`;
    if (playing) return; // told once it rests
    play.textContent = lessMotion() ? "50 epochs on" : "Train";
    clearTimeout(said);
    said = setTimeout(() => { live.textContent = `${state.layers} hidden layers of ${state.units} units. ${words}`; }, 600);
  }

  const ends = (values) => (values.length > 1 ? `${short(values[0])} to ${short(values.at(-1))}` : short(values[0]));

  function status() {
    if (!trained) return `${state.chosen}: ${answer.errors[state.chosen] ?? "no start"}`;
    const loss = costs.at(-1), epoch = costs.length - 1;
    if (!Number.isFinite(loss)) return `${state.chosen}: the cost left every bound at epoch ${epoch}.`;
    return `${state.chosen}: epoch ${epoch}, cost ${loss < 1000 ? loss.toFixed(3) : short(loss)} nats, ${(100 * right).toFixed(1)} % right, ${distinctUnits(trained.W1)} different of ${state.units} units in the first layer.`;
  }

  function stop() {
    cancelAnimationFrame(playing);
    playing = 0;
  }
  function toggle() {
    if (playing) {
      stop();
      return draw();
    }
    if (!answer || answer.run !== run || !answer.parameters) return;
    if (finished()) {
      trained = answer.parameters;
      costs = [];
      measure();
    }
    if (lessMotion()) {
      epochs(50, Infinity);
      return draw();
    }
    const tick = () => {
      playing = epochs(3, 5) ? requestAnimationFrame(tick) : 0;
      draw();
    };
    play.textContent = "Pause";
    playing = requestAnimationFrame(tick);
  }

  el.replaceChildren(root); // the still picture goes once all is there
  change(first());
  const settled = onNewWidth(root, draw);
  return () => {
    stop();
    clearTimeout(said);
    settled();
  };
}

// Return the kernel's answer as it would be computed in a page: lists are matrices, null is no number.
function matrices(found) {
  const number = (value) => value ?? NaN;
  const scales = Object.fromEntries(Object.entries(found.scales).map(([name, one]) => [name, each(one, (values) => values.map(number))]));
  return { ...found, scales, parameters: found.parameters && each(found.parameters, (rows) => fromRows(rows.map((row) => row.map(number)))) };
}

export default {
  render({ model, el }) {
    const told = { send: (message) => model.send(message), on: (name, heard) => model.on(name, ({ id, answer }) => heard({ id, answer: answer && matrices(answer) })) };
    return explore(el, model.get("settings"), told);
  },
};
