// The form of a new training: what to train, on what, how long, and what the trainer takes.

import { ask } from "../api.js";
import { find, make } from "../dom.js";
import { object } from "../fields.js";
import { say } from "../words.js";

let trainers = [];
let order = null;
let params = null;
let chosen = "";

export function setUpOrder(started) {
  find("training-form").addEventListener("submit", (event) => start(event, started));
}

// Lays the form out anew when what can be trained has changed.
export function offer(found) {
  if (JSON.stringify(found) === JSON.stringify(trainers)) return;
  trainers = found;
  if (!trainers.some((each) => each.name === chosen)) chosen = trainers[0]?.name || "";
  lay();
}

export function lay() {
  const trainer = trainers.find((each) => each.name === chosen);
  find("training-none").textContent = say("noTrainers");
  find("training-none").hidden = Boolean(trainer);
  find("training-more").hidden = !trainer;
  find("training-start").disabled = !trainer;
  if (!trainer) return find("training-order").replaceChildren();
  order = object(schemaOf(trainer), {}, order ? order.read() : {}, say("newTraining"));
  params = object(trainer.params_schema, trainer.params_schema, trainer.defaults.params || {}, trainer.title);
  find("training-order").replaceChildren(picker(), order.element);
  const bare = !Object.keys(trainer.params_schema.properties || {}).length;
  find("training-params").replaceChildren(bare ? make("p", { class: "hint" }, say("noParams")) : params.element);
}

function picker() {
  const select = make("select", { id: "training-trainer" }, ...trainers.map((each) => make("option", { value: each.name }, `${each.title} (${each.name})`)));
  select.value = chosen;
  select.addEventListener("change", () => {
    chosen = select.value;
    lay();
  });
  return make("label", { class: "field" }, make("strong", {}, say("trainer")), make("span", { class: "hint" }, trainers.find((each) => each.name === chosen).summary), select);
}

function schemaOf(trainer) {
  const steps = { type: "integer", minimum: 1, default: trainer.defaults.steps || 20000, title: say("lengthSteps") };
  return {
    type: "object",
    properties: {
      data: { type: "string", default: "", title: say("dataSetName"), description: say("dataSetHint") },
      steps,
      seed: { type: "integer", minimum: 0, default: 0, title: say("seedWord") },
      register_as: { type: "string", default: "", pattern: "\\d+\\.\\d+\\.\\d+", title: say("registerAs"), description: say("registerHint") },
    },
    required: ["data"],
  };
}

async function start(event, started) {
  event.preventDefault();
  if (!find("training-form").reportValidity()) return;
  const { data, register_as, ...settings } = order.read();
  const request = { trainer: chosen, data: data.trim(), register_as: register_as || null, order: { ...settings, params: params.read() } };
  const button = find("training-start");
  button.disabled = true;
  button.textContent = say("ordering");
  complain("");
  try {
    started(await ask("/v1/trainings", { method: "POST", body: JSON.stringify(request), headers: { "Content-Type": "application/json" } }));
  } catch (error) {
    complain(error.message || say("unreachable"));
  }
  button.disabled = false;
  button.textContent = say("startTraining");
}

function complain(message) {
  find("training-complaint").textContent = message;
  find("training-complaint").hidden = !message;
}
