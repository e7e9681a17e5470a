-- Spinal cord stimulators, Aetna, as an example of the stricter payers: the national text, with a
-- longer time of care, a disability index and a trial of three days. The numbers were read in public
-- abstracts, which give six to twelve months; that they are of this bulletin is recalled.

policy "aetna.spinal-cord-stimulator" {
  extends  = "cms.spinal-cord-stimulator",
  title    = "Spinal cord stimulation, Aetna",
  source   = "Aetna CPB 0194 Spinal Cord Stimulation",
  in_force = { from = "2018-01-29" }, -- our choice: since the base has been in force
  without  = { "tracking-number" }, -- a rule of Medicare
}

local care_lasts    = parameter "care_lasts"    { months(6), cite = "CPB 0194, failed care; other payers: twelve months" }
local therapy_weeks = parameter "therapy_weeks" { weeks(6), cite = "CPB 0194, physical therapy" }
local disability    = parameter "disability"    { percent(21), cite = "CPB 0194, disability index" }
local trial_lasts   = parameter "trial_lasts"   { days(3), cite = "CPB 0194, trial" }

local leads      = codes { "cpt:63650", "cpt:63655", "hcpcs:L8680" }
local generators = codes { "cpt:63685", "hcpcs:L8679", "hcpcs:L8685-L8688" }
local lines      = records "lines"
local generator  = lines:some { code = generators }
local no_implant = any_of {
  all_of { fact "stimulator.phase" :is "revision",
           any_of { lines:none { code = leads }, lines:none { code = generators } } },
  all_of { fact "stimulator.generator_replacement" :is "yes", generator, lines:none { code = leads } },
}

pathway "implant" {
  says   = "Is a lead or a generator put in, and not only exchanged?",
  cite   = "CPB 0194, criteria",
  when   = any_of { lines:some { code = leads }, generator },
  unless = no_implant,

  criterion "duration-of-pain" {
    cite = "CPB 0194, failed care",
    says = "The pain has lasted six months.",
    met  = fact "pain.duration" :at_least(care_lasts),
    ask  = "Office note with the beginning of the pain.",
    confidence = "A",
  },
  criterion "physical-therapy" {
    cite = "CPB 0194, physical therapy",
    says = "Six weeks of physical therapy were given.",
    met  = records "treatments" { kind = "physical-therapy" } :total_duration() :at_least(therapy_weeks),
    ask  = "Therapy records with dates.",
    confidence = "A",
  },
  criterion "disability" {
    cite = "CPB 0194, disability index",
    says = "The Oswestry index is at least twenty-one percent.",
    met  = fact "function.odi" :at_least(disability),
    ask  = "A dated Oswestry index.",
    confidence = "A",
  },
  criterion "no-untreated-habituation" {
    cite = "CPB 0194, drug habituation",
    says = "No serious drug habituation is left untreated.",
    met  = fact "psych.untreated_habituation" :is "no",
    ask  = "Psychology report, or note, that speaks of drug habits.",
    confidence = "M",
  },
}

pathway "permanent" {
  says   = "Is the stimulator to stay?",
  cite   = "CPB 0194, trial",
  when   = any_of { generator, fact "stimulator.phase" :is "permanent" },
  unless = no_implant,

  criterion "trial-duration" {
    cite = "CPB 0194, trial",
    says = "The trial lasted at least three days.",
    met  = fact "stimulator.trial_duration" :at_least(trial_lasts),
    ask  = "Report of the trial with its dates.",
    confidence = "A",
  },
}
