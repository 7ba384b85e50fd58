// The recipes on their shelves. A card says what it makes; what is chosen, and on wide screens all, says it at length.

import { make } from "./dom.js";
import { inLanguage, say } from "./words.js";

const SHELVES = ["marketplace", "look", "variants", "several", "check"];
const NARROW = window.matchMedia("(max-width: 760px)");

export function shelves(recipes, picked) {
  const groups = [...new Set([...SHELVES, ...recipes.map((recipe) => groupOf(recipe))])];
  return groups
    .map((group) => [group, recipes.filter((recipe) => groupOf(recipe) === group)])
    .filter(([, there]) => there.length)
    .map(([group, there], index) => shelf(group, there, picked, index === 0));
}

export const pickedRecipes = () => [...document.querySelectorAll("input[name=recipe]:checked")].map((box) => box.value);

const groupOf = (recipe) => recipe.recipe?.group || "other";

function shelf(group, recipes, picked, first) {
  const open = first || !NARROW.matches || recipes.some((recipe) => picked.has(recipe.name));
  return make(
    "details", { class: "shelf", open },
    make("summary", {}, say(`group-${group}`), make("span", { class: "hint" }, ` ${recipes.length}`)),
    make("div", { class: "recipe-grid" }, ...recipes.map((recipe) => card(recipe, picked.has(recipe.name)))),
  );
}

function card(recipe, checked) {
  const words = inLanguage(recipe, recipe.recipe?.translations);
  return make(
    "label", { class: "recipe", title: recipe.name },
    make("input", { type: "checkbox", name: "recipe", value: recipe.name, checked }),
    make("strong", {}, words.title || recipe.name),
    make("span", { class: "hint" }, words.description || ""),
  );
}
