// One training: how far it is, its curves, and what it has made.

import { ask } from "../api.js";
import { find, make } from "../dom.js";
import { say } from "../words.js";
import { curve } from "./curve.js";
import { figures } from "./figures.js";

const TYPES = ["training.progressed", "training.finished", "training.failed", "training.cancelled"];
const ENDED = new Set(["finished", "failed", "cancelled"]);
const DRAW_MS = 500;

let training = null;
let source = null;
let told = [];
let picture = null;
let waiting = null;

export function close() {
  source?.close();
  source = training = null;
}

// Follows a training from its beginning; `changed` hears when it has ended.
export function show(view, changed) {
  close();
  training = view;
  told = [];
  picture = null;
  paint();
  source = new EventSource(`/v1/trainings/${view.id}/events`);
  for (const type of TYPES) source.addEventListener(type, (event) => hear(JSON.parse(event.data), changed));
  source.addEventListener("error", () => ENDED.has(training?.state) && source?.close());
}

export const shownId = () => training?.id;

async function hear(event, changed) {
  if (event.training !== training?.id) return;
  if (event.progress) told.push(event.progress);
  if (event.picture) picture = event.picture;
  training.progress = event.progress || training.progress;
  if (ENDED.has(event.state)) {
    source.close();
    training = await ask(`/v1/trainings/${event.training}`);
    changed();
  } else {
    training.state = event.state;
  }
  // A long training's past comes in one burst.
  waiting ??= setTimeout(() => {
    waiting = null;
    paint();
  }, DRAW_MS);
}

export function paint() {
  if (!training) return;
  const progress = training.progress;
  const where = progress && !ENDED.has(training.state) ? [progress.run, say("stepOf", progress.step, progress.steps), progress.steps_per_s ? say("perSecond", progress.steps_per_s.toPrecision(3)) : "", progress.note] : [];
  find("training-shown").replaceChildren(
    make("header", {}, make("h2", {}, training.model), make("p", { class: "hint state" }, make("span", {}, stateWord(training.state)), ...where.filter(Boolean).map((each) => make("span", {}, each)))),
    make("progress", { max: 1, value: training.state === "finished" ? 1 : progress?.done || 0, "aria-label": training.model }),
    ...(training.failure ? [make("p", { class: "problem" }, training.failure.message)] : []),
    ...(ENDED.has(training.state) ? [] : [make("button", { type: "button", class: "quiet small stop", onclick: cancel }, say("cancel"))]),
    ...result(),
    ...curves(),
    ...(picture && !training.sheet ? [sample(picture, say("samples"))] : []),
    settings(),
  );
}

export const stateWord = (state) => ({ accepted: say("waiting"), running: "", finished: say("done"), failed: say("failed"), cancelled: say("cancelled") })[state] ?? state;

// Of several runs (folds, trials) the one that was last heard of is drawn.
function curves() {
  const run = told.at(-1)?.run ?? "";
  const own = told.filter((progress) => progress.run === run);
  const steps = own.at(-1)?.steps || 1;
  const losses = pointsOf(own, (progress) => progress.losses);
  const measured = pointsOf(own, (progress) => progress.figures);
  if (!losses.size) return ENDED.has(training.state) ? [] : [make("p", { class: "hint" }, say("noCurve"))];
  const drawn = (name, points, options) => make("figure", {}, make("figcaption", {}, name), curve(name, points, steps, options));
  return [
    make(
      "div", { class: "curves" },
      ...[...losses].map(([name, points]) => drawn(name === "loss" ? say("loss") : name, points, { logarithmic: true })),
      ...[...measured].map(([name, points]) => drawn(name, points)),
    ),
  ];
}

// Points by name. After a killed leg steps come again: the newest word on a step counts.
function pointsOf(told, part) {
  const found = new Map();
  for (const progress of told)
    for (const [name, value] of Object.entries(part(progress))) {
      if (!found.has(name)) found.set(name, new Map());
      found.get(name).set(progress.step, value);
    }
  return new Map([...found].map(([name, points]) => [name, [...points].sort(([one], [other]) => one - other)]));
}

function result() {
  const trained = training.trained;
  if (!trained) return [];
  const time = `${trained.seconds < 100 ? trained.seconds.toFixed(1) : Math.round(trained.seconds)} s`;
  return [
    ...(training.registered ? [make("p", {}, say("registeredAs", training.registered))] : []),
    figures(trained.figures, trained.baselines),
    make("p", { class: "hint" }, say("madeBy", trained.steps, time, trained.device, trained.step)),
    ...(trained.notes || []).map((note) => make("p", { class: "hint" }, note)),
    make("a", { class: "quiet small stop", href: `/v1/trainings/${training.id}/weights`, download: "" }, say("weightsFile")),
    ...(training.sheet ? [sample(training.sheet, say("bestMedianWorst"))] : []),
  ].filter(Boolean);
}

const sample = (ref, words) =>
  make("figure", {}, make("figcaption", {}, words), make("img", { src: `/v1/trainings/${training.id}/pictures/${ref.digest}`, alt: words, loading: "lazy" }));

const settings = () => make("details", {}, make("summary", {}, say("settingsWord")), make("pre", {}, JSON.stringify(training.order, null, 1)));

async function cancel(event) {
  event.target.disabled = true;
  await ask(`/v1/trainings/${training.id}/cancel`, { method: "POST" });
}
