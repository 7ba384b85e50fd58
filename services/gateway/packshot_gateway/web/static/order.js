// The upper half of the page: photos in, recipes chosen, sent.

import * as api from "./api.js";
import { droppable, find, make } from "./dom.js";
import { pickedRecipes, shelves } from "./recipes.js";
import { say } from "./words.js";

const chosen = [];
let onSent = () => {};
let sending = false;
let shown = "";
let looking = 0;

// Workers that come later bring recipes that could not be made before.
const LOOK_AGAIN_MS = 3000;

export function setUpOrder(sent) {
  onSent = sent;
  const drop = find("drop");
  find("photos").addEventListener("change", (event) => {
    add(event.target.files);
    event.target.value = "";
  });
  droppable(drop, add);
  window.addEventListener("dragover", (event) => event.preventDefault());
  window.addEventListener("drop", (event) => event.preventDefault());
  find("order").addEventListener("input", refresh);
  find("order").addEventListener("submit", send);
  loadRecipes();
}

export async function loadRecipes() {
  let again = true;
  try {
    const known = await api.recipes();
    const ready = known.filter((recipe) => recipe.available !== false);
    if (!ready.length) throw new Error(say("noRecipes"));
    again = ready.length < known.length;
    const usual = known.some((recipe) => recipe.name === "amazon-main") ? "amazon-main" : ready[0].name;
    showRecipes(ready, new Set(pickedRecipes().length ? pickedRecipes() : [usual]));
    complain("");
  } catch (error) {
    find("recipes").replaceChildren(make("p", { class: "hint" }, error.message || say("unreachable")));
    shown = "";
    again = error.status !== 401;
  }
  clearTimeout(looking);
  if (again) looking = setTimeout(loadRecipes, LOOK_AGAIN_MS);
  refresh();
}

// Drawn anew only when it changed: who is choosing must not be disturbed.
function showRecipes(recipes, picked) {
  const drawn = say("other") + recipes.map((recipe) => recipe.name);
  if (drawn === shown) return;
  shown = drawn;
  find("recipes").replaceChildren(...shelves(recipes, picked));
}

function add(files) {
  chosen.push(...files);
  showChosen();
}

function showChosen() {
  find("chosen").replaceChildren(
    ...chosen.map((file, index) => {
      const picture = make("img", { alt: "", src: URL.createObjectURL(file) });
      picture.addEventListener("load", () => URL.revokeObjectURL(picture.src));
      picture.addEventListener("error", () => picture.classList.add("unreadable"));
      const remove = () => {
        chosen.splice(index, 1);
        showChosen();
      };
      return make(
        "li", {}, picture, make("span", {}, file.name),
        make("button", { type: "button", class: "remove", "aria-label": say("remove", file.name), onclick: remove }, "×"),
      );
    }),
  );
  refresh();
}

function refresh() {
  const url = find("order").elements.url.value.trim();
  find("start").disabled = sending || !(chosen.length || url) || !pickedRecipes().length;
}

function complain(message) {
  find("problem").textContent = message;
  find("problem").hidden = !message;
}

async function send(event) {
  event.preventDefault();
  const fields = find("order").elements;
  const form = new FormData();
  for (const name of ["sku", "title"]) if (fields[name].value.trim()) form.append(name, fields[name].value.trim());
  for (const name of pickedRecipes()) form.append("recipe", name);
  for (const file of chosen) form.append("photos", file, file.name);
  if (fields.url.value.trim()) form.append("photo_url", fields.url.value.trim());
  sending = true;
  refresh();
  complain("");
  try {
    const made = await api.submit(form, crypto.randomUUID?.() || String(Math.random()), showUpload);
    chosen.length = 0;
    for (const name of ["sku", "title", "url"]) fields[name].value = "";
    onSent(made);
  } catch (error) {
    complain(error.message || say("unreachable"));
  }
  sending = false;
  find("start").textContent = say("start");
  showChosen();
}

function showUpload(fraction) {
  find("start").textContent = say("starting", Math.round(100 * fraction));
}
