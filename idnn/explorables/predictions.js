// Predictions that are answered in place: one card a question, then what comes out, over the answer, and how far off that was. Without a question it is
// the sum of all that were answered. Answers stay in this browser's storage; nothing is sent, to a kernel neither, unless the reader asks for it.

import { COLOURS, drawn, element, framed, kernel, linear, onNewWidth, ownKeys, resize, superscript, ticks } from "./kit.js";
import { pencil } from "./pencil.js";
import { complete, judged, places, scaled, store, summed, typed, unscaled } from "./predictions-numbers.js";

const CHANGED = "predictions-changed"; // cards and sums on one page hear of each other
const HEIGHT = 250, STEP = 40; // of a drawn curve: pixels, presses of a key from bottom to top
const DISC = "M-4,0a4,4 0 1,0 8,0a4,4 0 1,0 -8,0z", DIAMOND = "M0,-6.500L6.500,0L0,6.500L-6.500,0z";
let count = 0; // radio buttons of one question share a name

// Return the labels of an axis: [length along it, words].
function labels(axis, most) {
  const ends = [scaled(axis, axis.low), scaled(axis, axis.high)];
  if (!axis.logarithmic) return ticks(...ends, most).map((value) => [value, String(value).replace("-", "−")]);
  const whole = ticks(...ends, most).filter(Number.isInteger);
  return whole.map((power) => [power, power === 0 ? "1" : power === 1 ? "10" : `10${superscript(power)}`]);
}

// What is the same of every kind: {root, value(), show(outcome shown), set(value)}; `changed` is called after each change by the reader.
const KINDS = {
  choice({ options, outcome }, changed) {
    const name = `prediction-${++count}`;
    const rows = options.map((words, k) => {
      const input = element("input", { type: "radio", name, value: k, change: changed }), mark = element("span", { class: "prediction-mark" });
      return { input, mark, root: element("label", { class: "prediction-option" }, input, element("span", {}, words), mark) };
    });
    const value = () => rows.map((one) => one.input.checked).indexOf(true);
    return {
      root: element("div", { class: "prediction-options" }, ...rows.map((one) => one.root)),
      value: () => (value() < 0 ? null : value()),
      set: (given) => rows.forEach((one, k) => { one.input.checked = k === given; }),
      show: (shown) => rows.forEach((one, k) => {
        one.input.disabled = shown;
        one.mark.textContent = !shown ? "" : k === outcome ? "← this happens" : k === value() ? "← your answer" : "";
        one.root.classList.toggle("prediction-true", shown && k === outcome);
      }),
    };
  },

  order({ items, outcome }, changed) {
    let order = items.map((_, k) => k), shown = false;
    const root = element("ol", { class: "prediction-order" });
    const swap = (at, by, event) => {
      [order[at], order[at + by]] = [order[at + by], order[at]];
      const way = event.currentTarget.dataset.way;
      draw();
      const there = root.children[at + by], same = there.querySelector(`[data-way=${way}]`);
      (same.disabled ? there.querySelector("button:not(:disabled)") : same).focus(); // the key can be pressed again
      changed();
    };
    const arrow = (item, at, by) => {
      const way = by < 0 ? "up" : "down";
      const button = element("button", { type: "button", class: "prediction-arrow", "data-way": way, "aria-label": `${items[item]}: ${way}`, click: (event) => swap(at, by, event) }, by < 0 ? "↑" : "↓");
      button.disabled = shown || !(at + by in order);
      return button;
    };
    const draw = () => root.replaceChildren(...order.map((item, at) => element("li", {}, element("span", {}, items[item]),
      ...(shown ? [element("span", { class: "prediction-mark" }, outcome[at] === item ? "✓" : `in truth number ${outcome.indexOf(item) + 1}`)] : [arrow(item, at, -1), arrow(item, at, 1)]))));
    draw();
    return {
      root,
      value: () => order, // as they stand may be the answer: nothing need be moved
      set: (given) => { order = given ?? items.map((_, k) => k); draw(); },
      show: (now) => { shown = now; draw(); },
    };
  },

  number({ axis, outcome }, changed) {
    const input = element("input", { type: "text", inputmode: "decimal", autocomplete: "off", size: 10, "aria-label": axis.label, input: changed });
    const line = drawn("svg", { role: "img", class: "prediction-line" }), fault = element("span", { class: "prediction-error" });
    const root = element("div", { class: "prediction-number" }, element("label", {}, input, element("span", {}, axis.label)), fault, line);
    let shown = false;
    const value = () => typed(input.value, axis);
    const draw = () => {
      const wrong = input.value.trim() !== "" && Number.isNaN(value());
      fault.textContent = wrong ? `a ${axis.logarithmic ? "positive " : ""}number, such as 0.5 or 1e-5` : "";
      line.style.display = shown ? "" : "none";
      if (!shown) return;
      const width = Math.max(240, root.clientWidth || 320), across = linear(scaled(axis, axis.low), scaled(axis, axis.high), 18, width - 18);
      resize(line, width, 62);
      const at = (number) => Math.max(10, Math.min(width - 10, across(scaled(axis, number)))).toFixed(1);
      const mark = (shape, colour, number, words, y) => [drawn("path", { d: shape, fill: colour, transform: `translate(${at(number)} 30)` }),
        drawn("text", { x: Math.max(34, Math.min(width - 34, at(number))), y, "text-anchor": "middle", fill: colour }, words)];
      line.replaceChildren(drawn("line", { x1: 10, x2: width - 10, y1: 30, y2: 30, stroke: "#666666" }),
        ...labels(axis, width / 60).flatMap(([length, words]) => [drawn("line", { x1: across(length), x2: across(length), y1: 27, y2: 33, stroke: "#666666" }), drawn("text", { x: across(length), y: 58, "text-anchor": "middle" }, words)]),
        ...mark(DIAMOND, COLOURS[1], value(), "you", 15), ...mark(DISC, COLOURS[0], outcome, "outcome", 46));
      line.setAttribute("aria-label", `${axis.label}: you said ${input.value}, the outcome is ${outcome}`);
    };
    return {
      root,
      value: () => (Number.isNaN(value()) ? null : value()),
      set: (given) => { input.value = given ?? ""; draw(); },
      show: (now) => { shown = now; input.disabled = now; draw(); },
      draw,
    };
  },

  curve({ x, y, outcome }, changed) {
    const along = places(x), low = scaled(y, y.low), high = scaled(y, y.high), empty = () => along.map(() => null);
    const axes = drawn("g", { class: "explorable-axes" }), truth = drawn("g", {}), line = drawn("polyline", { fill: "none", stroke: COLOURS[1], "stroke-width": 2.4, "stroke-dasharray": "7 4" });
    const ground = drawn("rect", { fill: "transparent", class: "prediction-canvas" });
    const pen = drawn("g", { class: "prediction-pen", tabindex: 0, role: "slider" }, drawn("circle", { r: 14, class: "prediction-reach" }), drawn("path", { d: "M-7,0H7M0,-7V7", stroke: "#000", "stroke-width": 2 }));
    const paper = drawn("svg", { role: "group" }, axes, ground, truth, line, pen), root = element("div", { class: "prediction-panel" }, paper);
    const hand = { line: empty(), column: 0 }, middle = (low + high) / 2;
    let shown = false, width = 0, across, up;

    function draw() {
      width = Math.max(240, root.clientWidth || 320);
      const box = { x: 64, y: 10, width: width - 82, height: HEIGHT - 48 };
      across = linear(along[0], along.at(-1), box.x + 8, box.x + box.width - 8);
      up = linear(low, high, box.y + box.height, box.y);
      resize(paper, width, HEIGHT);
      const reach = { x: box.x - 6, y: box.y - 6, width: box.width + 12, height: box.height + 12 }; // the edges can be drawn as well
      for (const [name, value] of Object.entries(reach)) ground.setAttribute(name, value);
      const marks = labels(x, width / 70), rows = labels(y, 5);
      axes.replaceChildren(...framed(width, HEIGHT, marks.map(([value, words]) => [across(value), words]), rows.map(([value, words]) => [up(value), words]), x.label, y.label, box),
        ...rows.map(([value]) => drawn("line", { x1: box.x, x2: box.x + box.width, y1: up(value), y2: up(value), stroke: "#e4e4e4" })));
      const path = (values) => values.flatMap((height, k) => (height === null ? [] : [`${across(along[k]).toFixed(1)},${up(height).toFixed(1)}`]));
      const { line: heights, column } = hand, yours = path(heights);
      line.setAttribute("points", yours.length === 1 ? `${yours[0]} ${yours[0]}` : yours.join(" "));
      const real = path(outcome.map((value) => scaled(y, value)));
      truth.replaceChildren(...(shown ? [drawn("polyline", { points: real.join(" "), fill: "none", stroke: COLOURS[0], "stroke-width": 2.4, "data-outcome": "" }), ...real.map((place) => drawn("path", { d: DISC, fill: COLOURS[0], transform: `translate(${place.replace(",", " ")}) scale(0.7)` }))] : []));
      const here = heights[column] ?? middle, said = (axis, length) => Number(unscaled(axis, length).toPrecision(2));
      pen.setAttribute("transform", `translate(${across(along[column]).toFixed(1)} ${up(here).toFixed(1)})`);
      pen.style.display = shown ? "none" : "";
      const about = { "aria-label": "your curve, drawn by the arrow keys", "aria-valuemin": low, "aria-valuemax": high, "aria-valuenow": here, "aria-valuetext": `${x.label} ${said(x, along[column])}: ${heights[column] === null ? "nothing drawn" : said(y, here)}` };
      for (const [name, value] of Object.entries(about)) pen.setAttribute(name, value);
      paper.classList.toggle("prediction-open", !shown);
      const ends = shown ? `; the outcome goes from ${said(y, scaled(y, outcome[0]))} to ${said(y, scaled(y, outcome.at(-1)))}, between ${Math.min(...outcome)} and ${Math.max(...outcome)}` : "";
      paper.setAttribute("aria-label", `${y.label} against ${x.label}: ${yours.length} of ${along.length} places drawn${ends}`);
    }
    function spot(event) {
      const box = paper.getBoundingClientRect(), fit = (value, least, most) => Math.max(least, Math.min(most, value));
      const place = ((across.back(((event.clientX - box.left) * width) / box.width) - along[0]) / (along.at(-1) - along[0])) * (along.length - 1);
      return [fit(place, 0, along.length - 1), fit(up.back(((event.clientY - box.top) * width) / box.width), low, high)];
    }
    const open = (event) => !shown && ground.contains(event.target); // beside it a finger scrolls
    paper.addEventListener("touchstart", (event) => { if (open(event)) event.preventDefault(); }, { passive: false });
    const step = (event) => (high - low) / (event.shiftKey ? 5 * STEP : STEP), drew = () => { draw(); changed(); };
    pencil(paper, pen, { hand: () => hand, open, spot, low, high, middle, step, draw: drew });
    draw();
    return {
      root,
      value: () => hand.line,
      set: (given) => { Object.assign(hand, { line: given?.length === along.length ? [...given] : empty(), column: 0 }); draw(); },
      show: (now) => { shown = now; draw(); },
      draw,
    };
  },
};

const HOW = { curve: "Draw with the pointer or a finger, or with the arrow keys on the cross.", order: "Move with the arrows." };
const READ = { curve: "Dashed: yours. With dots: what happens." };

// Return {root, draw, refresh} of one question.
function card(question, kept) {
  const result = element("p", { class: "prediction-result", "aria-live": "polite" });
  const show = element("button", { type: "button", click: told }, "See what happens"), forget = element("button", { type: "button", click: () => kept.forget(question.name) }, "Forget my answer");
  const answer = KINDS[question.kind](question, ready), note = element("p", { class: "prediction-note" });
  const root = element("section", { class: "prediction-card", "aria-label": `Prediction: ${question.question}` },
    element("p", { class: "prediction-question" }, question.question), answer.root, note, element("div", { class: "prediction-bar" }, show, forget), result);
  let known;

  function ready() {
    show.disabled = !complete(question, answer.value());
  }
  function told() {
    const given = answer.value(), { right, side } = judged(question, given);
    kept.write(question.name, { given, right, side, measures: question.measures });
    if (document.activeElement === show || document.activeElement === document.body) forget.focus({ preventScroll: true }); // the pressed button goes
  }
  function refresh() {
    const entry = kept.read()[question.name], now = JSON.stringify(entry);
    if (known === now && known !== undefined) return;
    const before = known;
    known = now;
    if (entry || before) answer.set(entry?.given ?? null);
    answer.show(Boolean(entry));
    note.textContent = (entry ? READ : HOW)[question.kind] ?? "";
    show.hidden = Boolean(entry);
    forget.hidden = !entry;
    result.textContent = entry ? judged(question, entry.given).words : "";
    result.classList.toggle("prediction-right", Boolean(entry?.right));
    ready();
  }
  return { root, draw: () => answer.draw?.(), refresh };
}

// Return {root, draw, refresh} of the sum of all answers.
function sum({ total }, kept, ask) {
  const words = element("p", { class: "prediction-sum", "aria-live": "polite" });
  const keep = element("button", { type: "button", click: () => ask(words.textContent) }, "Keep this in the notebook"), forget = element("button", { type: "button", click: () => kept.forget() }, "Forget all answers");
  keep.hidden = !ask;
  const where = ask ? "Your answers are in this browser alone; the notebook has none of them unless you keep the line in it." : "Your answers are in this browser alone; nobody else sees or grades them.";
  const refresh = () => {
    const answers = kept.read();
    words.textContent = summed(answers, total);
    forget.disabled = keep.disabled = !Object.keys(answers).length;
  };
  const root = element("section", { class: "prediction-card", "aria-label": "Your predictions" },
    element("p", { class: "prediction-question" }, "Your predictions"), words, element("div", { class: "prediction-bar" }, keep, forget), element("p", { class: "prediction-note" }, where));
  return { root, draw: () => {}, refresh };
}

// Fill `el` and return the function that takes it away. `model`: anywidget's, where a kernel can keep the sum in the notebook.
export function explore(el, settings, model = null) {
  let storage = null;
  try {
    storage = window.localStorage;
  } catch {} // a page may be forbidden to store anything
  const inner = store(storage, settings.assignment), heard = new AbortController();
  const tell = () => window.dispatchEvent(new CustomEvent(CHANGED, { detail: settings.assignment }));
  const kept = { read: inner.read, write: (...entry) => (inner.write(...entry), tell()), forget: (name) => (inner.forget(name), tell()) };
  const parts = settings.questions.length ? settings.questions.map((question) => card(question, kept)) : [sum(settings, kept, model && kernel(model, () => {}))];
  const root = element("div", { class: "prediction", role: "group", ...ownKeys, "aria-label": "Predictions" }, ...parts.map((one) => one.root));
  const refresh = () => parts.forEach((one) => one.refresh());
  window.addEventListener(CHANGED, ({ detail }) => { if (detail === settings.assignment) refresh(); }, { signal: heard.signal });
  window.addEventListener("storage", refresh, { signal: heard.signal }); // another tab
  refresh();
  el.replaceChildren(root); // afterwards, so that a screen reader is not told what was answered long ago
  const settled = onNewWidth(root, () => parts.forEach((one) => one.draw()));
  return () => {
    heard.abort();
    settled();
  };
}

export default {
  render: ({ model, el }) => explore(el, model.get("settings"), model),
};
