// A curve over steps as a small SVG: the loss, and beside it each figure of the validation side, on a scale of its own.

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 380;
const HEIGHT = 150;
const LEFT = 56;
const BOTTOM = 22;
const MOST = 400;

const short = (value) => (Math.abs(value) >= 1000 || (value && Math.abs(value) < 0.01) ? value.toExponential(1) : String(Number(value.toPrecision(3))));

function draw(tag, attributes, text) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

// At most `MOST` points, each the mean of its neighbours, so that long trainings stay readable.
function thinned(points) {
  if (points.length <= MOST) return points;
  const size = points.length / MOST;
  return Array.from({ length: MOST }, (_, index) => {
    const part = points.slice(Math.floor(index * size), Math.floor((index + 1) * size));
    return [part.at(-1)[0], part.reduce((sum, [, value]) => sum + value, 0) / part.length];
  });
}

// `points` are [step, value] in order; `steps` is the length of the whole. Losses, which fall by orders, go by their logarithm.
export function curve(name, points, steps, { logarithmic = false } = {}) {
  const shown = thinned(points.filter(([, value]) => Number.isFinite(value) && (!logarithmic || value > 0)));
  const scale = logarithmic ? Math.log10 : (value) => value;
  const values = shown.map(([, value]) => scale(value));
  const low = Math.min(...values);
  const high = Math.max(...values);
  const across = (step) => LEFT + (step / Math.max(1, steps)) * (WIDTH - LEFT - 8);
  const up = (value) => 10 + (1 - (high > low ? (scale(value) - low) / (high - low) : 0.5)) * (HEIGHT - BOTTOM - 20);
  const svg = draw("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", class: "curve", "aria-label": `${name} ${shown.length ? short(shown.at(-1)[1]) : ""}` });
  const axis = HEIGHT - BOTTOM;
  svg.append(
    draw("line", { x1: LEFT, y1: axis, x2: WIDTH - 8, y2: axis, class: "axis" }),
    draw("text", { x: LEFT, y: HEIGHT - 6 }, "0"),
    draw("text", { x: WIDTH - 8, y: HEIGHT - 6, "text-anchor": "end" }, String(steps)),
  );
  if (!shown.length) return svg;
  const ends = [shown.reduce((one, other) => (other[1] > one[1] ? other : one)), shown.reduce((one, other) => (other[1] < one[1] ? other : one))];
  for (const [, value] of high > low ? ends : [ends[0]]) svg.append(draw("text", { x: LEFT - 6, y: up(value) + 4, "text-anchor": "end" }, short(value)));
  svg.append(
    draw("polyline", { points: shown.map(([step, value]) => `${across(step).toFixed(1)},${up(value).toFixed(1)}`).join(" "), class: "line" }),
    draw("circle", { cx: across(shown.at(-1)[0]), cy: up(shown.at(-1)[1]), r: 3.5, class: "now" }),
  );
  return svg;
}
