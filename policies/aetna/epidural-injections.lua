-- Epidural steroid injections, Aetna, the text of 2026: a repeat needs two of three good results.
--
-- Known from a comparison of payers, not read in full; the weeks of care and the gap are recalled
-- (confidence M), and of "four to six" and "seven to fourteen" the longer is taken, so that what lies
-- between reaches a physician. Where nothing is known of Aetna the text of Medicare stands, and the
-- citation says so. The text before 2026 is epidural-injections-2025.lua.

policy "aetna.epidural-injections" {
  extends    = "cms.epidural-injections",
  inherited  = "D", -- that this payer says so too was not read
  title      = "Epidural steroid injections, Aetna",
  source     = "Aetna CPB 0016, edition of 2026",
  version    = "2026-02-12",
  in_force   = { from = "2026-01-01" },
  without    = { "relief-from-last", "failed-gap", "failed-change", "failed-rationale", "long-relief" },
}

local epidural = require "shared/epidural"
local past, last = epidural.past, epidural.last

local aetna_care    = parameter "aetna_care"    { weeks(6), cite = "CPB 0016, care before the first; four to six, recalled" }
local gap           = parameter "gap"           { days(14), cite = "CPB 0016, repeats; seven to fourteen, recalled" }
local aetna_relief  = parameter "aetna_relief"  { percent(50), cite = "CPB 0016, repeats" }
local aetna_lasts   = parameter "aetna_lasts"   { weeks(2), cite = "CPB 0016, repeats" }

pathway "initial" {
  says = "Is this the first injection in the region in two years?",
  cite = "CPB 0016; the window is not stated there",
  when = past:within(months(24)):count() :at_most(0),

  criterion "conservative-care" {
    cite   = "CPB 0016, care before the first (recalled)",
    says   = "Six weeks of noninvasive care have failed, were not tolerated or must not be given, or shingles did not respond.",
    met    = epidural.failed_care(aetna_care),
    unless = any_of {
      fact "treatment.not_tolerated" :is "yes",
      fact "treatment.contraindicated" :is "yes",
      all_of { fact "pain.pattern" :is "herpes-zoster", fact "pain.zoster_refractory" :is "yes" },
      epidural.stated_care(aetna_care),
    },
    ask    = "Therapy and medication records with dates and results.",
    document = "therapy-records", confidence = "M",
  },
}

pathway "repeat" {
  says = "Was the region injected before, in the last two years?",
  cite = "CPB 0016; the window is not stated there",
  when = past:within(months(24)):count() :at_least(1),

  criterion "two-of-three" {
    cite = "CPB 0016, repeats",
    says = "Of three results two were reached: half of the pain gone, better function, fewer drugs or less care.",
    met  = at_least(2, {
      last:field "relief_percent" :at_least(aetna_relief),
      any_of { last:field "function_change" :is "improved", fact "repeat.function_improved" :is "yes" },
      fact "repeat.less_care" :is "yes",
    }),
    ask  = "Scores of pain before and after the last injection, and a note on function, drugs and other care since.",
    confidence = "A",
  },
  criterion "relief-lasted" {
    cite = "CPB 0016, repeats",
    says = "The results lasted, and were measured, two weeks after the injection or later.",
    met  = all_of {
      last:field "relief_for" :at_least(aetna_lasts),
      (last:field "measured_on" - last:field "performed") :at_least(aetna_lasts),
    },
    ask  = "A score two weeks after the last injection or later, with its date.",
    confidence = "A",
  },
  criterion "relief-measured" {
    cite = "CPB 0016, repeats, read with the rule of Medicare on scales",
    says = "The results were measured on a named scale, the one of the baseline, and on a date.",
    met  = all_of {
      last:field "measured_on" :present(),
      last:field "scale" :agrees_with(fact "pain.scale"),
    },
    ask  = "The name of the scale and the date of each score, before and after.",
    document = "procedure-note", confidence = "D",
  },
  criterion "gap" {
    cite = "CPB 0016, repeats (recalled)",
    says = "At least fourteen days have passed since the last injection.",
    met  = (epidural.service - last:field "performed") :at_least(gap),
    ask  = "Date of the last injection.",
    confidence = "M",
  },
}
