// One operation to try: its form, its pictures, and what comes of it.

import * as api from "./api.js";
import { find, make } from "./dom.js";
import { drawButton } from "./drawn.js";
import { object } from "./fields.js";
import { inputsOf, pictureInput } from "./pictures.js";
import { show, tiles, watch } from "./results.js";
import { openViewer } from "./viewer.js";
import { say } from "./words.js";

const ENDED = new Set(["finished", "failed", "cancelled"]);

let entry = null;
let form = null;
let sending = false;
const given = new Map();

export function setUpTrial() {
  find("room-form").addEventListener("submit", run);
  find("room-reset").addEventListener("click", () => layForm({}));
}

export const stateOf = (operation) =>
  operation.away ? say("isAway") : operation.workers === 1 ? say("oneWorker") : say("workers", operation.workers);

// Lays an operation out; the photo stays, for it is often the next operation's too.
export function lay(operation, all) {
  entry = operation;
  for (const name of [...given.keys()]) if (name !== "photo") given.delete(name);
  find("room-result").replaceChildren();
  paint(all, {});
}

// The same operation once more, as it is now, with what was said of it.
export function layAgain(operation, all) {
  entry = operation;
  paint(all, form ? form.read() : {});
}

function paint(all, values) {
  find("room-form").hidden = false;
  find("room-title").textContent = entry.title || entry.name;
  find("room-summary").textContent = entry.summary;
  find("room-explanation").textContent = entry.explanation || "";
  const drawn = drawButton(entry, given, { take: (drawing) => paint(all, { ...form.read(), ...drawing }), complain });
  const place = (name, use) => pictureInput(name, use, given, { several: entry.several?.includes(name), changed: refresh });
  find("room-files").replaceChildren(
    ...(entry.source === false ? [] : [place("photo", "")]),
    ...Object.entries(entry.inputs || {}).map(([name, use]) => place(name, use)),
    ...(drawn ? [drawn] : []),
  );
  layForm(values);
  complain("");
  drawState(entry, all);
}

function layForm(values) {
  form = object(entry.params_schema, entry.params_schema, values, entry.title || entry.name);
  const bare = !Object.keys(entry.params_schema.properties || {}).length;
  find("room-fields").replaceChildren(bare ? make("p", { class: "hint" }, say("noParams")) : form.element);
  find("room-reset").hidden = bare;
}

export function drawState(operation, all) {
  entry = operation;
  offerMeasures(all);
  find("room-state").replaceChildren(
    make("span", { class: entry.away ? "dot away" : "dot" }), make("span", {}, stateOf(entry)), make("code", {}, `${entry.name} ${entry.version}`),
    ...(entry.plugin ? [make("span", {}, entry.plugin)] : []),
  );
  refresh();
}

// Checks that need to be told nothing can follow any operation, so that its result comes with figures.
function offerMeasures(all) {
  const select = find("room-measure");
  const before = select.value;
  const fits = all.filter(
    (each) => each.stage === "quality-check" && !each.away && !each.params_schema.required?.length && !Object.keys(each.inputs || {}).length,
  );
  select.replaceChildren(make("option", { value: "" }, say("noMeasure")), ...fits.map((each) => make("option", { value: each.key }, each.title || each.name)));
  select.value = fits.some((each) => each.key === before) ? before : "";
  find("room-measuring").hidden = entry.stage === "quality-check" || !fits.length;
}

function refresh() {
  // Further inputs may be left away: an operation that needs one says so.
  find("room-run").disabled = sending || (entry.source !== false && !given.get("photo"));
  find("room-run").textContent = say(sending ? "running" : entry.away ? "runLater" : "run");
}

function complain(message) {
  find("room-complaint").textContent = message;
  find("room-complaint").hidden = !message;
}

// The operation as a recipe of one step, over a listing whose first photo is the frame.
function recipeOf(inputs) {
  const measure = find("room-measuring").hidden ? "" : find("room-measure").value;
  const steps = [{ operation: entry.key, params: form.read(), inputs }, ...(measure ? [{ operation: measure }] : [])];
  return { name: entry.name.slice(0, 60), title: entry.title, over: "listing", steps, output: "result" };
}

async function run(event) {
  event.preventDefault();
  if (!entry || !find("room-form").reportValidity()) return;
  const { files, inputs } = inputsOf(entry, given);
  const body = new FormData();
  body.append("recipe_json", JSON.stringify(recipeOf(inputs)));
  body.append("title", entry.title || entry.name);
  for (const file of files) body.append("photos", file, file.name);
  sending = true;
  refresh();
  complain("");
  try {
    const listing = await api.submit(body, crypto.randomUUID?.() || String(Math.random()), () => {});
    watch(listing.id, follower());
    show(listing);
  } catch (error) {
    complain(error.message || say("unreachable"));
  }
  sending = false;
  refresh();
}

// Shows a run beside its form, and opens the picture once it is there.
function follower() {
  const tried = entry.key;
  let opened = false;
  return (listing) => {
    const [job] = listing.jobs;
    const rejected = listing.photos.find((photo) => photo.state === "rejected");
    const news = rejected ? [make("p", { class: "problem" }, rejected.failure?.message || say("rejected"))] : tiles(job);
    if (entry.key === tried) find("room-result").replaceChildren(...news);
    const output = job.outputs.find((each) => each.ready);
    if (opened || !ENDED.has(job.state) || !output) return;
    opened = true;
    if (entry.key === tried && !find("viewer").open) openViewer(job, output);
  };
}
