-- Epidural steroid injections, Blue Cross and Blue Shield of Alabama and plans with the like of its
-- policy MP-303 (November 2024): two weeks of care, two levels, six sessions a year.
--
-- Known from a comparison of payers, not read in full. Where that says nothing, as of repeats, the
-- text of Medicare stands, and the citation says so.

policy "bcbsal.epidural-injections" {
  extends    = "cms.epidural-injections",
  inherited  = "D", -- that this payer says so too was not read
  title      = "Epidural steroid injections, Blue Cross and Blue Shield of Alabama",
  source     = "BCBS Alabama MP-303 (November 2024)",
  version    = "2024-11",
  in_force   = { from = "2024-11-01" },
  parameters = { cap_year = sessions(6), transforaminal_levels = levels(2), interlaminar_levels = levels(2) },
  -- Two weeks of care need no four of pain, and one of examination, EMG or imaging shows the cause.
  without    = { "duration-of-pain", "imaging", "imaging-level", "imaging-side", "imaging-both-sides" },
}

local epidural = require "shared/epidural"
local care = parameter "mp303_care" { weeks(2), cite = "MP-303, care before the first" }

define_fact "pain.acute_disc_injury" {
  kind = "yes-no", document = "imaging-report",
  question = "Does imaging show an acute injury of a disc that explains the pain?",
}

criterion "cause-shown" {
  cite = "MP-303, examination, EMG or imaging",
  says = "The examination, an EMG or imaging of the region shows the nerve root.",
  met  = any_of {
    epidural.root_signs,
    records "imaging" { modality = "EMG" } :before(epidural.known_by) :with "finding" :present() :some(),
    all_of { epidural.pictures:some(), fact "imaging.level" :agrees_with(line "level") },
    epidural.myelogram,
  },
  ask  = "Examination with the signs of the nerve root, or the report of an EMG, MRI or CT.",
  document = "history-physical", confidence = "A",
}

pathway "initial" {
  says = "Is this the first injection in the region in two years?",
  cite = "MP-303; the window is not stated there",
  when = epidural.past:within(months(24)):count() :at_most(0),

  criterion "conservative-care" {
    cite   = "MP-303, care before the first",
    says   = "Two weeks of noninvasive care have failed, or imaging shows an acute injury of a disc, which needs none.",
    met    = epidural.failed_care(care),
    unless = any_of {
      all_of { fact "pain.acute_disc_injury" :is "yes", epidural.pictures:some() },
      fact "treatment.not_tolerated" :is "yes",
      fact "treatment.contraindicated" :is "yes",
      all_of { fact "pain.pattern" :is "herpes-zoster", fact "pain.zoster_refractory" :is "yes" },
      epidural.stated_care(care),
    },
    ask    = "Therapy and medication records with dates and results, or the imaging of the injury.",
    document = "therapy-records", confidence = "A",
  },
}
