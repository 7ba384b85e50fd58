// The HTTP API of annotation tasks.

import { ask } from "../api.js";

const json = (method, body) => ({ method, body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });
const at = (task, position = null) => `/v1/annotations/${task}${position === null ? "" : `/pictures/${position}`}`;
const who = (person) => `?person=${encodeURIComponent(person || "me")}`;

export const dataSets = () => ask("/v1/datasets");
export const tasks = (person) => ask(`/v1/annotations${who(person)}`);
export const start = (task) => ask("/v1/annotations", json("POST", task));
export const next = (task, person) => ask(`${at(task)}/next`, json("POST", { person }));
export const picture = (task, position, person) => ask(`${at(task, position)}${who(person)}`);
export const save = (task, position, saved) => ask(at(task, position), json("PUT", saved));
export const skip = (task, position, skipped) => ask(`${at(task, position)}/skip`, json("POST", skipped));
export const decide = (task, position, decision) => ask(`${at(task, position)}/decision`, json("PUT", decision));
export const agreement = (task) => ask(`${at(task)}/agreement`);
export const disagreements = (task) => ask(`${at(task)}/disagreements`);
export const publish = (task, partial) => ask(`${at(task)}/publish`, json("POST", { partial }));
export const sendMask = (task, position, blob) =>
  ask(`${at(task, position)}/masks`, { method: "POST", body: blob, headers: { "Content-Type": "image/png" } });
export const file = (task, ref) => `${at(task)}/files/${ref.digest}`;
