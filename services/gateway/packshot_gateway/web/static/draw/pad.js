// A picture to draw on: zoom and pan, boxes, polygons and masks, by mouse, pen and fingers. Knows nothing of what it is used for.

import { Marks } from "./marks.js";
import { paint } from "./paint.js";
import { distance, makeTools } from "./tools.js";
import { View } from "./view.js";

export class Pad {
  // `colourOf(category)` gives a CSS colour; `changed` hears of every change of marks, selection, tool and brush.
  constructor(canvas, { colourOf, changed = () => {} }) {
    this.canvas = canvas;
    this.pen = canvas.getContext("2d");
    this.view = new View();
    this.changed = changed;
    this.colourOf = colourOf;
    this.image = null;
    this.ghosts = [];
    this.ghostsShown = true;
    this.sketch = null;
    this.category = "";
    this.tools = makeTools();
    this.toolName = "select";
    this.diameter = 24;
    this.pointers = new Map();
    this.marks = new Marks([1, 1], colourOf, () => this.told());
    this.listen();
    new ResizeObserver(() => this.resize()).observe(canvas);
  }

  get tool() {
    return this.tools[this.toolName];
  }

  // Nothing is shown, and nothing can be drawn, until the next picture is there.
  clear() {
    this.tool.cancel(this);
    this.image = null;
    this.canvas.setAttribute("aria-busy", "true");
    this.draw();
  }

  // An HTMLImageElement that is decoded, shown as `size` pixels.
  load(image, size) {
    this.tool.cancel(this);
    this.image = image;
    this.canvas.setAttribute("aria-busy", "false");
    this.marks = new Marks(size, this.colourOf, () => this.told());
    this.ghosts = [];
    this.diameter = Math.max(Math.round(Math.max(...size) / 40), 2);
    this.resize();
    this.fit();
    this.changed();
  }

  use(name) {
    this.tool.cancel(this);
    this.toolName = name;
    this.canvas.dataset.tool = name;
    this.told();
  }

  // A closed outline becomes part of the selected mask, or of a new one. Who uses the pad may want something else.
  polygonClosed(points) {
    const xs = points.map((point) => point[0]);
    const ys = points.map((point) => point[1]);
    const area = [Math.min(...xs) - 1, Math.min(...ys) - 1, Math.max(...xs) + 1, Math.max(...ys) + 1];
    const work = this.marks.masked(this.category);
    const before = work.layer.part(area);
    work.layer.fill(points);
    this.marks.painted(work, before, area);
  }

  fit() {
    this.view.fit(this.marks.size, this.size());
    this.draw();
  }

  zoom(factor) {
    const [width, height] = this.size();
    this.view.zoom([width / 2, height / 2], factor);
    this.draw();
  }

  // How near a pointer must come, in pixels of the picture.
  reach() {
    return (this.coarse ? 22 : 9) / this.view.scale;
  }

  told() {
    this.draw();
    this.changed();
  }

  draw() {
    this.due ??= requestAnimationFrame(() => {
      this.due = null;
      paint(this.pen, this);
    });
  }

  size() {
    const { clientWidth, clientHeight } = this.canvas;
    return [clientWidth || 1, clientHeight || 1];
  }

  resize() {
    this.density = window.devicePixelRatio || 1;
    const [width, height] = this.size().map((side) => Math.round(side * this.density));
    if (this.canvas.width === width && this.canvas.height === height) return;
    const first = this.canvas.width === 0 || !this.sized;
    Object.assign(this.canvas, { width, height });
    this.sized = true;
    if (first || this.image) this.view.fit(this.marks.size, this.size());
    this.draw();
  }

  listen() {
    const { canvas } = this;
    canvas.addEventListener("pointerdown", (event) => this.down(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    for (const type of ["pointerup", "pointercancel"]) canvas.addEventListener(type, (event) => this.up(event));
    canvas.addEventListener("pointerleave", () => this.tool.leave?.(this));
    canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    canvas.addEventListener("contextmenu", (event) => event.preventDefault());
  }

  at(event) {
    const frame = this.canvas.getBoundingClientRect();
    return [event.clientX - frame.left, event.clientY - frame.top];
  }

  wheel(event) {
    event.preventDefault();
    this.view.zoom(this.at(event), Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.002)));
    this.draw();
  }

  down(event) {
    if (!this.image) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.canvas.focus({ preventScroll: true });
    this.coarse = event.pointerType === "touch";
    this.pointers.set(event.pointerId, this.at(event));
    const dragging = event.button === 1 || event.button === 2 || this.panning;
    // A second finger moves and zooms; what the first had begun is taken back.
    if (this.pointers.size === 2 || dragging) {
      this.tool.cancel(this);
      this.gesture = true;
    } else if (this.pointers.size === 1) this.tool.down(this, this.view.toPicture(this.at(event)));
  }

  move(event) {
    if (!this.image) return;
    const now = this.at(event);
    const before = this.pointers.get(event.pointerId);
    if (!this.gesture || !before) {
      this.tool.move(this, this.view.toPicture(now));
      return;
    }
    const others = [...this.pointers.entries()].filter(([id]) => id !== event.pointerId).map(([, point]) => point);
    this.pointers.set(event.pointerId, now);
    if (!others.length) this.view.pan(now[0] - before[0], now[1] - before[1]);
    else this.pinch(others[0], before, now);
    this.draw();
  }

  pinch(other, before, now) {
    const middle = (point) => [(point[0] + other[0]) / 2, (point[1] + other[1]) / 2];
    const [from, to] = [middle(before), middle(now)];
    this.view.pan(to[0] - from[0], to[1] - from[1]);
    this.view.zoom(to, Math.max(distance(now, other), 1) / Math.max(distance(before, other), 1));
  }

  up(event) {
    if (!this.pointers.delete(event.pointerId)) return;
    if (!this.gesture) this.tool[event.type === "pointerup" ? "up" : "cancel"](this, this.view.toPicture(this.at(event)));
    if (!this.pointers.size) this.gesture = false;
  }
}
