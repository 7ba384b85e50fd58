// One result, close up: slide between photo and result, read the report, download.

import * as api from "./api.js";
import { find, make } from "./dom.js";
import { say } from "./words.js";

let reportAddress = null;

export function setUpViewer() {
  const viewer = find("viewer");
  find("viewer-close").addEventListener("click", () => viewer.close());
  viewer.addEventListener("click", (event) => event.target === viewer && viewer.close());
  find("slide").addEventListener("input", place);
}

function place() {
  find("compare").style.setProperty("--cut", `${find("slide").value}%`);
}

export function openViewer(job, output) {
  find("viewer-title").textContent = `${job.photo.filename} → ${output.name}`;
  find("slide").setAttribute("aria-label", say("slide"));
  find("slide").value = 50;
  place();
  // What was generated has no photo to be compared with.
  find("compare").classList.toggle("alone", !job.photo.artifact);
  if (job.photo.artifact) find("before").src = api.artifact(job.photo.artifact);
  find("after").src = api.artifact(output.artifact);
  find("facts").textContent = facts(output);
  const name = output.filename || `${output.name}`;
  Object.assign(find("download"), { href: api.artifact(output.artifact, name), download: name });
  offerReport(job, output, name);
  find("sheet").replaceChildren(...sheet(output));
  find("viewer").showModal();
}

function facts(output) {
  const size = output.artifact.size;
  const bytes = size > 1e6 ? `${(size / 1e6).toFixed(1)} MB` : `${Math.round(size / 1e3)} kB`;
  return [output.width && `${output.width} × ${output.height}`, output.artifact.media_type.replace("image/", "").toUpperCase(), bytes]
    .filter(Boolean)
    .join(" · ");
}

function offerReport(job, output, name) {
  if (reportAddress) URL.revokeObjectURL(reportAddress);
  const report = JSON.stringify({ job: job.id, recipe: job.recipe, photo: job.photo, ...output }, null, 2);
  reportAddress = URL.createObjectURL(new Blob([report], { type: "application/json" }));
  Object.assign(find("report"), { href: reportAddress, download: `${name.replace(/\.\w+$/, "")}.json` });
}

function sheet(output) {
  const findings = Object.entries(output.findings || {});
  return [
    ...findings.filter(([, finding]) => Array.isArray(finding?.checks)).map(([operation, finding]) => compliance(finding, timesDone(output, operation) > 1)),
    measures(findings.filter(([, finding]) => !Array.isArray(finding?.checks))),
    lineage(output.lineage || []),
  ].filter(Boolean);
}

const timesDone = (output, operation) => (output.lineage || []).filter((step) => step.operation === operation).length;

function compliance(finding, mended) {
  return make(
    "section", { class: "checks" },
    make("h3", {}, finding.title || say("compliance"), " ", make("span", { class: `badge ${finding.verdict}` }, say(finding.verdict))),
    finding.checked_on ? make("p", { class: "hint" }, say("checkedOn", finding.checked_on)) : null,
    finding.note ? make("p", { class: doubt(finding) }, finding.note) : null,
    finding.changes_on ? make("p", { class: "hint" }, say("changesOn", finding.changes_on)) : null,
    mended ? make("p", { class: "hint" }, say("repaired")) : null,
    make("ul", {}, ...finding.checks.map(check)),
  );
}

const doubt = (entry) => (entry.confidence === "low" ? "hint doubt" : "hint");

function check(entry) {
  const figures = [
    known(entry.measured) && `${say("measured")} ${withUnit(entry.measured, entry.unit)}`,
    entry.wanted,
  ].filter(Boolean);
  // A message repeats the figures in words, so it is for the checks that somebody has to look at.
  const words = entry.status === "pass" ? figures.join(" · ") : entry.message || figures.join(" · ");
  return make(
    "li", { class: entry.status },
    make("span", { class: "dot", role: "img", "aria-label": say(entry.status), title: say(entry.status) }),
    make("strong", {}, entry.title || entry.rule),
    make("span", { class: "figures" }, words),
    entry.confidence && entry.confidence !== "high"
      ? make("span", { class: doubt(entry) }, `${say("confidence")}: ${say(`confidence-${entry.confidence}`)}`)
      : null,
  );
}

const known = (value) => value !== undefined && value !== null;

function withUnit(value, unit) {
  if (unit === "share" && typeof value === "number") return `${figure(100 * value)} %`;
  if (unit === "bytes" && typeof value === "number" && value >= 1000) return `${Math.round(value / 1000)} kB`;
  return unit ? `${figure(value)} ${unit}` : figure(value);
}

function figure(value) {
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
  return typeof value === "string" ? value : JSON.stringify(value);
}

function measures(findings) {
  if (!findings.length) return null;
  const rows = findings.flatMap(([operation, finding]) =>
    Object.entries(finding && typeof finding === "object" ? finding : { value: finding })
      .filter(([, value]) => value !== null)
      .map(([name, value]) => make("tr", {}, make("th", {}, operation), make("td", {}, name), make("td", {}, figure(value)))),
  );
  return make("details", {}, make("summary", {}, say("measures")), make("table", {}, ...rows));
}

function lineage(steps) {
  if (!steps.length) return null;
  const line = (step) =>
    make(
      "li", {},
      make("code", {}, `${step.operation} ${step.version}`),
      make("span", { class: "hint" }, step.cached ? say("cached") : say("seconds", step.seconds.toFixed(2))),
      make("span", { class: "params" }, JSON.stringify(step.params)),
    );
  return make("details", { open: true }, make("summary", {}, say("lineage")), make("ol", { class: "lineage" }, ...steps.map(line)));
}
