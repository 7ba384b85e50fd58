import * as api from "./api.js";
import { find } from "./dom.js";
import { setUpDoor } from "./door.js";
import { setUpOrder } from "./order.js";
import { loadResults, redraw, show } from "./results.js";
import { setUpViewer } from "./viewer.js";
import { say, speak, switchLanguage } from "./words.js";

function label() {
  find("language").textContent = say("other");
}

async function watchHealth() {
  const well = await api.ready();
  find("health").textContent = well ? say("healthy") : say("unhealthy");
  find("health").classList.toggle("ill", !well);
}

find("language").addEventListener("click", () => {
  switchLanguage();
  label();
  redraw();
  watchHealth();
});

speak();
label();
setUpDoor();
setUpViewer();
setUpOrder(show);
loadResults();
watchHealth();
setInterval(watchHealth, 10000);
