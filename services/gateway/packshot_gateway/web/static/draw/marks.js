// What is marked in a picture: boxes [x, y, width, height] and masks, each of a category. Every change can be undone.

import { History } from "./history.js";
import { MaskLayer } from "./mask.js";

let last = 0;

export class Marks {
  constructor(size, colourOf, changed) {
    this.size = size;
    this.colourOf = colourOf;
    this.changed = changed;
    this.list = [];
    this.selected = null;
    this.history = new History(() => this.told());
  }

  told() {
    if (this.selected && !this.list.includes(this.selected)) this.selected = null;
    this.changed();
  }

  // `mask` is a MaskLayer; `digest` names it where the server has it already.
  static mark(category, { box = null, mask = null, digest = null } = {}) {
    return { id: ++last, category, box, mask, digest };
  }

  boxOf(mark) {
    return mark.mask ? mark.mask.bounds : mark.box;
  }

  select(mark) {
    this.selected = mark;
    this.changed();
  }

  // Other marks instead of all these, as one step.
  replace(list) {
    const before = this.list;
    this.history.take({ undo: () => (this.list = before), redo: () => (this.list = list) });
  }

  add(mark) {
    const before = this.list;
    this.history.take({ undo: () => (this.list = before), redo: () => (this.list = [...before, mark]) });
    this.select(mark);
  }

  remove(mark) {
    if (mark) this.replace(this.list.filter((each) => each !== mark));
  }

  recategorise(mark, category) {
    const before = mark.category;
    if (before === category) return;
    const set = (name) => {
      mark.category = name;
      mark.mask?.paintIn(this.colourOf(name));
    };
    this.history.take({ undo: () => set(before), redo: () => set(category) });
  }

  // A box that was dragged from `before` to where it is.
  dragged(mark, before) {
    const after = mark.box;
    if (String(after) !== String(before)) this.history.remember({ undo: () => (mark.box = before), redo: () => (mark.box = after) });
  }

  // The mark whose mask is worked on: the selected one (which gets a mask if it has none), else a new one.
  masked(category) {
    const mark = this.selected || Marks.mark(category);
    const fresh = !mark.mask;
    const layer = mark.mask || new MaskLayer(...this.size, this.colourOf(mark.category));
    return { mark, layer, fresh, isNew: !this.selected };
  }

  // Remember what was painted on `layer` since `before` was taken, as one step with what it did to its mark.
  painted({ mark, layer, fresh, isNew }, before, area) {
    layer.measure();
    const after = layer.part(area);
    const digest = mark.digest;
    const list = this.list;
    const redo = () => {
      layer.put(after);
      Object.assign(mark, { mask: layer, digest: null });
      if (isNew) this.list = [...list, mark];
    };
    const undo = () => {
      layer.put(before);
      Object.assign(mark, { mask: fresh ? null : layer, digest });
      if (isNew) this.list = list;
    };
    redo();
    this.history.remember({ undo, redo });
    this.select(mark);
  }

  // What lies at a point, the topmost and smallest first.
  at(point, reach) {
    const area = (mark) => {
      const box = this.boxOf(mark);
      return box ? box[2] * box[3] : Infinity;
    };
    return [...this.list].sort((a, b) => area(a) - area(b)).find((mark) => (mark.mask ? mark.mask.covers(point) : mark.box && near(mark.box, point, reach))) || null;
  }
}

const near = ([x, y, width, height], [px, py], reach) => px >= x - reach && py >= y - reach && px <= x + width + reach && py <= y + height + reach;
