// The answers of a site for self-study: each opens after the three hints and an attempt of one's own that failed, with what differs from it. An attempt
// is not run here, which the live notebook does, and nothing is kept or sent. Without a script the answers are folds.

// Return a function's lines as they count: without comments, docstring, blank lines and what stands after the last letter of a line.
export function plain(source) {
  const lines = source.replace(/^(\s*def [^\n]*\n(?:[^\n]*\n)*?\s*)(r?)("""|''')[\s\S]*?\3\n/, "$1\n").split("\n");
  return lines.map((line) => line.replace(/(^|\s)#.*$/, "").trimEnd()).filter((line) => line.trim());
}

// Return the lines of both, each after a mark: "-" one's own, "+" the answer's, " " in both.
export function differences(own, answer) {
  const [mine, theirs] = [plain(own), plain(answer)], longest = Array.from({ length: mine.length + 1 }, () => Array(theirs.length + 1).fill(0));
  for (let i = mine.length - 1; i >= 0; i--) {
    for (let j = theirs.length - 1; j >= 0; j--) longest[i][j] = mine[i] === theirs[j] ? longest[i + 1][j + 1] + 1 : Math.max(longest[i + 1][j], longest[i][j + 1]);
  }
  const found = [];
  let i = 0, j = 0;
  while (i < mine.length || j < theirs.length) {
    if (i < mine.length && j < theirs.length && mine[i] === theirs[j]) {
      found.push(`  ${mine[i++]}`);
      j += 1;
    } else if (j === theirs.length || (i < mine.length && longest[i + 1][j] >= longest[i][j + 1])) found.push(`- ${mine[i++]}`);
    else found.push(`+ ${theirs[j++]}`);
  }
  return found;
}

// Whether a text says more than the stub does.
export function isAttempt(text, stub) {
  const given = new Set(plain(stub).map((line) => line.trim()));
  return plain(text).some((line) => !given.has(line.trim()) && !/^(pass|\.\.\.|return|return None|raise NotImplementedError(\(\))?)$/.test(line.trim()));
}

// Shut every answer of a page until its hints were opened and an attempt was written down.
export function guard(page) {
  let hints = [], stub = "";
  for (const one of page.querySelectorAll(".bd-article .cell_input pre, .bd-article details")) {
    if (one.matches("pre")) stub = one.textContent;
    else if (one.matches(".idnn-answer")) {
      ask(one, hints, stub);
      hints = [];
    } else if (/^Hint \d/.test(one.querySelector("summary").textContent)) hints.push(one);
  }
}

function ask(answer, hints, stub) {
  const page = answer.ownerDocument, read = new Set(), name = /def (\w+)/.exec(stub)?.[1] ?? "this exercise";
  const make = (tag, words, attributes = {}) => {
    const made = page.createElement(tag);
    if (words) made.textContent = words;
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  const box = make("div", "", { class: "idnn-ask", role: "group", "aria-label": `The answer to ${name}` });
  const state = make("p", "", { "aria-live": "polite" }), label = make("label", "Your attempt that failed");
  const attempt = make("textarea", "", { rows: 6, spellcheck: "false", autocapitalize: "off", autocomplete: "off" });
  const button = make("button", "Show the answer and what differs", { type: "button" });
  label.append(attempt);
  box.append(state, label, button);
  answer.hidden = true;
  answer.before(box);
  const tell = () => {
    const unread = hints.length - read.size, ready = !unread && isAttempt(attempt.value, stub);
    if (unread) state.textContent = `The answer comes after the hints, ${read.size} of ${hints.length} read, and an attempt of your own that failed.`;
    else state.textContent = ready ? "Hints read, attempt written down: you may ask." : "The hints are read. Write down your attempt that failed; the answer is set against it.";
    button.disabled = !ready;
  };
  for (const hint of hints) hint.addEventListener("toggle", () => { if (hint.open) read.add(hint); tell(); });
  hints.filter((hint) => hint.open).forEach((hint) => read.add(hint));
  attempt.addEventListener("input", tell);
  button.addEventListener("click", () => {
    const lines = differences(attempt.value, answer.querySelector("pre").textContent), same = lines.every((line) => line.startsWith(" "));
    answer.hidden = false;
    answer.open = true;
    answer.querySelector(".idnn-differs")?.remove();
    const differs = make("div", "", { class: "idnn-differs" });
    differs.append(make("p", same ? "Yours says the same, but for comments." : "What differs: - is yours, + the answer's."));
    if (!same) differs.append(make("pre", lines.join("\n"), { tabindex: 0, role: "group", "aria-label": "What differs" }));
    answer.append(differs);
    answer.querySelector("summary").focus();
  });
  tell();
}
