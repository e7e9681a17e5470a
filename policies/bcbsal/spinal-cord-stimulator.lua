-- Spinal cord stimulators, MP-328: the national text, with a duration and a severity of pain, and
-- without the screening by a team. Read in the payer's own page.

policy "bcbsal.spinal-cord-stimulator" {
  extends  = "cms.spinal-cord-stimulator",
  title    = "Spinal cord stimulation, BCBS Alabama",
  source   = "BCBS Alabama MP-328 (May 2023 and May 2024)",
  in_force = { from = "2023-05-01" },
  -- The first is not in its text, the second is a rule of Medicare.
  without  = { "screened-by-team", "tracking-number" },
}

local pain_lasts    = parameter "pain_lasts"    { months(3), cite = "MP-328, chronic pain" }
local pain_score    = parameter "pain_score"    { points(5), cite = "MP-328, moderate to severe pain" }
local trial_relief  = parameter "trial_relief"  { percent(50), cite = "MP-328, temporary electrode" }

local leads      = codes { "cpt:63650", "cpt:63655", "hcpcs:L8680" }
local generators = codes { "cpt:63685", "hcpcs:L8679", "hcpcs:L8685-L8688" }
local lines      = records "lines"
local generator  = lines:some { code = generators }
local implanted  = any_of { lines:some { code = leads }, generator }
local no_implant = any_of {
  all_of { fact "stimulator.phase" :is "revision",
           any_of { lines:none { code = leads }, lines:none { code = generators } } },
  all_of { fact "stimulator.generator_replacement" :is "yes", generator, lines:none { code = leads } },
}

pathway "implant" {
  says   = "Is a lead or a generator put in, and not only exchanged?",
  cite   = "MP-328, criteria",
  when   = implanted,
  unless = no_implant,

  criterion "duration-of-pain" {
    cite = "MP-328, chronic pain",
    says = "The pain has lasted three months.",
    met  = fact "pain.duration" :at_least(pain_lasts),
    ask  = "Office note with the beginning of the pain.",
    confidence = "P",
  },
  criterion "severity" {
    cite = "MP-328, moderate to severe pain",
    says = "The pain is at least five of ten.",
    met  = fact "pain.score" :at_least(pain_score),
    ask  = "A dated pain score, from 0 to 10.",
    confidence = "P",
  },
  criterion "no-untreated-habituation" {
    cite = "MP-328, drug habituation",
    says = "No serious drug habituation is left untreated.",
    met  = fact "psych.untreated_habituation" :is "no",
    ask  = "Psychology report, or note, that speaks of drug habits.",
    confidence = "P",
  },
}

pathway "permanent" {
  says   = "Is the stimulator to stay?",
  cite   = "MP-328, temporary electrode",
  when   = any_of { generator, fact "stimulator.phase" :is "permanent" },
  unless = no_implant,

  criterion "trial-relief" {
    cite = "MP-328, temporary electrode",
    says = "A temporary electrode took away at least half of the pain.",
    met  = fact "stimulator.trial_relief_percent" :at_least(trial_relief),
    ask  = "Report of the trial with pain scores before and at its end.",
    confidence = "P",
  },
}
