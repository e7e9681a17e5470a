-- Facet joint interventions, Aetna: the text of the Medicare family with other numbers. An
-- injection is only a test here: it is done where an ablation is considered. Read in public
-- abstracts of the older and the newer edition, which agree on what stands here.

policy "aetna.facet-joint" {
  extends    = "cms.facet-joint",
  title      = "Facet joint interventions, Aetna",
  source     = "Aetna CPB 0016 Back Pain, facet joints",
  in_force   = { from = "2021-04-25" }, -- our choice: since the base has been in force
  parameters = { most_levels = levels(3), purpose_by = "note" },
  -- What only Medicare and its billing articles ask for.
  without    = { "no-third-level", "diagnostic-modifier", "diagnosis", "diagnosis-not-radicular" },
}

local care_weeks = parameter "care_weeks" { weeks(6), cite = "CPB 0016, care before the first" }

local injection = line "code" :in_set(codes { "cpt:64490-64495" })

criterion "conservative-care" {
  cite   = "CPB 0016, care before the first",
  says   = "Six weeks of conservative care have failed, or it was not tolerated or must not be given.",
  met    = records "treatments" { conservative = true, outcome = "failed" } :total_duration() :at_least(care_weeks),
  unless = any_of {
    fact "treatment.not_tolerated" :is "yes",
    fact "treatment.contraindicated" :is "yes",
    all_of { fact "conservative.weeks" :at_least(care_weeks), fact "conservative.outcome" :is "failed" },
  },
  ask    = "Therapy and medication records with dates and results.",
  document = "therapy-records",
  confidence = "A",
}

criterion "purpose" {
  cite    = "CPB 0016, facet joint injections",
  says    = "The note says whether the injection is a test or a treatment.",
  only_if = injection,
  met     = fact "plan.purpose" :is_one_of { "diagnostic", "therapeutic" },
  ask     = "Plan of the procedure that says what it is for.",
  confidence = "D",
}

criterion "ablation-considered" {
  cite    = "CPB 0016, facet joint injections",
  says    = "An ablation is considered if the injection helps.",
  only_if = injection,
  met     = fact "plan.rfa_considered" :is "yes",
  ask     = "Plan that says what follows if the injection helps.",
  confidence = "A",
}
