// The explorable of the assignment that builds the gradient checker: a chord and its error; then the error of every step, against the line that the
// reader drew first. On a page the slopes are measured here; in a notebook by the student's own functions, which the kernel calls.

import { COLOURS, drawn, element, kernel, lessMotion, linear, logarithmic, onNewWidth, ownKeys, slider, superscript, ticks } from "./kit.js";
import { pencil } from "./pencil.js";
import { COSTS, EPSILON, FLOOR, STEPS, howFar, ownMeasures } from "./gradient_checking-numbers.js";

const KINDS = { central: ["M-4,0a4,4 0 1,0 8,0a4,4 0 1,0 -8,0z", COLOURS[0], "none"], "one-sided": ["M0,-5L5,4L-5,4z", COLOURS[1], "7 4"] };
const CHORDS = { central: (theta, epsilon) => [theta - epsilon, theta + epsilon], "one-sided": (theta, epsilon) => [theta, theta + epsilon] };
const EDGE = { left: 56, right: 14, top: 12, bottom: 40 };
const LOW = -17, HIGH = 1; // powers of ten of the error that can be drawn
const ten = (value) => (value === 0 ? "1" : value === 1 ? "10" : `10${superscript(value)}`);
const plain = (value) => (value === 0 ? "0" : value.toExponential(1));
const whole = (step) => step.toExponential(0); // one digit of a step is enough

// Fill `el` with the explorable and return the function that takes it away. `model`: anywidget's, where a kernel measures the slopes.
export function explore(el, settings = {}, model = null) {
  const names = Object.keys(KINDS);
  let state, answer, width = 0, timer = 0, said = 0, held = null;

  // --- the curve and its chords --------------------------------------------------------------------------------------
  const clip = `chords-${Math.random().toString(36).slice(2)}`, frame = drawn("rect", {});
  const axes = drawn("g", { class: "explorable-axes" }), curve = drawn("path", { fill: "none", stroke: "#767676", "stroke-width": 2.5 }), lines = drawn("g", {});
  const point = drawn("g", { class: "explorable-start", tabindex: 0, role: "slider", pointerdown: grab, pointermove: move, pointerup: release, pointercancel: release, keydown: nudge },
    drawn("circle", { r: 22, class: "explorable-reach" }), drawn("circle", { r: 9, class: "explorable-ring" }), drawn("circle", { r: 2.5 }));
  point.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false }); // a finger on the ring drags and does not scroll
  const picture = drawn("svg", { role: "group", click: jump }, drawn("clipPath", { id: clip }, frame), drawn("g", { "clip-path": `url(#${clip})` }, curve, lines), axes, point);
  let across, up;

  // --- the V ---------------------------------------------------------------------------------------------------------
  const logs = drawn("g", { class: "explorable-axes" }), dots = drawn("g", {}), line = drawn("polyline", { fill: "none", stroke: "#000", "stroke-width": 2.2, "stroke-dasharray": "3 3" });
  const ground = drawn("rect", { fill: "transparent", class: "explorable-canvas" });
  const pen = drawn("g", { class: "explorable-pen", tabindex: 0, role: "slider" }, drawn("circle", { r: 14, class: "explorable-reach" }), drawn("path", { d: "M-7,0H7M0,-7V7", stroke: "#000", "stroke-width": 2 }));
  const paper = drawn("svg", { role: "group" }, logs, ground, dots, line, pen);
  paper.addEventListener("touchstart", (event) => { if (!state.shown && ground.contains(event.target)) event.preventDefault(); }, { passive: false });
  let along, high;

  // --- the controls --------------------------------------------------------------------------------------------------
  const chooser = element("select", { "aria-label": "cost", change: () => begin(chooser.value) }, ...Object.keys(COSTS).map((name) => element("option", {}, name)));
  const step = slider("step ε", logarithmic(STEPS[0], 1), (value) => change({ epsilon: value }));
  const reset = element("button", { type: "button", click: () => begin(Object.keys(COSTS)[0]) }, "Reset");
  const show = element("button", { type: "button", click: reveal }), again = element("button", { type: "button", click: clear }, "Draw again");
  const verdict = element("p", { class: "explorable-result" }), live = element("p", { class: "explorable-hidden", "aria-live": "polite" });
  const cards = names.map(card);
  const root = element("div", { class: "explorable", role: "group", ...ownKeys, "aria-label": "Explorable: a chord and its error" },
    element("div", { class: "explorable-bar" }, element("label", {}, element("span", {}, "cost J(θ)"), chooser), step.root, reset),
    element("div", { class: "explorable-pair" }, picture, paper),
    element("div", { class: "explorable-cards" }, ...cards.map((one) => one.root)),
    element("div", { class: "explorable-bar" }, show, again), verdict,
    element("p", { class: "explorable-note" }, "Left: drag the ring, or use the arrow keys on it; the black line is the tangent. Right: draw first how the central difference's error depends on the step, with the pointer, a finger, or the arrow keys on the cross (up and down, then on to the next step). Then show what is measured."), live);

  function card(name) {
    const [mark, colour, dash] = KINDS[name], result = element("p", { class: "explorable-result" });
    const sign = drawn("svg", { width: 44, height: 14, viewBox: "0 0 44 14", "aria-hidden": "true" },
      drawn("line", { x1: 0, x2: 44, y1: 7, y2: 7, stroke: colour, "stroke-width": 2.5, "stroke-dasharray": dash }), drawn("path", { d: mark, transform: "translate(22 7)", fill: colour }));
    return { name, result, root: element("section", { class: "explorable-card", "aria-label": name }, element("p", { class: "explorable-name" }, sign, name), result) };
  }

  // --- what happens --------------------------------------------------------------------------------------------------
  const compute = model ? kernel(model, apply) : (question) => apply(ownMeasures(question));

  function begin(cost) {
    stop();
    state = { cost, theta: COSTS[cost].theta, epsilon: EPSILON, line: STEPS.map(() => null), column: STEPS.length - 1, shown: 0 };
    answer = { measures: {}, errors: {} };
    chooser.value = cost;
    step.set(EPSILON);
    scenery();
    change({});
  }

  function change(to) {
    state = { ...state, ...to };
    compute({ cost: state.cost, theta: state.theta, epsilons: [...STEPS, state.epsilon] });
  }

  function apply(found) {
    answer = found;
    draw();
  }

  function clear() {
    stop();
    state = { ...state, line: STEPS.map(() => null), column: STEPS.length - 1, shown: 0 };
    draw();
  }

  function stop() {
    clearInterval(timer);
    timer = 0;
  }

  function reveal() {
    if (lessMotion()) {
      state.shown = STEPS.length;
      return draw();
    }
    timer = setInterval(() => {
      state.shown++;
      if (state.shown >= STEPS.length) stop();
      draw();
    }, 90); // all dots in less than three seconds
    draw();
  }

  // Axes and curve, at the width that there is.
  function scenery() {
    const room = Math.max(260, root.clientWidth || el.clientWidth || 640);
    width = room <= 560 ? room : Math.floor((room - 11) / 2);
    const height = Math.round(Math.min(360, Math.max(270, 0.8 * width))), [left, right, bottom, top] = COSTS[state.cost].box;
    for (const svg of [picture, paper]) for (const [name, value] of Object.entries({ width, height, viewBox: `0 0 ${width} ${height}` })) svg.setAttribute(name, value);
    const inner = { x: EDGE.left, y: EDGE.top, width: width - EDGE.left - EDGE.right, height: height - EDGE.top - EDGE.bottom };
    for (const one of [frame, ground]) for (const [name, value] of Object.entries(inner)) one.setAttribute(name, value);
    across = linear(left, right, EDGE.left, width - EDGE.right);
    up = linear(bottom, top, height - EDGE.bottom, EDGE.top);
    along = linear(0, STEPS.length - 1, EDGE.left + 8, width - EDGE.right - 8);
    high = linear(LOW, HIGH, height - EDGE.bottom, EDGE.top);
    const text = (x, y, words, anchor = "middle", more = {}) => drawn("text", { x, y, "text-anchor": anchor, ...more }, words);
    const minus = (value) => String(value).replace("-", "−"), middle = (EDGE.left + width - EDGE.right) / 2, foot = height - EDGE.bottom + 16;
    const upright = (words) => text(0, 0, words, "middle", { transform: `translate(11 ${(EDGE.top + height - EDGE.bottom) / 2}) rotate(-90)` });
    axes.replaceChildren(drawn("rect", { ...inner, fill: "none", stroke: "#666666" }),
      ...ticks(left, right, width / 70).map((x) => text(across(x), foot, minus(x))), ...ticks(bottom, top, height / 60).map((y) => text(EDGE.left - 5, up(y) + 4, minus(y), "end")),
      text(middle, height - 6, "parameter θ"), upright("cost J(θ)"));
    const every = width < 330 ? 5 : 3;
    const powers = Array.from({ length: 16 }, (_, k) => k - 15).filter((k) => k % every === 0), rows = [-16, -12, -8, -4, 0];
    logs.replaceChildren(...rows.map((k) => drawn("line", { x1: EDGE.left, x2: width - EDGE.right, y1: high(k), y2: high(k), stroke: "#e4e4e4" })), drawn("rect", { ...inner, fill: "none", stroke: "#666666" }),
      ...powers.map((k) => text(along(2 * (k + 15)), foot, ten(k))), ...rows.map((k) => text(EDGE.left - 5, high(k) + 4, ten(k), "end")),
      text(middle, height - 6, "step ε"), upright("relative difference"));
    const { value } = COSTS[state.cost], across_all = Array.from({ length: 201 }, (_, i) => left + ((right - left) * i) / 200);
    curve.setAttribute("d", across_all.map((x, i) => `${i ? "L" : "M"}${across(x).toFixed(1)},${up(value(x)).toFixed(1)}`).join(""));
  }

  // The line through (x, y) of a slope, from edge to edge.
  function through(x, y, slope, attributes) {
    const [left, right] = COSTS[state.cost].box, fit = (height) => Math.max(-9999, Math.min(9999, up(height))).toFixed(1);
    return drawn("line", { x1: across(left), x2: across(right), y1: fit(y + slope * (left - x)), y2: fit(y + slope * (right - x)), ...attributes });
  }

  function draw() {
    const { theta, epsilon } = state, { value, slope, box } = COSTS[state.cost], words = [];
    const parts = [through(theta, value(theta), slope(theta), { stroke: "#000", "stroke-width": 1.2 })];
    for (const { name, result } of cards) {
      const found = answer.measures[name], error = answer.errors[name], [mark, colour, dash] = KINDS[name];
      result.classList.toggle("explorable-error", Boolean(error));
      result.textContent = error ?? (found ? `slope ${found.slopes.at(-1).toPrecision(7)}, relative difference ${plain(found.differences.at(-1))}` : "");
      words.push(`${name}: ${result.textContent}`);
      if (!found) continue;
      const ends = CHORDS[name](theta, epsilon);
      if (Number.isFinite(found.slopes.at(-1))) parts.push(through(ends[0], value(ends[0]), found.slopes.at(-1), { stroke: colour, "stroke-width": 1.8, "stroke-dasharray": dash, "data-chord": name }));
      parts.push(...ends.map((x) => drawn("path", { d: mark, transform: `translate(${across(x).toFixed(1)} ${up(value(x)).toFixed(1)})`, fill: name === "central" ? "none" : colour, stroke: colour, "stroke-width": 2 })));
    }
    lines.replaceChildren(...parts);
    point.setAttribute("transform", `translate(${across(theta).toFixed(1)} ${up(value(theta)).toFixed(1)})`);
    const about = { "aria-label": "θ, moved by the arrow keys", "aria-valuemin": box[0], "aria-valuemax": box[1], "aria-valuenow": theta, "aria-valuetext": `θ ${theta.toFixed(3)}` };
    for (const [name, said] of Object.entries(about)) point.setAttribute(name, said);
    const told = `J = ${state.cost} at θ ${theta.toFixed(3)}, slope ${slope(theta).toPrecision(7)}, step ${epsilon}. ${words.join("; ")}.`;
    picture.setAttribute("aria-label", `A curve with its tangent and two chords: ${told}`);
    outcome(told);
  }

  // The drawn line, the dots that are there by now, and how far off the line was.
  function outcome(told) {
    const marks = [], { shown } = state, complete = shown >= STEPS.length;
    for (const name of names.filter((one) => answer.measures[one])) {
      const [mark, colour] = KINDS[name];
      for (let k = STEPS.length - 1; k >= STEPS.length - shown; k--) {
        const difference = answer.measures[name].differences[k];
        if (Number.isFinite(difference)) marks.push(drawn("path", { d: mark, fill: colour, "data-dot": name, transform: `translate(${along(k).toFixed(1)} ${high(Math.log10(Math.max(difference, FLOOR))).toFixed(1)})` }));
      }
    }
    dots.replaceChildren(...marks);
    const seen = state.line.flatMap((power, k) => (power === null ? [] : [`${along(k).toFixed(1)},${high(power).toFixed(1)}`]));
    line.setAttribute("points", seen.join(" "));
    const here = state.line[state.column] ?? -4;
    pen.setAttribute("transform", `translate(${along(state.column).toFixed(1)} ${high(here).toFixed(1)})`);
    pen.style.display = shown ? "none" : "";
    const about = { "aria-label": "your line, drawn by the arrow keys", "aria-valuemin": LOW, "aria-valuemax": HIGH, "aria-valuenow": here.toFixed(1), "aria-valuetext": `step ${whole(STEPS[state.column])}: ${state.line[state.column] === null ? "nothing drawn" : `error 10 to the ${here.toFixed(1)}`}` };
    for (const [name, said] of Object.entries(about)) pen.setAttribute(name, said);
    paper.classList.toggle("explorable-open", !shown);
    show.disabled = shown > 0;
    show.textContent = seen.length ? "Show the dots" : "Show without a line";
    again.disabled = !seen.length && !shown;
    verdict.textContent = complete ? judged() : "";
    const state_words = complete ? judged() : `${seen.length} of ${STEPS.length} steps drawn, ${shown} measured.`;
    paper.setAttribute("aria-label", `Relative difference against the step, both logarithmic: ${state_words}`);
    clearTimeout(said);
    if (!timer) said = setTimeout(() => { live.textContent = `${told} ${state_words}`; }, 600); // told once it rests
  }

  function judged() {
    const found = answer.measures.central;
    if (!found) return answer.errors.central ?? "Nothing is measured.";
    const far = howFar(state.line, found.differences);
    if (!far) {
      const best = found.differences.reduce((low, value, k) => (value < found.differences[low] ? k : low), 0);
      return `Nothing was drawn. The central difference is best near a step of ${whole(STEPS[best])}.`;
    }
    const side = far.above > 0.7 ? ", mostly too high" : far.above < 0.3 ? ", mostly too low" : "";
    return `Your line was off by ${far.mean.toFixed(1)} powers of ten on average${side}. Your best step is ${whole(far.yours)}, the measured one ${whole(far.measured)}.`;
  }

  // --- mouse, touch and keyboard -------------------------------------------------------------------------------------
  const place = (svg, event) => {
    const box = svg.getBoundingClientRect();
    return [((event.clientX - box.left) * width) / box.width, ((event.clientY - box.top) * width) / box.width];
  };
  function to(theta) {
    const [left, right] = COSTS[state.cost].box;
    change({ theta: Number(Math.max(left, Math.min(right, theta)).toFixed(3)) });
  }
  function grab(event) {
    held = event.pointerId;
    point.setPointerCapture(held);
  }
  function move(event) {
    if (event.pointerId === held) to(across.back(place(picture, event)[0]));
  }
  function release() {
    held = null;
  }
  function jump(event) {
    if (!point.contains(event.target)) to(across.back(place(picture, event)[0]));
  }
  function nudge(event) {
    const way = { ArrowLeft: -1, ArrowRight: 1, ArrowDown: -1, ArrowUp: 1 }[event.key];
    if (!way) return;
    event.preventDefault();
    event.stopPropagation(); // a notebook would go to the next cell
    const [left, right] = COSTS[state.cost].box;
    to(state.theta + (way * (right - left) * (event.shiftKey ? 1 : 10)) / 500);
  }

  const spot = (event) => {
    const [x, y] = place(paper, event), fit = (value, low, top) => Math.max(low, Math.min(top, value));
    return [fit(along.back(x), 0, STEPS.length - 1), fit(high.back(y), LOW, HIGH)];
  };
  pencil(paper, pen, { hand: () => state, open: () => !state.shown, spot, low: LOW, high: HIGH, middle: -4, step: (event) => (event.shiftKey ? 0.1 : 0.5), draw });

  begin(Object.keys(COSTS)[0]);
  el.replaceChildren(root); // the still picture goes once all is there
  const fitted = () => {
    scenery();
    draw();
  };
  const settled = onNewWidth(root, fitted);
  return () => {
    stop();
    clearTimeout(said);
    settled();
  };
}

// Return the kernel's answer as it would be computed in a page: null is no number.
const numbers = ({ measures, errors }) => ({ errors, measures: Object.fromEntries(Object.entries(measures).map(([name, one]) => [name, Object.fromEntries(Object.entries(one).map(([key, values]) => [key, values.map((value) => value ?? NaN)]))])) });

export default {
  render({ model, el }) {
    const told = { send: (message) => model.send(message), on: (name, heard) => model.on(name, ({ id, answer }) => heard({ id, answer: answer && numbers(answer) })) };
    return explore(el, model.get("settings"), told);
  },
};
