// Optimization, to be touched: drag the start of the walks, turn learning rates, betas and the condition number, race, scrub.
// On a page the walks are computed here; in a notebook by the student's own functions, which the kernel calls.

import { COLOURS, DASHES, contours, drawn, element, kernel, lessMotion, linear, logarithmic, ownKeys, shares, slider, ticks } from "./kit.js";
import { RULES, STARS, SURFACES, stepsToStar, walk } from "./optimization-numbers.js";

// what each surface shows (left, right, bottom, top), where the walk starts, how long it is, and one learning rate for all: not a fair one
export const COURSES = {
  bowl: { box: [-10.5, 3, -4, 4], start: [-9, 2.5], num_steps: 100, learning_rate: 0.05 },
  rosenbrock: { box: [-1.7, 1.5, -0.5, 1.9], start: [-1.2, 1], num_steps: 400, learning_rate: 0.001 },
  saddle: { box: [-3, 3, -2, 2], start: [-2.5, 0.01], num_steps: 100, learning_rate: 0.05 },
};
const BETAS = { "gradient descent": {}, momentum: { beta1: 0.9 }, RMSProp: { beta2: 0.9 }, Adam: { beta1: 0.9, beta2: 0.999 } };
const LETTERS = { learning_rate: "learning rate", beta1: "β₁", beta2: "β₂", momentum: { beta1: "β" } };
const SCALES = { learning_rate: logarithmic(0.0001, 1), beta1: shares(0.99), beta2: shares(0.9999), condition: logarithmic(1, 256) };
const MARKERS = ["M-5,0a5,5 0 1,0 10,0a5,5 0 1,0 -10,0z", "M0,-6L6,5L-6,5z", "M-5,-5H5V5H-5z", "M0,-6.500L6.500,0L0,6.500L-6.500,0z"];
const MARGIN = { left: 42, right: 12, top: 12, bottom: 38 };

// Return the walks of all rules as they are computed in the page: {paths: {rule: points}, errors: {}}.
export function ownWalks({ surface, condition, start, num_steps, rules }) {
  const ground = (x, y) => SURFACES[surface](x, y, condition);
  return { paths: Object.fromEntries(Object.entries(rules).map(([name, settings]) => [name, walk(ground, start, RULES[name], settings, num_steps)])), errors: {} };
}

// Fill `el` with the explorable and return the function that takes it away. `model`: anywidget's, where a kernel computes the walks.
export function explore(el, settings = {}, model = null) {
  const names = settings.rules ?? Object.keys(RULES);
  let state, answer = { paths: {}, errors: {} }, step = 0, playing = 0, said = 0, width = 0;

  // --- the picture -------------------------------------------------------------------------------------------------
  const lines = drawn("path", { fill: "none", stroke: "#b8b8b8", "stroke-width": 0.8 });
  const axes = drawn("g", { class: "explorable-axes" }), stars = drawn("g", { "pointer-events": "none" }), tracks = drawn("g", {});
  const drag = { pointerdown: grab, pointermove: move, pointerup: release, pointercancel: release, keydown: nudge };
  const handle = drawn("g", { class: "explorable-start", tabindex: 0, role: "slider", ...drag },
    drawn("circle", { r: 22, class: "explorable-reach" }), drawn("circle", { r: 9, class: "explorable-ring" }), drawn("circle", { r: 2.5 }));
  const clip = `walks-${Math.random().toString(36).slice(2)}`, frame = drawn("rect", {});
  const inside = drawn("g", { "clip-path": `url(#${clip})` }, lines, tracks, stars);
  const picture = drawn("svg", { role: "group", click: jump }, drawn("clipPath", { id: clip }, frame), inside, axes, handle);
  handle.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false }); // a finger on the ring drags and does not scroll
  let across, up;

  // --- the controls ------------------------------------------------------------------------------------------------
  const chooser = element("select", { "aria-label": "surface", change: () => begin(chooser.value) }, ...Object.keys(COURSES).map((name) => element("option", {}, name)));
  const condition = slider("condition number", SCALES.condition, (value) => change(() => { state.condition = value; }));
  const play = element("button", { type: "button", click: toggle });
  const scrub = element("input", { type: "range", min: 0, "aria-label": "step shown", input: () => { stop(); show(+scrub.value); } });
  const clock = element("output", { class: "explorable-clock", "aria-hidden": "true" });
  const reset = element("button", { type: "button", click: () => begin(state.surface) }, "Reset");
  const cards = names.map(card);
  const live = element("p", { class: "explorable-hidden", "aria-live": "polite" });
  const root = element("div", { class: "explorable", role: "group", ...ownKeys, "aria-label": "Explorable: a race of optimizers" },
    element("div", { class: "explorable-bar" }, element("label", {}, element("span", {}, "surface"), chooser), condition.root, reset),
    picture,
    element("div", { class: "explorable-bar" }, play, scrub, clock),
    element("div", { class: "explorable-cards" }, ...cards.map((one) => one.root)),
    element("p", { class: "explorable-note" }, "Drag the ring, or tap where the walks shall start; with the keyboard, focus the ring and use the arrow keys. Steps to the star: from then on the walk stays within 0.1 of it."), live);

  function card(name, index) {
    const mark = drawn("svg", { width: 44, height: 14, viewBox: "0 0 44 14", "aria-hidden": "true" },
      drawn("line", { x1: 0, x2: 44, y1: 7, y2: 7, stroke: COLOURS[index], "stroke-width": 2.5, "stroke-dasharray": DASHES[index] }),
      drawn("path", { d: MARKERS[index], transform: "translate(22 7)", fill: COLOURS[index] }));
    const box = element("input", { type: "checkbox", change: () => { state.shown[name] = box.checked; draw(); } });
    const result = element("p", { class: "explorable-result" });
    const sliders = Object.fromEntries(["learning_rate", ...Object.keys(BETAS[name])].map((key) =>
      [key, slider(`${name}, ${(LETTERS[name] ?? LETTERS)[key] ?? LETTERS[key]}`, SCALES[key], (value) => change(() => { state.rules[name][key] = value; }))]));
    const root = element("section", { class: "explorable-card", "aria-label": name }, element("label", { class: "explorable-name" }, box, mark, name), ...Object.values(sliders).map((one) => one.root), result);
    return { name, root, box, sliders, result };
  }

  // --- what happens ------------------------------------------------------------------------------------------------
  const compute = model ? kernel(model, apply) : (question) => apply(ownWalks(question));

  function begin(surface) {
    stop();
    const { start, num_steps, learning_rate } = COURSES[surface];
    state = { surface, condition: 25, start: [...start], num_steps, rules: {}, shown: {} };
    for (const { name, box, sliders } of cards) {
      state.rules[name] = { learning_rate, ...BETAS[name] };
      box.checked = state.shown[name] = true;
      for (const [key, one] of Object.entries(sliders)) one.set(state.rules[name][key]);
    }
    chooser.value = surface;
    condition.set(state.condition);
    condition.root.hidden = surface !== "bowl";
    scrub.max = step = num_steps;
    answer = { paths: {}, errors: {} };
    ground();
    ask();
  }

  function change(edit) {
    stop();
    const before = state.condition;
    edit();
    if (state.condition !== before) ground();
    step = state.num_steps;
    ask();
  }

  function ask() {
    const { surface, condition, start, num_steps, rules } = state;
    place();
    compute({ surface, condition, start, num_steps, rules });
  }

  function apply(walks) {
    answer = walks;
    draw();
  }

  // The ground under the walks: contour lines, axes and stars, at the width that there is.
  function ground() {
    width = Math.max(260, root.clientWidth || el.clientWidth || 640);
    const height = Math.round(Math.min(440, Math.max(270, 0.6 * width))), [left, right, bottom, top] = COURSES[state.surface].box;
    across = linear(left, right, MARGIN.left, width - MARGIN.right);
    up = linear(bottom, top, height - MARGIN.bottom, MARGIN.top);
    for (const [name, value] of Object.entries({ width, height, viewBox: `0 0 ${width} ${height}` })) picture.setAttribute(name, value);
    const inner = { x: MARGIN.left, y: MARGIN.top, width: width - MARGIN.left - MARGIN.right, height: height - MARGIN.top - MARGIN.bottom };
    for (const [name, value] of Object.entries(inner)) frame.setAttribute(name, value);
    const height_at = (x, y) => Math.log10(SURFACES[state.surface](x, y, state.condition)[0] + 1e-2);
    lines.setAttribute("d", contours(height_at, COURSES[state.surface].box).map(([a, b, c, d]) => `M${across(a).toFixed(1)},${up(b).toFixed(1)}L${across(c).toFixed(1)},${up(d).toFixed(1)}`).join(""));
    const text = (x, y, words, anchor = "middle") => drawn("text", { x, y, "text-anchor": anchor }, words);
    axes.replaceChildren(drawn("rect", { ...inner, fill: "none", stroke: "#666666" }),
      ...ticks(left, right, width / 80).map((x) => text(across(x), height - MARGIN.bottom + 16, String(x).replace("-", "−"))),
      ...ticks(bottom, top, height / 60).map((y) => text(MARGIN.left - 6, up(y) + 4, String(y).replace("-", "−"), "end")),
      text((MARGIN.left + width - MARGIN.right) / 2, height - 5, "x"), text(9, (height - MARGIN.bottom) / 2, "y"));
    stars.replaceChildren(...STARS[state.surface].map(([x, y]) => drawn("text", { x: across(x), y: up(y) + 9, "text-anchor": "middle", "font-size": 26 }, "★")));
    place();
    draw();
  }

  function place() {
    const [x, y] = state.start, words = `x ${x.toFixed(2)}, y ${y.toFixed(2)}`;
    handle.setAttribute("transform", `translate(${across(x).toFixed(1)} ${up(y).toFixed(1)})`);
    const [left, right] = COURSES[state.surface].box;
    const about = { "aria-label": "start of the walks, moved by the arrow keys", "aria-valuemin": left, "aria-valuemax": right, "aria-valuenow": x, "aria-valuetext": words };
    for (const [name, value] of Object.entries(about)) handle.setAttribute(name, value);
  }

  // The walks up to the step that is shown, and what became of them in numbers and in words.
  function draw() {
    const clipped = (value) => Math.max(-9999, Math.min(9999, value)).toFixed(1);
    const parts = [], words = [];
    for (const [index, { name, box, result }] of cards.entries()) {
      const path = answer.paths[name] ?? [], error = answer.errors[name];
      const seen = path.slice(0, step + 1).filter(([x]) => Number.isFinite(x));
      result.classList.toggle("explorable-error", Boolean(error));
      result.textContent = error ?? outcome(path);
      if (box.checked && seen.length) {
        const points = seen.map(([x, y]) => `${clipped(across(x))},${clipped(up(y))}`);
        parts.push(drawn("polyline", { points: points.join(" "), fill: "none", stroke: COLOURS[index], "stroke-width": 1.8, "stroke-dasharray": DASHES[index], "data-rule": name }));
        parts.push(drawn("path", { d: MARKERS[index], transform: `translate(${points.at(-1).replace(",", " ")})`, fill: COLOURS[index], stroke: "#ffffff" }));
      }
      if (box.checked && (path.length || error)) words.push(`${name}: ${result.textContent}`);
    }
    tracks.replaceChildren(...parts);
    scrub.value = step;
    clock.textContent = `step ${step} of ${state.num_steps}`;
    scrub.setAttribute("aria-valuetext", clock.textContent);
    if (!playing) play.textContent = lessMotion() ? "10 steps on" : "Play";
    const told = `${state.surface}${state.surface === "bowl" ? ` of condition number ${state.condition}` : ""}, start at x ${state.start[0].toFixed(2)}, y ${state.start[1].toFixed(2)}, step ${step} of ${state.num_steps}. ${words.join("; ")}.`;
    clearTimeout(said);
    if (playing) return; // told once it rests
    picture.setAttribute("aria-label", `Walks over the contour lines of the ${told}`);
    said = setTimeout(() => { live.textContent = told; }, 600);
  }

  function outcome(path) {
    if (!path.length) return "";
    const steps = stepsToStar(path, STARS[state.surface]), end = path.at(-1);
    if (!Number.isFinite(end[0])) return `left every bound at step ${path.findIndex(([x]) => !Number.isFinite(x))}`;
    const cost = SURFACES[state.surface](...end, state.condition)[0];
    return `${Number.isFinite(steps) ? `${steps} steps to the star` : "not at the star"}, final cost ${cost.toPrecision(2)}`;
  }

  // --- mouse, touch and keyboard -------------------------------------------------------------------------------------
  function to(x, y) {
    const [left, right, bottom, top] = COURSES[state.surface].box, fit = (value, low, high) => Number(Math.max(low, Math.min(high, value)).toFixed(3));
    change(() => { state.start = [fit(x, left, right), fit(y, bottom, top)]; });
  }

  function point(event) {
    const place = picture.getBoundingClientRect();
    to(across.back(((event.clientX - place.left) * width) / place.width), up.back(((event.clientY - place.top) * width) / place.width));
  }

  let held = null;
  function grab(event) {
    held = event.pointerId;
    handle.setPointerCapture(held);
  }
  function move(event) {
    if (event.pointerId === held) point(event);
  }
  function release() {
    held = null;
  }
  function jump(event) {
    if (!handle.contains(event.target)) point(event);
  }
  function nudge(event) {
    const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key] ?? [0, 0];
    if (!dx && !dy) return;
    event.preventDefault();
    event.stopPropagation(); // a notebook would go to the next cell
    const [left, right, bottom, top] = COURSES[state.surface].box, share = event.shiftKey ? 0.005 : 0.02;
    to(state.start[0] + dx * share * (right - left), state.start[1] + dy * share * (top - bottom));
  }

  function show(at) {
    step = at;
    draw();
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
    const last = state.num_steps, from = step >= last ? 0 : step;
    if (lessMotion()) return show(step >= last ? 0 : Math.min(last, step + 10));
    let begun = null;
    const tick = (now) => {
      begun ??= now;
      const at = from + Math.floor(((now - begun) / 6000) * last); // the whole walk takes six seconds
      playing = at < last ? requestAnimationFrame(tick) : 0;
      show(Math.min(last, at));
    };
    play.textContent = "Pause";
    playing = requestAnimationFrame(tick);
  }

  begin("bowl");
  el.replaceChildren(root); // the still picture goes once all is there
  const resized = new ResizeObserver(() => { if (root.clientWidth && root.clientWidth !== width) ground(); });
  resized.observe(root);
  return () => {
    stop();
    clearTimeout(said);
    resized.disconnect();
  };
}

// Return the walks up to here as rows of numbers; NaN comes from the kernel as null.
const numbers = ({ paths, errors }) => ({ errors, paths: Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, path.map((point) => point.map((value) => value ?? NaN))])) });

export default {
  render({ model, el }) {
    const told = { send: (message) => model.send(message), on: (name, heard) => model.on(name, ({ id, answer }) => heard({ id, answer: answer && numbers(answer) })) };
    return explore(el, model.get("settings"), told);
  },
};
