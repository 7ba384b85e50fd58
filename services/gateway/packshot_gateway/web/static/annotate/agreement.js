// How far two people agree about a task, and the pictures that somebody has to decide.

import { make } from "../dom.js";
import { say } from "../words.js";
import * as api from "./api.js";

const FIGURES = { pairsDone: "pictures", objects: "objects", unmatched: "unmatched", boxIou: "box_iou", maskIou: "mask_iou", maskDice: "mask_dice", kappa: "kappa", toDecide: "disagreements" };

export async function drawAgreement(place, task, decide) {
  const [figures, list] = await Promise.all([api.agreement(task.id), api.disagreements(task.id)]);
  if (!figures.pictures) return place.replaceChildren(make("p", { class: "hint" }, say("noPairs")));
  const rows = Object.entries(FIGURES)
    .filter(([, name]) => figures[name] !== null)
    .map(([word, name]) => make("div", { "data-figure": name }, make("dt", {}, say(word)), make("dd", {}, figure(figures[name]))));
  const open = list.map((each, index) =>
    make("li", {}, make("button", { type: "button", class: "quiet small", disabled: Boolean(task.published), onclick: () => decide(list.slice(index)) }, say("decide", each.position + 1)), make("span", { class: "hint" }, each.decided_by ? say("decided", each.decided_by) : "")),
  );
  return place.replaceChildren(make("dl", { class: "agreement" }, ...rows), make("ul", { class: "disagreements" }, ...open));
}

const figure = (value) => (Number.isInteger(value) ? String(value) : value.toFixed(3));
