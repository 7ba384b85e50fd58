// The operations room: every operation as its workers announce it, with a form made from the schema of its parameters.

import * as api from "./api.js";
import { find, make } from "./dom.js";
import { current, onEnter } from "./rooms.js";
import { drawState, lay, layAgain, setUpTrial, stateOf } from "./trial.js";
import { say } from "./words.js";

const EVERY_MS = 2000;
const STAGES = ["preprocess", "generate", "edit", "quality-check"];

let entries = [];
let chosen = null;
let loaded = false;

export function setUpRoom() {
  setUpTrial();
  onEnter("operations", enter);
  find("room-search").addEventListener("input", drawList);
  setInterval(look, EVERY_MS);
}

function enter(asked) {
  if (asked && asked !== chosen) choose(asked);
  look();
}

// One entry a name and major: the newest version that lives, else the newest that did.
function entriesOf(views) {
  const found = new Map();
  for (const view of views) {
    const key = `${view.name}@${view.version.split(".")[0]}`;
    const known = found.get(key);
    if (!known || known.away || !view.away) found.set(key, { ...view, key });
  }
  return [...found.values()];
}

async function look() {
  if (document.hidden || current() !== "operations" || find("rooms").hidden) return;
  try {
    take(entriesOf(await api.operations()));
    find("room-problem").hidden = true;
  } catch (error) {
    if (error.status === 401) return;
    find("room-problem").textContent = error.message || say("unreachable");
    find("room-problem").hidden = false;
  }
}

function take(found) {
  const before = new Map(entries.map((entry) => [entry.key, entry]));
  if (JSON.stringify(found) === JSON.stringify(entries) && loaded) return;
  const came = found.filter((entry) => !entry.away && (!before.has(entry.key) || before.get(entry.key).away)).map((entry) => entry.key);
  const went = found.filter((entry) => entry.away && before.has(entry.key) && !before.get(entry.key).away).map((entry) => entry.key);
  entries = found;
  if (loaded) tell([...came.map((key) => say("came", key)), ...went.map((key) => say("went", key))].join(" "));
  chosen ??= (found.find((entry) => !entry.away) || found[0])?.key;
  drawList(loaded ? new Set(came) : new Set());
  loaded = true;
  const entry = entryOf(chosen);
  const old = before.get(chosen);
  if (!entry) return;
  const sameForm = old && JSON.stringify(old.params_schema) === JSON.stringify(entry.params_schema) && old.version === entry.version;
  if (sameForm) drawState(entry, entries);
  else if (old) layAgain(entry, entries);
  else lay(entry, entries);
}

const entryOf = (key) => entries.find((entry) => entry.key === key);

function tell(words) {
  if (words) find("room-news").textContent = words;
}

function drawList(fresh) {
  const words = find("room-search").value.trim().toLowerCase();
  const fits = (entry) => `${entry.key} ${entry.title} ${entry.summary}`.toLowerCase().includes(words);
  const groups = STAGES.map((stage) => {
    const own = entries.filter((entry) => entry.stage === stage && fits(entry));
    return own.length ? make("li", {}, make("h3", {}, say(`stage-${stage}`)), make("ul", {}, ...own.map((entry) => item(entry, fresh instanceof Set && fresh.has(entry.key))))) : null;
  });
  // Who stands on an entry stays there.
  const standing = document.activeElement?.dataset?.operation;
  find("room-list").replaceChildren(...groups.filter(Boolean));
  if (standing) find("room-list").querySelector(`[data-operation="${CSS.escape(standing)}"]`)?.focus();
  find("room-empty").textContent = say(entries.length ? "noneFits" : "noOperations");
  find("room-empty").hidden = groups.some(Boolean);
}

function item(entry, fresh) {
  const classes = ["operation", entry.away ? "away" : "", fresh ? "fresh" : ""].filter(Boolean).join(" ");
  return make(
    "li", {},
    make(
      "button", { type: "button", class: classes, "aria-pressed": String(entry.key === chosen), "data-operation": entry.key, onclick: () => pick(entry.key) },
      make("span", { class: "dot", role: "img", "aria-label": stateOf(entry) }),
      make("strong", {}, entry.title || entry.name),
      make("code", {}, entry.key),
    ),
  );
}

function pick(key) {
  choose(key);
  history.replaceState(null, "", `#operations/${encodeURIComponent(key)}`);
  // On a narrow window the form is below the list.
  if (matchMedia("(max-width: 760px)").matches) find("room-form").scrollIntoView();
}

function choose(key) {
  chosen = key;
  for (const button of find("room-list").querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.dataset.operation === key));
  const entry = entryOf(key);
  if (entry) lay(entry, entries);
}

export function redrawRoom() {
  drawList();
  const entry = entryOf(chosen);
  if (entry) layAgain(entry, entries);
}
