-- Epidural steroid injections, eviCore CMM-200 as several plans use it: the text of the
-- Medicare family with other numbers, a gap between any two sessions and a second cap.

policy "evicore.epidural-injections" {
  extends    = "cms.epidural-injections",
  inherited  = "D", -- that this payer says so too was not read
  title      = "Epidural steroid injections, eviCore",
  source     = "eviCore CMM-200",
  in_force   = { from = "2025-01-01" },
  parameters = { relief_lasts = weeks(2) },
}

local care_radicular = parameter "care_weeks_radicular" { weeks(6), cite = "CMM-200, care before the first" }
local care_stenosis  = parameter "care_weeks_stenosis"  { weeks(4), cite = "CMM-200, care before the first" }
local imaging_age    = parameter "imaging_age"          { months(24), cite = "CMM-200, imaging" }
local gap            = parameter "gap"                  { days(14), cite = "CMM-200, repeats; 7 in an older edition" }
local cap_half_year  = parameter "cap_half_year"        { sessions(3), cite = "CMM-200, frequency" }
local repeat_relief  = percent(50)

local epidural = require "shared/epidural"
local service, here, past, last = epidural.service, epidural.here, epidural.past, epidural.last
local shingles = fact "pain.pattern" :is "herpes-zoster"
local stenosis = fact "pain.pattern" :is "claudication"

criterion "failed-back-radicular" {
  cite    = "CMM-200, failed back surgery",
  says    = "After back surgery, the pain is radicular.",
  only_if = fact "pain.pattern" :is "post-laminectomy",
  met     = any_of { answer "pain.pattern" :is "radicular", epidural.root_signs },
  ask     = "Examination with the signs of the nerve root.",
  document = "history-physical",
  confidence = "A",
}

criterion "imaging-recent" {
  cite = "CMM-200, imaging",
  says = "The imaging is not older than twenty-four months.",
  met  = any_of {
    epidural.pictures:latest():field "date" :within(imaging_age),
    all_of { epidural.myelogram, answer "imaging.date" :within(imaging_age) },
  },
  ask  = "Imaging report with its date.",
  document = "imaging-report",
  confidence = "A",
}

pathway "initial" {
  says = "Is this the first injection in the region in two years?",
  cite = "CMM-200; the window is not stated there",
  when = past:within(months(24)):count() :at_most(0),

  criterion "conservative-care" {
    cite   = "CMM-200, care before the first",
    says   = "Noninvasive care has failed: six weeks of it for a nerve root, four for stenosis; or it must not be given.",
    met    = any_of {
      epidural.failed_care(care_radicular),
      all_of { epidural.failed_care(care_stenosis), stenosis },
    },
    unless = any_of {
      fact "treatment.not_tolerated" :is "yes",
      fact "treatment.contraindicated" :is "yes",
      all_of { shingles, fact "pain.zoster_refractory" :is "yes" },
      epidural.stated_care(care_radicular),
      all_of { stenosis, epidural.stated_care(care_stenosis) },
    },
    ask    = "Therapy and medication records with dates and results.",
    confidence = "A",
  },
}

pathway "repeat" {
  says = "Was the region injected before, in the last two years?",
  cite = "CMM-200; the window is not stated there",
  when = past:within(months(24)):count() :at_least(1),

  criterion "relief-from-last" {
    cite   = "CMM-200, repeats",
    says   = "The last injection took away at least half of the pain.",
    met    = last:field "relief_percent" :at_least(repeat_relief),
    unless = all_of {
      last:field "outcome" :is "failed",
      past:within(months(24)):count() :at_most(1),
      fact "repeat.changed" :is_one_of { "approach", "level", "drug" },
      fact "repeat.rationale" :is "yes",
    },
    ask    = "Pain scores before and after the last injection, with dates.",
    confidence = "A",
  },

  criterion "function-or-less-care" {
    cite   = "CMM-200, repeats",
    says   = "Since the last injection the patient does more, or needs fewer drugs or less care.",
    met    = any_of {
      last:field "function_change" :is "improved",
      fact "repeat.function_improved" :is "yes",
      fact "repeat.less_care" :is "yes",
    },
    unless = all_of {
      last:field "outcome" :is "failed",
      fact "repeat.changed" :is_one_of { "approach", "level", "drug" },
      fact "repeat.rationale" :is "yes",
    },
    ask    = "Note on function, and on drugs and other care, since the last injection.",
    confidence = "A",
  },

  criterion "gap" {
    cite = "CMM-200, repeats",
    says = "At least fourteen days have passed since the last injection.",
    met  = (service - last:field "performed") :at_least(gap),
    ask  = "Date of the last injection.",
    confidence = "A",
  },

  criterion "sessions-half-year" {
    cite = "CMM-200, frequency",
    says = "Three sessions in the region in six months at most, those requested included.",
    met  = (past:within(months(6)):count() + here:within(months(6)):count()) :at_most(cap_half_year),
    reason = "units_over_limit", confidence = "A",
  },
}
