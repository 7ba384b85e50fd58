// Where a picture lies in its window: a scale and a shift. Points are [x, y], of the window or of the picture.

const MOST = 40;

export class View {
  constructor() {
    this.scale = 1;
    this.least = 0.01;
    this.x = this.y = 0;
  }

  // The whole picture, in the middle.
  fit(picture, window, margin = 12) {
    this.scale = Math.max(Math.min((window[0] - 2 * margin) / picture[0], (window[1] - 2 * margin) / picture[1]), 1e-3);
    this.least = this.scale / 2;
    this.x = (window[0] - picture[0] * this.scale) / 2;
    this.y = (window[1] - picture[1] * this.scale) / 2;
  }

  toPicture([x, y]) {
    return [(x - this.x) / this.scale, (y - this.y) / this.scale];
  }

  toWindow([x, y]) {
    return [x * this.scale + this.x, y * this.scale + this.y];
  }

  pan(dx, dy) {
    this.x += dx;
    this.y += dy;
  }

  // What is under `at` stays there.
  zoom(at, factor) {
    const scale = Math.min(Math.max(this.scale * factor, this.least), MOST);
    this.x = at[0] - ((at[0] - this.x) * scale) / this.scale;
    this.y = at[1] - ((at[1] - this.y) * scale) / this.scale;
    this.scale = scale;
  }
}
