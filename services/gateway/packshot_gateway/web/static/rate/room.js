// The room "Rate": the ratings, how far they are, what comes of them, and starting one.

import { find, make } from "../dom.js";
import { current, onEnter } from "../rooms.js";
import { say } from "../words.js";
import * as api from "./api.js";
import { judging, redrawJudging, setUpJudging } from "./judging.js";
import { drawRanking } from "./ranking.js";

const NAME = "packshot-person";

let ratings = [];
// Of ratings whose ranking was asked for, as of then.
const rankings = new Map();

export function setUpRate() {
  find("rate-person").addEventListener("change", () => {
    localStorage.setItem(NAME, person());
    look();
  });
  find("rate-form").addEventListener("submit", start);
  find("rate-new").addEventListener("toggle", offer);
  setUpJudging(leave);
  onEnter("rate", look);
}

const person = () => find("rate-person").value.trim();

function leave() {
  find("judging").hidden = true;
  find("rate-ratings").hidden = false;
  rankings.clear();
  look();
}

async function look() {
  if (!find("judging").hidden) return;
  // The name is the same one as in the room "Annotate".
  find("rate-person").value ||= localStorage.getItem(NAME) || "";
  await trying(async () => {
    ratings = await api.ratings(person());
    // With an API key, its name is whose word it is.
    const known = ratings.find((rating) => rating.person && rating.person !== "me")?.person;
    if (known && known !== person()) find("rate-person").value = known;
    draw();
  });
}

function draw() {
  find("rate-empty").hidden = ratings.length > 0;
  find("rate-list").replaceChildren(...ratings.map(card));
}

function card(rating) {
  const ranking = rankings.get(rating.id);
  const button = (key, kind, act) => make("button", { type: "button", class: kind, "data-act": key, onclick: act }, say(key));
  return make(
    "li", { class: "task", "data-rating": rating.id },
    make("strong", {}, rating.question || rating.systems.map((system) => system.name).join(" · ")),
    make("span", { class: "hint" }, [say("judgedOf", rating.mine, rating.pairs), say("choicesOf", rating.choices, rating.people)].join(" · ")),
    make("progress", { max: 1, value: rating.pairs ? rating.mine / rating.pairs : 0 }),
    make("div", { class: "task-go" }, button("judgeIt", "main small", () => named(() => judging(rating, person()))), button("rankingOf", "quiet small", () => rank(rating))),
    make("div", { class: "task-more" }, ...(ranking ? drawRanking(ranking) : [])),
  );
}

async function rank(rating) {
  await trying(async () => {
    rankings.set(rating.id, await api.ranking(rating.id));
    draw();
  });
}

// Who says something must be known.
function named(act) {
  const box = find("rate-person");
  if (person() && box.checkValidity()) return act();
  complain(say("nameFirst"));
  box.focus();
  return null;
}

async function offer() {
  if (!find("rate-new").open) return;
  await trying(async () => {
    const names = (await api.dataSets()).map((set) => set.name);
    const option = (value, text = value) => make("option", { value }, text);
    for (const id of ["rate-one", "rate-other"]) find(id).replaceChildren(...names.map((name) => option(name)));
    find("rate-reference").replaceChildren(option("", say("nothingBeside")), ...names.map((name) => option(name)));
    if (names.length < 2) complain(say("twoSets"));
    else find("rate-other").value = names[1];
  });
}

async function start(event) {
  event.preventDefault();
  await trying(async () => {
    await api.start({
      systems: ["rate-one", "rate-other"].map((id) => ({ name: find(id).value, dataset: find(id).value })),
      question: find("rate-question").value.trim(),
      match: find("rate-match").value,
      reference: find("rate-reference").value || null,
      pairs: Number(find("rate-pairs").value),
    });
    find("rate-new").open = false;
    await look();
  });
}

async function trying(act) {
  try {
    complain("");
    await act();
  } catch (error) {
    if (error.status !== 401) complain(error.message || say("unreachable"));
  }
}

function complain(message) {
  find("rate-problem").textContent = message;
  find("rate-problem").hidden = !message;
}

export function redrawRate() {
  if (current() !== "rate") return;
  draw();
  redrawJudging();
}
