// The lower half: one card a listing, one tile an output, kept live by server-sent events.

import * as api from "./api.js";
import { find, make } from "./dom.js";
import { openViewer } from "./viewer.js";
import { say } from "./words.js";

const ENDED = new Set(["finished", "failed", "cancelled"]);
const known = new Map();
const sources = new Map();
const notes = new Map();
const refreshing = new Set();
const watchers = new Map();

// Calls `tell` with a listing whenever it is drawn anew.
export const watch = (id, tell) => watchers.set(id, tell);

export async function loadResults() {
  try {
    for (const listing of (await api.listings()).reverse()) await show(listing.jobs ? listing : await api.listing(listing.id));
  } catch {
    // The health line says that the server is away; results come with the next visit.
  }
}

export function show(listing) {
  known.set(listing.id, listing);
  draw(listing);
  const live = (listing.jobs || []).some((job) => !ENDED.has(job.state));
  if (live && !sources.has(listing.id)) sources.set(listing.id, api.follow(listing.id, (event) => hear(listing.id, event)));
  if (!live && sources.has(listing.id)) {
    sources.get(listing.id).close();
    sources.delete(listing.id);
  }
}

export const redraw = () => [...known.values()].forEach(draw);

function hear(id, event) {
  const listing = known.get(id);
  const jobs = listing.jobs.map((job) =>
    job.id === event.job ? { ...job, state: event.state, progress: Math.max(job.progress, event.progress) } : job,
  );
  if (event.operation) notes.set(event.job, event.operation);
  known.set(id, { ...listing, jobs });
  if (/finished|failed|rejected|accepted|cancelled/.test(event.type)) refresh(id);
  else draw(known.get(id));
}

// Many events arrive together; one look at the listing answers them all.
function refresh(id) {
  if (refreshing.has(id)) return;
  refreshing.add(id);
  setTimeout(async () => {
    refreshing.delete(id);
    try {
      show(await api.listing(id));
    } catch {
      setTimeout(() => refresh(id), 2000);
    }
  }, 150);
}

function draw(listing) {
  find("empty").hidden = known.size > 0;
  const card = make(
    "article", { class: "listing", id: `listing-${listing.id}` },
    make(
      "header", {},
      make("h3", {}, listing.title || listing.sku || say("untitled")),
      make("time", { class: "hint", datetime: listing.created_at }, new Date(listing.created_at).toLocaleString()),
    ),
    make("div", { class: "tiles" }, ...rejected(listing), ...(listing.jobs || []).flatMap(tiles)),
  );
  const old = find(card.id);
  if (old) old.replaceWith(card);
  else find("listings").prepend(card);
  watchers.get(listing.id)?.(listing);
}

const rejected = (listing) =>
  (listing.photos || [])
    .filter((photo) => photo.state === "rejected")
    .map((photo) =>
      make(
        "div", { class: "tile bad" },
        make("div", { class: "thumb" }, make("span", { class: "cross", "aria-hidden": true }, "!")),
        make("strong", {}, photo.filename),
        make("p", { class: "problem" }, photo.failure?.message || say("rejected")),
      ),
    );

export function tiles(job) {
  if (job.photo.state === "rejected") return [];
  const outputs = job.outputs?.length ? job.outputs : [{ name: job.recipe, ready: false }];
  return outputs.map((output) => tile(job, output));
}

function tile(job, output) {
  const picture = output.ready ? output.artifact : job.photo.artifact;
  const thumb = make("div", { class: "thumb" }, picture ? make("img", { src: api.artifact(picture), alt: "", loading: "lazy" }) : null);
  const caption = [make("strong", {}, output.name), make("span", { class: "hint" }, job.photo.filename)];
  if (output.ready)
    return make("button", { type: "button", class: "tile ready", onclick: () => openViewer(job, output) }, thumb, badge(output), ...caption);
  const failure = output.failure || job.failure;
  if (failure || job.state === "failed")
    return make("div", { class: "tile bad" }, thumb, ...caption, make("p", { class: "problem" }, failure?.message || say("failed")));
  if (job.state === "cancelled") return make("div", { class: "tile bad" }, thumb, ...caption, make("p", { class: "hint" }, say("cancelled")));
  return make("div", { class: "tile busy" }, thumb, ...caption, ...working(job));
}

function working(job) {
  const percent = Math.round(100 * job.progress);
  return [
    make("progress", { max: 100, value: percent, "aria-label": job.recipe }),
    make(
      "span", { class: "working" },
      make("span", { class: "hint" }, notes.get(job.id) || say("waiting")),
      make("button", { type: "button", class: "quiet small", onclick: () => api.cancel(job.id) }, say("cancel")),
    ),
  ];
}

export function verdictOf(output) {
  const report = Object.values(output.findings || {}).find((finding) => finding && Array.isArray(finding.checks));
  return report ? report.verdict : null;
}

function badge(output) {
  const verdict = verdictOf(output);
  return verdict ? make("span", { class: `badge ${verdict}` }, say(verdict)) : null;
}
