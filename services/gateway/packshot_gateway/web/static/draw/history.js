// What was done, so that it can be undone: each step is { undo, redo }.

export class History {
  constructor(changed) {
    this.changed = changed;
    this.clear();
  }

  clear() {
    this.done = [];
    this.undone = [];
  }

  // Do a step, and remember it.
  take(step) {
    step.redo();
    this.remember(step);
  }

  // Remember a step that has been done.
  remember(step) {
    this.done.push(step);
    if (this.done.length > 100) this.done.shift();
    this.undone = [];
    this.changed();
  }

  undo() {
    this.move(this.done, this.undone, "undo");
  }

  redo() {
    this.move(this.undone, this.done, "redo");
  }

  move(from, to, way) {
    const step = from.pop();
    if (!step) return;
    step[way]();
    to.push(step);
    this.changed();
  }
}
