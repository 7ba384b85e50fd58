// The form that starts a collection.

import { ask } from "../api.js";
import { find, make } from "../dom.js";
import { say } from "../words.js";

const FIELDS = { folder: ["path", "product"], crawl: ["urls", "depth", "pages"], bucket: ["bucket", "prefix", "product"], "data-set": ["reference"] };

export function setUpOrder(started) {
  find("data-kind").addEventListener("change", fit);
  fit();
  find("data-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    complain("");
    find("data-start").disabled = true;
    try {
      started(await ask("/v1/datasets", { method: "POST", body: JSON.stringify(order()), headers: { "Content-Type": "application/json" } }));
    } catch (error) {
      complain(error.message || say("unreachable"));
    } finally {
      find("data-start").disabled = false;
    }
  });
}

// The data sets that one can be made of.
export function offer(sets) {
  const select = find("data-form").elements.reference;
  const names = sets.map((set) => set.name);
  if ([...select.options].map((option) => option.value).join() === names.join()) return;
  const chosen = select.value;
  select.replaceChildren(...names.map((name) => make("option", { value: name }, name)));
  if (names.includes(chosen)) select.value = chosen;
}

function fit() {
  const kind = find("data-kind").value;
  for (const label of find("data-form").querySelectorAll("[data-for]")) {
    const fits = label.dataset.for.split(" ").includes(kind);
    label.hidden = !fits;
    for (const input of label.querySelectorAll("input, select, textarea")) input.disabled = !fits;
  }
}

function order() {
  const { elements } = find("data-form");
  const kind = find("data-kind").value;
  const source = { kind };
  for (const name of FIELDS[kind]) {
    const value = elements[name].value.trim();
    if (!value) continue;
    source[name] = name === "urls" ? value.split(/\s+/) : elements[name].type === "number" ? Number(value) : value;
  }
  if (kind !== "data-set") {
    source.licence = elements.licence.value.trim();
    if (elements.category.value.trim()) source.category = elements.category.value.trim();
  }
  return { name: elements.name.value.trim(), source, clean: elements.clean.checked ? {} : null, split: elements.split.checked ? {} : null };
}

function complain(text) {
  find("data-complaint").textContent = text;
  find("data-complaint").hidden = !text;
}
