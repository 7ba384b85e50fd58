// One data set: how far a collection for it is, its pictures, and what was left out with the reasons.

import { ask } from "../api.js";
import { find, make } from "../dom.js";
import { say } from "../words.js";
import { drawProgress, stopFollowing } from "./progress.js";

const PAGE = 60;

let name = "";
let version = "";
let view = null;
let part = "items";
let filter = "";
let loaded = [];
let total = 0;
let codes = {};

export const shownName = () => name;

export function close() {
  stopFollowing();
  name = "";
}

export async function show(wanted, digest = "") {
  stopFollowing();
  [name, version, view, part, filter, loaded] = [wanted, digest, null, "items", "", []];
  paint();
  try {
    const [found, runs] = await Promise.all([open(), ask(`/v1/collections?name=${encodeURIComponent(wanted)}&limit=1`)]);
    if (wanted !== name) return;
    view = found;
    if (runs.length && !digest) drawProgress(runs[0], () => show(wanted));
    if (view) await more();
    paint();
  } catch (error) {
    complain(error);
  }
}

// None while the first version is still being made.
async function open() {
  const made = (await ask("/v1/datasets")).some((set) => set.name === name);
  return made ? ask(path("")) : null;
}

const path = (rest) => `/v1/datasets/${encodeURIComponent(version ? `${name}@${version}` : name)}${rest}`;

async function more() {
  const asked = new URLSearchParams({ offset: loaded.length, limit: PAGE });
  if (filter) asked.set(part === "items" ? "split" : "code", filter);
  const page = await ask(path(`/${part}?${asked}`));
  total = page.total;
  codes = page.codes || codes;
  loaded = [...loaded, ...(page.items || page.rejections)];
}

async function turn(wanted, by = "") {
  [part, filter, loaded] = [wanted, by, []];
  try {
    await more();
    paint();
  } catch (error) {
    complain(error);
  }
}

function complain(error) {
  find("data-shown-problem").textContent = error.message || say("unreachable");
  find("data-shown-problem").hidden = false;
}

export function paint() {
  if (!name) return;
  find("data-shown-problem").hidden = true;
  find("data-name").textContent = name;
  find("data-about").replaceChildren(...(view ? about(view.newest.summary) : []));
  find("data-versions").hidden = !view || view.versions.length < 2;
  if (view) paintVersions();
  find("data-parts").replaceChildren(...(view ? parts() : []));
  find("data-filters").replaceChildren(...(view ? filters() : []));
  find("data-grid").replaceChildren(...loaded.map(part === "items" ? item : rejection));
  find("data-more").hidden = !view || loaded.length >= total;
  find("data-more").onclick = async () => {
    await more();
    paint();
  };
}

function paintVersions() {
  const select = find("data-version");
  select.replaceChildren(
    ...view.versions.toReversed().map((each) => make("option", { value: each.digest, selected: each.digest === view.newest.digest }, `${new Date(each.created).toLocaleString()} · ${say("pictures", each.summary?.items ?? "–")}`)),
  );
  select.onchange = () => show(name, select.value);
}

function about(summary) {
  if (!summary) return [];
  const kinds = Object.entries(summary.categories).slice(0, 12).map(([kind, count]) => make("span", { class: "chip" }, `${kind} ${count}`));
  return [make("p", {}, say("holds", summary.items, summary.products)), make("p", { class: "chips" }, ...kinds)];
}

function parts() {
  const left = view.newest.summary?.rejected;
  return [tab("items", say("dataPictures")), left ? tab("report", say("leftOut")) : null].filter(Boolean);
}

const tab = (wanted, text) => make("button", { type: "button", class: "quiet small", "aria-pressed": String(part === wanted), onclick: () => turn(wanted) }, text);

function filters() {
  const counts = part === "items" ? view.newest.summary?.splits || {} : codes;
  if (Object.keys(counts).length < 2) return [];
  const all = make("button", { type: "button", class: "chip", "aria-pressed": String(!filter), onclick: () => turn(part) }, say("all"));
  return [all, ...Object.entries(counts).map(([key, count]) => make("button", { type: "button", class: "chip", "aria-pressed": String(filter === key), onclick: () => turn(part, key) }, `${word(key)} ${count}`))];
}

// A reason or a side in the reader's language; one that a newer server brings is shown as it is.
function word(key) {
  const said = say(`data-${key}`);
  return said === `data-${key}` ? key : said;
}

const thumb = (ref) => make("div", { class: "thumb" }, ref ? make("img", { src: path(`/pictures/${ref.digest}`), alt: "", loading: "lazy" }) : make("span", { class: "cross", "aria-hidden": true }, "!"));

function item(each) {
  return make(
    "a", { class: "tile", href: path(`/pictures/${each.picture.digest}`), target: "_blank", rel: "noopener" },
    thumb(each.picture),
    make("strong", {}, each.category || word(each.split)),
    make("span", { class: "hint" }, each.source || each.product),
    make("span", { class: "hint" }, [word(each.split), `${each.width} × ${each.height}`, each.licence].filter(Boolean).join(" · ")),
  );
}

function rejection(each) {
  return make(
    "div", { class: "tile bad" },
    each.like ? make("div", { class: "pair" }, thumb(each.picture), thumb({ digest: each.like })) : thumb(each.picture),
    make("strong", {}, word(each.code)),
    make("span", { class: "hint" }, each.source),
    make("p", { class: "problem" }, each.reason),
  );
}
