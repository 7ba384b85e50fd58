// Where an operation is told where to work (a box, an outline or a mask), it can be drawn on the photo instead of typed.

import { make } from "./dom.js";
import { askDrawing } from "./draw/dialog.js";
import { MaskLayer } from "./draw/mask.js";
import { itemOf, resolve, variants } from "./schema.js";
import { say } from "./words.js";

const MASK = "mask";

// What of an operation can be drawn: { box: "shares" | "pixels", polygon, mask }.
export function drawable(entry) {
  const root = entry.params_schema;
  const kind = (name) => {
    const part = root.properties?.[name];
    return part ? variants(resolve(part, root), root).kinds[0] : null;
  };
  const [box, polygon] = [kind("box"), kind("polygon")];
  const four = box?.type === "array" && (box.prefixItems?.length === 4 || box.maxItems === 4);
  const corner = polygon?.type === "array" ? resolve(itemOf(polygon, 0), root) : null;
  return {
    box: four ? (isShare(itemOf(box, 0)) ? "shares" : "pixels") : null,
    polygon: corner?.type === "array" && isShare(itemOf(corner, 0)),
    mask: MASK in (entry.inputs || {}),
  };
}

const isShare = (schema) => schema.minimum === 0 && schema.maximum === 1;

// A button that draws, or null where there is nothing to draw. `take` hears parameters; a mask becomes the input's file.
export function drawButton(entry, given, { take, complain }) {
  const can = drawable(entry);
  if (entry.source === false || !(can.box || can.polygon || can.mask)) return null;
  return make("button", { type: "button", class: "quiet draw-it", id: "room-draw", onclick: () => draw(can, given, { take, complain }) }, say("drawIt"));
}

async function draw(can, given, { take, complain }) {
  const [photo] = given.get("photo") || [];
  if (!photo) return complain(say("photoFirst"));
  const image = new Image();
  image.src = URL.createObjectURL(photo);
  try {
    await image.decode();
  } catch {
    return complain(say("cannotShow"));
  }
  const tools = ["select", can.box && "box", (can.polygon || can.mask) && "polygon", can.mask && "brush", can.mask && "eraser"].filter(Boolean);
  const marks = await askDrawing(image, tools, { outlines: can.polygon && !can.mask });
  URL.revokeObjectURL(image.src);
  if (!marks) return null;
  const values = {};
  const box = marks.list.findLast((mark) => !mark.mask)?.box;
  if (can.box) values.box = box ? corners(box, can.box === "shares" ? marks.size : null) : null;
  const points = marks.list.findLast((mark) => mark.points)?.points;
  if (can.polygon) values.polygon = points ? points.map(([x, y]) => [share(x / marks.size[0]), share(y / marks.size[1])]) : null;
  if (can.mask) await giveMask(marks, given);
  return take(values);
}

function corners([x, y, width, height], size) {
  const all = [x, y, x + width, y + height];
  return size ? all.map((value, side) => share(value / size[side % 2])) : all.map(Math.round);
}

const share = (value) => Math.min(Math.max(Math.round(value * 1e5) / 1e5, 0), 1);

// All that was painted, as one file.
async function giveMask(marks, given) {
  const layers = marks.list.filter((mark) => mark.mask).map((mark) => mark.mask);
  if (!layers.length) return given.delete(MASK);
  const whole = new MaskLayer(...marks.size, "#fff");
  for (const layer of layers) whole.context.drawImage(layer.canvas, 0, 0);
  return given.set(MASK, [new File([await whole.toBlob()], "mask.png", { type: "image/png" })]);
}
