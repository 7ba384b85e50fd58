// The training room: orders, what runs, and the models that came of it.

import { ask } from "../api.js";
import { find, make } from "../dom.js";
import { current, onEnter } from "../rooms.js";
import { say } from "../words.js";
import { figures } from "./figures.js";
import { lay, offer, setUpOrder } from "./order.js";
import { close, paint, show, shownId, stateWord } from "./shown.js";

const EVERY_MS = 3000;

let trainings = [];
let models = [];

export function setUpTraining() {
  setUpOrder((view) => {
    trainings = [view, ...trainings];
    location.hash = `#training/${view.id}`;
  });
  find("training-new").addEventListener("click", () => (location.hash = "#training"));
  onEnter("training", enter);
  setInterval(look, EVERY_MS);
}

async function enter(id) {
  find("training-form").hidden = Boolean(id);
  find("training-shown").hidden = !id;
  if (!id) close();
  else if (id !== shownId()) {
    try {
      show(await ask(`/v1/trainings/${encodeURIComponent(id)}`), look);
    } catch (error) {
      complain(error);
    }
  }
  draw();
  look();
}

async function look() {
  if (document.hidden || current() !== "training" || find("rooms").hidden) return;
  try {
    let trainers;
    [trainings, models, trainers] = await Promise.all([ask("/v1/trainings?limit=20"), ask("/v1/models"), ask("/v1/trainers")]);
    offer(trainers);
    find("training-problem").hidden = true;
    draw();
  } catch (error) {
    if (error.status !== 401) complain(error);
  }
}

function complain(error) {
  find("training-problem").textContent = error.message || say("unreachable");
  find("training-problem").hidden = false;
}

function draw() {
  find("training-empty").hidden = trainings.length > 0;
  find("training-list").replaceChildren(...trainings.map(item));
  find("models-empty").hidden = models.length > 0;
  find("models-list").replaceChildren(...[...models].reverse().map(model));
}

function item(training) {
  const done = training.state === "finished" ? 1 : training.progress?.done || 0;
  return make(
    "li", {},
    make(
      "a", { class: "operation", href: `#training/${training.id}`, "aria-current": String(training.id === shownId()), "data-training": training.id },
      make("span", { class: `dot ${training.state}` }),
      make("strong", {}, training.model),
      make("code", {}, [stateWord(training.state) || `${Math.floor(done * 100)} %`, new Date(training.created_at).toLocaleString()].join(" · ")),
    ),
  );
}

// Cards that are open stay open when the list is drawn again.
function model(version) {
  const key = `${version.name}@${version.version}`;
  const open = find("models-list").querySelector(`details[data-model="${CSS.escape(key)}"]`)?.open;
  const made = version.card.made;
  return make(
    "li", {},
    make(
      "details", { "data-model": key, open },
      make("summary", {}, make("strong", {}, key), make("span", { class: "hint" }, version.workers ? say("offeredBy", version.workers === 1 ? say("oneWorker") : say("workers", version.workers)) : say("notOffered"))),
      made ? figures(made.figures, made.baselines) : null,
      make("pre", {}, JSON.stringify(version.card, null, 1)),
    ),
  );
}

export function redrawTraining() {
  lay();
  paint();
  draw();
}
