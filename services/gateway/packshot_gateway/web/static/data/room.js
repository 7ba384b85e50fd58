// The data room: the data sets there are, what is being collected, and what was left out.

import { ask } from "../api.js";
import { find, make } from "../dom.js";
import { current, onEnter } from "../rooms.js";
import { say } from "../words.js";
import { offer, setUpOrder } from "./order.js";
import { close, paint, show, shownName } from "./shown.js";

const EVERY_MS = 3000;

let sets = [];
let runs = [];

export function setUpData() {
  setUpOrder((run) => {
    runs = [run, ...runs];
    location.hash = `#data/${run.name}`;
  });
  find("data-new").addEventListener("click", () => (location.hash = "#data"));
  onEnter("data", enter);
  setInterval(look, EVERY_MS);
}

function enter(name) {
  find("data-form").hidden = Boolean(name);
  find("data-shown").hidden = !name;
  if (!name) close();
  else if (name !== shownName()) show(name);
  draw();
  look();
}

async function look() {
  if (document.hidden || current() !== "data" || find("rooms").hidden) return;
  try {
    [sets, runs] = await Promise.all([ask("/v1/datasets"), ask("/v1/collections?limit=50")]);
    offer(sets);
    find("data-problem").hidden = true;
    draw();
  } catch (error) {
    if (error.status === 401) return;
    find("data-problem").textContent = error.message || say("unreachable");
    find("data-problem").hidden = false;
  }
}

const going = (run) => ["accepted", "running"].includes(run.state);

function draw() {
  const known = new Set(sets.map((set) => set.name));
  const coming = [...new Set(runs.filter((run) => going(run) && !known.has(run.name)).map((run) => run.name))];
  find("data-empty").hidden = known.size + coming.length > 0;
  const standing = document.activeElement?.dataset?.set;
  find("data-list").replaceChildren(...sets.map((set) => entry(set.name, set.newest.summary?.items)), ...coming.map((name) => entry(name)));
  if (standing) find("data-list").querySelector(`[data-set="${CSS.escape(standing)}"]`)?.focus();
}

function entry(name, count) {
  const run = runs.find((each) => each.name === name && going(each));
  const told = run ? say("soFar", run.counts.pictures) : count === undefined ? "" : say("pictures", count);
  return make(
    "li", {},
    make(
      "button",
      { type: "button", class: `operation${run ? " fresh" : ""}`, "aria-pressed": String(name === shownName()), "data-set": name, onclick: () => (location.hash = `#data/${name}`) },
      make("span", { class: `dot${run ? "" : " away"}`, role: "img", "aria-label": run ? say("collecting") : say("done") }),
      make("strong", {}, name),
      make("code", {}, told),
    ),
  );
}

export function redrawData() {
  draw();
  paint();
}
