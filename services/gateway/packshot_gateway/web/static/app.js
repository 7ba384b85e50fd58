import { redrawAnnotate, setUpAnnotate } from "./annotate/room.js";
import * as api from "./api.js";
import { redrawData, setUpData } from "./data/room.js";
import { find } from "./dom.js";
import { setUpDoor } from "./door.js";
import { loadRecipes, setUpOrder } from "./order.js";
import { redrawRate, setUpRate } from "./rate/room.js";
import { loadResults, redraw, show } from "./results.js";
import { redrawRoom, setUpRoom } from "./room.js";
import { setUpRooms } from "./rooms.js";
import { redrawTraining, setUpTraining } from "./training/room.js";
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
  loadRecipes();
  redrawRoom();
  redrawData();
  redrawTraining();
  redrawAnnotate();
  redrawRate();
  watchHealth();
});

speak();
label();
setUpDoor();
setUpViewer();
setUpOrder(show);
setUpRoom();
setUpData();
setUpTraining();
setUpAnnotate();
setUpRate();
setUpRooms();
loadResults();
watchHealth();
setInterval(watchHealth, 10000);
