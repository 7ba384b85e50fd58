// Paints the picture with what is marked in it.

import { handlesOf } from "./tools.js";

export function paint(pen, pad) {
  const { view, marks, image } = pad;
  const { canvas } = pen;
  pen.setTransform(1, 0, 0, 1, 0, 0);
  pen.clearRect(0, 0, canvas.width, canvas.height);
  if (!image) return;
  pen.setTransform(pad.density * view.scale, 0, 0, pad.density * view.scale, pad.density * view.x, pad.density * view.y);
  // Pixels are to be seen as such only when they are large.
  pen.imageSmoothingEnabled = view.scale < 3;
  pen.drawImage(image, 0, 0, ...marks.size);
  if (pad.ghostsShown) for (const ghost of pad.ghosts) paintMark(pen, pad, ghost, { ghost: true });
  for (const mark of marks.list) paintMark(pen, pad, mark, { selected: mark === marks.selected });
  if (pad.sketch) paintLayer(pen, pad.sketch, 0.5);
  paintOverlay(pen, pad, pad.tool.overlay?.(pad));
}

function paintMark(pen, pad, mark, { selected = false, ghost = false }) {
  const colour = pad.marks.colourOf(mark.category);
  if (mark.mask) paintLayer(pen, mark.mask, ghost ? 0.35 : selected ? 0.6 : 0.45);
  const box = pad.marks.boxOf(mark);
  if (!box) return;
  const width = (selected ? 2.5 : 1.5) / pad.view.scale;
  pen.setLineDash(ghost || mark.mask ? [6 / pad.view.scale, 4 / pad.view.scale] : []);
  line(pen, width + 1.5 / pad.view.scale, "rgb(255 255 255 / 0.75)", () => pen.rect(...box));
  line(pen, width, colour, () => pen.rect(...box));
  pen.setLineDash([]);
  if (!selected || mark.mask) return;
  const side = 9 / pad.view.scale;
  for (const [x, y] of handlesOf(box)) {
    pen.fillStyle = "#fff";
    pen.fillRect(x - side / 2, y - side / 2, side, side);
    line(pen, 1.5 / pad.view.scale, colour, () => pen.rect(x - side / 2, y - side / 2, side, side));
  }
}

function paintLayer(pen, layer, opacity) {
  pen.globalAlpha = opacity;
  pen.drawImage(layer.canvas, 0, 0);
  pen.globalAlpha = 1;
}

function paintOverlay(pen, pad, overlay) {
  if (!overlay) return;
  const colour = pad.marks.colourOf(pad.category);
  const width = 2 / pad.view.scale;
  if (overlay.box) line(pen, width, colour, () => pen.rect(...overlay.box));
  if (overlay.polygon) {
    const points = overlay.hover ? [...overlay.polygon, overlay.hover] : overlay.polygon;
    line(pen, width, colour, () => points.forEach((point, index) => pen[index ? "lineTo" : "moveTo"](...point)));
    for (const [index, [x, y]] of overlay.polygon.entries()) {
      pen.fillStyle = index ? colour : "#fff";
      pen.beginPath();
      pen.arc(x, y, (index ? 3.5 : 6) / pad.view.scale, 0, 2 * Math.PI);
      pen.fill();
      if (!index) line(pen, width, colour, () => pen.arc(x, y, 6 / pad.view.scale, 0, 2 * Math.PI));
    }
  }
  if (overlay.ring) {
    const ring = () => pen.arc(...overlay.ring, overlay.diameter / 2, 0, 2 * Math.PI);
    line(pen, 3 / pad.view.scale, "rgb(255 255 255 / 0.8)", ring);
    line(pen, 1.2 / pad.view.scale, "#111", ring);
  }
}

function line(pen, width, colour, path) {
  pen.lineWidth = width;
  pen.strokeStyle = colour;
  pen.beginPath();
  path();
  pen.stroke();
}
