// The explorable of the assignment that finds the bug: a backward pass of which one line has gone wrong, the evidence, two chances to name the line.
// On a page the evidence is computed here; in a notebook by the student's own functions, which the kernel calls.

import { COLOURS, drawn, element, kernel, linear, onNewWidth, ownKeys, superscript } from "./kit.js";
import { generator } from "./generator.js";
import { BUGS, GRADIENTS, LINES, THRESHOLD, drawCase, ownEvidence, refuted, tenHunts } from "./gradient_debugging-numbers.js";

const HUNTS = 10, WORTH = [2, 1, 0]; // points at the first chance, at the second, after that
const SMALLEST = -12; // power of ten at the left edge of the bars
const power = (value) => (value === 0 ? "1" : `10${superscript(value)}`);
const VIEWS = {
  "gradient / slope": (g, a) => (Math.abs(a) < 1e-9 ? (Math.abs(g) < 1e-9 ? "0/0" : "∞") : Math.abs(g / a - 1) < 1e-4 ? "1" : Math.abs(g / a) < 100 ? String(Number((g / a).toPrecision(2))) : (g / a).toExponential(0)),
  "difference": (g, a) => (Math.abs(g - a) < 1e-8 ? "0" : Math.abs(g - a) < 0.01 ? (g - a).toExponential(0) : (g - a).toFixed(2)),
  "gradient": (g) => g.toFixed(2),
  "slope": (g, a) => a.toFixed(2),
};
const minus = (words) => words.replace("-", "−");

// Fill `el` with the explorable and return the function that takes it away. `model`: anywidget's, where a kernel computes the evidence.
export function explore(el, settings = {}, model = null) {
  let rng, hunts, state, answer;

  const reset = element("button", { type: "button", click: begin }, "Reset"), score = element("output", { class: "explorable-clock" });
  const bars = drawn("svg", { role: "img" }), sheet = element("div", { class: "explorable-sheet" });
  const view = element("select", { "aria-label": "entries show", change: tables }, ...Object.keys(VIEWS).map((name) => element("option", {}, name)));
  const detail = element("p", { class: "explorable-result" });
  const group = `line-${Math.random().toString(36).slice(2)}`;
  const choices = LINES.map(({ name, reads }) => {
    const box = element("input", { type: "radio", name: group, value: name, change: () => { state.accused = name; controls(); } });
    return { name, box, root: element("label", {}, box, element("code", {}, `${name} = ${reads}`)) };
  });
  const accuse = element("button", { type: "button", click: judge }, "Accuse this line"), next = element("button", { type: "button", click: advance }, "Next hunt");
  const verdict = element("div", { class: "explorable-verdict", "aria-live": "polite" });
  const root = element("div", { class: "explorable", role: "group", ...ownKeys, "aria-label": "Explorable: a bug hunt" },
    element("div", { class: "explorable-bar" }, score, element("label", {}, element("span", {}, "entries show"), view), reset),
    element("div", { class: "explorable-pair" }, bars, element("fieldset", { class: "explorable-lines" }, element("legend", {}, "Which line was written otherwise?"), ...choices.map((one) => one.root))),
    sheet, detail, element("div", { class: "explorable-bar" }, accuse, next), verdict,
    element("p", { class: "explorable-note" }, "Each array of gradients stands row by row, at one point of five examples. An entry that is wrong is shaded and bold, the worst one of its array is framed. Point at an entry, tap it, or go from one to the next by the arrow keys. Two points at the first chance, one at the second."));

  const compute = model ? kernel(model, apply) : (question) => apply(ownEvidence(question));

  function begin() {
    rng = generator(settings.seed ?? Math.floor(Math.random() * 2 ** 31));
    hunts = tenHunts(rng);
    state = { hunt: -1, points: 0 };
    advance();
  }

  function advance() {
    if (state.hunt + 1 >= HUNTS) return begin();
    const hunt = state.hunt + 1, bug = BUGS[hunts[hunt]];
    state = { hunt, points: state.points, bug, ...drawCase(bug, rng), accused: null, tried: [], solved: null, at: ["dW1", 0, 0] };
    answer = null;
    for (const { box } of choices) Object.assign(box, { checked: false, disabled: false });
    verdict.replaceChildren();
    controls();
    compute({ hunt, gradients: state.gradients, approximations: state.approximations });
  }

  function apply(found) {
    if (found.hunt !== undefined && found.hunt !== state.hunt) return; // asked for the hunt before
    answer = found;
    draw();
  }

  // --- the evidence --------------------------------------------------------------------------------------------------
  const off = (difference) => !(difference <= THRESHOLD);
  const wrongNames = () => LINES.find((line) => line.name === state.bug.place).feeds;

  function draw() {
    const room = Math.max(260, root.clientWidth || el.clientWidth || 640), width = room <= 560 ? room : Math.floor((room - 11) / 2);
    const row = 38, height = GRADIENTS.length * row + 52, across = linear(SMALLEST, 0, 44, width - 96);
    for (const [name, value] of Object.entries({ width, height, viewBox: `0 0 ${width} ${height}` })) bars.setAttribute(name, value);
    const text = (x, y, words, anchor = "start") => drawn("text", { x, y, "text-anchor": anchor }, words), foot = GRADIENTS.length * row + 12;
    const parts = [-12, -8, -4, 0].map((k) => text(across(k), foot + 14, power(k), "middle")), words = [];
    parts.push(drawn("line", { x1: 44, x2: width - 96, y1: foot, y2: foot, stroke: "#666" }), text((44 + width - 96) / 2, foot + 32, "relative difference", "middle"));
    const threshold = drawn("line", { x1: across(-5), x2: across(-5), y1: 8, y2: foot, stroke: "#000", "stroke-width": 1.2, "stroke-dasharray": "5 4" }), labels = [];
    GRADIENTS.forEach((name, i) => {
      const difference = answer.differences?.[name], y = 12 + i * row;
      parts.push(text(38, y + 19, name, "end"));
      if (difference === undefined) return;
      const wrong = off(difference), said = `${difference < 0.01 ? minus(difference.toExponential(1)) : difference.toFixed(2)} ${wrong ? "wrong" : "right"}`;
      const end = across(Math.max(SMALLEST, Math.min(0, Number.isFinite(difference) ? Math.log10(Math.max(difference, 1e-300)) : 0)));
      parts.push(drawn("rect", { x: 44, y: y + 4, width: Math.max(1, end - 44), height: row - 14, fill: COLOURS[wrong ? 1 : 0], "data-bar": name }));
      labels.push(text(end + 5, y + 19, said));
      words.push(`${name} ${said}`);
    });
    bars.replaceChildren(drawn("g", { class: "explorable-axes" }, ...parts, threshold, ...labels));
    bars.setAttribute("aria-label", words.length ? `Relative difference of each gradient, threshold 10⁻⁵: ${words.join(", ")}.` : "No differences.");
    tables();
  }

  function tables() {
    const written = VIEWS[view.value], errors = Object.values(answer.errors);
    const frames = GRADIENTS.map((name) => {
      const worst = answer.worst?.[name]?.[0], rows = state.gradients[name].map((row, i) => element("tr", {}, ...row.map((g, j) => {
        const a = state.approximations[name][i][j], wrong = Math.abs(g - a) > 1e-4 * Math.max(Math.abs(g), Math.abs(a)) + 1e-8;
        const framed = wrong && worst && worst[0] === i && worst[1] === j;
        const about = `${name}[${i}, ${j}]: gradient ${minus(g.toFixed(5))}, slope ${minus(a.toFixed(5))}${wrong ? ", wrong" : ""}${framed ? ", the worst of its array" : ""}`;
        const shown = minus(written(g, a));
        const button = element("button", { type: "button", tabindex: -1, class: `explorable-entry${wrong ? " explorable-wrong" : ""}${framed ? " explorable-worst" : ""}`, "aria-label": `${shown}, ${about}`, "data-at": `${name} ${i} ${j}`,
          pointerenter: () => { detail.textContent = about; }, focus: () => settle(name, i, j, about), click: () => settle(name, i, j, about), keydown: walk }, shown);
        return element("td", {}, button);
      })));
      return element("table", {}, element("caption", {}, name), element("tbody", {}, ...rows));
    });
    sheet.replaceChildren(...frames);
    sheet.querySelector(`[data-at="${state.at.join(" ")}"]`)?.setAttribute("tabindex", 0);
    detail.classList.toggle("explorable-error", errors.length > 0);
    detail.textContent = errors.join(" · ");
  }

  function settle(name, i, j, about) {
    sheet.querySelector('[tabindex="0"]')?.setAttribute("tabindex", -1);
    state.at = [name, i, j];
    sheet.querySelector(`[data-at="${state.at.join(" ")}"]`).setAttribute("tabindex", 0);
    detail.classList.remove("explorable-error");
    detail.textContent = about;
  }

  function walk(event) {
    const [di, dj] = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key] ?? [0, 0];
    if (!di && !dj) return;
    event.preventDefault();
    event.stopPropagation(); // a notebook would go to the next cell
    let [name, i, j] = state.at;
    [i, j] = [i + di, j + dj];
    const columns = state.gradients[name][0].length;
    if (j < 0 || j >= columns) { // on to the array beside it
      name = GRADIENTS[GRADIENTS.indexOf(name) + dj] ?? name;
      j = j < 0 ? state.gradients[name][0].length - 1 : name === state.at[0] ? columns - 1 : 0;
      if (name === state.at[0] && dj < 0) j = 0;
      i = Math.min(i, state.gradients[name].length - 1);
    }
    sheet.querySelector(`[data-at="${name} ${i} ${j}"]`)?.focus();
  }

  // --- the verdict ---------------------------------------------------------------------------------------------------
  function controls() {
    const over = state.solved !== null;
    score.textContent = `hunt ${state.hunt + 1} of ${HUNTS}, ${state.points} point${state.points === 1 ? "" : "s"}`;
    accuse.disabled = over || !state.accused;
    next.hidden = !over;
    next.textContent = state.hunt + 1 < HUNTS ? "Next hunt" : "Ten new hunts";
  }

  function judge() {
    const { bug, accused, tried } = state, right = accused === bug.place, chances = tried.length;
    tried.push(accused);
    const says = [];
    if (right || tried.length === 2) {
      state.solved = right;
      const won = right ? WORTH[chances] : WORTH[2];
      state.points += won;
      says.push(right ? `Found at the ${chances ? "second" : "first"} chance: ${won} point${won === 1 ? "" : "s"}.` : `Not ${accused}: ${refuted(accused, wrongNames()) || "the entries tell."} It was ${bug.place}.`,
        `There stood ${bug.place} = ${bug.wrote}.`, bug.clue);
      if (state.hunt + 1 === HUNTS) says.push(`Ten hunts: ${state.points} of ${HUNTS * WORTH[0]} points.`);
    } else {
      const why = refuted(accused, wrongNames());
      says.push(`Not ${accused}. ${why || `${accused} would spoil the same gradients. The entries tell more: ${bug.clue}`}`, "One chance is left.");
    }
    for (const { name, box } of choices) {
      box.disabled = state.solved !== null || tried.includes(name);
      if (box.disabled) box.checked = state.solved !== null && name === bug.place;
    }
    state.accused = null;
    verdict.replaceChildren(...says.map((words) => element("p", {}, words)));
    controls();
  }

  el.replaceChildren(root); // the still picture goes once all is there
  begin();
  return onNewWidth(root, () => answer && draw());
}

// Return the kernel's answer as it would be computed in a page: null is no number.
const numbers = ({ hunt, differences, worst, errors }) => ({ hunt, worst, errors, differences: differences && Object.fromEntries(Object.entries(differences).map(([name, value]) => [name, value ?? NaN])) });

export default {
  render({ model, el }) {
    const told = { send: (message) => model.send(message), on: (name, heard) => model.on(name, ({ id, answer }) => heard({ id, answer: answer && numbers(answer) })) };
    return explore(el, model.get("settings"), told);
  },
};
