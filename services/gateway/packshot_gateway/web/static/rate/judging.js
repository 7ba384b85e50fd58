// One pair after the other: which picture is better, or neither; by mouse, finger or key.

import { find } from "../dom.js";
import { say } from "../words.js";
import * as api from "./api.js";

const KEYS = { ArrowLeft: "left", ArrowRight: "right", ArrowDown: "tie", " ": "tie", Backspace: "undo" };
const SIDES = ["left", "right", "reference"];

let leave = () => {};
let rating = null;
let person = "";
let pair = null;
let busy = false;

export function setUpJudging(onLeave) {
  leave = onLeave;
  find("judge-leave").addEventListener("click", () => leave());
  for (const verdict of ["left", "right", "tie"]) find(`judge-${verdict}`).addEventListener("click", () => judge(verdict));
  find("judge-undo").addEventListener("click", undo);
  document.addEventListener("keydown", key);
}

// Judge a rating's pairs as `name`.
export async function judging(of, name) {
  [rating, person, pair] = [of, name, null];
  find("rate-ratings").hidden = true;
  find("judging").hidden = false;
  await trying(async () => lay(await api.next(rating.id, person)));
  find("judge-tie").focus({ preventScroll: true });
}

async function judge(verdict) {
  if (!pair) return;
  await trying(async () => lay(await api.judge(rating.id, pair.position, person, verdict)));
}

async function undo() {
  if (!rating?.mine) return;
  await trying(async () => lay(await api.undo(rating.id, person)));
}

// Both pictures appear at once: which comes first must not matter.
async function lay(answer) {
  [rating, pair] = [answer.rating, answer.pair];
  find("judge-progress").value = rating.pairs ? rating.mine / rating.pairs : 0;
  draw();
  if (!pair) return;
  find("judge-pair").classList.add("loading");
  const sides = SIDES.filter((side) => side !== "reference" || pair.reference);
  await Promise.all(
    sides.map((side) => {
      const image = find(`judge-${side}`).querySelector("img");
      image.src = api.picture(rating.id, pair.position, side, person);
      return image.decode();
    }),
  );
  find("judge-pair").classList.remove("loading");
  find("judge-pair").dataset.position = pair.position;
}

function draw() {
  find("judge-question").textContent = rating.question || say("whichBetter");
  find("judge-place").textContent = say("pairPlace", Math.min(rating.mine + 1, rating.pairs), rating.pairs);
  find("judge-place").hidden = find("judge-pair").hidden = !pair;
  find("judge-done").hidden = Boolean(pair);
  find("judge-undo").disabled = !rating.mine;
  find("judge-tie").disabled = !pair;
  find("judge-reference").hidden = !pair?.reference;
  for (const side of ["left", "right"]) find(`judge-${side}`).setAttribute("aria-label", say(`${side}Better`));
}

function key(event) {
  if (find("judging").hidden || find("rate").hidden || event.ctrlKey || event.metaKey || event.altKey) return;
  const act = KEYS[event.key];
  if (!act) return;
  // A button that has the focus must not be pressed by the same key.
  event.preventDefault();
  if (event.repeat) return;
  if (act === "undo") undo();
  else judge(act);
}

async function trying(act) {
  if (busy) return;
  busy = true;
  find("judge-problem").hidden = true;
  try {
    await act();
  } catch (error) {
    find("judge-problem").textContent = error.message || say("unreachable");
    find("judge-problem").hidden = error.status === 401;
  } finally {
    busy = false;
  }
}

export function redrawJudging() {
  if (rating && !find("judging").hidden) draw();
}
