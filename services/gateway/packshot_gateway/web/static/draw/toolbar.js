// The buttons of a pad, and the keys that do the same.

import { make } from "../dom.js";
import { say } from "../words.js";

const SIGNS = {
  select: "M5 3l14 8-6 2-3 6z", box: "M4 6h16v12H4z", polygon: "M12 3l8 6-3 10H7L4 9z", brush: "M4 20c4 0 5-2 5-4l9-11 2 2-11 9c0 3-2 4-5 4z",
  eraser: "M8 19h11M4 14l8-9 7 6-7 8H8z", undo: "M9 6L4 11l5 5M4 11h9a6 6 0 010 12", redo: "M15 6l5 5-5 5M20 11h-9a6 6 0 000 12",
  fit: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5", zoomIn: "M12 5v14M5 12h14", zoomOut: "M5 12h14",
};
const KEYS = { v: "select", b: "box", g: "polygon", d: "brush", e: "eraser" };

export const GROWTH = 1.25;

// Puts buttons for `tools` into `place`; gives a function that shows how things stand.
export function makeToolbar(place, pad, tools) {
  const size = make("input", { type: "range", min: 1, max: 300, "aria-label": say("brushSize"), title: say("brushSize"), class: "brush-size", oninput: () => grow(pad, Number(size.value) / pad.diameter) });
  const buttons = tools.map((name) => button(name, say(`tool-${name}`), () => pad.use(name)));
  const undo = button("undo", say("undo"), () => pad.marks.history.undo());
  const redo = button("redo", say("redo"), () => pad.marks.history.redo());
  const views = [button("zoomIn", say("zoomIn"), () => pad.zoom(GROWTH)), button("zoomOut", say("zoomOut"), () => pad.zoom(1 / GROWTH)), button("fit", say("fit"), () => pad.fit())];
  place.replaceChildren(...buttons, size, make("span", { class: "gap" }), undo, redo, make("span", { class: "gap" }), ...views);
  return () => {
    for (const each of buttons) each.setAttribute("aria-pressed", String(each.dataset.act === pad.toolName));
    undo.disabled = !pad.marks.history.done.length;
    redo.disabled = !pad.marks.history.undone.length;
    size.hidden = !["brush", "eraser"].includes(pad.toolName);
    size.value = pad.diameter;
  };
}

function button(name, title, act) {
  const sign = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  sign.setAttribute("viewBox", "0 0 24 24");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", SIGNS[name]);
  sign.append(path);
  return make("button", { type: "button", class: "tool", "data-act": name, title, "aria-label": title, onclick: act }, sign);
}

export function grow(pad, factor) {
  pad.diameter = Math.min(Math.max(pad.diameter * factor, 1), 600);
  pad.told();
}

// Whether the key meant the pad. `tools` are those that there are buttons for.
export function onKey(event, pad, tools) {
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) {
    if (key !== "z" && key !== "y") return false;
    pad.marks.history[key === "y" || event.shiftKey ? "redo" : "undo"]();
    return true;
  }
  if (tools.includes(KEYS[key])) pad.use(KEYS[key]);
  else if (key === "[") grow(pad, 1 / GROWTH);
  else if (key === "]") grow(pad, GROWTH);
  else if (key === "0") pad.fit();
  else if (key === "+" || key === "=") pad.zoom(GROWTH);
  else if (key === "-") pad.zoom(1 / GROWTH);
  else if (key === "delete" || key === "backspace") pad.marks.remove(pad.marks.selected);
  else if (key === "escape") pad.tool.cancel(pad);
  else return false;
  return true;
}
