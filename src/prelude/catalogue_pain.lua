-- catalogue_pain.lua - facts about pain, earlier care, imaging, the planned
-- technique, safety and what repeats need. Questions are in our own words.

local fact, yes, one = ...

local function score(path, name, range, question, unit, worst)
  fact(path, { kind = "number", unit = unit or "points", range = range, question = question,
               document = "functional-status", worst = worst or "high",
               found = { { list = "observations", where = { name = name }, field = "value" } } })
end

-- Pain ---------------------------------------------------------------------------------

one("pain.pattern", { "radicular", "claudication", "post-laminectomy", "herpes-zoster", "axial",
    "sacroiliac", "widespread", "crps", "other" },
    "Which pattern does the pain follow?", "history-physical",
    { choose = "all", found = { { list = "diagnoses", field = "pain_pattern" } } })
one("diagnosis.region", { "CT", "LS" }, "Which region of the spine do the diagnoses name?",
    "history-physical", { choose = "all", found = { { list = "diagnoses", field = "region" } } })
one("pain.origin", { "malignant", "nonmalignant", "herpes-zoster", "psychogenic", "unknown" },
    "What does the pain come from?", "history-physical",
    { choose = "all", found = { { list = "diagnoses", field = "pain_origin" } } })
one("pain.cause", { "physical", "mixed", "unknown", "psychogenic" },
    "Is the cause of the pain physical, unknown, or purely psychogenic?", "history-physical")
one("pain.root_cause",
    { "disc-herniation", "osteophyte", "foraminal-stenosis", "central-stenosis", "none", "other" },
    "What narrows or presses on the nerve root or the spinal canal?", "imaging-report", { choose = "all" })
fact("pain.score", { kind = "number", unit = "points", range = { 0, 10 }, worst = "high",
    question = "How strong is the pain, from 0 to 10?", document = "progress-note",
    found = { { list = "observations", where = { name = "pain-nrs" }, field = "value" } } })
fact("pain.nrs", { kind = "number", unit = "points", range = { 0, 10 }, worst = "high",
    question = "What is the pain score on the numeric rating scale, from 0 to 10?", document = "progress-note",
    found = { { list = "observations", where = { name = "pain-nrs" }, field = "value" } } })
fact("pain.vas", { kind = "number", unit = "points", range = { 0, 100 }, worst = "high",
    question = "What is the pain score on the visual analogue scale?", document = "progress-note",
    found = { { list = "observations", where = { name = "pain-vas" }, field = "value" } } })
one("pain.scale", { "pain-nrs", "pain-vas", "odi", "ndi", "roland-morris", "promis-pf", "promis-pi", "peg",
    "pdas", "qbpds", "bpfs" },
    "On which named scale was the baseline of pain or function measured?", "functional-status",
    { choose = "all", found = { { list = "observations", field = "name", where = { name = {
      "pain-nrs", "pain-vas", "odi", "ndi", "roland-morris", "promis-pf", "promis-pi", "peg",
      "pdas", "qbpds", "bpfs" } } } } })
fact("pain.onset", { kind = "date", question = "When did this pain begin?", document = "history-physical",
    choose = "earliest", found = { { list = "diagnoses", where = { painful = "yes" }, field = "onset" } } })
fact("pain.duration", { kind = "duration", question = "For how long has this pain lasted?",
    document = "history-physical", choose = "worst",
    found = { { list = "diagnoses", where = { painful = "yes" }, field = "duration" } } })
yes("pain.affects_function",
  "Does the pain markedly affect function or quality of life?", "functional-status")
yes("pain.severe_intractable", "Is the pain severe, chronic and intractable?", "history-physical")
yes("pain.zoster_refractory",
  "Has the pain of shingles not responded to usual treatment?", "progress-note")
yes("pain.nonspecific_axial",
  "Is the pain only non-specific or axial spine pain?", "history-physical")
yes("pain.axial", "Is the pain axial, in the neck or back itself?", "history-physical")
yes("pain.crps", "Is the pain a complex regional pain syndrome?", "history-physical")
yes("pain.widespread", "Is the pain widespread, as in fibromyalgia?", "history-physical")
yes("pain.other_neuropathy",
  "Is the pain from a neuropathy other than a nerve root's?", "history-physical")
yes("pain.cervicogenic_headache", "Is the complaint a cervicogenic headache?", "history-physical")
yes("pain.over_sacroiliac_joint", "Is the pain over the sacroiliac joint?", "history-physical")
yes("pain.below_l5", "Is the pain below L5, without radiculopathy?", "history-physical")
yes("pain.untreated_radiculopathy",
  "Is there an untreated radiculopathy or neurogenic claudication?", "history-physical")
yes("pain.other_pathology", "Does another condition explain the pain?", "history-physical")

-- Earlier care ---------------------------------------------------------------------------

fact("conservative.weeks", { kind = "duration", unit = "weeks", worst = "low",
    question = "For how many weeks was conservative care given before this request?",
    document = "therapy-records" })
one("conservative.outcome", { "failed", "partial", "helped", "not-tolerated", "contraindicated" },
    "How did conservative care turn out?", "therapy-records")
yes("treatment.contraindicated",
  "Is conservative care contraindicated, and is that written down?", "progress-note")
yes("treatment.not_tolerated",
  "Was conservative care not tolerated, and is that written down?", "progress-note")
yes("treatment.active_therapy",
  "Did conservative care include active physical therapy or exercise?", "therapy-records")
yes("treatment.conventional_failed", "Has conventional treatment failed?", "therapy-records")
yes("treatment.single_modality_failed",
  "Has treatment by single methods failed?", "therapy-records")
yes("treatment.noninvasive_inadequate",
  "Would noninvasive methods not give adequate relief, from the history?", "therapy-records")
yes("treatment.less_invasive_failed", "Has less invasive treatment failed?", "therapy-records")
yes("treatment.systemic_opioids_failed",
  "Did systemic opioids fail, or were they not tolerated?", "medication-record")
yes("treatment.adjuvants_failed",
  "Did adjuvant drugs fail, or were they not tolerated?", "medication-record")
yes("treatment.behavioral_attempted",
  "Was it tried to remove physical and behavioural factors that exaggerate the pain?", "psychology-records")
yes("treatment.no_other_option",
  "Is there no other option likely to bring significant improvement?", "consult-note")
yes("treatment.drug_tried",
  "Were drugs tried, and is the result written down?", "medication-record")
yes("treatment.surgery_tried", "Was surgery tried, or is it unsuitable?", "consult-note")
yes("treatment.physical_tried",
  "Was physical treatment tried, or is it unsuitable?", "therapy-records")
yes("treatment.psychological_tried",
  "Was psychological treatment tried, or is it unsuitable?", "psychology-records")
fact("meds.opioid_mme", { kind = "number", unit = "mg-per-day", worst = "high",
    question = "What is the daily opioid dose in morphine equivalents?", document = "medication-record",
    found = { { list = "observations", where = { name = "opioid-mme" }, field = "value" } } })
yes("meds.opioids", "Does the patient take opioids?", "medication-record")

-- History, examination, imaging --------------------------------------------------------------

-- Signs that point to a nerve root; how somebody walks points to none.
local ROOT_SIGNS = { "straight-leg-raise", "sensory-loss", "motor-weakness", "reflex-change" }

yes("record.history", "Is there a history of the complaint in the note?", "history-physical")
yes("record.physical_exam", "Is there a physical examination in the note?", "history-physical")
yes("record.signed", "Is the note signed, with the indication and the necessity?", "progress-note")
yes("exam.radicular", "Does the examination show signs of a nerve root?", "history-physical")
yes("exam.concordant",
  "Does the examination agree with the level and side requested?", "history-physical")
fact("exam.level", { kind = "text", question = "Which levels or nerve roots do the signs point to?",
    document = "history-physical", choose = "all",
    found = { { list = "examination", where = { result = "positive", name = ROOT_SIGNS }, field = "level" } } })
one("exam.side", { "left", "right", "bilateral" },
  "On which side are the signs?", "history-physical",
    { choose = "all",
      found = { { list = "examination", where = { result = "positive", name = ROOT_SIGNS }, field = "side" } } })
one("imaging.modality", { "MR", "CT", "XR", "US", "NM", "EMG", "myelogram" },
    "Which imaging was done?", "imaging-report",
    { choose = "all", found = { { list = "imaging", field = "modality" } } })
fact("imaging.date", { kind = "date", question = "When was the imaging done?", document = "imaging-report",
    found = { { list = "imaging", field = "date" } } })
fact("imaging.level", { kind = "text", question = "Which levels does the imaging show as the cause?",
    document = "imaging-report", choose = "all", found = { { list = "imaging", field = "level" } } })
one("imaging.side", { "left", "right", "bilateral" },
  "On which side does the imaging show the cause?",
    "imaging-report", { choose = "all", found = { { list = "imaging", field = "side" } } })
one("imaging.region", { "CT", "LS" }, "Which region of the spine was imaged?", "imaging-report",
    { choose = "all", found = { { list = "imaging", field = "region" } } })
fact("imaging.finding", { kind = "text", question = "What does the imaging show?", document = "imaging-report",
    choose = "all", found = { { list = "imaging", field = "finding" } } })
yes("imaging.concordant",
  "Does the imaging agree with the level and side requested?", "imaging-report")

-- Function -------------------------------------------------------------------------------------

score("function.odi", "odi", { 0, 100 }, "What is the Oswestry disability index?", "percent")
score("function.ndi", "ndi", { 0, 100 }, "What is the neck disability index?", "percent")
score("function.roland_morris", "roland-morris", { 0, 24 }, "What is the Roland-Morris score?")
score("function.promis_pf", "promis-pf", nil, "What is the PROMIS physical function score?", nil, "low")
score("function.promis_pi", "promis-pi", nil, "What is the PROMIS pain interference score?")
score("function.peg", "peg", { 0, 10 }, "What is the PEG score?")
score("function.phq9", "phq-9", { 0, 27 }, "What is the PHQ-9 score?")
score("function.gad7", "gad-7", { 0, 21 }, "What is the GAD-7 score?")
score("function.six_minute_walk", "six-minute-walk", { 0 }, "How many metres in the six-minute walk?", "metres", "low")
fact("function.adl", { kind = "text", question = "Which daily activities does the pain limit?",
    document = "functional-status" })
yes("function.loss",
  "Is the ability to function independently significantly lost?", "functional-status")
yes("function.impact",
  "Does the pain significantly affect work or way of life?", "functional-status")
yes("function.major_disability",
  "Is there a major disability, with disruption of the family?", "functional-status")
yes("function.baseline_tests",
  "Were baseline functional tests done that can be repeated later?", "functional-status",
    { found = { { list = "evaluations", where = { kind = "functional" }, field = "done" } } })
yes("function.improved", "Did function improve measurably, on the same scale?", "functional-status")
one("function.work_status", { "working", "modified", "off-work", "retired", "not-employed" },
    "What is the work status?", "functional-status")

-- The planned technique ----------------------------------------------------------------------------

one("plan.guidance", { "fluoroscopy", "ct", "ultrasound", "mri", "none" },
    "Which imaging guides the needle?", "consult-note")
yes("plan.contrast", "Will contrast be used?", "consult-note")
one("plan.approach", { "interlaminar", "transforaminal", "caudal" },
  "Which approach is planned?", "consult-note")
fact("plan.regions", { kind = "number", unit = "count", range = { 1 }, worst = "high",
    question = "How many spinal regions will be treated in the session?", document = "consult-note" })
fact("plan.levels", { kind = "number", unit = "levels", range = { 1 }, worst = "high",
    question = "How many levels will be treated in the session?", document = "consult-note" })
one("plan.side", { "left", "right", "bilateral" },
  "Which side will be treated?", "consult-note", { choose = "all" })
one("plan.steroid", { "triamcinolone", "methylprednisolone", "betamethasone", "dexamethasone", "none" },
    "Which steroid will be injected?", "consult-note")
fact("plan.steroid_dose", { kind = "number", unit = "mg", range = { 0 }, worst = "high",
    question = "How many milligrams of steroid in the session?", document = "consult-note" })
one("plan.injectate",
    { "steroid", "anesthetic", "contrast", "saline", "prp", "stem-cells", "amniotic", "other-biologic", "other" },
    "What will be injected?", "consult-note", { choose = "all" })
one("plan.sedation", { "none", "minimal", "moderate", "deep", "general", "monitored" },
    "Which sedation or anesthesia is planned?", "consult-note")
yes("plan.sedation_routine",
  "Is moderate or deep sedation, general anesthesia or monitored care planned as routine?", "consult-note")
yes("plan.other_blocks", "Are other kinds of block planned in the same session?", "consult-note")
yes("plan.facet_cyst", "Is it for a facet joint synovial cyst?", "imaging-report")
yes("plan.series", "Was a series of injections ordered in advance?", "consult-note")
yes("plan.rehabilitation",
  "Is it part of an active rehabilitation, home exercise or functional restoration plan?", "consult-note")
one("plan.purpose", { "therapeutic", "diagnostic", "pump-trial", "postoperative-pain", "csf-imaging" },
    "What is the procedure for?", "consult-note")
yes("plan.rfa_considered",
  "Is radiofrequency ablation considered if the block helps?", "consult-note")
yes("plan.rfa_unsuitable",
  "Is it written down why radiofrequency ablation is not done instead?", "consult-note")
yes("plan.rfa_thermal", "Is the ablation thermal?", "consult-note")
fact("plan.rfa_temperature", { kind = "number", unit = "degrees", range = { 0 }, worst = "low",
    question = "At what temperature is the ablation done, in degrees Celsius?", document = "consult-note" })
yes("plan.after_alif", "Was this level fused from the front before?", "operation-note")
yes("plan.level_ablated", "Was this level already ablated with good effect?", "procedure-note")
one("plan.diagnostic_target", { "medial-branch", "joint" },
  "Did the diagnostic blocks reach the nerve of the joint, or the joint itself?", "procedure-note")
yes("plan.prolotherapy", "Is an irritant injected, as in prolotherapy?", "consult-note")
one("plan.medial_branch_relief", { "under-80", "80-or-more", "unknown" },
    "How much did each of the two diagnostic blocks relieve the pain?", "procedure-note")

-- Safety: silence never counts as absence -------------------------------------------------------------

local safe = { safety = true }
yes("safety.infection", "Is there a local or systemic infection?", "history-physical", safe)
yes("safety.anticoagulant",
  "Does the patient take an anticoagulant that was not stopped?", "medication-record", safe)
yes("safety.coagulopathy", "Is there a disorder of blood clotting?", "history-physical", safe)
yes("safety.contrast_allergy",
  "Is there a documented allergy to contrast?", "history-physical", safe)
yes("safety.pregnancy", "Is the patient pregnant?", "history-physical", safe)
yes("safety.cord_compression",
  "Is there a compressing lesion of the cord, conus or cauda equina?", "imaging-report", safe)
yes("safety.suspected_malignancy", "Is a malignancy suspected at the site?", "imaging-report", safe)
yes("safety.drug_allergy", "Is there an allergy to the drug?", "history-physical", safe)
yes("safety.body_size_adequate",
  "Can the body carry the weight and bulk of the device?", "history-physical", safe)
yes("safety.device_crosstalk",
  "Is there another programmable implant whose signals may interfere?", "history-physical", safe)
yes("safety.suicide_imminent", "Is there an imminent risk of suicide?", "psychology-records", safe)
one("safety.suicide_screen", { "negative", "positive", "not-done" },
  "What did the suicide screen show?", "psychology-records", safe)
yes("safety.thecal_tumor_excluded",
  "Was a tumour on the thecal sac ruled out?", "imaging-report", safe)
yes("safety.new_neurologic_deficit",
  "Is there a new neurologic deficit, or a dose that keeps rising?", "progress-note", safe)
yes("safety.withdrawal",
  "Are there signs of withdrawal, or did the pump run empty?", "progress-note", safe)
fact("patient.life_expectancy", { kind = "duration", worst = "low", document = "consult-note",
    question = "How long is the patient expected to live?" })

-- Repeats and long treatment ---------------------------------------------------------------------------

one("repeat.changed", { "approach", "level", "drug", "nothing" },
    "What will be different from the session that failed?", "consult-note", { choose = "all" })
yes("repeat.rationale",
  "Are the reason and the necessity of another session written down?", "progress-note")
yes("repeat.function_improved",
  "Did function improve by at least half, measured on the same scale?", "functional-status")
fact("repeat.function_percent", { kind = "number", unit = "percent", range = { nil, 100 }, worst = "low",
    question = "By how many percent did function improve on the same scale?", document = "functional-status" })
yes("repeat.less_care",
  "Did drugs or other care become less after the last session?", "medication-record")
yes("repeat.significant_disability",
  "Is there a significant functional or vocational disability?", "functional-status")
one("repeat.long_term_reason", { "high-surgical-risk", "declines-surgery", "recurrence", "none" },
    "Why are injections continued beyond a year?", "progress-note", { choose = "all" })
yes("repeat.primary_care_informed",
  "Was the primary-care clinician told of the continued steroid exposure?", "progress-note")
yes("repeat.treated_over_12_months",
  "Has this region been treated for more than 12 months?", "progress-note")
yes("repeat.new_episode",
  "Is this a new episode: new pathology, or surgery since?", "progress-note")

-- The referral and the request ----------------------------------------------------------------------------

one("referral.by", { "primary-care", "attending", "specialist", "self", "none" },
  "Who refers the patient?", "referral")
one("request.type", { "initial", "repeat", "continuation", "refill", "implant", "replace", "trial" },
    "What kind of request is this?", "request")
yes("request.emergency",
  "Is the health of the patient in danger if the answer takes days?", "progress-note")
