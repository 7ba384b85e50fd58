// Asks somebody to draw on a picture, in a dialog: gives the marks, or null if they thought better of it.

import { make } from "../dom.js";
import { say } from "../words.js";
import { MaskLayer } from "./mask.js";
import { Marks } from "./marks.js";
import { Pad } from "./pad.js";
import { makeToolbar, onKey } from "./toolbar.js";

const COLOUR = "hsl(340 85% 50%)";

// `image` is decoded; `tools` are those that there is a use for. With `outlines`, a polygon stays one: its mark has `points`.
export function askDrawing(image, tools, { outlines = false } = {}) {
  const canvas = make("canvas", { tabindex: 0 });
  const bar = make("div", { class: "tools", role: "toolbar" });
  const use = make("button", { type: "button", class: "main", "data-act": "use" }, say("useIt"));
  const close = make("button", { type: "button", class: "quiet" }, say("close"));
  const dialog = make("dialog", { class: "pad-dialog", "aria-label": say("drawIt") }, make("div", {}, bar, canvas, make("div", { class: "go" }, close, use)));
  document.body.append(dialog);
  let show = () => {};
  const pad = new Pad(canvas, { colourOf: () => COLOUR, changed: () => show() });
  if (outlines)
    pad.polygonClosed = (points) => {
      const layer = new MaskLayer(...pad.marks.size, COLOUR);
      layer.fill(points);
      layer.measure();
      pad.marks.add({ ...Marks.mark("", { mask: layer }), points });
    };
  show = makeToolbar(bar, pad, tools);
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && pad.toolName === "polygon") pad.tool.close(pad);
    else if (event.key === "Escape" || !onKey(event, pad, tools)) return;
    event.preventDefault();
  });
  dialog.showModal();
  pad.load(image, [image.naturalWidth, image.naturalHeight]);
  pad.use(tools.includes("brush") ? "brush" : tools.find((name) => name !== "select"));
  return new Promise((resolve) => {
    use.addEventListener("click", () => dialog.close("use"));
    close.addEventListener("click", () => dialog.close(""));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "use" ? pad.marks : null);
    });
  });
}
