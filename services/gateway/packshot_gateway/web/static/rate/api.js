// The HTTP API of ratings.

import { ask } from "../api.js";

const json = (method, body) => ({ method, body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });
const at = (rating) => `/v1/ratings/${rating}`;
const who = (person) => `?person=${encodeURIComponent(person || "me")}`;

export const dataSets = () => ask("/v1/datasets");
export const ratings = (person) => ask(`/v1/ratings${who(person)}`);
export const start = (rating) => ask("/v1/ratings", json("POST", rating));
export const next = (rating, person) => ask(`${at(rating)}/next${who(person)}`);
export const judge = (rating, position, person, verdict) => ask(`${at(rating)}/pairs/${position}`, json("PUT", { person, verdict }));
export const undo = (rating, person) => ask(`${at(rating)}/undo`, json("POST", { person }));
export const ranking = (rating) => ask(`${at(rating)}/ranking`);
export const picture = (rating, position, side, person) => `${at(rating)}/pairs/${position}/${side}${who(person)}`;
