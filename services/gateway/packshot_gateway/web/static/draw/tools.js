// What a pointer does: each tool hears `down`, `move` and `up` with points of the picture, and may paint over it.

import { Marks } from "./marks.js";

const HANDLES = [[0, 0], [0.5, 0], [1, 0], [1, 0.5], [1, 1], [0.5, 1], [0, 1], [0, 0.5]];
export const handlesOf = ([x, y, width, height]) => HANDLES.map(([across, down]) => [x + across * width, y + down * height]);

const clamp = (value, high) => Math.min(Math.max(value, 0), high);

// The box between two corners, inside a picture of this size.
function between([ax, ay], [bx, by], [width, height]) {
  const [left, right] = [clamp(Math.min(ax, bx), width), clamp(Math.max(ax, bx), width)];
  const [top, bottom] = [clamp(Math.min(ay, by), height), clamp(Math.max(ay, by), height)];
  return [left, top, right - left, bottom - top].map((value) => Math.round(value * 100) / 100);
}

class Select {
  down(pad, point) {
    const { marks } = pad;
    const mark = marks.selected;
    const handle = mark?.box && !mark.mask ? handlesOf(mark.box).findIndex((each) => distance(each, point) < pad.reach()) : -1;
    const found = handle >= 0 ? mark : marks.at(point, pad.reach());
    marks.select(found);
    this.drag = found?.box && !found.mask ? { mark: found, handle, from: point, before: found.box } : null;
  }

  move(pad, point) {
    if (!this.drag) return;
    const { mark, handle, from, before } = this.drag;
    mark.box = handle < 0 ? moved(before, point, from, pad.marks.size) : resized(before, HANDLES[handle], point, pad.marks.size);
    pad.draw();
  }

  up(pad) {
    if (this.drag) pad.marks.dragged(this.drag.mark, this.drag.before);
    this.drag = null;
  }

  cancel(pad) {
    if (this.drag) this.drag.mark.box = this.drag.before;
    this.drag = null;
    pad.draw();
  }
}

function moved([x, y, width, height], [px, py], [fx, fy], size) {
  const left = clamp(x + px - fx, size[0] - width);
  const top = clamp(y + py - fy, size[1] - height);
  return between([left, top], [left + width, top + height], size);
}

// A side that a handle does not hold stays where it is.
function resized([x, y, width, height], [across, down], [px, py], size) {
  const anchor = [across === 0 ? x + width : x, down === 0 ? y + height : y];
  const corner = [across === 0.5 ? x + width : px, down === 0.5 ? y + height : py];
  const box = between(anchor, corner, size);
  return box[2] >= 1 && box[3] >= 1 ? box : [x, y, width, height];
}

class Box {
  down(pad, point) {
    this.from = this.to = point;
  }

  move(pad, point) {
    if (!this.from) return;
    this.to = point;
    pad.draw();
  }

  up(pad) {
    if (!this.from) return;
    const box = between(this.from, this.to, pad.marks.size);
    this.from = null;
    if (box[2] * pad.view.scale >= 4 && box[3] * pad.view.scale >= 4) pad.marks.add(Marks.mark(pad.category, { box }));
    else pad.marks.select(pad.marks.at([box[0], box[1]], pad.reach()));
  }

  cancel(pad) {
    this.from = null;
    pad.draw();
  }

  overlay(pad) {
    return this.from ? { box: between(this.from, this.to, pad.marks.size) } : null;
  }
}

class Polygon {
  constructor() {
    this.points = [];
  }

  down(pad, point) {
    const closing = this.points.length > 2 && distance(this.points[0], point) < pad.reach();
    if (closing) this.close(pad);
    else this.points.push(point.map((value, side) => clamp(value, pad.marks.size[side])));
    this.hover = point;
    pad.draw();
  }

  move(pad, point) {
    this.hover = point;
    if (this.points.length) pad.draw();
  }

  up() {}

  close(pad) {
    if (this.points.length < 3) return;
    const points = this.points;
    this.points = [];
    pad.polygonClosed(points);
  }

  cancel(pad) {
    this.points = [];
    pad.draw();
  }

  overlay() {
    return this.points.length ? { polygon: this.points, hover: this.hover } : null;
  }
}

class Brush {
  constructor(erase) {
    this.erase = erase;
  }

  down(pad, point) {
    if (this.erase && !pad.marks.selected?.mask) {
      const found = pad.marks.at(point, pad.reach());
      if (!found?.mask) return;
      pad.marks.select(found);
    }
    this.work = pad.marks.masked(pad.category);
    this.under = this.work.layer.copy();
    this.last = point;
    this.area = [Infinity, Infinity, -Infinity, -Infinity];
    if (this.work.isNew || this.work.fresh) pad.sketch = this.work.layer;
    this.stroke(pad, point);
  }

  move(pad, point) {
    if (this.work) this.stroke(pad, point);
    this.hover = point;
    pad.draw();
  }

  stroke(pad, point) {
    const radius = pad.diameter / 2 + 2;
    for (const [x, y] of [this.last, point]) {
      const [left, top, right, bottom] = this.area;
      this.area = [Math.min(left, x - radius), Math.min(top, y - radius), Math.max(right, x + radius), Math.max(bottom, y + radius)];
    }
    this.work.layer.stroke(this.last, point, pad.diameter, this.erase);
    this.last = point;
    pad.draw();
  }

  up(pad) {
    if (!this.work) return;
    const { work, area } = this;
    this.work = pad.sketch = null;
    pad.marks.painted(work, this.under.part(area), area);
  }

  cancel(pad) {
    if (this.work) this.work.layer.put(this.under.part(this.area));
    this.work = pad.sketch = null;
    pad.draw();
  }

  overlay(pad) {
    return this.hover ? { ring: this.hover, diameter: pad.diameter } : null;
  }

  leave(pad) {
    this.hover = null;
    pad.draw();
  }
}

export const makeTools = () => ({ select: new Select(), box: new Box(), polygon: new Polygon(), brush: new Brush(false), eraser: new Brush(true) });

export const distance = ([ax, ay], [bx, by]) => Math.hypot(ax - bx, ay - by);
