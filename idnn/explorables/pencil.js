// A line that the reader draws by hand, over columns: with the pointer or a finger on a paper, or with the arrow keys on a pen.

// Return the drawn heights after a stroke from one point to the next, each [column, height]: every column between them lies on the straight line.
export function stroke(drawn, [from, low], [to, high]) {
  const line = [...drawn], a = Math.round(from), b = Math.round(to);
  for (let k = Math.max(0, Math.min(a, b)); k <= Math.min(line.length - 1, Math.max(a, b)); k++) {
    line[k] = a === b ? high : low + ((k - a) / (b - a)) * (high - low);
  }
  return line;
}

// Let a hand draw. `hand()` returns what it draws: {line, column}, the heights with null where nothing is, and where the pen stands. `open(event)`: whether it
// may begin there; `spot(event)`: [column, height]; `low`, `high`, `middle`: heights, the last one where nothing is yet; `step(event)`: of a key; then `draw`.
export function pencil(paper, pen, { hand, open, spot, low, high, middle, step, draw }) {
  let last = null; // where it touched the paper
  const trace = (event) => {
    if (!last || !paper.hasPointerCapture(event.pointerId)) return;
    const now = spot(event), drawing = hand();
    drawing.line = stroke(drawing.line, last, now);
    drawing.column = Math.round(now[0]);
    last = now;
    draw();
  };
  const dip = (event) => {
    if (!open(event) || event.button) return;
    paper.setPointerCapture(event.pointerId);
    last = spot(event);
    trace(event);
  };
  const lift = () => {
    last = null;
  };
  const write = (event) => {
    const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key] ?? [0, 0];
    if (!dx && !dy) return;
    event.preventDefault();
    event.stopPropagation();
    const drawing = hand(), { line } = drawing, height = line[drawing.column] ?? middle;
    drawing.column = Math.max(0, Math.min(line.length - 1, drawing.column + dx));
    const before = dy ? height : line[drawing.column] ?? height;
    line[drawing.column] = Math.max(low, Math.min(high, before + dy * step(event)));
    draw();
  };
  for (const [name, heard] of Object.entries({ pointerdown: dip, pointermove: trace, pointerup: lift, pointercancel: lift })) paper.addEventListener(name, heard);
  pen.addEventListener("keydown", write);
}
