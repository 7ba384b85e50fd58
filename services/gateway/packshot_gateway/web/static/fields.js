// Controls for values: each is { element, read }, and `read` gives the value as it stands.

import { make } from "./dom.js";
import { bounds, equal, initial, isColour, itemOf, resolve, variants } from "./schema.js";
import { say } from "./words.js";

// A control for a value of `schema`, standing at `value`. `label` names it to people who cannot see its place.
export function control(schema, root, value, label) {
  const whole = resolve(schema, root);
  const { kinds, optional } = variants(whole, root);
  if (optional) return maybe(kinds, root, value, label);
  return kinds.length > 1 ? oneOf(kinds, root, value, label) : plain(kinds[0] || {}, root, value, label);
}

function plain(schema, root, value, label) {
  if ("const" in schema) return { element: make("code", {}, String(schema.const)), read: () => schema.const };
  if (schema.enum) return choice(schema, value, label);
  switch (schema.type) {
    case "boolean": return flag(value, label);
    case "integer": case "number": return number(schema, value, label);
    case "string": return isColour(schema) ? colour(value, label) : text(schema, value, label);
    case "object": return schema.properties ? object(schema, root, value, label) : json(value, label);
    case "array": return schema.items || schema.prefixItems ? array(schema, root, value, label) : json(value, label);
    default: return json(value, label);
  }
}

function choice(schema, value, label) {
  const select = make("select", { "aria-label": label }, ...schema.enum.map((each, index) => make("option", { value: index }, String(each))));
  select.value = String(Math.max(0, schema.enum.findIndex((each) => equal(each, value))));
  return { element: select, read: () => schema.enum[Number(select.value)] };
}

function flag(value, label) {
  const box = make("input", { type: "checkbox", role: "switch", "aria-label": label });
  box.checked = Boolean(value);
  return { element: box, read: () => box.checked };
}

function number(schema, value, label) {
  const { min, max, step, whole } = bounds(schema);
  // The slider goes in steps; the box takes any number within the bounds.
  const box = make("input", { type: "number", "aria-label": label, min: schema.minimum ?? min, max: schema.maximum ?? max, step: whole ? step : "any", required: true });
  box.value = value ?? "";
  const read = () => (box.value === "" ? null : Number(box.value));
  if (min === undefined || max === undefined) return { element: box, read };
  const slider = make("input", { type: "range", min, max, step, "aria-label": label, tabindex: -1 });
  slider.value = box.value;
  slider.addEventListener("input", () => {
    box.value = slider.value;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  });
  box.addEventListener("input", () => (slider.value = box.value));
  return { element: make("span", { class: "ranged" }, slider, box), read };
}

function text(schema, value, label) {
  const type = { date: "date", uri: "url", email: "email" }[schema.format] || "text";
  const box = make("input", { type, "aria-label": label, pattern: schema.pattern, minlength: schema.minLength, maxlength: schema.maxLength, autocomplete: "off", required: Boolean(schema.minLength) });
  box.value = value ?? "";
  return { element: box, read: () => box.value };
}

function colour(value, label) {
  const patch = make("input", { type: "color", "aria-label": label, tabindex: -1 });
  const box = make("input", { type: "text", "aria-label": label, pattern: "#[0-9a-fA-F]{6}", maxlength: 7, required: true, autocomplete: "off" });
  patch.value = box.value = value || "#ffffff";
  patch.addEventListener("input", () => (box.value = patch.value));
  box.addEventListener("input", () => box.checkValidity() && (patch.value = box.value));
  return { element: make("span", { class: "coloured" }, patch, box), read: () => box.value };
}

// None, or a value: a switch opens the control.
function maybe(kinds, root, value, label) {
  const some = kinds.length > 1 ? { anyOf: kinds } : kinds[0] || {};
  const inner = control(some, root, value ?? initial(some, root), label);
  const on = make("input", { type: "checkbox", role: "switch", "aria-label": `${label}: ${say("setIt")}` });
  const body = make("div", { class: "inner" }, inner.element);
  const place = () => {
    body.hidden = !on.checked;
    // What is not asked for must not stop the form.
    for (const each of body.querySelectorAll("input, select, textarea")) each.disabled = !on.checked;
  };
  on.checked = value !== null && value !== undefined;
  on.addEventListener("change", place);
  place();
  const words = make("label", { class: "toggle" }, on, make("span", { class: "hint" }, say("setIt")));
  return { element: make("div", { class: "maybe" }, words, body), read: () => (on.checked ? inner.read() : null) };
}

// One of several kinds: a select says which.
function oneOf(kinds, root, value, label) {
  const fits = kinds.findIndex((kind) => typeOf(kind) === typeOf({ default: value }));
  const select = make("select", { "aria-label": `${label}: ${say("kind")}` }, ...kinds.map((kind, index) => make("option", { value: index }, kind.title || typeOf(kind))));
  const body = make("div", { class: "inner" });
  let inner;
  const place = (given) => {
    const kind = kinds[Number(select.value)];
    inner = control(kind, root, given ?? initial(kind, root), label);
    body.replaceChildren(inner.element);
  };
  select.value = String(Math.max(0, fits));
  select.addEventListener("change", () => place());
  place(value);
  return { element: make("div", { class: "maybe" }, select, body), read: () => inner.read() };
}

const typeOf = (schema) =>
  schema.type || (Array.isArray(schema.default) ? "array" : schema.default === null ? "null" : typeof (schema.default ?? schema.const ?? schema.enum?.[0]));

// The parameters of an operation, or an object inside them.
export function object(schema, root, value, label) {
  const required = new Set(schema.required || []);
  const fields = Object.entries(schema.properties || {}).map(([name, part]) => {
    const whole = resolve(part, root);
    const title = whole.title || name;
    const start = value?.[name] !== undefined ? value[name] : initial(part, root);
    return { name, required: required.has(name), start: initial(part, root), ...field(name, title, whole, required.has(name), control(part, root, start, title), root) };
  });
  return {
    element: make("div", { class: "object", role: "group", "aria-label": label }, ...fields.map((each) => each.element)),
    // What stands as it would without a word is left unsaid.
    read: () => Object.fromEntries(fields.filter((each) => each.required || !equal(each.read(), each.start)).map((each) => [each.name, each.read()])),
  };
}

function field(name, title, schema, required, inner, root) {
  const { kinds } = variants(schema, root);
  const nested = kinds.length === 1 && ["object", "array"].includes(kinds[0].type);
  const head = make(
    "div", { class: "head" },
    make("strong", {}, title), required ? make("span", { class: "needed", title: say("required") }, "*") : null, make("code", {}, name),
  );
  const hint = schema.description ? make("p", { class: "hint" }, schema.description) : null;
  return { element: make("div", { class: nested ? "field nested" : "field", "data-field": name }, head, hint, inner.element), read: inner.read };
}

function array(schema, root, value, label) {
  const fixed = schema.prefixItems?.length || (schema.minItems && schema.minItems === schema.maxItems ? schema.minItems : 0);
  const list = make("div", { class: fixed && fixed <= 4 ? "items row" : "items" });
  const items = [];
  const more = make("button", { type: "button", class: "quiet small", onclick: () => add(undefined) }, say("add"));
  const place = () => (more.hidden = items.length >= (schema.maxItems ?? Infinity));
  const add = (given) => {
    const part = itemOf(schema, items.length);
    const inner = control(part, root, given === undefined ? initial(part, root) : given, `${label} ${items.length + 1}`);
    const remove = () => {
      items.splice(items.indexOf(item), 1);
      row.remove();
      place();
    };
    const cross = fixed ? null : make("button", { type: "button", class: "quiet small", "aria-label": say("remove", label), onclick: remove }, "×");
    const row = make("div", { class: "item" }, inner.element, cross);
    const item = { read: inner.read };
    items.push(item);
    list.append(row);
    place();
  };
  for (const each of value || []) add(each);
  while (items.length < (fixed || schema.minItems || 0)) add(undefined);
  return { element: make("div", {}, list, fixed ? null : more), read: () => items.map((item) => item.read()) };
}

// Whatever no other control can say.
function json(value, label) {
  const area = make("textarea", { rows: 3, "aria-label": label, spellcheck: "false" });
  area.value = value === undefined ? "" : JSON.stringify(value, null, 1);
  const parse = () => (area.value.trim() ? JSON.parse(area.value) : null);
  area.addEventListener("input", () => {
    try {
      parse();
      area.setCustomValidity("");
    } catch {
      area.setCustomValidity(say("notJson"));
    }
  });
  return { element: area, read: parse };
}
