// Figures with their intervals, beside those of other operations.

import { make } from "../dom.js";
import { say } from "../words.js";

const number = (value) => String(Number(value.toPrecision(4)));

export function figures(own, baselines) {
  const others = Object.keys(baselines || {});
  const cell = (figure) => (figure ? make("td", {}, number(figure.mean), make("small", {}, ` ${number(figure.low)} – ${number(figure.high)}`)) : make("td", {}, "–"));
  const head = make("tr", {}, make("th", {}, ""), make("th", {}, say("onTest")), ...others.map((name) => make("th", {}, make("code", {}, name))));
  const rows = Object.entries(own || {}).map(([name, figure]) =>
    make("tr", {}, make("th", {}, name), cell(figure), ...others.map((other) => cell(baselines[other][name]))),
  );
  return rows.length ? make("div", { class: "scrolls" }, make("table", { class: "measured", title: say("withInterval") }, head, ...rows)) : null;
}
