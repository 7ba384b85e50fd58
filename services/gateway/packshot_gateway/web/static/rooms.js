// Which room of the page is open: the address says so, `#room` or `#room/what`.

import { find } from "./dom.js";

const ROOMS = { recipes: "order", operations: "room", data: "data", annotate: "annotate", training: "training", rate: "rate" };
const heard = {};

export function current() {
  const name = location.hash.slice(1).split("/")[0];
  return name in ROOMS ? name : "recipes";
}

// Calls `hear(what)` whenever the room is entered, or something in it is asked for.
export function onEnter(name, hear) {
  heard[name] = hear;
}

export function setUpRooms() {
  window.addEventListener("hashchange", turn);
  turn();
}

function turn() {
  if (find("rooms").hidden) return;
  const open = current();
  for (const [name, place] of Object.entries(ROOMS)) find(place).hidden = name !== open;
  for (const tab of document.querySelectorAll("#rooms a")) tab.setAttribute("aria-current", tab.hash === `#${open}` ? "page" : "false");
  heard[open]?.(decodeURIComponent(location.hash.split("/")[1] || ""));
}
