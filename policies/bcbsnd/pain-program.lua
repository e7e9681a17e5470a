-- Chronic pain programs, BCBS North Dakota. Read in the payer's own page (hence P). Leaf numbers
-- (B.1 ...) are ours. What is said about codes, units and hours is general coding practice, not this
-- payer's text.

policy "bcbsnd.pain-program" {
  title    = "Chronic pain programs",
  source   = "BCBSND medical policy Chronic Pain Programs",
  in_force = { from = "2016-01-01" }, -- the page names no day: our choice
  covers   = codes {
    "cpt:96130-96133", "cpt:96138-96139", "cpt:96164-96165", "cpt:97110", "cpt:97150", "cpt:97162",
    "cpt:97166", "cpt:97535", "cpt:97750", "cpt:97799", "cpt:99213", "cpt:99243", "cpt:80307", "cpt:80364",
  },
}

local shown   = require "shared/program"
local program = require "shared/program-codes"

local pain_lasts = parameter "pain_lasts" { months(6), cite = "B.2" }

define_fact "program.main_reason" {
  kind = "choice", choices = { "chronic-pain", "pots", "biofeedback", "other" },
  question = "What is the patient mainly admitted for?", document = "referral",
}
define_fact "program.diagnostics_exhausted" {
  kind = "yes-no", question = "Have all usual diagnostic procedures been done?", document = "consult-note",
}
define_fact "program.medically_able" {
  kind = "yes-no", question = "Is the patient medically able to do physical activities every day?",
  document = "history-physical",
}
define_fact "function.severe_disruption" {
  kind = "yes-no", question = "Does the pain severely disrupt the way of life?", document = "functional-status",
}
define_fact "function.family_disruption" {
  kind = "yes-no", question = "Has the pain disrupted the life of the family?", document = "functional-status",
}
define_fact "function.major_functional_disability" {
  kind = "yes-no", question = "Is there a major functional disability?", document = "functional-status",
}
define_fact "psych.substance_risk" {
  kind = "choice", choices = { "none", "coordinated", "not-coordinated" },
  question = "Was a risk of substance use found, and is its treatment coordinated?", document = "psychology-records",
}

-- Every program -------------------------------------------------------------------------------------

criterion "accreditation" {
  cite = "Chronic Pain Programs, benefits; B.1",
  says = "The program is accredited by CARF.",
  met  = fact "program.accreditation" :contains "CARF",
  ask  = "Certificate of accreditation.",
  confidence = "P",
}

criterion "chronic-pain" {
  cite = "Chronic Pain Programs, guidelines; B.2",
  says = "The pain has lasted six months.",
  met  = fact "pain.duration" :at_least(pain_lasts),
  ask  = "Office note with the beginning of the pain.",
  confidence = "P",
}

criterion "not-from-cancer" {
  cite = "Chronic Pain Programs, guidelines; B.2, cause",
  says = "A diagnosis names the cause of the pain, and it is not cancer.",
  met  = all_of {
    fact "pain.origin" :is_one_of { "nonmalignant", "herpes-zoster" },
    fact "pain.origin" :is_not "malignant",
  },
  ask  = "Office note with the diagnosis that causes the pain.",
  confidence = "P",
}

criterion "treatment-exhausted" {
  cite = "Chronic Pain Programs, guidelines; B.3, treatment",
  says = "Usual treatment did not relieve the pain enough, and the record shows it with dates and results.",
  met  = shown.failed_care,
  ask  = "Therapy and medication records: what was tried, when, how much, and with what result.",
  document = "therapy-records",
  confidence = "P",
}

criterion "diagnostics-exhausted" {
  cite = "Chronic Pain Programs, guidelines; B.3, diagnostic procedures",
  says = "The usual diagnostic procedures have been done.",
  met  = fact "program.diagnostics_exhausted" :is "yes",
  ask  = "Note on the diagnostic procedures that were done.",
  confidence = "P",
}

criterion "surgery" {
  cite = "Chronic Pain Programs, guidelines; B.3, surgery",
  says = "Surgery that was advised has been done, or none was advised.",
  met  = fact "program.surgery" :is_one_of { "not-indicated", "done-first" },
  ask  = "Surgeon's or physician's note on surgery.",
  confidence = "P",
}

criterion "lifestyle-disruption" {
  cite = "Chronic Pain Programs, guidelines; B.4",
  says = "The pain severely disrupts the way of life.",
  met  = fact "function.severe_disruption" :is "yes",
  ask  = "Note on what the patient can no longer do, at work and at home.",
  confidence = "P",
}

criterion "medically-able" {
  cite = "Chronic Pain Programs, guidelines; B.5",
  says = "The patient is medically able to do physical activities every day.",
  met  = fact "program.medically_able" :is "yes",
  ask  = "History and physical examination before the program.",
  confidence = "P",
}

criterion "mental-health-screened" {
  cite = "Chronic Pain Programs, guidelines; B.6, screening",
  says = "Mental health was screened.",
  met  = fact "psych.evaluated" :is "yes",
  ask  = "Report of the psychological evaluation.",
  confidence = "P",
}

criterion "mental-health-treated" {
  cite = "Chronic Pain Programs, guidelines; B.6, treatment",
  says = "Psychiatric conditions that could stand in the way are treated or stable.",
  met  = fact "psych.conditions" :is_one_of { "none", "treated", "in-treatment" },
  ask  = "Report of the psychological evaluation, with the treatment of each psychiatric condition.",
  confidence = "P",
}

criterion "substance-risk-screened" {
  cite = "Chronic Pain Programs, guidelines; B.7, screening",
  says = "The risk of substance use was screened.",
  met  = fact "psych.substance_screened" :is "yes",
  ask  = "Screening of the risk of substance use.",
  confidence = "P",
}

criterion "substance-risk-coordinated" {
  cite = "Chronic Pain Programs, guidelines; B.7, coordination",
  says = "Where there is such a risk, its treatment is coordinated with who gives it.",
  met  = fact "psych.substance_risk" :is_one_of { "none", "coordinated" },
  ask  = "Screening of the risk of substance use, and the plan if there is one.",
  confidence = "P",
}

-- What stands against it, each for itself --------------------------------------------------------------

criterion "not-for-biofeedback" {
  cite = "Chronic Pain Programs, guidelines; B.8",
  says = "The program is not mainly for biofeedback.",
  met  = fact "program.main_reason" :is_not "biofeedback",
  ask  = "Referral with the main reason for the program.",
  confidence = "P",
}

criterion "not-for-pots" {
  cite = "Chronic Pain Programs, exclusions; B.9",
  says = "The program is not mainly for postural orthostatic tachycardia.",
  met  = fact "program.main_reason" :is_not "pots",
  ask  = "Referral with the main reason for the program.",
  confidence = "P",
}

criterion "understands" {
  cite = "Chronic Pain Programs, exclusions; B.10",
  says = "The patient can understand and follow instructions.",
  met  = fact "program.understands_instructions" :is "yes",
  ask  = "Psychology report that speaks of understanding.",
  confidence = "P",
}

criterion "not-aggressive" {
  cite = "Chronic Pain Programs, exclusions; B.11",
  says = "The patient is not aggressive or violent.",
  met  = fact "program.aggressive" :is "no",
  ask  = "Psychology report that speaks of aggression.",
  confidence = "P",
}

criterion "realistic-expectations" {
  cite = "Chronic Pain Programs, exclusions; B.12",
  says = "The expectations of the patient are realistic.",
  met  = fact "program.unrealistic_expectations" :is "no",
  ask  = "Psychology report that speaks of expectations and goals.",
  confidence = "P",
}

criterion "medically-stable" {
  cite = "Chronic Pain Programs, exclusions; B.13",
  says = "The patient is medically stable.",
  met  = fact "program.medically_stable" :is "yes",
  ask  = "History and physical examination before the program.",
  confidence = "P",
}

-- An inpatient program ------------------------------------------------------------------------------------

pathway "inpatient" {
  says = "Is the program given in a hospital or a residence?",
  cite = "Chronic Pain Programs, inpatient programs; B.I",
  when = fact "program.setting" :is_one_of { "inpatient", "residential" },

  criterion "outpatient-not-enough" {
    cite = "Chronic Pain Programs, inpatient programs; B.I1",
    says = "An outpatient program is not feasible, or did not succeed.",
    met  = fact "program.outpatient_failed" :is "yes",
    ask  = "Physician's note that says why an outpatient program will not do.",
    confidence = "P",
  },
  criterion "major-disability" {
    cite = "Chronic Pain Programs, inpatient programs; B.I2",
    says = "There is a major functional disability.",
    met  = fact "function.major_functional_disability" :is "yes",
    ask  = "Functional evaluation.",
    confidence = "P",
  },
  criterion "family-disruption" {
    cite = "Chronic Pain Programs, inpatient programs; B.I3",
    says = "The pain has disrupted the life of the family.",
    met  = fact "function.family_disruption" :is "yes",
    ask  = "Note on what the pain means for the family.",
    confidence = "P",
  },
}

-- Codes, units and hours, line by line ---------------------------------------------------------------------

program.codes_and_units()

-- Safeguards -------------------------------------------------------------------------------------------------

program.safeguards()
