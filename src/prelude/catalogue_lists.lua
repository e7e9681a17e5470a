-- catalogue_lists.lua - the lists of a case, and the fields of their records.
--
-- Ways say where a field stands in the case document, or how it follows from a
-- code. Labels of codes are not here: codes by number only.

local list = ...

-- Words that several lists share --------------------------------------------------------

local SIDES = { "left", "right", "bilateral" }
local REGIONS = { "CT", "LS" } -- cervical and thoracic, lumbar and sacral
local OUTCOMES = { "failed", "partial", "helped", "not-tolerated", "contraindicated" }
local NOT_DONE = { { field = "status", values = { "not-done", "planned" } } }

local region_of_level = { { "C", "CT" }, { "T", "CT" }, { "L", "LS" }, { "S", "LS" } }
local region_of_name = { cervical = "CT", thoracic = "CT", lumbar = "LS", lumbosacral = "LS",
                         sacral = "LS" }

local KINDS_BY_CODE = {
  { { "cpt:62320-62323", "cpt:64479-64484" }, "epidural-injection" },
  { { "cpt:62324-62327" }, "epidural-catheter" },
  { { "cpt:64490-64495" }, "facet-injection" },
  { { "cpt:64633-64636" }, "radiofrequency-ablation" },
  { { "cpt:27096", "cpt:64451", "hcpcs:G0260" }, "sacroiliac-injection" },
  { { "cpt:64625" }, "sacroiliac-ablation" },
  { { "cpt:63650", "cpt:63655" }, "stimulator-lead" },
  { { "cpt:63685" }, "stimulator-generator" },
  { { "cpt:63661-63664", "cpt:63688" }, "stimulator-revision" },
  { { "cpt:62350-62351", "hcpcs:E0785" }, "pump-catheter" },
  { { "cpt:62360-62362", "hcpcs:E0782-E0783", "hcpcs:E0786" }, "pump-implant" },
  { { "cpt:62355", "cpt:62365" }, "pump-removal" },
  { { "cpt:62367-62368" }, "pump-check" },
  { { "cpt:62369-62370", "cpt:95990-95991", "hcpcs:S9328", "hcpcs:A4220" }, "pump-refill" },
  { { "cpt:20552-20553" }, "trigger-point-injection" },
}

local KINDS = {
  "epidural-injection", "epidural-catheter", "facet-injection", "medial-branch-block",
  "radiofrequency-ablation", "sacroiliac-injection", "sacroiliac-ablation", "stimulator-lead",
  "stimulator-generator", "stimulator-revision", "pump-catheter", "pump-implant",
  "pump-removal", "pump-check", "pump-refill", "trigger-point-injection", "spine-surgery",
  "surgery", "other",
}

local REGION_BY_CODE = {
  { { "cpt:62320-62321", "cpt:62324-62325", "cpt:64479-64480", "cpt:64490-64492",
      "cpt:64633-64634" }, "CT" },
  { { "cpt:62322-62323", "cpt:62326-62327", "cpt:64483-64484", "cpt:64493-64495",
      "cpt:64635-64636", "cpt:27096", "cpt:64451", "cpt:64625", "hcpcs:G0260" }, "LS" },
}

-- Codes of the thoracolumbar junction belong to both regions, and are in neither.
local REGION_BY_DIAGNOSIS = {
  { { "icd-10-cm:M54.11-M54.14", "icd-10-cm:M50*", "icd-10-cm:M51.04", "icd-10-cm:M51.14",
      "icd-10-cm:M51.24", "icd-10-cm:M51.34", "icd-10-cm:M47.11-M47.14", "icd-10-cm:M47.21-M47.24",
      "icd-10-cm:M47.811-M47.814", "icd-10-cm:M47.891-M47.894", "icd-10-cm:M48.01-M48.04",
      "icd-10-cm:M48.11-M48.14", "icd-10-cm:M53.81-M53.84",
      "icd-10-cm:M54.2", "icd-10-cm:M54.6", "icd-10-cm:M99.61-M99.62" }, "CT" },
  { { "icd-10-cm:M54.16-M54.18", "icd-10-cm:M51.06", "icd-10-cm:M51.16-M51.17",
      "icd-10-cm:M51.26-M51.27", "icd-10-cm:M51.36*", "icd-10-cm:M51.37*", "icd-10-cm:M47.26-M47.28",
      "icd-10-cm:M47.816-M47.818", "icd-10-cm:M47.896-M47.898", "icd-10-cm:M48.06*",
      "icd-10-cm:M48.07-M48.08", "icd-10-cm:M48.16-M48.18", "icd-10-cm:M53.86-M53.88",
      "icd-10-cm:M54.3*", "icd-10-cm:M54.4*", "icd-10-cm:M54.5*",
      "icd-10-cm:M99.63-M99.64" }, "LS" },
}

-- Conditions of which pain is a part: of bones, joints and soft parts, of nerves, injuries, tumours,
-- and pain that has a code of its own.
local PAINFUL = {
  "icd-10-cm:M00-M99", "icd-10-cm:S00-T88", "icd-10-cm:C00-D49", "icd-10-cm:G43*", "icd-10-cm:G44*",
  "icd-10-cm:G50-G64", "icd-10-cm:G89*", "icd-10-cm:G90.5*", "icd-10-cm:B02.2*", "icd-10-cm:F45.4*",
  "icd-10-cm:N94*", "icd-10-cm:R07*", "icd-10-cm:R10*", "icd-10-cm:R51*", "icd-10-cm:R52",
}

local APPROACH_BY_CODE = {
  { { "cpt:62320-62323" }, "interlaminar" },
  { { "cpt:64479-64484" }, "transforaminal" },
}

local IMAGING_BY_CODE = {
  { { "cpt:62320", "cpt:62322", "cpt:62324", "cpt:62326" }, "no" },
  { { "cpt:62321", "cpt:62323", "cpt:62325", "cpt:62327", "cpt:64479-64484" }, "yes" },
}

local PUMP_BY_CODE = {
  { { "cpt:62360-62362", "cpt:62367-62370", "cpt:95990-95991", "hcpcs:E0782-E0783", "hcpcs:E0786",
      "hcpcs:S9328", "hcpcs:A4220" }, "yes" },
  { { "cpt:62365" }, "no" },
}

-- A code, where its sibling "system" (or "code.system") says which.
local CODE = { "code.code", "code" }

local function by_code(table_of) return { path = CODE, by_code = table_of } end

-- A code that none of the sets holds is some other procedure, not a silent one.
local kind_by_code = { path = CODE, by_code = KINDS_BY_CODE, otherwise = "other" }

local function side(...)
  return { kind = "choice", choices = SIDES, many = true, mode = "all", ways = { ... } }
end

local function region(...)
  return { kind = "choice", choices = REGIONS, many = true, mode = "all", ways = { ... } }
end

-- What part of the body care was for. Most care names none, and is then for the complaint.
local place_of_care = { kind = "choice", choices = { "CT", "LS", "elsewhere", "unstated" }, ways = {
  { path = { "bodySite.level" }, prefix = region_of_level },
  { path = { "bodySite.region" }, map = { cervical = "CT", thoracic = "CT", lumbar = "LS", lumbosacral = "LS",
                                          sacral = "LS", other = "elsewhere" } },
  { path = { "bodySite.text" }, prefix = {
    { "Cerv", "CT" }, { "cerv", "CT" }, { "Neck", "CT" }, { "neck", "CT" }, { "Thor", "CT" }, { "thor", "CT" },
    { "Lumb", "LS" }, { "lumb", "LS" }, { "Low", "LS" }, { "low", "LS" }, { "Back", "LS" }, { "back", "LS" },
    { "Sacr", "LS" }, { "sacr", "LS" }, { "Spin", "unstated" }, { "spin", "unstated" }, { "", "elsewhere" } } },
  { const = "unstated" } } }

local level_region = { path = { "bodySite.level" }, prefix = region_of_level }
local name_region = { path = { "bodySite.region" }, map = region_of_name }
local site_side = { path = { "bodySite.laterality" } }

local function text(...) return { kind = "text", ways = { { path = { ... } } } } end
local function texts(...) return { kind = "text", many = true, ways = { { path = { ... } } } } end
local function day(...) return { kind = "date", ways = { { path = { ... } } } } end
local function choice(choices, ...) return { kind = "choice", choices = choices, ways = { { path = { ... } } } } end
local function number(unit, ...) return { kind = "number", unit = unit, ways = { { path = { ... } } } } end

local levels = { kind = "text", many = true, ways = { { path = { "bodySite.level" } } } }

local relief_percent = { kind = "number", unit = "percent", worst = "low", range = { nil, 100 },
                         ways = { { path = { "outcome.reliefPercent" } } } }
-- What somebody says it lasted goes before the time until it was measured.
local function relief_for(start)
  return { kind = "duration", worst = "low", ways = {
    { path = { "outcome.reliefWeeks" }, unit = "weeks" },
    { span = { start, "outcome.measuredOn" } } } }
end
local function_change = choice({ "improved", "unchanged", "worse" }, "outcome.functionChange")
-- A scale by the name its observations have, or as people write it.
local SCALES = { "pain-nrs", "pain-vas", "odi", "ndi", "roland-morris", "promis-pf", "promis-pi", "peg",
                 "pdas", "qbpds", "bpfs" }
local named_scale = { NRS = "pain-nrs", nrs = "pain-nrs", VAS = "pain-vas", vas = "pain-vas", ODI = "odi",
                      NDI = "ndi", RMDQ = "roland-morris", ["Roland-Morris"] = "roland-morris",
                      ["PROMIS-PF"] = "promis-pf", ["PROMIS-PI"] = "promis-pi", PEG = "peg",
                      PDAS = "pdas", QBPDS = "qbpds", BPFS = "bpfs" }
for i = 1, #SCALES do named_scale[SCALES[i]] = SCALES[i] end
local scale = { kind = "choice", choices = SCALES, ways = {
  { path = { "outcome.scale" }, map = named_scale } } }
local measured_on = day("outcome.measuredOn")

local outcome = {
  kind = "choice", choices = OUTCOMES, ways = {
    { path = { "outcome.result" } },
    { path = { "reasonStopped.code" }, map = {
      ["inadequate-relief"] = "failed", intolerance = "not-tolerated",
      contraindicated = "contraindicated" } },
    { path = { "outcome.functionChange" }, map = {
      improved = "helped", unchanged = "failed", worse = "failed" } },
  },
}

-- The request -------------------------------------------------------------------------------

list {
  name = "lines", from = { "request.lines" }, world = "closed", date = "date",
  about = "the lines of the request; line \"field\" is the one under review",
  document = "request",
  fields = {
    { "code", { kind = "code", codes = "service", ways = { { path = { "code" } } } } },
    { "system", text("system") },
    { "kind", { kind = "choice", choices = KINDS, ways = { kind_by_code } } },
    { "units", number("units", "quantity") },
    { "sessions", { kind = "number", unit = "sessions",
                    ways = { { path = { "quantity" } }, { const = 1 } } } },
    -- A line that carries none says so: it is the request itself.
    { "modifiers", { kind = "text", many = true, shape = "^[%u%d][%u%d]$", blank = "none",
                     shaped = "a modifier is two capital letters or digits, as \"KX\"",
                     ways = { { path = { "modifier" } }, { const = "none" } } } },
    { "side", side({ path = { "modifier" }, map = { RT = "right", LT = "left", ["50"] = "bilateral" } },
                   site_side) },
    { "level", levels },
    { "levels", { kind = "number", unit = "levels",
                  ways = { { count = "bodySite.level" }, { const = 1 } } } },
    { "region", region(level_region, name_region, by_code(REGION_BY_CODE)) },
    { "approach", { kind = "choice", choices = { "interlaminar", "transforaminal", "caudal" },
                    ways = { by_code(APPROACH_BY_CODE) } } },
    { "imaging_included", { kind = "yes-no", ways = { by_code(IMAGING_BY_CODE) } } },
    { "date", day("serviced.start", "serviced") },
    { "end_date", day("serviced.end", "serviced") },
    { "place", { kind = "text", shape = "^%d%d$",
                 shaped = "a place of service is two digits, as \"11\"",
                 ways = { { path = { "placeOfService" } } } } },
    -- What the payer's edit tables say: units a day or line may have, of a practitioner
    -- or hospital and of a supplier, and whether another line of the day excludes this one.
    { "unit_limit", { kind = "number", unit = "units", ways = { { table = "unit_limit" } } } },
    { "supply_limit", { kind = "number", unit = "units", ways = { { table = "supply_limit" } } } },
    { "excluded_pair", { kind = "yes-no", ways = { { table = "excluded_pair" } } } },
    { "site", text("bodySite.text") },
    { "request_type", text("requestType") },
    { "certification", text("certificationType") },
    { "category", text("category") },
    { "change", choice({ "added", "changed", "cancelled" }, "change") },
  },
}

list {
  name = "request", root = true, from = {}, world = "closed",
  about = "the request as a whole: request \"field\"",
  document = "request",
  fields = {
    { "urgency", choice({ "standard", "expedited" }, "request.urgency") },
    { "kind", choice({ "prior-authorization", "utilization-review", "independent-medical-review" }, "kind") },
    { "forum", text("request.forum") },
    { "channel", text("channel") },
    { "received", day("received") },
    { "created", day("request.created") },
    { "date", day("asOf") },
    { "due_by", day("dueBy") },
    { "type", text("request.type") },
    { "priority", text("request.priority") },
    { "certification", text("request.certificationType") },
    { "message", text("request.message") },
    { "related", text("request.related") },
    { "prior_authorization", text("request.preAuthRef") },
    { "provider", text("request.provider.npi") },
    { "specialty", texts("request.careTeam.specialty") },
    { "payer", text("coverage.payor") },
    { "plan", text("coverage.plan") },
    { "line_of_business", text("coverage.lineOfBusiness") },
    { "state", text("coverage.state") },
    { "covered_conditions", texts("conditions_covered.covered") },
    { "excluded_conditions", texts("conditions_covered.excluded") },
  },
}

list {
  name = "patient", root = true, from = {}, world = "closed",
  about = "the patient on the date of service: patient \"age\"",
  document = "request",
  fields = {
    { "age", { kind = "number", unit = "years", range = { 0, 130 }, ways = { { age = "patient.birthDate" } } } },
    { "gender", text("patient.gender") },
    { "birth_date", day("patient.birthDate") },
  },
}

-- What was done and tried ----------------------------------------------------------------------

list {
  name = "diagnoses", date = "recorded", document = "history-physical",
  about = "diagnoses as sent; a code that is not there proves nothing",
  skip = { { field = "verification", values = { "refuted", "entered-in-error" } },
           { field = "clinical_status", values = { "inactive", "remission", "resolved" } } },
  fields = {
    { "code", { kind = "code", codes = "diagnosis", ways = { { path = { "code" } } } } },
    { "system", text("system") },
    { "sequence", number("count", "sequence") },
    { "role", text("role") },
    { "clinical_status", text("clinicalStatus") },
    { "verification", text("verificationStatus") },
    { "onset", day("onset.start", "onset") },
    { "recorded", day("recorded") },
    { "duration", { kind = "duration", worst = "high", ways = { { since = { "onset.start", "onset" } } } } },
    -- How long a disease without pain has lasted says nothing about pain.
    { "painful", { kind = "yes-no", ways = { { path = { "code" }, by_code = { { PAINFUL, "yes" } } } } } },
    { "region", { kind = "choice", choices = REGIONS, many = true,
                  ways = { { path = { "code" }, by_code = REGION_BY_DIAGNOSIS } } } },
    -- As the title of the code says; silent where it names no side.
    { "side", { kind = "choice", choices = SIDES, ways = { { table = "laterality" } } } },
    { "pain_pattern", { kind = "choice",
      choices = { "radicular", "claudication", "post-laminectomy", "herpes-zoster" },
      ways = { { path = { "code" }, by_code = {
        { { "icd-10-cm:M54.11-M54.18", "icd-10-cm:M50.11", "icd-10-cm:M50.12*", "icd-10-cm:M50.13",
            "icd-10-cm:M51.14-M51.17", "icd-10-cm:M47.21-M47.28" }, "radicular" },
        { { "icd-10-cm:M48.062" }, "claudication" },
        { { "icd-10-cm:M96.1" }, "post-laminectomy" },
        { { "icd-10-cm:B02.23", "icd-10-cm:B02.29" }, "herpes-zoster" },
      } } } } },
    { "pain_origin", { kind = "choice", choices = { "malignant", "nonmalignant", "herpes-zoster" },
      ways = { { path = { "code" }, by_code = {
        { { "icd-10-cm:G89.3" }, "malignant" },
        { { "icd-10-cm:G89.21", "icd-10-cm:G89.28", "icd-10-cm:G89.29", "icd-10-cm:G89.4",
            "icd-10-cm:M96.1", "icd-10-cm:G90.5*" }, "nonmalignant" },
        { { "icd-10-cm:B02.23", "icd-10-cm:B02.29" }, "herpes-zoster" },
      } } } } },
    { "pump_use", { kind = "choice", choices = { "pain", "spasticity" },
      ways = { { path = { "code" }, by_code = {
        { { "icd-10-cm:G89.2*", "icd-10-cm:G89.3", "icd-10-cm:G89.4", "icd-10-cm:M96.1",
            "icd-10-cm:G90.5*", "icd-10-cm:M54.1*", "icd-10-cm:G56.4*", "icd-10-cm:G57.7*" }, "pain" },
        { { "icd-10-cm:G80*", "icd-10-cm:G81.1*", "icd-10-cm:G82*", "icd-10-cm:G35*",
            "icd-10-cm:G11.4", "icd-10-cm:S14*", "icd-10-cm:S24*", "icd-10-cm:S34*" }, "spasticity" },
      } } } } },
  },
}

list {
  name = "treatments", date = "date", period = { "start", "end" }, skip = NOT_DONE,
  document = "therapy-records",
  about = "therapy, medication and other care over a time",
  fields = {
    { "kind", choice({ "physical-therapy", "exercise", "chiropractic", "acupuncture", "cbt", "massage",
                       "injection", "medication", "activity-modification", "psychotherapy",
                       "regenerative", "surgery", "other" }, "kind") },
    { "class", text("class") },
    { "conservative", { kind = "yes-no", ways = { { path = { "kind" }, map = {
      ["physical-therapy"] = "yes", exercise = "yes", chiropractic = "yes", acupuncture = "yes",
      cbt = "yes", massage = "yes", medication = "yes", ["activity-modification"] = "yes",
      psychotherapy = "yes", injection = "no", regenerative = "no", surgery = "no" } } } } },
    { "active", { kind = "yes-no", ways = { { path = { "kind" }, map = {
      ["physical-therapy"] = "yes", exercise = "yes", chiropractic = "no", acupuncture = "no",
      massage = "no", medication = "no", injection = "no", regenerative = "no",
      surgery = "no" } } } } },
    { "status", choice({ "completed", "in-progress", "stopped", "on-hold", "not-done", "unknown" }, "status") },
    { "outcome", outcome },
    { "reason_stopped", choice({ "inadequate-relief", "intolerance", "contraindicated", "completed",
                                 "patient-choice", "cost", "unknown" }, "reasonStopped.code") },
    { "name", text("text") },
    { "start", day("period.start") },
    { "end", day("period.end") },
    { "date", day("period.end", "period.start") },
    { "duration", { kind = "duration", worst = "low", ways = { { span = { "period" } } } } },
    { "sessions", { kind = "number", unit = "sessions", worst = "low",
                    ways = { { path = { "sessions" } } } } },
    { "dose", { kind = "number", unit = "mg", worst = "high",
                ways = { { path = { "dose" } } } } },
    { "per_day", number("count", "frequencyPerDay") },
    { "route", text("route") },
    { "region", region(level_region, name_region) },
    { "place", place_of_care },
    { "level", levels }, { "side", side(site_side) },
    { "relief_percent", relief_percent }, { "relief_for", relief_for("period.start") },
    { "function_change", function_change }, { "measured_on", measured_on }, { "scale", scale },
  },
}

local function procedure_fields()
  return {
    { "kind", { kind = "choice", choices = KINDS,
                ways = { { path = { "kind" } }, kind_by_code } } },
    { "code", { kind = "code", codes = "service", ways = { { path = CODE } } } },
    { "status", text("status") },
    { "performed", day("performed.start", "performed") },
    -- Of a block: what it was for. A line that was paid as a diagnostic one carries KX.
    { "purpose", { kind = "choice", choices = { "diagnostic", "therapeutic" },
                   ways = { { path = { "purpose" } }, { path = { "modifier" }, map = { KX = "diagnostic" } } } } },
    { "region", region(level_region, name_region, by_code(REGION_BY_CODE)) },
    { "level", levels }, { "side", side(site_side) },
    { "levels", { kind = "number", unit = "levels", worst = "high",
                  ways = { { count = "bodySite.level" } } } },
    { "approach", { kind = "choice", choices = { "interlaminar", "transforaminal", "caudal" },
                    ways = { by_code(APPROACH_BY_CODE) } } },
    { "guidance", text("guidance") },
    { "imaging_included", { kind = "yes-no", ways = { by_code(IMAGING_BY_CODE) } } },
    { "drug", texts("agent") },
    { "site", text("bodySite.text") },
    { "outcome", outcome },
    { "relief_percent", relief_percent }, { "relief_for", relief_for("performed") },
    { "function_change", function_change }, { "measured_on", measured_on }, { "scale", scale },
    { "complication", text("complication") },
    { "units", { kind = "number", unit = "units", worst = "high", ways = { { path = { "units" } } } } },
    { "provider", text("provider") },
    { "pump_in_situ", { kind = "yes-no", ways = { by_code(PUMP_BY_CODE) } } },
  }
end

list {
  name = "procedures", from = { "procedures", "history" }, closed_by = "procedures",
  date = "performed", skip = NOT_DONE, document = "procedure-note",
  about = "procedures of the chart and the payer's own history together; "
    .. "none is zero only when the case says that the list is complete",
  fields = procedure_fields(),
}

list {
  name = "history", world = "closed", date = "performed", document = "payer-history",
  about = "services that the payer itself paid or authorized",
  fields = procedure_fields(),
}

list {
  name = "trials", date = "end", period = { "start", "end" }, document = "procedure-note",
  about = "trials before an implant",
  fields = {
    { "kind", choice({ "intrathecal-catheter", "epidural-catheter", "spinal-cord-stimulator", "other" },
                     "kind") },
    { "method", { kind = "choice", choices = { "catheter", "single-injection", "electrode" },
      ways = { { path = { "kind" }, map = {
        ["intrathecal-catheter"] = "catheter", ["epidural-catheter"] = "catheter",
        ["spinal-cord-stimulator"] = "electrode" } } } } },
    { "agent", text("agent") },
    { "start", day("period.start") }, { "end", day("period.end", "period.start") },
    { "duration", { kind = "duration", worst = "low", ways = { { span = { "period" } } } } },
    { "outcome", outcome },
    { "relief_percent", relief_percent }, { "function_change", function_change },
    { "measured_on", measured_on }, { "scale", scale },
    { "side_effects", choice({ "acceptable", "unacceptable", "none" }, "sideEffects") },
  },
}

-- What was measured and seen ---------------------------------------------------------------------

list {
  name = "observations", date = "date", document = "progress-note",
  about = "measured scores, each under its own name",
  fields = {
    { "name", choice({ "pain-nrs", "pain-vas", "odi", "ndi", "roland-morris", "promis-pf", "promis-pi",
                       "peg", "pdas", "qbpds", "bpfs", "phq-9", "gad-7", "six-minute-walk",
                       "opioid-mme", "other" }, "name") },
    { "value", { kind = "number", any_unit = true, worst = "high",
                 ways = { { path = { "value" } } } } },
    { "text", text("value.text", "value.code") },
    { "date", day("effective.start", "effective") },
    { "status", text("status") },
    { "region", region(level_region, name_region) },
  },
}

list {
  name = "imaging", date = "date", document = "imaging-report",
  about = "imaging and electrical studies, with the findings that were coded or confirmed",
  fields = {
    { "modality", choice({ "MR", "CT", "XR", "US", "NM", "EMG", "other" }, "modality") },
    { "code", { kind = "code", codes = "service", ways = { { path = CODE } } } },
    { "date", day("effective.start", "effective") },
    { "conclusion", text("conclusion") },
    { "finding", texts("findings.finding") },
    -- Where something was found, not what part was looked at.
    { "level", { kind = "text", many = true, ways = { { path = { "findings.level" } } } } },
    { "side", { kind = "choice", choices = SIDES, many = true, ways = { { path = { "findings.laterality" } } } } },
    { "region", { kind = "choice", choices = REGIONS, many = true,
                  ways = { { path = { "findings.level" }, prefix = region_of_level },
                           level_region, name_region } } },
    { "nerve_root", texts("findings.nerveRoot") },
    { "severity", texts("findings.severity") },
  },
}

list {
  name = "examination", date = "date", document = "history-physical",
  about = "signs found or excluded on examination",
  fields = {
    { "name", choice({ "straight-leg-raise", "sensory-loss", "motor-weakness", "reflex-change",
                       "gait", "other" }, "name") },
    { "result", choice({ "positive", "negative" }, "result") },
    { "level", texts("level") },
    { "side", { kind = "choice", choices = SIDES, ways = { { path = { "laterality" } } } } },
    { "region", { kind = "choice", choices = REGIONS,
                  ways = { { path = { "level" }, prefix = region_of_level } } } },
    { "date", day("effective.start", "effective") },
  },
}

list {
  name = "evaluations", date = "performed", document = "psychology-records",
  about = "evaluations by a specialist or a team",
  fields = {
    { "kind", choice({ "psychological", "functional", "multidisciplinary", "surgical" }, "kind") },
    { "conclusion", choice({ "favorable", "unfavorable", "conditional", "unknown" }, "conclusion") },
    { "performed", day("performed.start", "performed") },
    { "specialty", text("evaluator.specialty") },
    { "text", text("text") },
    { "done", { kind = "yes-no", ways = { { const = "yes" } } } },
  },
}

list {
  name = "goals", document = "pain-form", about = "goals of the treatment, as written down",
  fields = {
    { "kind", choice({ "functional", "return-to-work", "taper", "motivation" }, "kind") },
    { "text", text("text") },
    { "written", { kind = "yes-no", ways = { { const = "yes" } } } },
  },
}

-- Devices, programs, statements --------------------------------------------------------------------

list {
  name = "devices", date = "implanted", document = "pump-record",
  about = "implanted pumps and stimulators",
  fields = {
    { "kind", choice({ "intrathecal-pump", "spinal-cord-stimulator", "other" }, "kind") },
    { "model", text("model") },
    { "status", choice({ "in-use", "removed", "malfunction", "unknown" }, "status") },
    { "in_situ", { kind = "yes-no", ways = {
      { path = { "status" }, map = { ["in-use"] = "yes", malfunction = "yes", removed = "no" } },
      { path = { "explanted" }, prefix = { { "1", "no" }, { "2", "no" } } },
      { path = { "implanted", "lastRefill" }, prefix = { { "1", "yes" }, { "2", "yes" } } } } } },
    { "removed", { kind = "yes-no", ways = {
      { path = { "status" }, map = { ["in-use"] = "no", malfunction = "no", removed = "yes" } },
      { path = { "explanted" }, prefix = { { "1", "yes" }, { "2", "yes" } } } } } },
    { "implanted", day("implanted") }, { "explanted", day("explanted") },
    { "reservoir", number("ml", "reservoirMl") },
    { "drug", texts("drugs.name") },
    { "concentration", number("mg-per-ml", "drugs.concentration") },
    { "daily_dose", number("mg-per-day", "drugs.daily") },
    { "last_refill", day("lastRefill") }, { "next_refill", day("nextRefill") },
    { "alarm_date", day("alarmDate") },
    { "fault", text("fault") },
  },
}

list {
  name = "programs", date = "start", period = { "start", "end" }, document = "pain-form",
  about = "pain programs, planned and past",
  fields = {
    { "kind", choice({ "pain-rehabilitation", "work-hardening", "other" }, "kind") },
    { "status", choice({ "planned", "in-progress", "completed", "stopped" }, "status") },
    { "start", day("period.start") }, { "end", day("period.end") },
    { "duration", { kind = "duration", worst = "low", ways = { { span = { "period" } } } } },
    { "days_done", { kind = "number", unit = "days", worst = "high", ways = { { path = { "daysDone" } } } } },
    { "hours_done", { kind = "number", unit = "hours", worst = "high", ways = { { path = { "hoursDone" } } } } },
    { "days_requested", number("days", "requestedDays") },
    { "hours_requested", number("hours", "requestedHours") },
    { "hours_per_day", number("hours-per-day", "hoursPerDay") },
    { "accreditation", text("accreditation") },
    { "outcome", outcome },
    { "relief_percent", relief_percent }, { "function_change", function_change }, { "scale", scale },
  },
}

list {
  name = "statements", date = "date", document = "progress-note",
  about = "what clinician, patient, requester or carrier stated",
  fields = {
    { "topic", choice({ "motivation", "secondary-gain", "surgery-option", "expectations", "cause",
                        "home-support", "mental-health", "prognosis", "other" }, "topic") },
    { "value", text("value") },
    { "holds", { kind = "yes-no", ways = { { path = { "value" }, map = { yes = "yes", no = "no" } } } } },
    -- Of mental health: are there primary psychiatric conditions, and are they treated?
    { "conditions", { kind = "choice", choices = { "none", "treated", "in-treatment", "untreated" },
                      ways = { { path = { "value" }, map = { none = "none", treated = "treated",
                        ["in-treatment"] = "in-treatment", untreated = "untreated" } } } } },
    { "date", day("date") },
    { "by", choice({ "clinician", "patient", "requester", "carrier" }, "by") },
  },
}

list {
  name = "reviews", world = "closed", date = "decided", document = "payer-history",
  about = "earlier decisions on this request",
  fields = {
    { "level", choice({ "initial", "reconsideration", "appeal", "external", "imr", "hearing" }, "level") },
    { "outcome", choice({ "approved", "denied", "modified", "upheld", "overturned", "partial" }, "outcome") },
    { "decided", day("decided") },
    { "guideline", text("guideline") },
    { "reasons", texts("reasons") },
  },
}

list {
  name = "documents", date = "date", document = "progress-note",
  about = "the papers in the packet",
  fields = {
    { "type", text("type.code") },
    { "date", day("date") },
    { "state", choice({ "in-packet", "mentioned", "requested", "received-not-reviewed" }, "state") },
    { "text", text("text") },
  },
}
