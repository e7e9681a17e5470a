-- Implanted intrathecal pump, the Blue Cross Blue Shield family of policies 7.01.41: more than half of
-- the pain gone in the trial, no mental disorder that is out of control.
--
-- Known from a comparison of payers, not read in full. Where that says nothing the text of the Aetna
-- policy stands, and the citation says so.

policy "bcbs.pump" {
  extends    = "aetna.pump",
  inherited  = "D", -- that this payer says so too was not read
  title      = "Implanted intrathecal pump, Blue Cross Blue Shield",
  source     = "BCBS 7.01.41 family",
  version    = "2025", -- the edition was not named
  in_force   = { from = "2025-01-01" }, -- our choice: its first day was not read
  without    = { "psychology" },
}

local pump = require "shared/pump"
local is   = pump.kinds {
  trial = codes { "cpt:62320-62327" }, upkeep = codes { pump.refill_codes, "hcpcs:J2274", "hcpcs:J2278" },
  pain = codes { "hcpcs:S9325-S9328", "hcpcs:J2274", "hcpcs:J2278" },
}

local relief_above = parameter "relief_above" { percent(50), cite = "7.01.41, trial" }
local short_life   = parameter "short_life"   { months(3), cite = "7.01.41, trial waived; our number for a short survival" }

define_fact "psych.uncontrolled_disorder" {
  kind = "yes-no", document = "psychology-records", safety = true,
  question = "Is there a mental disorder that is not under control?",
}

-- The policy may waive the trial where the survival is expected to be short.
local no_trial = fact "patient.life_expectancy" :less_than(short_life)

pathway "implant-for-pain" {
  says   = "Is this the first pump, and is it for pain?",
  cite   = "7.01.41, implantation, pain",
  when   = all_of { pump.device, is.for_pain },
  unless = pump.there,

  criterion "trial-catheter" {
    cite = "7.01.41, trial",
    says = "A trial was done through a temporary catheter; it may be waived where the survival is short.",
    met  = fact "pump.trial_method" :is "catheter",
    unless = no_trial,
    ask  = "Report of the catheter trial.",
    confidence = "A",
  },
  criterion "trial-before-implant" {
    cite = "7.01.41, trial, time",
    says = "The trial had ended before the day of the implant.",
    met  = fact "pump.trial_ended" :before(pump.service),
    unless = no_trial,
    ask  = "Report of the catheter trial with its dates.",
    confidence = "D",
  },
  criterion "trial-relief" {
    cite = "7.01.41, trial, relief",
    says = "The trial reduced the pain by more than half.",
    met  = fact "pump.trial_relief_percent" :more_than(relief_above),
    unless = no_trial,
    ask  = "Report of the catheter trial with scores before and after.",
    confidence = "A",
  },
  criterion "trial-side-effects" {
    cite = "7.01.41, trial, side effects, as others ask",
    says = "The side effects in the trial were acceptable.",
    met  = fact "pump.trial_side_effects" :is_one_of { "acceptable", "none" },
    unless = no_trial,
    ask  = "Report of the catheter trial with side effects.",
    confidence = "D",
  },
  criterion "no-uncontrolled-disorder" {
    cite = "7.01.41, mental disorder",
    says = "There is no mental disorder that is out of control.",
    met  = fact "psych.uncontrolled_disorder" :is "no",
    ask  = "Psychology or psychiatry note that speaks of mental disorders and their treatment.",
    confidence = "A",
  },
}
