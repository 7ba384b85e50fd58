// How far a collection is, as the server tells it.

import { ask } from "../api.js";
import { find, make } from "../dom.js";
import { say } from "../words.js";

const ENDED = ["finished", "failed", "cancelled"];

let source = null;

export function stopFollowing() {
  source?.close();
  source = null;
  find("data-progress").replaceChildren();
}

// `ended` is called once a collection that was going on has made a version.
export function drawProgress(run, ended) {
  draw(run);
  if (ENDED.includes(run.state)) return;
  source = new EventSource(`/v1/collections/${run.id}/events`);
  source.addEventListener("collection", (event) => {
    const now = JSON.parse(event.data);
    draw(now);
    if (!ENDED.includes(now.state)) return;
    source?.close();
    if (now.state === "finished") ended();
  });
}

function draw(run) {
  const place = find("data-progress");
  if (run.state === "finished") return place.replaceChildren(...(run.note ? [make("p", { class: "hint" }, run.note)] : []));
  if (run.state === "failed") return place.replaceChildren(make("p", { class: "problem" }, run.failure?.message || say("failed")));
  if (run.state === "cancelled") return place.replaceChildren(make("p", { class: "hint" }, say("cancelled")));
  const { pages, pictures, rejected, waiting, bytes } = run.counts;
  const done = pictures + rejected;
  const told = [say(`phase-${run.phase}`), pages ? say("pagesRead", pages) : "", say("pictures", pictures), say("leftOutCount", rejected), `${(bytes / 2 ** 20).toFixed(1)} MB`];
  return place.replaceChildren(
    make("progress", { max: done + waiting || 1, value: run.phase === "gather" && done ? done : undefined, "aria-label": run.name }),
    make("span", { class: "working" }, make("span", { class: "hint" }, told.filter(Boolean).join(" · ")), make("button", { type: "button", class: "quiet small", onclick: () => cancel(run) }, say("cancel"))),
    ...(run.note ? [make("p", { class: "hint" }, run.note)] : []),
  );
}

async function cancel(run) {
  try {
    draw(await ask(`/v1/collections/${run.id}/cancel`, { method: "POST" }));
  } catch (error) {
    find("data-progress").append(make("p", { class: "problem" }, error.message || say("unreachable")));
  }
}
