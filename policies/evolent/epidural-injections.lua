-- Epidural steroid injections, Evolent (CAM 136, and plans that use it): the length of care follows the
-- length of the pain, and a new episode begins anew.
--
-- Known from a comparison of payers, not read in full. Where that says nothing, as of the result of
-- the last injection, the text of Medicare stands, and the citation says so.

policy "evolent.epidural-injections" {
  extends    = "cms.epidural-injections",
  inherited  = "D", -- that this payer says so too was not read
  title      = "Epidural steroid injections, Evolent",
  source     = "Evolent CAM 136",
  version    = "2025", -- the edition was not named
  in_force   = { from = "2025-01-01" }, -- our choice: its first day was not read
  without    = { "duration-of-pain" }, -- two weeks of care are enough for a pain that is younger
}

local epidural = require "shared/epidural"
local past = epidural.past

local acute_below  = parameter "acute_below"  { months(3), cite = "CAM 136, acute pain" }
local acute_care   = parameter "acute_care"   { weeks(2), cite = "CAM 136, care before the first, acute pain" }
local chronic_care = parameter "chronic_care" { weeks(6), cite = "CAM 136, care before the first, stenosis or chronic pain" }
local care_within  = parameter "care_within"  { months(6), cite = "CAM 136, care before the first, its age" }
local least_pain   = parameter "least_pain"   { points(6), cite = "CAM 136, severity" }

-- Twenty-four months without an injection, surgery, or a new finding make a new episode.
local new_episode = fact "repeat.new_episode" :is "yes"
local acute = all_of {
  fact "pain.duration" :less_than(acute_below),
  fact "pain.pattern" :is_not "claudication",
}

criterion "pain-or-disability" {
  cite   = "CAM 136, severity",
  says   = "The pain is six of ten at least, or it disables.",
  met    = fact "pain.nrs" :at_least(least_pain),
  unless = fact "pain.affects_function" :is "yes",
  ask    = "Office note with a pain score from 0 to 10, or with what the patient can no longer do.",
  document = "functional-status", confidence = "A",
}

pathway "initial" {
  says = "Is this the first injection of an episode?",
  cite = "CAM 136, new episode: twenty-four months, surgery, or new pathology",
  when = any_of { past:within(months(24)):count() :at_most(0), new_episode },

  criterion "conservative-care" {
    cite   = "CAM 136, care before the first",
    says   = "Care has failed: two weeks of it for a pain of less than three months, else six in the last six months.",
    met    = any_of {
      all_of { acute, epidural.failed_care(acute_care) },
      epidural.failed_care(chronic_care, care_within),
    },
    unless = any_of {
      fact "treatment.not_tolerated" :is "yes",
      fact "treatment.contraindicated" :is "yes",
      all_of { fact "pain.pattern" :is "herpes-zoster", fact "pain.zoster_refractory" :is "yes" },
      all_of { acute, epidural.stated_care(acute_care) },
    },
    ask    = "Therapy and medication records with dates and results.",
    document = "therapy-records", confidence = "A",
  },
}

pathway "repeat" {
  says   = "Was the region injected before, in this episode?",
  cite   = "CAM 136, new episode: twenty-four months, surgery, or new pathology",
  when   = past:within(months(24)):count() :at_least(1),
  unless = new_episode,

  criterion "rationale" {
    cite = "CAM 136, repeats",
    says = "The reason and the necessity of another session are written down.",
    met  = fact "repeat.rationale" :is "yes",
    ask  = "Note with the reason for another session.",
    confidence = "D",
  },
}
