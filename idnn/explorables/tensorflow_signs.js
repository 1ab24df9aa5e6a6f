// The explorable of the assignment on hand signs: show your own hand to a network that was trained on drawn ones. Camera, a picture, or drawn hands; what
// enters the network; what it says. The network comes with the settings and computes here, on a page and in a notebook: no picture is sent or kept.

import { COLOURS, element, lessMotion, ownKeys } from "./kit.js";
import { SIDE, SIGNS, read, shrunk, unpacked, visible } from "./tensorflow_signs-numbers.js";

const WHY = {
  NotAllowedError: "The camera was refused.",
  NotFoundError: "No camera was found.",
  NotReadableError: "The camera is in use by another program.",
  insecure: "This page may not use a camera: it was opened neither over https nor from this machine.",
};
const INSTEAD = "The drawn hands below are read all the same, and so is a picture of yours.";

// Fill `el` with the explorable and return the function that takes it away. `settings`: {network, gallery: [{sign, picture}]}, pictures as data: addresses.
export function explore(el, settings) {
  const network = unpacked(settings.network);
  let stream = null, frame = 0, asked = 0, held = false, seen = -1, said = 0;

  const video = element("video", { class: "explorable-hidden", playsinline: "", "aria-hidden": "true", tabindex: -1 });
  video.muted = true;
  const screen = (name) => {
    const canvas = element("canvas", { role: "img", width: SIDE, height: SIDE });
    return { canvas, root: element("div", { class: "explorable-screen" }, canvas, element("div", { "aria-hidden": "true" }, name)) };
  };
  const shown = screen("What is shown"), cut = screen(`Shrunk: ${SIDE}\u00a0×\u00a0${SIDE}`), input = screen(`Enters: ${network.size}\u00a0×\u00a0${network.size}`);
  const ground = shown.canvas.getContext("2d", { willReadFrequently: true });
  const bars = SIGNS.map((sign) => {
    const bar = element("span", { class: "explorable-share", style: `background: ${COLOURS[0]}` }), number = element("span");
    return { bar, number, root: element("div", { class: "explorable-chance" }, element("span", {}, sign), element("span", {}, bar), number) };
  });
  const chances = element("div", { class: "explorable-panel explorable-chances", role: "img" }, ...bars.map(({ root }) => root));
  const camera = element("button", { type: "button", click: () => (stream ? off() : on()) });
  const hold = element("button", { type: "button", click: turn }), file = element("input", { type: "file", accept: "image/*", hidden: "", change: chosen });
  const choose = element("button", { type: "button", click: () => file.click() }, "Choose a picture");
  const tiles = settings.gallery.map(({ sign, picture }, i) => element("button", { type: "button", class: "explorable-tile", "aria-pressed": "false", click: () => drawnHand(i) },
    element("img", { src: picture, alt: `Drawn hand ${i + 1}, shows ${SIGNS[sign]}`, width: SIDE, height: SIDE })));
  const result = element("p", { class: "explorable-result" }), live = element("p", { class: "explorable-hidden", "aria-live": "polite" });
  const root = element("div", { class: "explorable", role: "group", ...ownKeys, "aria-label": "Explorable: show your own hand to the network" },
    element("p", {}, element("strong", {}, "Nothing leaves your machine. "), "The network is in this page and computes here; no picture is sent or kept, and the camera starts when you press its button and not before."),
    element("div", { class: "explorable-bar" }, camera, hold, choose, file),
    element("div", { class: "explorable-panels" }, element("div", { class: "explorable-screens" }, shown.root, cut.root, input.root), chances), result,
    element("div", { class: "explorable-tiles", role: "group", "aria-label": "Drawn hands of people that the network has not seen" }, ...tiles),
    element("p", { class: "explorable-note" }, "One sign, the palm to the camera, fingers up, the hand about two thirds of the height, a plain wall behind it. The camera shows you as a mirror does. The network has seen drawn hands alone: about yours it may be sure and wrong."), video, live);

  const pressed = (tile) => tiles.forEach((one, i) => one.setAttribute("aria-pressed", String(i === tile)));

  // Read the middle square of a picture that is `width` x `height`; `words` say what it is, `sign` which sign it is known to show.
  function look(source, width, height, words, { mirror = false, sign = null } = {}) {
    const side = Math.min(width, height);
    if (side < SIDE) return told(`The picture has ${width} × ${height} pixels; the network needs ${SIDE} × ${SIDE} or more.`);
    Object.assign(shown.canvas, { width: side, height: side }); // clears it as well
    if (mirror) ground.setTransform(-1, 0, 0, 1, side, 0);
    ground.drawImage(source, (width - side) / 2 | 0, (height - side) / 2 | 0, side, side, 0, 0, side, side);
    const picture = shrunk(ground.getImageData(0, 0, side, side).data, side), { X, probabilities } = read(network, picture);
    paint(cut.canvas, picture);
    paint(input.canvas, visible(X));
    const best = probabilities.indexOf(Math.max(...probabilities)), second = probabilities.indexOf(Math.max(...probabilities.filter((_, i) => i !== best)));
    probabilities.forEach((p, i) => {
      bars[i].bar.style.width = `${100 * p}%`;
      bars[i].root.classList.toggle("explorable-best", i === best);
      bars[i].number.textContent = p.toFixed(2);
    });
    const verdict = sign === null ? "" : sign === best ? " That is right." : ` It shows ${SIGNS[sign]}.`;
    shown.canvas.setAttribute("aria-label", words);
    cut.canvas.setAttribute("aria-label", `${words}, shrunk to ${SIDE} by ${SIDE} pixels`);
    input.canvas.setAttribute("aria-label", `${words}, as numbers of mean 0 and deviation 1, ${network.size} by ${network.size}`);
    chances.setAttribute("aria-label", `Probabilities: ${probabilities.map((p, i) => `${SIGNS[i]} ${p.toFixed(2)}`).join(", ")}`);
    told(`${words}: read as ${SIGNS[best]}, probability ${probabilities[best].toFixed(2)}; next ${SIGNS[second]}, ${probabilities[second].toFixed(2)}.${verdict}`, false);
  }

  function paint(canvas, { side, data }) {
    Object.assign(canvas, { width: side, height: side });
    const brush = canvas.getContext("2d"), image = brush.createImageData(side, side);
    for (let i = 0; i < side * side; i++) {
      for (let c = 0; c < 3; c++) image.data[4 * i + c] = data[3 * i + c];
      image.data[4 * i + 3] = 255;
    }
    brush.putImageData(image, 0, 0);
  }

  function told(words, wrong = true) {
    result.textContent = words;
    result.classList.toggle("explorable-error", wrong);
    clearTimeout(said);
    said = setTimeout(() => { live.textContent = result.textContent; }, 600); // once it rests
  }

  function buttons() {
    camera.textContent = stream ? "Camera off" : "Camera on";
    hold.hidden = !stream;
    hold.textContent = lessMotion() ? "Look again" : held ? "Go on" : "Hold";
  }

  async function on() {
    const mine = ++asked;
    try {
      if (!navigator.mediaDevices) throw Object.assign(new Error(), { name: "insecure" });
      const started = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "user" }, audio: false });
      if (mine !== asked) return started.getTracks().forEach((track) => track.stop()); // something else was chosen meanwhile
      stream = started;
      video.srcObject = stream;
      await video.play();
    } catch (error) {
      if (mine !== asked) return;
      off();
      return told(`${WHY[error.name] ?? `The camera could not be started (${error.name}).`} ${INSTEAD}`);
    }
    [held, seen] = [false, -1];
    pressed(-1);
    buttons();
    watch();
  }

  function off() {
    asked += 1;
    cancelAnimationFrame(frame);
    stream?.getTracks().forEach((track) => track.stop());
    [stream, video.srcObject] = [null, null];
    buttons();
  }

  function watch() {
    if (video.videoWidth && video.currentTime !== seen) {
      seen = video.currentTime;
      look(video, video.videoWidth, video.videoHeight, "Your camera", { mirror: true });
      if (lessMotion()) return; // one picture for each press
    }
    frame = requestAnimationFrame(watch);
  }

  function turn() {
    cancelAnimationFrame(frame);
    held = !held && !lessMotion();
    if (!held) watch();
    buttons();
  }

  async function chosen() {
    const [picture] = file.files;
    file.value = ""; // the same one may be chosen again
    if (!picture) return;
    off();
    const mine = asked;
    pressed(-1);
    try {
      const image = await createImageBitmap(picture);
      if (mine === asked) look(image, image.width, image.height, "Your picture");
    } catch {
      if (mine === asked) told(`${picture.name} is no picture that this browser reads. Telephones may store HEIC: export it as JPEG.`);
    }
  }

  async function drawnHand(i) {
    off();
    const mine = asked, image = tiles[i].firstChild;
    pressed(i);
    await image.decode();
    if (mine === asked) look(image, image.naturalWidth, image.naturalHeight, `Drawn hand ${i + 1}`, { sign: settings.gallery[i].sign });
  }

  el.replaceChildren(root); // the still picture goes once all is there
  drawnHand(0);
  return () => {
    off();
    clearTimeout(said);
  };
}

export default {
  render: ({ model, el }) => explore(el, model.get("settings")),
};
