-- What eviCore asks for otherwise than Medicare; the rest is tested beside the Medicare policy.

describe("evicore.epidural-injections", function()
  -- By its file: it extends another, which must be found from there too.
  policy "policies/evicore/epidural-injections.lua"

  local first  = casefile "cases/first-injection.json"
  local rows = require "rubric.rows" { describe, it, first }
  local second = casefile "cases/compare-three-weeks-of-relief.json"

  local function care(from, to)
    return { { kind = "physical-therapy", status = "completed", period = { start = from, ["end"] = to },
               outcome = { result = "failed" } } }
  end
  local function image(day)
    return { { modality = "MR", effective = day,
               findings = { { finding = "disc-herniation", level = "L4-L5", laterality = "right" } } } }
  end
  local function last_session(percent_of, weeks_of, performed, more)
    local outcome = { reliefPercent = percent_of, reliefWeeks = weeks_of, measuredOn = "2026-03-03", scale = "NRS",
                      functionChange = "improved" }
    for key, value in pairs(more or {}) do outcome[key] = value ~= none and value or nil end
    return { { kind = "epidural-injection", status = "completed", performed = performed or "2026-02-10",
               bodySite = { region = "lumbar" }, outcome = outcome } }
  end
  local function sessions(...)
    local list = {}
    for i, day in ipairs { ... } do list[i] = last_session(60, 3, day)[1] end
    return list
  end

  it("approves a complete first, and a second after three weeks of relief", function()
    assert.recommends("approve", first)
    assert.recommends("approve", second)
  end)

  it("differs from Medicare on the same second request", function()
    local there = second:under "cms.epidural-injections"
    assert.recommends("refer to physician", there)
    assert.criterion("relief-lasted", there, "not met")
    assert.criterion("relief-lasted", second, "met")
  end)

  rows.of("conservative-care", {
    { "is met at six weeks for a nerve root", { treatments = care("2025-12-01", "2026-01-12") }, "met", "approve" },
    { "is not met a day short of that",
      { treatments = care("2025-12-01", "2026-01-11") }, "not met", "refer to physician" },
    { "is met at four weeks for stenosis",
      { treatments = care("2025-12-01", "2025-12-29"), diagnoses = { { code = "M48.062", onset = "2025-11-03" } } },
        "met" },
    { "is not met a day short of four",
      { treatments = care("2025-12-01", "2025-12-28"), diagnoses = { { code = "M48.062", onset = "2025-11-03" } } },
        "not met" },
    { "is undocumented without any",          { treatments = none }, "undocumented", "pend" },
    { "is met by an answer",
      { treatments = none, ["conservative.weeks"] = 6, ["conservative.outcome"] = "failed" }, "met" },
    { "is not asked for at a repeat",         {}, "not applicable", of = second },
  })

  rows.of("imaging-recent", {
    { "is met inside of twenty-four months",  { imaging = image "2024-02-11" }, "met", "approve" },
    { "is not met beyond",                    { imaging = image "2024-02-10" }, "not met", "refer to physician" },
    { "is undocumented by a newer plain film beside an older MRI",
      { imaging = { image("2023-02-10")[1], { modality = "XR", effective = "2026-01-05", findings = {
        { finding = "degeneration", level = "L4-L5" } } } } }, "not met", "refer to physician" },
    { "is undocumented by a newer MRI of the neck",
      { imaging = { { modality = "MR", effective = "2026-01-05", findings = { { finding = "disc-herniation",
        level = "C5-C6", laterality = "right" } } } } }, "undocumented" },
    { "is undocumented without a date",       { imaging = { { modality = "MR", findings = { { level = "L4-L5",
        finding = "disc-herniation", laterality = "right" } } } } }, "undocumented", "pend" },
  })

  rows.of("failed-back-radicular", {
    { "does not apply without surgery",       {}, "not applicable" },
    { "is met by signs of a nerve root",      { diagnoses = { "M96.1" }, ["exam.radicular"] = true }, "met" },
    { "is met by a positive sign",            { diagnoses = { "M96.1" } }, "met" },
    { "is met by the word of the note",
      { diagnoses = { "M96.1" }, examination = none, ["pain.pattern"] = { "radicular", "post-laminectomy" } }, "met" },
    { "is undocumented by a second code alone",
      { diagnoses = { "M96.1", "M54.16" }, examination = none }, "undocumented", "pend" },
    { "stays open where one sign was denied, and the others were not looked for",
      { diagnoses = { "M96.1" }, examination = none, ["exam.radicular"] = false, ["pain.pattern"] = "axial" },
      "undocumented" },
    { "is undocumented when nobody says",     { diagnoses = { "M96.1" }, examination = none }, "undocumented", "pend" },
  })

  rows.of("relief-from-last", {
    { "is met at half",                       { procedures = last_session(50, 3) }, "met", "approve", of = second },
    { "is not met just short of it",
      { procedures = last_session(49, 3) }, "not met", "refer to physician", of = second },
    { "is undocumented when nobody says",
      { procedures = last_session(nil, 3) }, "undocumented", "pend", of = second },
    { "does not take function for relief",
      { procedures = last_session(49, 3), ["repeat.function_improved"] = true }, "not met", of = second },
  })

  rows.of("relief-lasted", {
    { "is met at two weeks",
      { procedures = last_session(60, 2, nil, { measuredOn = "2026-02-24" }) }, "met", "approve", of = second },
    { "is not met a day short of that",
      { procedures = last_session(60, nil, nil, { measuredOn = "2026-02-23" }) },
        "not met", "refer to physician", of = second },
    { "is undocumented when nobody says",
      { procedures = last_session(60, nil, nil, { measuredOn = none }) }, "undocumented", "pend", of = second },
  })

  rows.of("function-or-less-care", {
    { "is met by better function",            { ["repeat.less_care"] = none }, "met", "approve", of = second },
    { "is met by fewer drugs",
      { procedures = last_session(60, 3, nil, { functionChange = "unchanged" }) }, "met", "approve", of = second },
    { "is not met by neither",
      { procedures = last_session(60, 3, nil, { functionChange = "unchanged" }), ["repeat.less_care"] = false,
        ["repeat.function_improved"] = false }, "not met", "refer to physician", of = second },
    { "is undocumented when nobody says",
      { procedures = last_session(60, 3, nil, { functionChange = none }), ["repeat.less_care"] = none },
      "undocumented", "pend", of = second },
  })

  rows.of("gap", {
    { "is met at fourteen days",
      { procedures = last_session(60, 2, "2026-03-08", { measuredOn = "2026-03-22" }) },
        "met", "approve", of = second },
    { "is not met a day short of that",
      { procedures = last_session(60, 2, "2026-03-09", { measuredOn = "2026-03-22" }) },
        "not met", "refer to physician",
      of = second },
    { "is undocumented where only the month is known",
      { procedures = last_session(60, 3, "2026-03") }, "undocumented", of = second },
  })

  rows.of("sessions-half-year", {
    { "is met by the third",
      { procedures = sessions("2025-12-16", "2026-02-10") }, "met", "approve", of = second },
    { "is not met by the fourth",
      { procedures = sessions("2025-09-23", "2025-12-16", "2026-02-10") },
        "not met", "refer to physician", of = second },
    { "does not count what is six months ago",
      { procedures = sessions("2025-09-22", "2025-12-16", "2026-02-10") }, "met", "approve", of = second },
    { "is undocumented while nobody says what was done", { procedures = none, complete = none }, "undocumented", "pend",
      of = second },
  })

  it("keeps the cap of four in twelve months", function()
    local case = second:with { procedures = sessions("2025-04-01", "2025-06-10", "2025-09-02", "2026-02-10") }
    assert.criterion("sessions-a-year", case, "not met")
    assert.recommends("refer to physician", case)
  end)
end)
