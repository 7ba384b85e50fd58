// Places to drop an operation's pictures: its photo, and its further inputs.

import { droppable, make } from "./dom.js";
import { say } from "./words.js";

// One place; `given` holds its files before and after, `changed` hears of new ones.
export function pictureInput(name, use, given, { several = false, changed }) {
  const title = name === "photo" ? say("dropOne") : name;
  const input = make("input", { type: "file", accept: "image/*", multiple: several, "aria-label": title, "data-input": name });
  const shown = make("span", { class: "shown" });
  const words = make("span", { class: "hint" });
  const place = make("label", { class: "drop small" }, input, shown, make("strong", {}, title), words);
  const paint = () => {
    const files = given.get(name) || [];
    words.textContent = files.length ? files.map((file) => file.name).join(", ") : use;
    shown.replaceChildren(...files.map(thumb));
  };
  const take = (files) => {
    if (!files.length) return;
    given.set(name, several ? [...files] : [files[0]]);
    paint();
    changed();
  };
  input.addEventListener("change", () => take(input.files));
  droppable(place, take);
  paint();
  return place;
}

function thumb(file) {
  const picture = make("img", { alt: "", src: URL.createObjectURL(file) });
  picture.addEventListener("load", () => URL.revokeObjectURL(picture.src));
  picture.addEventListener("error", () => picture.remove());
  return picture;
}

// The files in the order in which a listing takes them, and what a step calls each of the further ones.
export function inputsOf(entry, given) {
  const files = entry.source === false ? [] : [...(given.get("photo") || [])];
  const inputs = {};
  for (const name of Object.keys(entry.inputs || {}))
    (given.get(name) || []).forEach((file, index) => {
      inputs[entry.several?.includes(name) ? `${name}.${index + 1}` : name] = { photo: files.length };
      files.push(file);
    });
  return { files, inputs };
}
