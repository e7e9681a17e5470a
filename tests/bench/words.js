// The fourteen criteria of words.lua in plain JavaScript: no engine, no
// isolation, no limits. One case a line in; for each the recommendation and the
// finding and reason of every criterion. Prints microseconds: mean p50 p99 p99.9.
"use strict";
const fs = require("fs");
const lines = fs.readFileSync(process.argv[2], "utf8").split("\n").filter(Boolean);
const DAY = 86400000;
const root = new Set(["disc-herniation", "osteophyte", "foraminal-stenosis"]);
const epidural = /^(6232[0-3]|6447[9]|64480|64483|64484)$/;
const supports = /^(M54\.1|M51\.1[4-7]|M50\.1[1-3])/;

const day = (text) => (text ? Date.parse(text.slice(0, 10)) : NaN);
const value = (c, path) => c.answers && c.answers[path] && c.answers[path].value;
const latest = (list, date) => {
  let best = null;
  for (const item of list) if (!best || day(item[date]) > day(best[date])) best = item;
  return best;
};
const yes = (v) => (v === undefined ? "undocumented" : v === true ? "met" : "not_met");
const no = (v) => (v === undefined ? "undocumented" : v === false ? "met" : "not_met");
const test = (v, good) => (v === undefined ? "undocumented" : good(v) ? "met" : "not_met");

function judge(text) {
  const c = JSON.parse(text);
  const line = c.request.lines[0];
  const service = day(line.serviced ? line.serviced.start : c.asOf);
  const diagnoses = c.diagnoses || [];
  const past = (c.procedures || []).filter(
    (p) => epidural.test(p.code.code) && p.bodySite && p.bodySite.region === line.bodySite.region &&
      day(p.performed) < service);
  const last = latest(past, "performed");
  const score = latest((c.observations || []).filter((o) => o.name === "pain-nrs"), "effective");
  const onset = diagnoses.length ? diagnoses[0].onset : undefined;
  let care;
  for (const t of c.treatments || [])
    if (t.outcome && t.outcome.result === "failed" && t.period)
      care = Math.max(care || 0, day(t.period.end) - day(t.period.start));
  const scan = (c.imaging || []).some((i) => i.modality === "MR" || i.modality === "CT");
  const relief = last && last.outcome && last.outcome.reliefPercent;
  const recent = past.filter((p) => service - day(p.performed) < 365 * DAY).length;
  const closed = c.complete && c.complete.procedures;
  const criteria = [
    ["indication", "The pain follows a nerve root.", test(value(c, "pain.root_cause"), (v) => root.has(v))],
    ["diagnosis", "A diagnosis shows a covered indication.",
      diagnoses.some((d) => supports.test(d.code)) ? "met" : "undocumented"],
    ["history", "The note holds a history.", yes(value(c, "record.history"))],
    ["examination", "The note holds an examination.", yes(value(c, "record.physical_exam"))],
    ["imaging", "An MRI or a CT was done.", scan ? "met" : "undocumented"],
    ["score", "The pain is at least 4 of 10.", test(score ? score.value.number : undefined, (v) => v >= 4)],
    ["function", "The pain limits daily life.", yes(value(c, "pain.affects_function"))],
    ["duration", "The pain has lasted four weeks.", test(onset, (v) => service - day(v) >= 28 * DAY)],
    ["care", "Four weeks of care have failed.", test(care, (v) => v >= 28 * DAY)],
    ["guidance", "The needle is guided by imaging.",
      test(value(c, "plan.guidance"), (v) => v === "fluoroscopy" || v === "ct")],
    ["contrast", "Contrast is used.",
      value(c, "safety.contrast_allergy") === true ? "met" : yes(value(c, "plan.contrast"))],
    ["relief", "The last injection helped by half.",
      past.length === 0 ? "not_applicable" : test(relief === null ? undefined : relief, (v) => v >= 50)],
    ["cap", "At most four sessions in twelve months.",
      recent > 3 ? "not_met" : closed ? "met" : "undocumented"],
    ["infection", "There is no infection.", no(value(c, "safety.infection"))],
  ];
  let recommendation = "approve";
  const reasons = [];
  for (const [id, , finding] of criteria) {
    if (finding === "not_met") recommendation = "refer";
    if (finding === "undocumented" && recommendation === "approve") recommendation = "pend";
    if (finding === "not_met" || finding === "undocumented") reasons.push({ criterion: id, code: finding });
  }
  return JSON.stringify({
    case: { id: c.caseId }, recommendation, reasons,
    criteria: criteria.map(([id, says, finding]) => ({ id, says, finding })),
  });
}

const rounds = Number(process.argv[3] || 10);
let bytes = 0;
if (process.argv[4] === "show") {
  for (const text of lines) console.log(judge(text));
  process.exit(0);
}
for (const text of lines) bytes += judge(text).length; // warm
for (const text of lines) bytes += judge(text).length;
const took = [];
for (let round = 0; round < rounds; round++)
  for (const text of lines) {
    const began = process.hrtime.bigint();
    bytes += judge(text).length;
    took.push(Number(process.hrtime.bigint() - began) / 1000);
  }
took.sort((a, b) => a - b);
const at = (share) => took[Math.min(took.length - 1, Math.floor(took.length * share))];
const mean = took.reduce((a, b) => a + b, 0) / took.length;
console.log([mean, at(0.5), at(0.99), at(0.999)].map((n) => n.toFixed(2)).join(" "));
