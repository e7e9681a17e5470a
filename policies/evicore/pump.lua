-- Implanted intrathecal pump, eviCore CMM-210 as several plans use it: half a year of failed care, relief
-- and function in the trial, fewer opioids before it, and a behavioral attestation.
--
-- Known from a comparison of payers, not read in full. Where that says nothing, as of refills, drugs and
-- contraindications, the text of the Aetna policy stands, and the citation says so.

policy "evicore.pump" {
  extends    = "aetna.pump",
  inherited  = "D", -- that this payer says so too was not read
  title      = "Implanted intrathecal pump, eviCore",
  source     = "eviCore CMM-210",
  version    = "2025", -- the edition was not named
  in_force   = { from = "2025-01-01" }, -- our choice: its first day was not read
}

local pump = require "shared/pump"
local is   = pump.kinds {
  trial = codes { "cpt:62320-62327" }, upkeep = codes { pump.refill_codes, "hcpcs:J2274", "hcpcs:J2278" },
  pain = codes { "hcpcs:S9325-S9328", "hcpcs:J2274", "hcpcs:J2278" },
}

local failed_for   = parameter "failed_for"   { months(6), cite = "CMM-210, failed care, not of cancer" }
local relief_least = parameter "relief_least" { percent(50), cite = "CMM-210, trial" }

define_fact "pump.advanced_cancer" {
  kind = "yes-no", document = "consult-note",
  question = "Is the cancer so far advanced that a trial before the implant is to be left out?",
}
define_fact "pump.drug_misuse" {
  kind = "yes-no", document = "psychology-records", safety = true,
  question = "Is there a misuse of drugs that stands against another pump?",
}

local no_trial = all_of { pump.malignant, fact "pump.advanced_cancer" :is "yes" }

pathway "implant-for-pain" {
  says   = "Is this the first pump, and is it for pain?",
  cite   = "CMM-210, implantation, pain",
  when   = all_of { pump.device, is.for_pain },
  unless = pump.there,

  criterion "six-months-of-care" {
    cite   = "CMM-210, failed care",
    says   = "Pain that is not of cancer has not answered to six months of care.",
    met    = records "treatments" { conservative = true, outcome = { "failed", "not-tolerated" } }
      :before(pump.service) :total_duration() :at_least(failed_for),
    unless = any_of {
      pump.malignant,
      all_of { fact "conservative.weeks" :at_least(weeks(27)), fact "conservative.outcome" :is "failed" },
    },
    ask    = "Therapy and medication records with dates and results.",
    document = "therapy-records", confidence = "A",
  },
  criterion "trial-catheter" {
    cite = "CMM-210, trial",
    says = "A trial was done through a temporary intrathecal or epidural catheter; in advanced cancer it may be left out.",
    met  = fact "pump.trial_method" :is "catheter",
    unless = no_trial,
    ask  = "Report of the catheter trial.",
    confidence = "A",
  },
  criterion "trial-before-implant" {
    cite = "CMM-210, trial, time",
    says = "The trial had ended before the day of the implant.",
    met  = fact "pump.trial_ended" :before(pump.service),
    unless = no_trial,
    ask  = "Report of the catheter trial with its dates.",
    confidence = "D",
  },
  criterion "trial-relief" {
    cite = "CMM-210, trial, relief; one edition asks for more than half, over eight hours",
    says = "The trial reduced the pain by at least half.",
    met  = fact "pump.trial_relief_percent" :at_least(relief_least),
    unless = no_trial,
    ask  = "Report of the catheter trial with scores before and after.",
    confidence = "A",
  },
  criterion "trial-function" {
    cite = "CMM-210, trial, function",
    says = "The patient did more in the trial.",
    met  = fact "trial.function_improved" :is "yes",
    unless = no_trial,
    ask  = "Report of the catheter trial with what the patient could do.",
    confidence = "A",
  },
  criterion "trial-side-effects" {
    cite = "CMM-210, trial, side effects, as others ask",
    says = "The side effects in the trial were acceptable.",
    met  = fact "pump.trial_side_effects" :is_one_of { "acceptable", "none" },
    unless = no_trial,
    ask  = "Report of the catheter trial with side effects.",
    confidence = "D",
  },
  criterion "psychology" {
    cite = "CMM-210, behavioral attestation",
    says = "A behavioral or psychological evaluation finds a favourable candidate, whatever the pain comes from.",
    met  = all_of { fact "psych.conclusion" :is "favorable", fact "psych.date" :on_or_before(pump.service) },
    ask  = "Behavioral attestation, or the report of the psychological evaluation.",
    confidence = "A",
  },
}

pathway "trial" {
  says = "Is the procedure a trial for an implanted pump?",
  cite = "CMM-210, trial",
  when = is.stated_trial,

  criterion "opioids-reduced" {
    cite   = "CMM-210, opioids before a trial",
    says   = "The patient agrees to halve the opioids before the trial, or takes none.",
    met    = fact "trial.opioid_reduction_agreed" :is "yes",
    unless = any_of { fact "meds.opioids" :is "no", is.for_spasticity },
    ask    = "Note on the plan for opioids before the trial.",
    confidence = "A",
  },
}

pathway "replace" {
  says   = "Is a pump in place already, so that this one replaces it?",
  cite   = "CMM-210, replacement",
  when   = all_of { pump.device, pump.there },

  criterion "replacement-reason" {
    cite = "CMM-210, replacement",
    says = "The battery is empty, the pump is at the end of its life, or it cannot be repaired.",
    met  = fact "pump.replacement_reason" :is_one_of { "battery", "end-of-life", "malfunction" },
    ask  = "Pump printout or note that says why the pump must be replaced.",
    confidence = "A",
  },
  criterion "no-misuse" {
    cite = "CMM-210, replacement, misuse",
    says = "There is no misuse of drugs.",
    met  = fact "pump.drug_misuse" :is "no",
    ask  = "Note that speaks of the use of drugs.",
    confidence = "A",
  },
}
