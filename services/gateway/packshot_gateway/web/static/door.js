// Where the server wants an API key (PACKSHOT_AUTH=keys): asks for it once, until the browser is closed.

import * as api from "./api.js";
import { find } from "./dom.js";
import { say } from "./words.js";

const ENTERED = "packshot-entered";

export function setUpDoor() {
  api.onLocked(show);
  find("door").addEventListener("submit", enter);
  find("leave").addEventListener("click", leave);
  find("leave").hidden = !localStorage.getItem(ENTERED);
}

function show() {
  find("door").hidden = false;
  for (const part of ["rooms", "order", "room", "data", "annotate", "training"]) find(part).hidden = true;
  find("leave").hidden = true;
}

async function enter(event) {
  event.preventDefault();
  try {
    await api.enter(find("key").value.trim());
  } catch (error) {
    find("door-problem").textContent = error.status === 401 ? say("wrongKey") : error.message || say("unreachable");
    find("door-problem").hidden = false;
    return;
  }
  localStorage.setItem(ENTERED, "yes");
  location.reload();
}

async function leave() {
  await api.leave();
  localStorage.removeItem(ENTERED);
  location.reload();
}
