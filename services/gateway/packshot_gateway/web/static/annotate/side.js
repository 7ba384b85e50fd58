// Beside the picture: classes, the proposal, other people's work, and the marks.

import { find, make } from "../dom.js";
import { say } from "../words.js";

export function drawClasses(pad, task, choose, addWhole) {
  const one = (category, place) =>
    make(
      "button", { type: "button", class: "class", "aria-pressed": String(category === pad.category), "data-class": category, onclick: () => choose(category) },
      dot(pad, category), make("span", {}, category), place < 9 ? make("kbd", {}, String(place + 1)) : null,
    );
  find("work-classes").replaceChildren(...task.categories.map(one), make("button", { type: "button", class: "class whole", onclick: addWhole }, `+ ${say("wholePicture")}`));
}

export function drawProposal(pad, picture, { accept, toggle }) {
  const place = find("work-proposal");
  place.hidden = !picture.waiting && !picture.failure && !pad.ghosts.length;
  if (picture.waiting) place.replaceChildren(make("p", { class: "hint" }, say("proposalComes")));
  else if (!pad.ghosts.length) place.replaceChildren(make("p", { class: "hint" }, picture.failure || ""));
  else
    place.replaceChildren(
      make("p", { class: "hint" }, say("proposal", [...new Set(picture.proposals.map((label) => label.by || "?"))].join(", "))),
      make("button", { type: "button", class: "quiet small", id: "work-accept", onclick: accept }, say("accept")),
      make("button", { type: "button", class: "quiet small", id: "work-ghosts", onclick: toggle }, say(pad.ghostsShown ? "hide" : "showIt")),
    );
}

export function drawWorks(works, take) {
  find("work-works").replaceChildren(
    ...works.map((each) =>
      each.state === "skipped"
        ? make("p", { class: "hint" }, say("skippedIt", each.person, each.reason))
        : make("button", { type: "button", class: "quiet small", onclick: () => take(each.marks) }, say("take", each.person)),
    ),
  );
}

export function drawMarks(pad) {
  const kind = (mark) => say(mark.mask ? "aMask" : mark.box ? "aBox" : "aWhole");
  const one = (mark) =>
    make(
      "li", { class: mark === pad.marks.selected ? "mark chosen" : "mark" },
      make("button", { type: "button", class: "mark-name", onclick: () => pad.marks.select(mark) }, dot(pad, mark.category), make("span", {}, mark.category), make("span", { class: "hint" }, kind(mark))),
      make("button", { type: "button", class: "quiet small", "aria-label": say("remove", mark.category), onclick: () => pad.marks.remove(mark) }, "×"),
    );
  find("work-marks").replaceChildren(...pad.marks.list.map(one));
}

function dot(pad, category) {
  const mark = make("span", { class: "class-dot" });
  // Set by script: the page's security policy takes no style attributes.
  mark.style.background = pad.colourOf(category);
  return mark;
}
