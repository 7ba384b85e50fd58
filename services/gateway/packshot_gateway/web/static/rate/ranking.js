// Which systems people prefer: a bar for each, with the interval that holds it.

import { make } from "../dom.js";
import { say } from "../words.js";

const percent = (share) => `${Math.round(100 * share)} %`;

export function drawRanking(found) {
  if (!found.choices) return [make("p", { class: "hint" }, say("noChoices"))];
  const told = [say("choicesOf", found.choices, found.people), found.agreement === null ? null : say("sameWord", percent(found.agreement)), found.left === null ? null : say("leftShare", percent(found.left))];
  return [
    make("ol", { class: "ranking" }, ...found.systems.map(bar)),
    make("p", { class: "hint" }, say("preferredHint"), " ", told.filter(Boolean).join(" · ")),
  ];
}

function bar(system) {
  const scale = make("div", { class: "scale" }, make("i", { class: "reach" }), make("i", { class: "point" }));
  // Set from here: the page's policy allows no styles in its markup.
  const [reach, point] = scale.children;
  reach.style.left = `${100 * system.low}%`;
  reach.style.width = `${100 * (system.high - system.low)}%`;
  point.style.left = `${100 * system.preferred}%`;
  return make(
    "li", { "data-system": system.name },
    make("strong", {}, system.name),
    make("span", {}, `${percent(system.preferred)} [${percent(system.low)}, ${percent(system.high)}]`),
    scale,
    make("span", { class: "hint" }, say("wonAndTied", system.wins, system.ties, system.choices)),
  );
}
