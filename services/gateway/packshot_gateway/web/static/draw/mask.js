// A mask in a canvas of the picture's size: its colour says whose it is, its opacity how far a pixel is inside.

const LOOK = 256;
const HALF = 128;

export class MaskLayer {
  constructor(width, height, colour) {
    this.canvas = document.createElement("canvas");
    Object.assign(this.canvas, { width, height });
    this.context = this.canvas.getContext("2d", { willReadFrequently: true });
    this.colour = colour;
    this.bounds = null;
  }

  // From a grey picture: white is inside.
  static async load(address, width, height, colour) {
    const layer = new MaskLayer(width, height, colour);
    const image = new Image();
    image.src = address;
    await image.decode();
    layer.context.drawImage(image, 0, 0, width, height);
    const pixels = layer.context.getImageData(0, 0, width, height);
    for (let at = 0; at < pixels.data.length; at += 4) pixels.data[at + 3] = pixels.data[at];
    layer.context.putImageData(pixels, 0, 0);
    layer.paintIn(colour);
    layer.measure();
    return layer;
  }

  copy() {
    const layer = new MaskLayer(this.canvas.width, this.canvas.height, this.colour);
    layer.context.drawImage(this.canvas, 0, 0);
    layer.bounds = this.bounds;
    return layer;
  }

  paintIn(colour) {
    this.colour = colour;
    this.context.globalCompositeOperation = "source-in";
    this.context.fillStyle = colour;
    this.context.fillRect(0, 0, this.canvas.width, this.canvas.height);
    this.context.globalCompositeOperation = "source-over";
  }

  // A stroke of a round brush; with `erase`, of a rubber.
  stroke(from, to, diameter, erase) {
    const pen = this.context;
    pen.globalCompositeOperation = erase ? "destination-out" : "source-over";
    pen.strokeStyle = this.colour;
    pen.lineWidth = diameter;
    pen.lineCap = pen.lineJoin = "round";
    pen.beginPath();
    pen.moveTo(...from);
    // A line without length draws nothing in some browsers.
    pen.lineTo(to[0] + 1e-3, to[1]);
    pen.stroke();
    pen.globalCompositeOperation = "source-over";
  }

  fill(points) {
    this.context.fillStyle = this.colour;
    this.context.beginPath();
    points.forEach((point, index) => this.context[index ? "lineTo" : "moveTo"](...point));
    this.context.fill();
  }

  // The pixels of a part [left, top, right, bottom], to be put back later.
  part([left, top, right, bottom]) {
    const x = Math.max(Math.floor(left), 0);
    const y = Math.max(Math.floor(top), 0);
    const width = Math.min(Math.ceil(right), this.canvas.width) - x;
    const height = Math.min(Math.ceil(bottom), this.canvas.height) - y;
    return width > 0 && height > 0 ? { x, y, pixels: this.context.getImageData(x, y, width, height) } : null;
  }

  put(part) {
    if (part) this.context.putImageData(part.pixels, part.x, part.y);
    this.measure();
  }

  covers([x, y]) {
    if (x < 0 || y < 0 || x >= this.canvas.width || y >= this.canvas.height) return false;
    return this.context.getImageData(Math.floor(x), Math.floor(y), 1, 1).data[3] >= HALF;
  }

  // Where it is, roughly: for people's eyes. The server measures exactly.
  measure() {
    const { width, height } = this.canvas;
    const step = Math.max(width, height, LOOK) / LOOK;
    const small = document.createElement("canvas");
    Object.assign(small, { width: Math.ceil(width / step), height: Math.ceil(height / step) });
    const look = small.getContext("2d", { willReadFrequently: true });
    look.drawImage(this.canvas, 0, 0, width / step, height / step);
    const { data } = look.getImageData(0, 0, small.width, small.height);
    let [left, top, right, bottom] = [Infinity, Infinity, -1, -1];
    for (let at = 3, place = 0; at < data.length; at += 4, place++) {
      if (data[at] < HALF / 2) continue;
      const [x, y] = [place % small.width, Math.floor(place / small.width)];
      [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
    }
    this.bounds = right < 0 ? null : [left * step, top * step, (right + 1 - left) * step, (bottom + 1 - top) * step];
  }

  // A PNG, white on black.
  toBlob() {
    const grey = document.createElement("canvas");
    Object.assign(grey, { width: this.canvas.width, height: this.canvas.height });
    const pen = grey.getContext("2d");
    pen.drawImage(this.canvas, 0, 0);
    pen.globalCompositeOperation = "source-in";
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, grey.width, grey.height);
    pen.globalCompositeOperation = "destination-over";
    pen.fillStyle = "#000";
    pen.fillRect(0, 0, grey.width, grey.height);
    return new Promise((resolve) => grey.toBlob(resolve, "image/png"));
  }
}
