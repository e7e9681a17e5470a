-- catalogue_devices.lua - facts about pumps and stimulators, their trials, the
-- psychological evaluation, pain programs, and joint tests.

local fact, yes, one = ...

local function from_pump(field)
  return { { list = "devices", where = { kind = "intrathecal-pump" }, field = field } }
end

-- The pump --------------------------------------------------------------------------------

yes("pump.in_situ", "Is an intrathecal pump in place now?", "operation-note", {
  found = { { list = "devices", where = { kind = "intrathecal-pump" }, field = "in_situ" },
            { list = "procedures", field = "pump_in_situ" } } })
fact("pump.implanted", { kind = "date", question = "When was the pump implanted?", document = "operation-note",
  found = from_pump("implanted") })
fact("pump.model", { kind = "text", question = "Which pump model is it?", document = "pump-record",
  found = from_pump("model") })
fact("pump.reservoir", { kind = "number", unit = "ml", range = { 0 },
  question = "How many millilitres does the reservoir hold?",
  document = "pump-record", found = from_pump("reservoir") })
fact("pump.usable_volume", { kind = "number", unit = "ml", range = { 0 }, worst = "low",
  question = "How many millilitres can be used before the alarm?", document = "pump-record" })
fact("pump.drug", { kind = "text", question = "Which drug or drugs are in the pump?", document = "pump-record",
  choose = "all", found = from_pump("drug") })
fact("pump.concentration", { kind = "number", unit = "mg-per-ml", range = { 0 },
  question = "What is the concentration, in milligrams per millilitre?", document = "pump-record",
  found = from_pump("concentration") })
fact("pump.daily_dose", { kind = "number", unit = "mg-per-day", range = { 0 },
  question = "What is the daily dose, in milligrams?", document = "pump-record",
  found = from_pump("daily_dose") })
fact("pump.fill_amount", { kind = "number", unit = "mg", range = { 0 }, worst = "high",
  question = "How many milligrams of drug does one fill hold?", document = "pump-record" })
fact("pump.last_refill", { kind = "date", question = "When was the pump last refilled?",
  document = "pump-record",
  found = from_pump("last_refill") })
fact("pump.next_refill", { kind = "date", question = "When is the next refill due?", document = "pump-record",
  found = from_pump("next_refill") })
fact("pump.alarm_date", { kind = "date", question = "On which date will the low-reservoir alarm sound?",
  document = "pump-record",
  found = from_pump("alarm_date") })
fact("pump.empty_date", { kind = "date", question = "On which date will the pump be empty?",
  document = "pump-record" })
fact("pump.refill_interval", { kind = "number", unit = "days", range = { 0 }, worst = "low",
  question = "Every how many days is the pump refilled?", document = "pump-record" })
yes("pump.order_current",
  "Is there a current order with drug, concentration, daily dose, prescriber and pump model?", "pump-record")
fact("pump.prescriber", { kind = "text", question = "Who prescribes the pump drug?", document = "pump-record" })
yes("pump.benefit",
  "Is a benefit over the time before the pump written down, in pain or function?", "progress-note")
fact("pump.benefit_date", { kind = "date", question = "When was the benefit of the pump last written down?",
  document = "progress-note" })
yes("pump.alternatives_not_tolerated",
  "Are the alternatives to the pump not tolerated?", "progress-note")
yes("pump.removed", "Was the pump removed or switched off?", "operation-note",
  { found = from_pump("removed") })
yes("pump.stop_ordered", "Did the prescriber order to stop?", "pump-record")
yes("pump.duplicate_refill",
  "Was another refill already requested for the same time?", "payer-history")
yes("pump.dose_changed", "Was the dose changed since the last refill?", "pump-record")
yes("pump.physician_skill_needed",
  "Is there a documented reason why a physician must refill it?", "pump-record")
yes("pump.drug_needs_pump", "Must this drug be given by an implanted pump?", "consult-note")
yes("pump.drug_necessary", "Is the drug itself necessary?", "consult-note")
yes("pump.drug_approved_for_pump", "Is the pump approved for this drug?", "consult-note")
yes("pump.drug_suits_patient", "Do kind and dose of the drug suit this patient?", "consult-note")
yes("pump.drug_compounded", "Is the drug compounded?", "pump-record")
yes("pump.compound_rationale", "Is the reason for compounding written down?", "consult-note")
yes("pump.route_required",
  "Is the intrathecal or epidural route required, and effective over the long term?", "consult-note")
yes("pump.oral_ineffective",
  "Are oral or injected drugs ineffective or not tolerated?", "medication-record")
yes("pump.specialist_confirms",
  "Does a specialist confirm that no reasonable option is left?", "consult-note")
yes("pump.other_modalities_failed", "Have other methods of treatment failed?", "therapy-records")
one("pump.replacement_reason",
    { "battery", "end-of-life", "malfunction", "infection", "features-only", "other" },
  "Why is the pump replaced?", "consult-note")
one("pump.indication", { "pain", "spasticity", "other" }, "What is the pump for?", "consult-note",
  { choose = "all", found = { { list = "diagnoses", field = "pump_use" } } })

-- Spasticity --------------------------------------------------------------------------------

-- That a disease may bring it is no sign that it did: only what was examined counts.
yes("spasticity.severe",
  "Is there severe spasticity of spinal or cerebral origin?", "history-physical")
fact("spasticity.noninvasive_for", { kind = "duration", worst = "low", document = "therapy-records",
  question = "For how long was noninvasive control of the spasticity tried?" })
one("spasticity.noninvasive_outcome", { "failed", "partial", "helped", "not-tolerated" },
  "How did noninvasive control of the spasticity turn out?", "therapy-records")
yes("spasticity.trial_favorable",
  "Was the response to a trial dose in the spinal canal favourable?", "procedure-note")

-- Trials before an implant ------------------------------------------------------------------------

local function from_trial(field) return { { list = "trials", field = field } } end

yes("trial.done", "Was a trial done before the implant?", "procedure-note")
one("trial.method", { "catheter", "single-injection", "electrode" },
  "How was the trial done?", "procedure-note",
  { found = from_trial("method") })
fact("trial.date", { kind = "date", question = "When did the trial end?", document = "procedure-note",
  found = from_trial("end") })
fact("trial.duration", { kind = "duration", worst = "low", question = "How long did the trial last?",
  document = "procedure-note", found = from_trial("duration") })
fact("trial.relief_percent", { kind = "number", unit = "percent", range = { nil, 100 }, worst = "low",
  question = "By how many percent did the trial reduce the pain?", document = "procedure-note",
  found = from_trial("relief_percent") })
yes("trial.relief_acceptable",
  "Was the relief in the trial acceptable to patient and physician?", "procedure-note")
fact("trial.analgesic_reduction", { kind = "number", unit = "percent", range = { nil, 100 }, worst = "low",
  question = "By how many percent did the need for pain drugs fall in the trial?", document = "procedure-note" })
one("trial.side_effects", { "acceptable", "unacceptable", "none" },
  "Were the side effects in the trial acceptable, daily living included?", "procedure-note",
  { found = from_trial("side_effects") })
-- The same of a pump's own trial: of a stimulator's it says nothing.
local function from_pump_trial(field)
  return { { list = "trials", where = { kind = { "intrathecal-catheter", "epidural-catheter", "other" } },
             field = field } }
end
one("pump.trial_method", { "catheter", "single-injection" }, "How was the trial for the pump done?",
  "procedure-note", { found = from_pump_trial("method") })
fact("pump.trial_ended", { kind = "date", question = "When did the trial for the pump end?",
  document = "procedure-note", found = from_pump_trial("end") })
fact("pump.trial_relief_percent", { kind = "number", unit = "percent", range = { nil, 100 }, worst = "low",
  question = "By how many percent did the trial for the pump reduce the pain?", document = "procedure-note",
  found = from_pump_trial("relief_percent") })
fact("pump.trial_duration", { kind = "duration", worst = "low", question = "How long did the trial for the pump last?",
  document = "procedure-note", found = from_pump_trial("duration") })
one("pump.trial_side_effects", { "acceptable", "unacceptable", "none" },
  "Were the side effects in the trial for the pump acceptable, daily living included?", "procedure-note",
  { found = from_pump_trial("side_effects") })
yes("trial.accepted", "Does the patient accept the treatment after the trial?", "procedure-note")
yes("trial.function_improved", "Did function improve in the trial?", "procedure-note")
yes("trial.opioid_reduction_agreed",
  "Did the patient agree to lower opioids before the trial?", "consult-note")

-- Psychology ----------------------------------------------------------------------------------------

local function from_psychology(field)
  return { { list = "evaluations", where = { kind = "psychological" }, field = field } }
end

yes("psych.evaluated", "Was a psychological evaluation done?", "psychology-records",
  { found = from_psychology("done") })
fact("psych.date", { kind = "date", question = "When was the psychological evaluation done?",
  document = "psychology-records", found = from_psychology("performed") })
one("psych.conclusion", { "favorable", "unfavorable", "conditional", "unknown" },
  "Is the patient a favourable candidate, says the psychological evaluation?", "psychology-records",
  { found = from_psychology("conclusion") })
one("psych.conditions", { "none", "treated", "in-treatment", "untreated" },
  "Are primary psychiatric conditions present, and are they treated?", "psychology-records",
  { found = { { list = "statements", where = { topic = "mental-health" }, field = "conditions" } } })
yes("psych.stable", "Is the patient psychologically stable?", "psychology-records")
yes("psych.untreated_habituation",
  "Is there an untreated drug habituation?", "psychology-records", { safety = true })
yes("psych.substance_screened", "Was the risk of substance use screened?", "psychology-records")

-- Stimulators --------------------------------------------------------------------------------------

yes("stimulator.last_resort", "Is the stimulator a late or last resort?", "consult-note")
yes("stimulator.screened",
  "Was the patient screened physically and psychologically by a team?", "psychology-records")
yes("stimulator.facility_available",
  "Are the facilities and the team for it available?", "consult-note")
yes("stimulator.generator_replacement", "Does it only replace the generator?", "operation-note")
one("stimulator.phase", { "trial", "permanent", "revision" },
  "Is it the trial or the permanent implant?", "consult-note")
local function from_stimulator_trial(field)
  return { { list = "trials", where = { kind = "spinal-cord-stimulator" }, field = field } }
end
fact("stimulator.trial_relief_percent", { kind = "number", unit = "percent", range = { nil, 100 }, worst = "low",
  question = "By how many percent did the temporary electrode reduce the pain?", document = "procedure-note",
  found = from_stimulator_trial("relief_percent") })
fact("stimulator.trial_duration", { kind = "duration", worst = "low", document = "procedure-note",
  question = "How long was the temporary electrode in place?", found = from_stimulator_trial("duration") })
fact("stimulator.trial_ended", { kind = "date", question = "When was the temporary electrode taken out?",
  document = "procedure-note", found = from_stimulator_trial("end") })
yes("stimulator.in_situ", "Is a stimulator in place now?", "operation-note",
  { found = { { list = "devices", where = { kind = "spinal-cord-stimulator" }, field = "in_situ" } } })
one("stimulator.replacement_reason", { "battery", "malfunction", "end-of-life", "features-only", "other" },
  "Why is the generator replaced?", "consult-note")

-- Pain programs ------------------------------------------------------------------------------------

local function from_program(field, status)
  return { { list = "programs", where = { kind = "pain-rehabilitation", status = status }, field = field } }
end

yes("program.evaluation", "Was a thorough evaluation by a team done?", "pain-form",
  { found = { { list = "evaluations", where = { kind = "multidisciplinary" }, field = "done" } } })
one("program.surgery", { "not-indicated", "done-first", "optional-avoided", "indicated", "unknown" },
  "Is surgery or acute treatment indicated, or was it done first?", "consult-note")
yes("program.motivated", "Is the patient motivated to change?", "psychology-records",
  { found = { { list = "statements", where = { topic = "motivation", by = { "clinician", "patient" } },
                field = "holds" } } })
yes("program.forgoes_secondary_gain",
  "Will the patient forgo secondary gain, disability payments included?", "psychology-records")
yes("program.goals", "Are individual goals written down?", "pain-form",
  { found = { { list = "goals", field = "written" } } })
yes("program.schedule",
  "Is there a written schedule with days, hours and disciplines?", "pain-form")
yes("program.individual_plan", "Is there an individual plan of care?", "pain-form")
yes("program.opioid_plan", "Is there a plan for the opioids?", "pain-form")
fact("program.days_requested", { kind = "number", unit = "days", range = { 0 }, worst = "high",
  question = "How many program days are requested?", document = "pain-form",
  found = from_program("days_requested", "planned") })
fact("program.hours_requested", { kind = "number", unit = "hours", range = { 0 }, worst = "high",
  question = "How many program hours are requested?", document = "pain-form",
  found = from_program("hours_requested", "planned") })
fact("program.hours_per_day", { kind = "number", unit = "hours-per-day", range = { 0, 24 }, worst = "high",
  question = "How many hours does a program day have?", document = "pain-form",
  found = from_program "hours_per_day" })
fact("program.days_done", { kind = "number", unit = "days", range = { 0 }, worst = "high",
  question = "How many program days were already attended?", document = "pain-form",
  found = from_program "days_done" })
fact("program.hours_done", { kind = "number", unit = "hours", range = { 0 }, worst = "high",
  question = "How many program hours were already attended?", document = "pain-form",
  found = from_program "hours_done" })
one("program.components", { "diagnostic-testing", "skilled-nursing", "psychotherapy", "drug-withdrawal",
    "physical-therapy", "occupational-therapy", "devices" },
  "Which parts does the program have?", "pain-form", { choose = "all" })
fact("program.inpatient_days", { kind = "number", unit = "days", range = { 0 }, worst = "high",
  question = "How many inpatient days are requested?", document = "pain-form" })
one("program.setting", { "outpatient", "inpatient", "residential" },
  "Where does the program take place?", "pain-form")
one("program.kind", { "multidisciplinary", "single-discipline" },
  "Is the program run by several disciplines?", "pain-form")
yes("program.continuation", "Has the patient already attended this program?", "pain-form")
yes("program.accredited", "Is the program accredited for pain rehabilitation?", "pain-form")
fact("program.accreditation", { kind = "text", question = "Which accreditation does the program hold?",
  document = "pain-form", found = from_program "accreditation" })
yes("program.adequate_one_failed", "Did an adequate program of this kind fail before?", "pain-form")
yes("program.unrealistic_expectations",
  "Are the expectations of the patient unrealistic?", "psychology-records")
yes("program.aggressive",
  "Is the patient aggressive or violent?", "psychology-records", { safety = true })
yes("program.medically_stable",
  "Is the patient medically stable?", "history-physical", { safety = true })
yes("program.understands_instructions",
  "Can the patient understand and follow instructions?", "psychology-records")
yes("program.group_under_plan", "Are group services part of an individual plan?", "pain-form")
yes("program.outpatient_failed",
  "Is an outpatient program not feasible, or did it fail?", "consult-note")
yes("program.controlled_setting",
  "Is a controlled inpatient setting needed, with a team of several disciplines?", "consult-note")
yes("program.longer_stay_documented", "Is the need for a longer stay written down?", "consult-note")
yes("program.frequent_passes", "Does the patient often leave on a pass?", "progress-note")
yes("program.subjective_gains", "Are subjective gains written down?", "pain-form")
yes("program.objective_gains", "Are objective gains written down?", "pain-form")
yes("program.biweekly_summary",
  "Is there a summary every two weeks, with goals and stage?", "pain-form")
yes("program.extension_rationale",
  "Is there a clear reason, with goals, for going on?", "pain-form")
yes("program.proven_outcomes", "Are proven outcomes of this provider on file?", "pain-form")
yes("program.service_excluded",
  "Is vocational counselling, meals or acupuncture requested as part of it?", "pain-form")

-- Negative predictors: each asked for itself ------------------------------------------------------

local PREDICTOR = { "absent", "addressed", "not-addressed" }

one("predictors.employer_relation", PREDICTOR,
  "A bad relation with employer or supervisor: absent, addressed, or not?", "psychology-records")
one("predictors.work_adjustment", PREDICTOR,
  "Poor adjustment to and satisfaction with work: absent, addressed, or not?", "psychology-records")
one("predictors.employment_outlook", PREDICTOR,
  "A negative outlook on future employment: absent, addressed, or not?", "psychology-records")
one("predictors.distress", PREDICTOR,
  "High psychosocial distress: absent, addressed, or not?", "psychology-records")
one("predictors.financial_dispute", PREDICTOR,
  "A financial or disability dispute: absent, addressed, or not?", "psychology-records")
one("predictors.smoking", PREDICTOR, "Smoking: absent, addressed, or not?", "psychology-records")
one("predictors.long_disability", PREDICTOR,
  "A long disability before the referral: absent, addressed, or not?", "psychology-records")
one("predictors.opioid_use", PREDICTOR,
  "Use of opioids: absent, addressed, or not?", "psychology-records")
one("predictors.high_pain", PREDICTOR,
  "High pain levels before treatment: absent, addressed, or not?", "psychology-records")

-- Tests of the sacroiliac joint ---------------------------------------------------------------------

local TEST = { "positive", "negative" }

one("sacroiliac.faber", TEST, "FABER test: positive or negative?", "history-physical")
one("sacroiliac.gaenslen", TEST, "Gaenslen test: positive or negative?", "history-physical")
one("sacroiliac.thigh_thrust", TEST, "Thigh thrust: positive or negative?", "history-physical")
one("sacroiliac.compression", TEST, "Compression test: positive or negative?", "history-physical")
one("sacroiliac.distraction", TEST, "Distraction test: positive or negative?", "history-physical")
one("sacroiliac.yeoman", TEST, "Yeoman test: positive or negative?", "history-physical")
