-- Epidural steroid injections, Medicare. The contractors share one text: one script,
-- registered in registry.lua under each contractor's own number, states and dates.
-- Leaf numbers (ESI.1, 6a, R1 ...) are ours: the source numbers nothing.

policy "cms.epidural-injections" {
  title    = "Epidural steroid injections for pain management",
  source   = "CMS LCD family on epidural steroid injections (L39036 and its six siblings)",
  in_force = { from = "2021-12-05" },
  -- The codes without imaging are covered by the policy so that it can say what is wrong with them.
  covers   = codes { "cpt:62320-62323", "cpt:64479-64480", "cpt:64483-64484" },
}

-- What differs by payer -----------------------------------------------------------------------

local care_weeks       = parameter "care_weeks"       { weeks(4), cite = "ESI.5" }
local pain_weeks       = parameter "pain_weeks"       { weeks(4), cite = "ESI.4" }
local repeat_window    = parameter "repeat_window"    { months(24), cite = "LCD does not say; as other payers" }
local repeat_relief    = parameter "repeat_relief"    { percent(50), cite = "ESI.R1" }
local relief_lasts     = parameter "relief_lasts"     { months(3), cite = "ESI.R1" }
local failed_gap       = parameter "failed_gap"       { days(14), cite = "ESI.R2" }
local cap_year         = parameter "cap_year"         { sessions(4), cite = "ESI.R3" }
local transforaminal_levels = parameter "transforaminal_levels" { levels(2), cite = "ESI.6c" }
local interlaminar_levels   = parameter "interlaminar_levels"   { levels(1), cite = "ESI.6c" }
local triamcinolone_max      = parameter "triamcinolone_max"      { mg(80), cite = "steroid ceiling" }
local methylprednisolone_max = parameter "methylprednisolone_max" { mg(80), cite = "steroid ceiling" }
local betamethasone_max      = parameter "betamethasone_max"      { mg(12), cite = "steroid ceiling" }
local dexamethasone_max      = parameter "dexamethasone_max"      { mg(15), cite = "steroid ceiling" }
-- "yes" where and while Original Medicare asks for prior authorization: the registry says so, by state and date.
local wiser = parameter "wiser" { "no" }

-- Codes ----------------------------------------------------------------------------------------

-- No closed list is published. A code outside of these proves nothing; it never refuses.
local supports = codes {
  "M54.11-M54.18", "M50.11, M50.120-M50.123, M50.13", "M51.14-M51.17", "M47.21-M47.28",
  "M48.01-M48.05, M48.062, M48.07-M48.08", "M96.1", "B02.23, B02.29",
}
local weak = codes { "M48.061", "M54.3*", "M54.4*", "M99.6*", "M99.7*" }
local contrary = codes {
  "M54.5*", "M54.2, M54.6, M54.89, M54.9", "M47.812-M47.817, M47.892-M47.897",
  "M51.360-M51.361, M51.369-M51.370, M51.373-M51.379", -- as ranges: none of them is older than 2024-10-01
  "G90.50-G90.59", "M79.7", "G44.86", "G89.4",
}
local thoracolumbar  = codes { "M54.15", "M51.15", "M51.05", "M51.25", "M51.35", "M47.15", "M47.25",
                               "M48.05", "M47.815", "M47.895" }
local of_no_region   = codes { "M96.1", "B02.23", "B02.29" }
local post_operative = codes { "G89.12", "G89.18" }

-- What only a note of the injection itself can show.
define_fact "record.scores_around_injection" {
  kind = "yes-no", document = "procedure-note",
  question = "Are there pain scores of the day before and of straight after the injection?",
}
define_fact "record.two_stored_views" {
  kind = "yes-no", document = "procedure-note",
  question = "Are at least two views stored that show the needle and the contrast?",
}

-- Words used more than once --------------------------------------------------------------------

local epidural       = require "shared/epidural"
local service        = epidural.service
local transforaminal = line "approach" :is "transforaminal"
local interlaminar   = line "approach" :is "interlaminar"
local today_all      = records "lines" :within(days(1))
local today          = today_all { kind = "epidural-injection" }
local here, earlier, past, last = epidural.here, epidural.earlier, epidural.past, epidural.last

local shingles = fact "pain.pattern" :is "herpes-zoster"
local exempt   = any_of {
  fact "plan.purpose" :is_one_of { "pump-trial", "postoperative-pain", "csf-imaging" },
  records "diagnoses" { code = post_operative } :some(),
  records "lines" { code = codes { "cpt:78630" } } :some(),
}

local supporting = records "diagnoses" { code = supports } :latest():field "code" :present()

-- The failed first injection, documented in full (ESI.R2).
local failed_first = all_of {
  last:field "outcome" :is "failed",
  past:within(repeat_window):count() :at_most(1),
  (service - last:field "performed") :at_least(failed_gap),
  fact "repeat.changed" :is_one_of { "approach", "level", "drug" },
  fact "repeat.rationale" :is "yes",
}
local function_is_better = any_of {
  fact "repeat.function_percent" :at_least(repeat_relief),
  fact "repeat.function_improved" :is "yes",
}

-- Indication -----------------------------------------------------------------------------------

criterion "indication" {
  cite   = "LCD covered indications; ESI.1",
  says   = "The pain follows a nerve root, is claudication from stenosis, came after back surgery, or comes from shingles.",
  met    = any_of {
    answer "pain.pattern" :is_one_of { "radicular", "claudication", "post-laminectomy", "herpes-zoster" },
    all_of { fact "pain.pattern" :is_one_of { "radicular", "claudication" }, epidural.root_signs },
    fact "pain.pattern" :is_one_of { "post-laminectomy", "herpes-zoster" },
  },
  unless = exempt,
  ask    = "Office note that says where the pain goes and which kind it is.",
  confidence = "A",
}

criterion "cause-of-root-pain" {
  cite   = "LCD covered indications; ESI.1a",
  says   = "Radicular pain or claudication comes from a disc herniation, an osteophyte, or degeneration that narrows the canal or the foramen.",
  met    = any_of {
    fact "pain.root_cause" :is_one_of { "disc-herniation", "osteophyte", "foraminal-stenosis", "central-stenosis" },
    fact "pain.pattern" :is_one_of { "post-laminectomy", "herpes-zoster" }, -- which need no such cause
  },
  unless = exempt,
  ask    = "Imaging report, or note, that names what presses on the nerve.",
  document = "imaging-report", confidence = "A",
}

criterion "diagnosis" {
  cite   = "Billing article, diagnoses (no closed list is published)",
  says   = "A diagnosis code shows a covered indication, by itself or with the note.",
  met    = any_of {
    supporting,
    all_of {
      records "diagnoses" { code = weak } :latest():field "code" :present(),
      fact "pain.pattern" :is_one_of { "radicular", "claudication" },
    },
  },
  unless = exempt,
  ask    = "A diagnosis code that is specific: which nerve root, which stenosis, which earlier surgery.",
  confidence = "A",
}

criterion "diagnosis-not-contrary" {
  cite   = "Billing article, diagnoses; axial and excluded conditions",
  says   = "A code for axial, non-specific or excluded pain does not stand without one for a covered indication.",
  met    = any_of {
    supporting,
    records "diagnoses" :none { code = contrary },
  },
  unless = exempt,
  ask    = "The diagnosis that the injection is for, if it is not the one coded.",
  confidence = "M",
}

criterion "diagnosis-region" {
  cite   = "Article A58993, regions and diagnoses",
  says   = "The diagnosis and the code of the injection name the same region of the spine.",
  met    = any_of {
    fact "diagnosis.region" :agrees_with(line "region"),
    records "diagnoses" { code = thoracolumbar } :latest():field "code" :present(),
    records "diagnoses" { code = of_no_region } :latest():field "code" :present(),
  },
  unless = exempt,
  ask    = "The diagnosis for the region that is to be injected.",
  document = "history-physical", confidence = "P",
}

criterion "one-site" {
  cite = "Article A58993, regions",
  says = "The code, the level and the site requested name one region of the spine.",
  met  = line "region" :present(),
  ask = "Request form with the code and the level of one region.",
  document = "request", confidence = "P",
}

-- History, examination, imaging -------------------------------------------------------------------

criterion "history" {
  cite = "LCD covered indications; ESI.2",
  says = "The note holds a history of the complaint.",
  met  = fact "record.history" :is "yes",
  ask  = "Office note with the history.",
  confidence = "A",
}

criterion "examination" {
  cite = "LCD covered indications; ESI.2",
  says = "The note holds a physical examination.",
  met  = fact "record.physical_exam" :is "yes",
  ask  = "Office note with the physical and neurological examination.",
  confidence = "A",
}

criterion "examination-agrees" {
  cite = "LCD covered indications; ESI.2",
  says = "The signs found are on the side requested; for an interlaminar or caudal injection, they fit the level.",
  met  = any_of {
    all_of { transforaminal, fact "exam.side" :agrees_with(line "side") },
    all_of { interlaminar, fact "exam.concordant" :is "yes" },
  },
  ask  = "Examination with the side of the signs.",
  document = "history-physical", confidence = "A",
}

criterion "imaging" {
  cite = "LCD covered indications; ESI.2",
  says = "An MRI, a CT or a myelogram of the region was done.",
  met  = any_of { epidural.pictures:some(), epidural.myelogram },
  ask  = "Report of the MRI, CT or myelogram.",
  confidence = "A",
}

criterion "imaging-level" {
  cite = "LCD covered indications; ESI.2",
  says = "The imaging shows the cause at a level that is to be injected.",
  met  = all_of {
    fact "imaging.level" :agrees_with(line "level"),
    any_of { records "imaging" { modality = { "MR", "CT" }, same = { "region", "level" } } :some(),
             epidural.myelogram },
  },
  ask  = "Imaging report with the level of the finding, and the level requested.",
  document = "imaging-report", confidence = "A",
}

criterion "imaging-side" {
  cite    = "LCD covered indications; ESI.2",
  says    = "The imaging shows the cause on the side that is to be injected.",
  only_if = transforaminal,
  met     = fact "imaging.side" :agrees_with(line "side"),
  ask     = "Imaging report with the side of the finding.",
  document = "imaging-report", confidence = "A",
}

criterion "imaging-both-sides" {
  cite    = "LCD covered indications; ESI.2, read for a request on both sides",
  says    = "For both sides, the imaging shows a cause on both.",
  only_if = all_of { transforaminal, line "side" :is "bilateral" },
  met     = any_of {
    fact "imaging.side" :is "bilateral",
    all_of { fact "imaging.side" :is "left", fact "imaging.side" :is "right" },
  },
  ask     = "Imaging report with the findings of both sides.",
  document = "imaging-report", confidence = "D",
}

criterion "baseline-scale" {
  cite = "LCD covered indications; ESI.3",
  says = "Pain or function was measured on a named scale before the injection.",
  met  = any_of {
    records "observations" { name = { "pain-nrs", "pain-vas", "odi", "ndi", "roland-morris", "promis-pf",
                                      "promis-pi", "peg", "pdas", "qbpds", "bpfs" } }
      :with "value" :at_least(0) :before(epidural.known_by) :some(),
    answer "pain.nrs" :at_least(0), answer "pain.vas" :at_least(0), answer "function.odi" :at_least(0),
    answer "function.ndi" :at_least(0), answer "function.roland_morris" :at_least(0),
    answer "function.promis_pf" :at_least(0), answer "function.promis_pi" :at_least(0),
    answer "function.peg" :at_least(0),
  },
  ask  = "A dated score on a named scale, such as the numeric rating scale or the Oswestry index.",
  document = "functional-status", confidence = "A",
}

criterion "signed-note" {
  cite = "Billing article, documentation",
  says = "The note is signed and states the indication and why the injection is necessary.",
  met  = fact "record.signed" :is "yes",
  ask  = "The signed note.",
  confidence = "A",
}

-- The planned technique ------------------------------------------------------------------------------

criterion "image-guidance" {
  cite   = "LCD technique; ESI.6a, 6b",
  says   = "The needle is guided by fluoroscopy or CT; ultrasound will do where contrast cannot be given.",
  met    = fact "plan.guidance" :is_one_of { "fluoroscopy", "ct" },
  unless = all_of {
    fact "plan.guidance" :is "ultrasound",
    any_of { fact "safety.contrast_allergy" :is "yes", fact "safety.pregnancy" :is "yes" },
  },
  ask    = "Plan of the procedure with the imaging to be used.",
  confidence = "A",
}

criterion "code-with-imaging" {
  cite = "LCD technique; ESI.6a; codes 62320 and 62322",
  says = "The code requested is one that includes imaging.",
  met  = line "imaging_included" :is "yes",
  reason = "wrong_code", confidence = "M",
}

criterion "contrast" {
  cite   = "LCD technique; ESI.6b",
  says   = "Contrast is used, unless an allergy or a pregnancy is documented.",
  met    = fact "plan.contrast" :is "yes",
  unless = any_of { fact "safety.contrast_allergy" :is "yes", fact "safety.pregnancy" :is "yes" },
  ask    = "Plan of the procedure that names contrast, or the allergy to it.",
  confidence = "A",
}

criterion "one-region" {
  cite = "LCD limitations; ESI.6c",
  says = "One region of the spine is injected in a session.",
  met  = none_of {
    all_of {
      line "kind" :is "epidural-injection",
      today { region = "CT" } :rows() :at_least(1),
      today { region = "LS" } :rows() :at_least(1),
    },
    fact "plan.regions" :more_than(1),
  },
  presume_absent = true,
  presume_cite   = "rubric: a request asks for no more than its lines name",
  ask  = "Plan of the procedure with every site of the session.",
  document = "consult-note", confidence = "A",
}

criterion "transforaminal-levels" {
  cite    = "LCD limitations; ESI.6c",
  says    = "At most two levels are injected transforaminally in a session, on either side.",
  only_if = transforaminal,
  met     = all_of {
    line "levels" :at_most(transforaminal_levels),
    today { approach = "transforaminal", side = { "right", "bilateral" } } :sum "levels" :at_most(transforaminal_levels),
    today { approach = "transforaminal", side = { "left", "bilateral" } } :sum "levels" :at_most(transforaminal_levels),
  },
  ask = "Request form with the levels and the side.",
  document = "request", reason = "units_over_limit", confidence = "A",
}

criterion "one-level-a-line" {
  cite    = "Code structure of 64479 to 64484; billing article",
  says    = "A line names one level: the second has a code of its own.",
  only_if = transforaminal,
  met     = line "levels" :at_most(levels(1)),
  ask     = "Request form with a line for each level.",
  document = "request", reason = "wrong_code", confidence = "M",
}

criterion "interlaminar-levels" {
  cite    = "LCD limitations; ESI.6c",
  says    = "One level is injected interlaminarly or caudally in a session.",
  only_if = interlaminar,
  met     = all_of {
    line "levels" :at_most(interlaminar_levels),
    today { approach = "interlaminar" } :sum "levels" :at_most(interlaminar_levels),
  },
  ask = "Request form with the levels.",
  document = "request", reason = "units_over_limit", confidence = "A",
}

criterion "interlaminar-one-sided" {
  cite    = "LCD limitations; ESI.6c; billing article, modifier 50",
  says    = "An interlaminar or caudal injection is never one for both sides.",
  only_if = interlaminar,
  met     = none_of { line "modifiers" :contains "50", line "side" :is "bilateral" },
  presume_absent = true,
  presume_cite   = "rubric: a request asks for no more than its lines name",
  reason = "wrong_code", confidence = "A",
}

criterion "side-stated" {
  cite    = "Billing article, modifiers RT, LT, 50",
  says    = "The side of a transforaminal injection is stated.",
  only_if = transforaminal,
  met     = line "side" :present(),
  ask = "Request form with the side.",
  document = "request", confidence = "A",
}

criterion "bilateral-modifier" {
  cite    = "Billing article, modifier 50",
  says    = "Both sides of one level are one line with modifier 50.",
  only_if = all_of { transforaminal, line "side" :is "bilateral" },
  met     = line "modifiers" :contains "50",
  ask = "Request form with the side and the modifiers.",
  document = "request", reason = "wrong_code", confidence = "A",
}

criterion "diagnostic-modifier" {
  cite    = "Billing articles A58745, A56651, A56681, modifier KX",
  says    = "Modifier KX stands on a diagnostic nerve root block, and on nothing else.",
  only_if = transforaminal,
  met     = none_of {
    all_of { fact "plan.purpose" :is "diagnostic", line "modifiers" :is_not "KX" },
    all_of { fact "plan.purpose" :is_one_of { "therapeutic", "pump-trial", "postoperative-pain", "csf-imaging" },
             line "modifiers" :contains "KX" },
  },
  presume_absent = true,
  presume_cite   = "rubric: the modifier is how the request says that a block is diagnostic",
  ask     = "What the block is for.",
  document = "consult-note", reason = "wrong_code", confidence = "A",
}

criterion "add-on-with-base" {
  cite    = "Code structure of 64480 and 64484",
  says    = "An added level is requested together with its first level.",
  only_if = line "code" :in_set(codes { "cpt:64480", "cpt:64484" }),
  met     = any_of {
    all_of { line "code" :in_set(codes { "cpt:64480" }), today { code = codes { "cpt:64479" } } :rows() :at_least(1) },
    all_of { line "code" :in_set(codes { "cpt:64484" }), today { code = codes { "cpt:64483" } } :rows() :at_least(1) },
  },
  reason = "wrong_code", confidence = "M",
}

criterion "one-unit" {
  cite   = "LCD limitations; ESI.6c; code table, levels in a session",
  says   = "A line asks for one unit; more units are a series, and are judged as one.",
  met    = requested.sessions :at_most(1),
  unless = fact "plan.series" :is "yes",
  ask    = "What the further units are for.",
  reason = "units_over_limit", confidence = "D",
}

criterion "first-of-a-series" {
  cite = "LCD limitations, predetermined series",
  says = "Each session is judged on the result of the one before it: of a series, only the first can be.",
  met  = any_of {
    all_of { here:before(line "date"):count() :at_most(0), requested.sessions :at_most(1) },
    earlier:on_or_after(here:earliest():field "date"):latest():field "relief_percent" :at_least(repeat_relief),
  },
  ask  = "Later, for each further session: relief and function after the one before it, on the same scale, with dates.",
  confidence = "D",
}

criterion "rehabilitation" {
  cite = "LCD covered indications; ESI.7",
  says = "The injection is part of active rehabilitation, home exercise or functional restoration.",
  met  = fact "plan.rehabilitation" :is "yes",
  ask  = "Plan of care with the exercise or rehabilitation program.",
  confidence = "A",
}

criterion "steroid-ceiling" {
  cite   = "LCD technique, steroid dose in a session",
  says   = "The dose of steroid is not over the ceiling of that drug.",
  only_if = fact "plan.steroid" :is_not "methylprednisolone",
  met    = fact "plan.steroid_dose" :at_most(pick(fact "plan.steroid", {
    triamcinolone = triamcinolone_max,
    betamethasone = betamethasone_max,
    dexamethasone = dexamethasone_max,
  })),
  unless = fact "plan.steroid" :is "none",
  ask    = "Drug and dose to be injected.",
  document = "consult-note", confidence = "A",
}

criterion "methylprednisolone-ceiling" {
  cite   = "LCD technique, steroid dose in a session (recalled for this drug)",
  says   = "The dose of methylprednisolone is not over its ceiling.",
  only_if = fact "plan.steroid" :is "methylprednisolone",
  met    = fact "plan.steroid_dose" :at_most(methylprednisolone_max),
  ask    = "Drug and dose to be injected.",
  document = "consult-note", confidence = "M",
}

-- What excludes it. Silence about any of these is a question, never an answer ------------------------

criterion "not-axial-pain" {
  cite = "LCD limitations; ESI.8, non-specific or axial pain",
  says = "The pain is not merely axial or non-specific.",
  met  = fact "pain.nonspecific_axial" :is "no",
  ask  = "Office note with the pattern of the pain.",
  confidence = "A",
}

criterion "not-crps" {
  cite = "LCD limitations; ESI.8, complex regional pain syndrome",
  says = "The pain is not a complex regional pain syndrome.",
  met  = fact "pain.crps" :is "no",
  ask  = "Office note with the diagnoses considered.",
  confidence = "A",
}

criterion "not-widespread-pain" {
  cite = "LCD limitations; ESI.8, widespread pain",
  says = "The pain is not widespread.",
  met  = fact "pain.widespread" :is "no",
  ask  = "Office note with the diagnoses considered.",
  confidence = "A",
}

criterion "not-other-neuropathy" {
  cite = "LCD limitations; ESI.8, other neuropathy",
  says = "The pain is not from another neuropathy.",
  met  = fact "pain.other_neuropathy" :is "no",
  ask  = "Office note with the diagnoses considered.",
  confidence = "A",
}

criterion "not-cervicogenic-headache" {
  cite = "LCD limitations; ESI.8, cervicogenic headache",
  says = "The complaint is not a cervicogenic headache.",
  met  = fact "pain.cervicogenic_headache" :is "no",
  ask  = "Office note with the diagnoses considered.",
  confidence = "A",
}

criterion "approved-injectate" {
  cite = "LCD limitations; ESI.8, biologics",
  says = "Nothing is injected that is not approved for it: no plasma, stem cells, amniotic or other biologic product.",
  met  = none_of { fact "plan.injectate" :is_one_of { "prp", "stem-cells", "amniotic", "other-biologic", "other" } },
  ask  = "Plan of the procedure with everything that is to be injected.",
  confidence = "A",
}

criterion "one-kind-of-block" {
  cite   = "LCD limitations; ESI.8, several blocks",
  says   = "No other kind of block is done in the session, unless it is for a facet joint cyst.",
  met    = all_of {
    fact "plan.other_blocks" :is "no",
    today_all:none { kind = { "facet-injection", "medial-branch-block", "radiofrequency-ablation",
      "sacroiliac-injection", "sacroiliac-ablation", "trigger-point-injection" } },
  },
  unless = fact "plan.facet_cyst" :is "yes",
  ask    = "Plan of the procedure with all blocks of the session.",
  confidence = "A",
}

criterion "no-routine-sedation" {
  cite = "LCD limitations; ESI.8, sedation",
  says = "No deeper sedation, general anesthesia or monitored care is planned as routine.",
  met  = fact "plan.sedation" :is_one_of { "none", "minimal" },
  unless = fact "plan.sedation_routine" :is "no",
  ask  = "Plan of the procedure with the sedation, and the reason if there is any.",
  confidence = "A",
}

criterion "no-infection" {
  cite = "LCD limitations; ESI.8, infection",
  says = "There is no infection, at the site or elsewhere.",
  met  = fact "safety.infection" :is "no",
  ask  = "Note that an infection was looked for.",
  confidence = "A",
}

criterion "no-cord-compression" {
  cite = "LCD limitations; ESI.8, compressive lesion",
  says = "No lesion compresses the cord, the conus or the cauda equina.",
  met  = fact "safety.cord_compression" :is "no",
  ask  = "Imaging report that speaks of the cord and the cauda equina.",
  confidence = "A",
}

criterion "no-malignancy" {
  cite = "LCD limitations; ESI.8, suspected malignancy",
  says = "No malignancy is suspected at the site.",
  met  = fact "safety.suspected_malignancy" :is "no",
  ask  = "Imaging report, or note, that speaks of malignancy.",
  confidence = "A",
}

-- Prior authorization of Original Medicare: it changes no rule of coverage, and reaches only so far.
criterion "wiser-reach" {
  cite    = "WISeR model, services and places",
  says    = "Prior authorization is for these six codes, in an office, at home, in an outpatient department or a surgical center.",
  only_if = wiser :is "yes",
  met     = all_of {
    line "code" :in_set(codes { "cpt:62321", "cpt:62323", "cpt:64479-64480", "cpt:64483-64484" }),
    line "place" :is_one_of { "11", "12", "19", "22", "24" },
  },
  ask     = "Request form with the place of service.",
  document = "request", confidence = "A",
}

-- What must be on file once the injection has been given ------------------------------------------

local already_done = line "date" :before(request "date")

criterion "scores-around-injection" {
  cite    = "Billing article, documentation",
  says    = "Pain was scored on the day before the injection and straight after it.",
  only_if = already_done,
  met     = fact "record.scores_around_injection" :is "yes",
  ask     = "Procedure note with the scores before and after.",
  confidence = "A",
}

criterion "stored-views" {
  cite    = "Billing article, documentation",
  says    = "Two views at least are stored that show the needle and the contrast.",
  only_if = already_done,
  met     = fact "record.two_stored_views" :is "yes",
  ask     = "The stored views, or the note that names them.",
  confidence = "A",
}

-- A first injection in the region ------------------------------------------------------------------

pathway "initial" {
  says = "Is this the first injection in the region in two years?",
  cite = "LCD; the window is not stated there",
  when = past:within(repeat_window):count() :at_most(0),

  criterion "severity" {
    cite = "LCD covered indications; ESI.3",
    says = "The pain markedly affects function or quality of life.",
    met  = fact "pain.affects_function" :is "yes",
    ask  = "Note on what the patient can no longer do.",
    confidence = "A",
  },

  criterion "duration-of-pain" {
    cite   = "LCD covered indications; ESI.4",
    says   = "The pain has lasted four weeks, or it is from shingles.",
    met    = all_of {
      fact "pain.duration" :at_least(pain_weeks),
      any_of { -- not the beginning of some other pain
        answer "pain.duration" :at_least(pain_weeks),
        records "diagnoses" { code = codes { supports, weak, "M47*, M48*, M50*, M51*, M54*" } }
          :with "duration" :at_least(pain_weeks) :some(),
      },
    },
    unless = shingles,
    ask    = "Office note with the beginning of the pain.",
    confidence = "A",
  },

  criterion "conservative-care" {
    cite   = "LCD covered indications; ESI.5",
    says   = "Noninvasive care has failed over the weeks required, was not tolerated or must not be given, or shingles did not respond.",
    met    = epidural.failed_care(care_weeks),
    unless = any_of {
      fact "treatment.not_tolerated" :is "yes",
      fact "treatment.contraindicated" :is "yes",
      all_of { shingles, fact "pain.zoster_refractory" :is "yes" },
      epidural.stated_care(care_weeks),
    },
    ask    = "Therapy and medication records with dates and results.",
    document = "therapy-records", confidence = "A",
  },
}

-- A further injection in the region -----------------------------------------------------------------

pathway "repeat" {
  says = "Was the region injected before, in the last two years?",
  cite = "LCD; the window is not stated there",
  when = past:within(repeat_window):count() :at_least(1),

  criterion "relief-from-last" {
    cite   = "LCD repeat sessions; ESI.R1",
    says   = "The last injection took away at least half of the pain, or restored function by half.",
    met    = last:field "relief_percent" :at_least(repeat_relief),
    unless = any_of { function_is_better, failed_first },
    ask    = "Scores of pain or function before and after the last injection, with dates.",
    confidence = "A",
  },

  criterion "relief-lasted" {
    cite   = "LCD repeat sessions; ESI.R1",
    says   = "That improvement lasted, and was measured, as long after the injection as the policy asks.",
    met    = all_of {
      last:field "relief_for" :at_least(relief_lasts),
      (last:field "measured_on" - last:field "performed") :at_least(relief_lasts),
    },
    unless = failed_first,
    ask    = "A score late enough after the last injection, with its date.",
    confidence = "A",
  },

  criterion "relief-measured" {
    cite   = "LCD repeat sessions; ESI.R1",
    says   = "The improvement was measured on a named scale, the one of the baseline, and on a date.",
    met    = all_of {
      last:field "measured_on" :present(),
      last:field "scale" :agrees_with(fact "pain.scale"),
    },
    unless = failed_first,
    ask    = "The name of the scale and the date of each score, before and after.",
    document = "procedure-note", confidence = "A",
  },

  criterion "sessions-a-year" {
    cite = "LCD limitations; ESI.R3",
    says = "Four sessions in the region in twelve months at most, those requested included.",
    met  = (past:within(months(12)):count() + here:within(months(12)):count()) :at_most(cap_year),
    ask = "The payer's record, or the chart, of all earlier injections in the region.",
    reason = "units_over_limit", confidence = "A",
  },
}

pathway "after-a-year" {
  says = "Were twelve to twenty-four months without an injection in the region?",
  cite = "LCD; how long after the last a session is a first one again is not stated there",
  when = all_of { past:within(repeat_window):count() :at_least(1), past:within(months(12)):count() :at_most(0) },

  criterion "episode-stated" {
    cite = "LCD; how long after the last a session is a first one again is not stated there",
    says = "The note says whether this is a new episode. It is judged as a repeat all the same, which asks for more.",
    met  = fact "repeat.new_episode" :present(),
    ask  = "Note on what has happened since the last injection: the same complaint again, surgery, or a new finding.",
    confidence = "D",
  },
}

pathway "failed-first" {
  says = "Did the only earlier injection not help enough?",
  cite = "LCD repeat sessions; ESI.R2",
  when = all_of {
    past:within(repeat_window):count() :is(1),
    last:field "relief_percent" :less_than(repeat_relief),
  },

  criterion "failed-gap" {
    cite = "LCD repeat sessions; ESI.R2",
    says = "At least fourteen days have passed since the injection that failed.",
    met  = (service - last:field "performed") :at_least(failed_gap),
    unless = function_is_better,
    ask  = "Date of the injection that failed.",
    confidence = "A",
  },

  criterion "failed-change" {
    cite = "LCD repeat sessions; ESI.R2",
    says = "Approach, level or drug will be another one.",
    met  = fact "repeat.changed" :is_one_of { "approach", "level", "drug" },
    unless = function_is_better,
    ask  = "Plan of the procedure that says what changes.",
    confidence = "A",
  },

  criterion "failed-rationale" {
    cite = "LCD repeat sessions; ESI.R2",
    says = "The reason and the necessity of a second attempt are written down.",
    met  = fact "repeat.rationale" :is "yes",
    unless = function_is_better,
    ask  = "Note with the reason for a second attempt.",
    confidence = "A",
  },
}

pathway "beyond-twelve-months" {
  says = "Has the region been treated for more than twelve months?",
  cite = "LCD, treatment beyond twelve months; ESI.L",
  when = past:within(repeat_window):before(service - months(12) + days(1)):count() :at_least(1),

  criterion "long-disability" {
    cite = "LCD, treatment beyond twelve months; ESI.L1",
    says = "There is a significant disability in function or work.",
    met  = fact "repeat.significant_disability" :is "yes",
    ask  = "Functional status record.",
    confidence = "A",
  },

  criterion "long-relief" {
    cite = "LCD, treatment beyond twelve months; ESI.L2",
    says = "The improvement is at least half, and kept up.",
    met  = last:field "relief_percent" :at_least(repeat_relief),
    unless = function_is_better,
    ask  = "Scores on the same scale, with dates.",
    confidence = "A",
  },

  criterion "long-reason" {
    cite = "LCD, treatment beyond twelve months; ESI.L3",
    says = "Surgery is too risky or declined, or the pain came back after three months of relief.",
    met  = any_of {
      fact "repeat.long_term_reason" :is_one_of { "high-surgical-risk", "declines-surgery" },
      all_of {
        fact "repeat.long_term_reason" :contains "recurrence",
        last:field "relief_for" :at_least(months(3)),
      },
    },
    ask  = "Note with the reason for going on.",
    document = "progress-note", confidence = "A",
  },

  criterion "long-primary-care" {
    cite = "LCD, treatment beyond twelve months; ESI.L4",
    says = "The primary-care clinician was told of the continued steroids.",
    met  = fact "repeat.primary_care_informed" :is "yes",
    ask  = "Letter or note to the primary-care clinician.",
    confidence = "A",
  },
}

-- What nobody may overlook ----------------------------------------------------------------------------

safeguard "stated-disagreement" {
  cite = "LCD covered indications; ESI.2",
  says = "Somebody states that the examination or the imaging does not fit the level and side requested.",
  when = any_of { fact "exam.concordant" :is "no", fact "imaging.concordant" :is "no" },
  instead_of = { "approve", "pend" }, recommend = "refer",
}
