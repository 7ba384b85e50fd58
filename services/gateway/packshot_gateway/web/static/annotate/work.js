// One picture after the other: what is proposed, what is marked, saved, skipped or decided.

import { find } from "../dom.js";
import { Marks } from "../draw/marks.js";
import { Pad } from "../draw/pad.js";
import { makeToolbar, onKey } from "../draw/toolbar.js";
import { say } from "../words.js";
import * as api from "./api.js";
import { colours } from "./colours.js";
import { copies, labelsOf, marksOf } from "./labels.js";
import { drawClasses, drawMarks, drawProposal, drawWorks } from "./side.js";

const TOOLS = ["select", "box", "polygon", "brush", "eraser"];
const LOOK_AGAIN_MS = 700;

let pad = null;
let showTools = () => {};
let leave = () => {};
let task = null;
let person = "";
let shown = null;
let deciding = null;
let busy = false;
let sure = false;
const been = [];

export function setUpWork(onLeave) {
  leave = onLeave;
  pad = new Pad(find("work-canvas"), { colourOf: (category) => colours(task?.categories || [])(category), changed: refresh });
  find("work-leave").addEventListener("click", () => leave());
  find("work-save").addEventListener("click", save);
  find("work-skip").addEventListener("click", askWhy);
  find("work-why").addEventListener("submit", skip);
  find("work-back").addEventListener("click", back);
  document.addEventListener("keydown", key);
}

// Annotate a task's pictures as `name`.
export async function work(of, name) {
  [task, person, deciding] = [of, name, null];
  been.length = 0;
  open();
  await next();
}

// Decide about pictures on which two people disagree, beginning with the first of `list`.
export async function decide(of, name, list) {
  [task, person, deciding] = [of, name, [...list]];
  open();
  await nextDisagreement();
}

function open() {
  find("annotate-tasks").hidden = true;
  find("work").hidden = false;
  find("work-title").textContent = task.dataset;
  shown = null;
  showTools = makeToolbar(find("work-tools"), pad, TOOLS);
  pad.category = task.categories[0];
  pad.use(task.operation ? "select" : "box");
}

async function next() {
  await trying(async () => {
    const answer = await api.next(task.id, person);
    progress(answer.task);
    await lay(answer.picture);
  });
}

async function nextDisagreement() {
  await trying(async () => {
    const disagreement = deciding[0];
    if (!disagreement) return leave();
    const size = [disagreement.width, disagreement.height];
    const works = await Promise.all(disagreement.works.map(async (each) => ({ ...each, marks: await marksOf(each.labels, task.id, size, pad.colourOf) })));
    await lay({ ...disagreement, proposals: [], labels: [], state: "open" });
    drawWorks(works, (marks) => pad.marks.replace(copies(marks)));
    pad.marks.replace(copies(works[0].marks));
  });
}

function progress(view) {
  task = view;
  find("work-progress").value = view.pictures ? view.complete / view.pictures : 0;
}

async function lay(picture) {
  shown = picture;
  sure = false;
  find("work-why").hidden = true;
  find("work-body").hidden = !picture;
  find("work-done").hidden = Boolean(picture);
  find("work-done").textContent = say("allDone");
  find("work-place").textContent = picture ? say("picturePlace", picture.position + 1, task.pictures) : "";
  find("work-works").hidden = !deciding;
  if (!picture) return;
  pad.clear();
  const size = [picture.width, picture.height];
  const image = new Image();
  image.src = api.file(task.id, picture.picture);
  const [said] = await Promise.all([marksOf(picture.labels, task.id, size, pad.colourOf), image.decode()]);
  pad.load(image, size);
  pad.marks.list = said;
  // Not waited for: who needs no proposal saves at once.
  propose(picture);
}

// Shows the proposals as ghosts; while the machine is still at it, looks again.
async function propose(picture) {
  await reporting(async () => {
    const ghosts = await marksOf(picture.proposals, task.id, [picture.width, picture.height], pad.colourOf);
    if (shown !== picture) return;
    pad.ghosts = ghosts;
    pad.ghostsShown = picture.state === "open";
    pad.told();
  });
  if (picture.waiting) setTimeout(() => lookAgain(picture), LOOK_AGAIN_MS);
}

async function lookAgain(picture) {
  if (shown !== picture || find("work").hidden) return;
  await reporting(async () => {
    Object.assign(picture, pick(await api.picture(task.id, picture.position, person)));
  });
  await propose(picture);
}

const pick = ({ proposals, waiting, failure }) => ({ proposals, waiting, failure });

function refresh() {
  if (!pad || !task) return;
  showTools();
  find("work-save").disabled = find("work-skip").disabled = busy || !shown;
  if (!shown) return;
  drawClasses(pad, task, (category) => choose(category), () => pad.marks.add(Marks.mark(pad.category)));
  drawProposal(pad, shown, { accept, toggle });
  drawMarks(pad);
  find("work-save").textContent = say(deciding ? "saveDecision" : sure && !pad.marks.list.length ? "nothingIn" : "saveNext");
  find("work-back").disabled = busy || !been.length;
  find("work-back").hidden = Boolean(deciding);
}

function choose(category) {
  pad.category = category;
  if (pad.marks.selected) pad.marks.recategorise(pad.marks.selected, category);
  else pad.told();
}

function accept() {
  pad.ghostsShown = false;
  pad.marks.replace(copies(pad.ghosts));
  pad.marks.select(pad.marks.list[0] || null);
}

function toggle() {
  pad.ghostsShown = !pad.ghostsShown;
  pad.told();
}

async function save() {
  // That nothing is there is said twice, for it is easily said by mistake.
  if (!pad.marks.list.length && !sure) {
    sure = true;
    return refresh();
  }
  await trying(async () => {
    const labels = await labelsOf(pad.marks.list, task.id, shown.position);
    if (deciding) await api.decide(task.id, shown.position, { person, labels });
    else await api.save(task.id, shown.position, { person, revision: shown.revision, labels });
    await on();
  });
}

function askWhy() {
  find("work-why").hidden = !find("work-why").hidden;
  find("work-reason").value = "";
  find("work-reason").focus();
}

async function skip(event) {
  event.preventDefault();
  const reason = find("work-reason").value.trim();
  await trying(async () => {
    if (deciding) await api.decide(task.id, shown.position, { person, leave_out: reason });
    else await api.skip(task.id, shown.position, { person, revision: shown.revision, reason });
    await on();
  });
}

async function on() {
  if (deciding) {
    deciding.shift();
    return nextDisagreement();
  }
  been.push(shown.position);
  await next();
}

async function back() {
  const position = been.pop();
  if (position !== undefined) await trying(async () => lay(await api.picture(task.id, position, person)));
}

// Nothing else can be done meanwhile.
async function trying(act) {
  busy = true;
  find("work-problem").hidden = true;
  refresh();
  await reporting(act);
  busy = false;
  refresh();
}

async function reporting(act) {
  try {
    await act();
  } catch (error) {
    find("work-problem").textContent = error.message || say("unreachable");
    find("work-problem").hidden = false;
  }
}

function key(event) {
  if (find("annotate").hidden || find("work").hidden || !shown || busy || event.target.closest?.("input, select, textarea")) return;
  const number = Number(event.key);
  const plain = !event.ctrlKey && !event.metaKey;
  if (plain && number >= 1 && number <= task.categories.length) choose(task.categories[number - 1]);
  else if (plain && event.key.toLowerCase() === "a" && pad.ghosts.length) accept();
  else if (plain && event.key.toLowerCase() === "p") toggle();
  else if (event.key === "Enter" && pad.toolName === "polygon" && pad.tool.points.length) pad.tool.close(pad);
  else if (event.key === "Enter" && event.target.tagName !== "BUTTON") save();
  else if (!onKey(event, pad, TOOLS)) return;
  event.preventDefault();
}

export function redrawWork() {
  if (!task || find("work").hidden) return;
  showTools = makeToolbar(find("work-tools"), pad, TOOLS);
  if (shown) find("work-place").textContent = say("picturePlace", shown.position + 1, task.pictures);
  find("work-done").textContent = say("allDone");
  refresh();
}
