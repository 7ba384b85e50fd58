// Talks to the HTTP API. Every failure is an ApiError whose message can be shown to a person.

export class ApiError extends Error {
  constructor(problem, status) {
    super(problem.detail || problem.title || `HTTP ${status}`);
    this.status = status;
    this.code = problem.code || "error";
  }
}

// Shows the server that our own page asks: no other site can send it.
const PAGE = { "X-Packshot-Page": "1" };

let locked = () => {};

// Calls `show` whenever the server wants a key.
export function onLocked(show) {
  locked = show;
}

export async function ask(path, options = {}) {
  let answer;
  try {
    answer = await fetch(path, { ...options, headers: { ...PAGE, ...options.headers } });
  } catch {
    throw new ApiError({ detail: "", code: "unreachable" }, 0);
  }
  if (!answer.ok) {
    const problem = await answer.json().catch(() => ({}));
    if (answer.status === 401) locked();
    throw new ApiError(problem, answer.status);
  }
  return answer.status === 204 ? null : answer.json();
}

const listOf = (answer, name) => (Array.isArray(answer) ? answer : answer[name] || answer.items || []);

export const recipes = async () => listOf(await ask("/v1/recipes"), "recipes");
export const operations = async () => listOf(await ask("/v1/operations"), "operations");
export const listings = async () => listOf(await ask("/v1/listings?limit=20"), "listings");
export const listing = (id) => ask(`/v1/listings/${id}`);
// The server keeps the key in a cookie that scripts cannot read; the page forgets it at once.
export const enter = (key) =>
  ask("/v1/session", { method: "POST", body: JSON.stringify({ key }), headers: { "Content-Type": "application/json" } });
export const leave = () => ask("/v1/session", { method: "DELETE" });
export const cancel = (job) => ask(`/v1/jobs/${job}/cancel`, { method: "POST" });
export const artifact = (ref, name) => `/v1/artifacts/${ref.digest}${name ? `?download=${encodeURIComponent(name)}` : ""}`;

export async function ready() {
  try {
    return (await fetch("/readyz")).ok;
  } catch {
    return false;
  }
}

// Sends a listing; `progress` hears 0..1 while the photos go up. The key makes a repeated click harmless.
export function submit(form, key, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/v1/listings");
    request.responseType = "json";
    for (const [name, value] of Object.entries({ ...PAGE, "Idempotency-Key": key })) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    request.onerror = () => reject(new ApiError({ detail: "", code: "unreachable" }, 0));
    request.onload = () =>
      request.status < 300 ? resolve(request.response) : reject(new ApiError(request.response || {}, request.status));
    request.send(form);
  });
}

const EVENT_TYPES = [
  "photo.accepted", "photo.rejected", "step.started", "step.progressed", "step.finished", "step.failed",
  "job.finished", "job.failed", "job.cancelled",
];

// Follows a listing's jobs. The browser reconnects by itself and resumes after the last event it saw.
export function follow(id, hear) {
  const source = new EventSource(`/v1/listings/${id}/events`);
  for (const type of EVENT_TYPES) source.addEventListener(type, (event) => hear(JSON.parse(event.data), source));
  return source;
}
