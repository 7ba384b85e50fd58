// The room "Annotate": the tasks, how far they are, how far people agree, and starting and publishing them.

import * as page from "../api.js";
import { find, make } from "../dom.js";
import { current, onEnter } from "../rooms.js";
import { say } from "../words.js";
import * as api from "./api.js";
import { drawAgreement } from "./agreement.js";
import { decide, redrawWork, setUpWork, work } from "./work.js";

const NAME = "packshot-person";
const FAVOURITE = "cutout.net";

let tasks = [];

export function setUpAnnotate() {
  find("annotate-person").value = localStorage.getItem(NAME) || "";
  find("annotate-person").addEventListener("change", () => {
    localStorage.setItem(NAME, person());
    look();
  });
  find("annotate-form").addEventListener("submit", start);
  find("annotate-new").addEventListener("toggle", offer);
  setUpWork(leave);
  onEnter("annotate", look);
}

const person = () => find("annotate-person").value.trim();

function leave() {
  find("work").hidden = true;
  find("annotate-tasks").hidden = false;
  look();
}

async function look() {
  if (!find("work").hidden) return;
  await trying(async () => {
    tasks = await api.tasks(person());
    // With an API key, its name is whose work it is.
    const known = tasks.find((task) => task.person && task.person !== "me")?.person;
    if (known && known !== person()) find("annotate-person").value = known;
    draw();
  });
}

function draw() {
  find("annotate-empty").hidden = tasks.length > 0;
  find("annotate-list").replaceChildren(...tasks.map(card));
}

function card(task) {
  const facts = [say("complete", task.complete, task.pictures), say("mine", task.mine), task.people > 1 ? say("byTwo") : null, task.operation, task.published ? say("isPublished") : null];
  const more = make("div", { class: "task-more" });
  const open = (act) => named(() => act(task, person()));
  const button = (key, kind, act, off) => make("button", { type: "button", class: kind, "data-act": key, disabled: off, onclick: act }, say(key));
  return make(
    "li", { class: "task", "data-task": task.id },
    make("strong", {}, say("taskOf", task.dataset, task.categories.join(", "))),
    make("span", { class: "hint" }, facts.filter(Boolean).join(" · ")),
    make("progress", { max: 1, value: task.pictures ? task.complete / task.pictures : 0 }),
    make(
      "div", { class: "task-go" },
      button("doIt", "main small", () => open(work), Boolean(task.published)),
      task.people > 1 ? button("agreement", "quiet small", () => trying(() => drawAgreement(more, task, (list) => named(() => decide(task, person(), list))))) : null,
      button(task.complete < task.pictures ? "publishAll" : "publish", "quiet small", () => publish(task, more), Boolean(task.published)),
    ),
    more,
  );
}

// Who says something must be known.
function named(act) {
  const box = find("annotate-person");
  if (person() && box.checkValidity()) return act();
  complain(say("nameFirst"));
  box.focus();
  return null;
}

async function publish(task, place) {
  await trying(async () => {
    const made = await api.publish(task.id, task.complete < task.pictures);
    await look();
    const now = document.querySelector(`[data-task="${task.id}"] .task-more`) || place;
    now.replaceChildren(make("p", { class: "hint" }, say("publishedAs", `${made.name}@${made.digest.slice(0, 12)}`, made.pictures, made.left_out)));
  });
}

async function offer() {
  if (!find("annotate-new").open) return;
  await trying(async () => {
    const [sets, operations] = await Promise.all([api.dataSets(), page.operations()]);
    const option = (value, text = value) => make("option", { value }, text);
    find("annotate-set").replaceChildren(...sets.map((set) => option(set.name)));
    const names = [...new Set(operations.filter((each) => !each.away && each.stage === "preprocess" && each.source !== false).map((each) => each.name))].sort();
    find("annotate-operation").replaceChildren(option("", say("nobody")), ...names.map((name) => option(name)));
    find("annotate-operation").value = names.includes(FAVOURITE) ? FAVOURITE : "";
    if (!sets.length) complain(say("noSets"));
  });
}

async function start(event) {
  event.preventDefault();
  await trying(async () => {
    const categories = find("annotate-categories").value.split(/[,，、\n]/).map((word) => word.trim()).filter(Boolean);
    await api.start({
      dataset: find("annotate-set").value,
      categories,
      people: Number(find("annotate-people").value),
      operation: find("annotate-operation").value || null,
      alpha: find("annotate-alpha").checked,
    });
    find("annotate-new").open = false;
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
  find("annotate-problem").textContent = message;
  find("annotate-problem").hidden = !message;
}

export function redrawAnnotate() {
  if (current() !== "annotate") return;
  draw();
  redrawWork();
}
