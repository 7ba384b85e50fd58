// The upper half of the page: photos in, recipes chosen, sent.

import * as api from "./api.js";
import { find, make } from "./dom.js";
import { say } from "./words.js";

const chosen = [];
let onSent = () => {};
let sending = false;

export function setUpOrder(sent) {
  onSent = sent;
  const drop = find("drop");
  find("photos").addEventListener("change", (event) => {
    add(event.target.files);
    event.target.value = "";
  });
  for (const type of ["dragenter", "dragover"])
    drop.addEventListener(type, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  for (const type of ["dragleave", "drop"]) drop.addEventListener(type, () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    add(event.dataTransfer.files);
  });
  window.addEventListener("dragover", (event) => event.preventDefault());
  window.addEventListener("drop", (event) => event.preventDefault());
  find("order").addEventListener("input", refresh);
  find("order").addEventListener("submit", send);
  loadRecipes();
}

export async function loadRecipes() {
  const grid = find("recipes");
  const picked = new Set(pickedRecipes());
  try {
    const all = (await api.recipes()).filter((recipe) => recipe.available !== false);
    if (!all.length) throw new Error(say("noRecipes"));
    if (!picked.size) picked.add(all.some((recipe) => recipe.name === "amazon-main") ? "amazon-main" : all[0].name);
    grid.replaceChildren(...all.map((recipe) => recipeCard(recipe, picked.has(recipe.name))));
    complain("");
  } catch (error) {
    grid.replaceChildren(make("p", { class: "hint" }, error.message || say("unreachable")));
    if (error.status !== 401) setTimeout(loadRecipes, 3000);
  }
  refresh();
}

function recipeCard(recipe, checked) {
  return make(
    "label", { class: "recipe" },
    make("input", { type: "checkbox", name: "recipe", value: recipe.name, checked }),
    make("strong", {}, recipe.title || recipe.name),
    make("span", { class: "hint" }, recipe.description || ""),
    make("code", {}, recipe.name),
  );
}

const pickedRecipes = () => [...document.querySelectorAll("input[name=recipe]:checked")].map((box) => box.value);

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
