// What a prediction was worth: how far an answer is from what came out, what several come to, and where answers are kept. Nothing here draws.
// The questions and their outcomes are those of idnn/predictions; tests/test_predictions.py compares what is said here with Python.

export const scaled = (axis, value) => (axis.logarithmic ? Math.log10(value) : value);
export const unscaled = (axis, length) => (axis.logarithmic ? 10 ** length : length);
const spoken = (value) => String(Number(value.toPrecision(3))).replace("-", "−");

// Return the places of an axis at which a curve is drawn, as lengths along it.
export function places({ columns, ...axis }) {
  const [low, high] = [scaled(axis, axis.low), scaled(axis, axis.high)];
  return Array.from({ length: columns }, (_, k) => low + ((high - low) * k) / (columns - 1));
}

// Return the number that a reader typed, "1e-5", "0,5" and "10^-5" among them; NaN if it is none or cannot be an answer.
export function typed(words, axis) {
  const plain = words.trim().replace(",", ".").replaceAll("−", "-"), power = plain.match(/^(?:([\d.]+)\s*[*·x]\s*)?10\^\(?([-+]?\d+)\)?$/);
  const value = power ? Number(power[1] ?? 1) * 10 ** Number(power[2]) : plain === "" ? NaN : Number(plain);
  return Number.isFinite(value) && (!axis.logarithmic || value > 0) ? value : NaN;
}

// Whether an answer is one: something chosen, a number, at least half of a curve.
export function complete({ kind, items }, given) {
  if (given === null || given === undefined) return false;
  if (kind === "curve") return 2 * given.filter((height) => height !== null).length >= given.length;
  if (kind === "order") return given.length === items.length;
  return Number.isFinite(given);
}

// Return {right, side, words}: side is -1 where the answer was too low, 1 where too high, 0 where it has no side.
export function judged(question, given) {
  return { choice: chosen, order: ordered, number: numbered, curve: curved }[question.kind](question, given);
}

function chosen({ options, outcome }, given) {
  return given === outcome ? { right: true, side: 0, words: "Right." } : { right: false, side: 0, words: `It is: ${options[outcome]}.` };
}

function ordered({ items, outcome }, given) {
  const place = (item) => outcome.indexOf(item), pairs = (items.length * (items.length - 1)) / 2;
  const turned = given.flatMap((item, k) => given.slice(k + 1).filter((other) => place(other) < place(item))).length;
  const order = outcome.map((item) => items[item]).join("; ");
  return turned ? { right: false, side: 0, words: `${turned} of ${pairs} pairs stand the other way round. It is: ${order}.` } : { right: true, side: 0, words: "Right." };
}

// Return how far an answer lies above an outcome, and whether that is near: in powers of ten on a logarithmic axis.
function gapOf(axis, near, given, outcome) {
  const gap = scaled(axis, given) - scaled(axis, outcome), most = axis.logarithmic ? Math.log10(near) : near;
  return { gap, right: Math.abs(gap) <= most * (1 + 1e-9) };
}

function numbered({ axis, near, outcome }, given) {
  const { gap, right } = gapOf(axis, near, given, outcome), side = right ? 0 : Math.sign(gap), way = gap < 0 ? "low" : "high";
  const far = axis.logarithmic ? `too ${way} by a factor of ${spoken(10 ** Math.abs(gap))}` : `too ${way} by ${spoken(Math.abs(gap))}`;
  const off = Math.abs(gap) < 1e-12 ? "you said just that" : `you said ${spoken(given)}, ${right ? `near enough: ${far}` : far}`;
  return { right, side, words: `It is ${spoken(outcome)}; ${off}.` };
}

// A curve's `near` is in what its heights are drawn in: powers of ten on a logarithmic axis.
function curved({ y, near, outcome }, given) {
  const gaps = given.flatMap((height, k) => (height === null ? [] : [height - scaled(y, outcome[k])]));
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const far = mean(gaps.map(Math.abs)), lean = mean(gaps), right = far <= near;
  const side = Math.abs(lean) > 0.6 * far ? Math.sign(lean) : 0, where = side ? `, mostly too ${side < 0 ? "low" : "high"}` : "";
  const said = y.logarithmic ? `${spoken(far)} powers of ten` : spoken(far);
  return { right, side: right ? 0 : side, words: `${right ? "Near enough: off" : "Off"} by ${said} on average${where}.` };
}

const listed = (words) => (words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`);

// Return in words what the answers come to, {name: {right, side, measures}}, of `total` that are asked.
export function summed(answers, total) {
  const all = Object.values(answers), right = all.filter((one) => one.right).length, open = total - all.length;
  if (!all.length) return `No prediction is answered yet, of ${total}.`;
  const of = (side) => listed(all.filter((one) => one.side === side && one.measures).map((one) => one.measures));
  const leans = [["underestimate", of(-1)], ["overestimate", of(1)]].filter(([, what]) => what).map(([verb, what]) => `You ${verb} ${what}.`);
  return [`${right} of ${all.length} predictions right${open > 0 ? `, ${open} not answered yet` : ""}.`, ...leans].join(" ");
}

// Return {read, write, forget} over a browser's storage; where it is closed, what is written lasts as long as the page.
export function store(storage, assignment) {
  const key = `predictions:${assignment}`, memory = {};
  const read = () => {
    try {
      return { ...JSON.parse(storage.getItem(key) ?? "{}"), ...memory };
    } catch {
      return { ...memory };
    }
  };
  const keep = (answers) => {
    try {
      storage.setItem(key, JSON.stringify(answers));
      for (const name of Object.keys(memory)) delete memory[name];
    } catch {
      for (const name of Object.keys(memory)) if (!(name in answers)) delete memory[name];
      Object.assign(memory, answers);
    }
  };
  return {
    read,
    write: (name, answer) => keep({ ...read(), [name]: answer }),
    forget: (name) => keep(Object.fromEntries(Object.entries(read()).filter(([one]) => name !== undefined && one !== name))),
  };
}
