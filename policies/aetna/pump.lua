-- Implanted intrathecal pump: trial, implant, replacement, refill, home infusion. Aetna.
--
-- What is asked for is read from the codes of all lines first: printed criteria are written
-- for implantation, and a refill judged by them stops a pump that must not run dry.
-- The 2014 edition was read in part, that of 2026 in public abstracts; where they were read
-- they say the same, so one file serves both. "Pump refill" is our own definition.

policy "aetna.pump" {
  title    = "Implanted intrathecal pump: trial, implant, replacement, refill",
  source   = "Aetna CPB 0161 Infusion Pumps",
  version  = "2026-04-01",
  in_force = { from = "2016-01-01" },
  covers   = codes {
    "cpt:62320-62327", "hcpcs:J0476", "cpt:62350-62351", "cpt:62355", "cpt:62360-62362", "cpt:62365",
    "hcpcs:E0782-E0783", "hcpcs:E0785-E0786", "cpt:62367-62370", "cpt:95990-95991", "hcpcs:A4220",
    "hcpcs:S9325-S9328", "cpt:99601-99602", "hcpcs:J2274", "hcpcs:J2278", "hcpcs:J0475",
    "hcpcs:J0735", "hcpcs:J7999", "hcpcs:J3490", "hcpcs:J7799",
  },
}

-- What is asked for ----------------------------------------------------------------------

local pump          = require "shared/pump"
local refill_codes  = pump.refill_codes
local trial_codes   = codes { "cpt:62320-62327" }
local drug_codes    = codes { "hcpcs:J2274", "hcpcs:J2278", "hcpcs:J0475", "hcpcs:J0735" }
local filling_codes = codes { refill_codes, drug_codes, "hcpcs:A4220", "hcpcs:S9328" }
local upkeep_codes  = codes { filling_codes, "cpt:62367-62368", "hcpcs:J7999", "hcpcs:J3490", "hcpcs:J7799" }
local per_diems     = codes { "hcpcs:S9325-S9328" }
local pain_codes    = codes { per_diems, "hcpcs:J2274", "hcpcs:J2278" }
local compounds     = codes { "hcpcs:J7999", "hcpcs:J3490", "hcpcs:J7799" }

local is = pump.kinds { trial = trial_codes, upkeep = upkeep_codes, pain = pain_codes }
local lines, device, pump_there, no_pump = pump.lines, pump.device, pump.there, pump.none
local upkeep, surgery, stated_trial = is.upkeep, is.surgery, is.stated_trial
local for_pain, for_spasticity = is.for_pain, is.for_spasticity

local service         = pump.service
local trial_relief    = parameter "trial_relief"    { percent(50) }
local benefit_within  = parameter "benefit_within"  { months(12) }
local urgent_within   = parameter "urgent_within"   { days(14) }
local refills_apart   = parameter "refills_apart"   { days(14) }
-- "yes": one cycle is approved while the note on benefit is still awaited.
local bridge_cycle    = parameter "bridge_cycle"    { "no" }
-- The common label's stability of a fill in the pump, recalled.
local stable_for      = parameter "stable_for"      { days(180) }

-- Every request --------------------------------------------------------------------------

criterion "request-type" {
  cite = "CPB 0161, kinds of request (our definition)",
  says = "The request is for a pump trial, an implant, a replacement, a refill or home infusion.",
  met  = any_of { device, lines:some { code = upkeep_codes }, stated_trial },
  ask  = "A statement of what the procedure is for.",
  confidence = "D",
}

criterion "one-per-diem" {
  only_if = lines:some { code = per_diems },
  cite = "HCPCS Level II, S9325 to S9328",
  says = "One kind of home infusion of pain drugs is billed a day: S9325 to S9328 exclude each other.",
  met  = none_of {
    all_of { lines:some { code = "S9325" }, lines:some { code = codes { "hcpcs:S9326-S9328" } } },
    all_of { lines:some { code = "S9326" }, lines:some { code = codes { "hcpcs:S9327-S9328" } } },
    all_of { lines:some { code = "S9327" }, lines:some { code = "S9328" } },
  },
  reason = "wrong_code", confidence = "P",
}

criterion "pump-per-diem" {
  only_if = line "code" :in_set(per_diems),
  cite = "HCPCS Level II, S9328",
  says = "Home infusion through an implanted pump is S9328; S9325 to S9327 are for other infusions.",
  met  = line "code" :is "S9328",
  reason = "wrong_code", confidence = "P",
}

criterion "nursing-with-infusion" {
  only_if = line "code" :in_set(codes { "cpt:99601-99602" }),
  cite = "99601 and 99602, use of the code",
  says = "A nurse's visit belongs to home infusion, and the added hours to a visit.",
  met  = all_of { lines:some { code = "S9328" }, lines:some { code = "99601" } },
  reason = "wrong_code", confidence = "M",
}

criterion "trial-code-for-a-trial" {
  only_if = line "code" :in_set(codes { trial_codes, "hcpcs:J0476" }),
  cite = "CPB 0161, trial, use of the code",
  says = "An injection or a temporary catheter is judged here only as a pump trial.",
  met  = fact "plan.purpose" :is "pump-trial",
  ask  = "A statement of what the procedure is for.",
  confidence = "D",
}

criterion "removal-with-replacement" {
  only_if = line "code" :in_set(codes { "cpt:62355", "cpt:62365" }),
  cite = "CPB 0161, removal (our definition)",
  says = "A removal is judged here only together with a new pump or catheter.",
  met  = device,
  confidence = "D",
}

criterion "one-refill-code" {
  only_if = lines:some { code = codes { "cpt:62367-62370", "cpt:95990-95991" } },
  cite = "First Coast coding guide, 62367-62370",
  says = "A check or refill with a programmer is not billed together with one without.",
  met  = none_of { all_of { lines:some { code = codes { "cpt:62367-62370" } },
                            lines:some { code = codes { "cpt:95990-95991" } } } },
  reason = "wrong_code", confidence = "P",
}

criterion "physician-skill" {
  only_if = lines:some { code = codes { "cpt:62370", "cpt:95991" } },
  cite = "62370 and 95991, use of the code",
  says = "It is written down why a physician, or somebody equally trained, must refill the pump.",
  met  = fact "pump.physician_skill_needed" :is "yes",
  ask  = "Refill note with the reason why a physician's skill was needed.",
  confidence = "M",
}

criterion "compound-rationale" {
  only_if = lines:some { code = compounds },
  cite = "CPB 0161, compounded mixtures",
  says = "For a compounded drug the reason for compounding is written down.",
  met  = fact "pump.compound_rationale" :is "yes",
  ask  = "Prescriber's note with the parts of the mixture and why no approved drug serves.",
  confidence = "A",
}

-- A pump that is in place is kept running ------------------------------------------------

local fill, fill_days = pump.fill, pump.fill_days

pathway "refill" {
  says   = "Is a pump in place that is checked, programmed or refilled?",
  cite   = "CPB 0161, supplies and drugs for an implanted pump",
  when   = upkeep,
  unless = any_of { no_pump, stated_trial },

  criterion "pump-in-place" {
    cite = "Pump refill R.1; CPB 0161, supplies and drugs for an implanted pump",
    says = "A pump is in place: an implant date, an earlier approval, an operation note, an earlier refill or a printout shows it.",
    met  = pump_there,
    ask  = "Operation note, earlier approval, earlier refill note or pump printout.",
    confidence = "A",
  },
  criterion "current-order" {
    cite = "Pump refill R.2",
    says = "There is a current order with drug, concentration, daily dose, prescriber and pump model.",
    met  = fact "pump.order_current" :is "yes",
    ask  = "Current order of the prescriber.",
    confidence = "D",
  },
  criterion "last-refill" {
    cite = "Pump refill R.3, last refill",
    says = "The date of the last refill is known.",
    met  = fact "pump.last_refill" :present(),
    ask  = "Last two refill notes.",
    confidence = "D",
  },
  criterion "next-refill" {
    cite = "Pump refill R.3, next refill",
    says = "The date of the next refill, of the alarm or of the empty pump is known.",
    met  = any_of { fact "pump.next_refill" :present(), fact "pump.alarm_date" :present(),
                    fact "pump.empty_date" :present() },
    ask  = "Pump printout with the alarm date.",
    confidence = "D",
  },
  criterion "benefit" {
    cite = "Pump refill R.4",
    says = "A note of the last year shows a benefit over the time before the pump, or that alternatives are not tolerated.",
    met  = all_of { fact "pump.benefit" :is "yes", fact "pump.benefit_date" :within(benefit_within) },
    unless = any_of {
      fact "pump.alternatives_not_tolerated" :is "yes",
      all_of { bridge_cycle :is "yes", pump_there, fact "pump.order_current" :is "yes" },
    },
    ask  = "Progress note of the last twelve months with pain or function compared with before the pump.",
    confidence = "D",
  },
  criterion "pump-not-removed" {
    cite = "Pump refill R.5, removal",
    says = "The pump was neither removed nor switched off.",
    met  = fact "pump.removed" :is "no",
    ask  = "Pump printout or last refill note.",
    confidence = "D",
  },
  criterion "no-stop-order" {
    cite = "Pump refill R.5, stop",
    says = "The prescriber has not ordered to stop.",
    met  = fact "pump.stop_ordered" :is "no",
    ask  = "Current order of the prescriber.",
    confidence = "D",
  },
  criterion "no-duplicate" {
    cite = "Pump refill R.5, duplicate",
    says = "No other refill was requested for the same time.",
    met  = fact "pump.duplicate_refill" :is "no",
    ask  = "The payer's own record of refills, or a statement of the requester.",
    confidence = "D",
  },
  criterion "fill-fits-reservoir" {
    only_if = lines:some { code = filling_codes },
    cite = "Pump refill R.6, volume and concentration",
    says = "One fill is no more drug than the reservoir holds at this concentration.",
    met  = fill :at_most(fact "pump.reservoir" * fact "pump.concentration"),
    ask  = "Current order and pump printout: reservoir, concentration and milligrams of one fill.",
    confidence = "D",
  },
  criterion "fill-lasts" {
    only_if = lines:some { code = filling_codes },
    cite = "Pump refill R.6, days; drug label, stability",
    says = "One fill is used up while the drug is stable.",
    met  = days(ceil(fill_days)) :at_most(stable_for),
    ask  = "Current order with daily dose and milligrams of one fill.",
    confidence = "M",
  },
}

criterion "one-refill-in-fourteen-days" {
  only_if = line "code" :in_set(refill_codes),
  cite = "Pump refill, frequency",
  says = "No other refill is requested for the fourteen days before this one, unless the dose changes.",
  met  = lines { code = refill_codes } :within(refills_apart) :count() :at_most(1),
  unless = fact "pump.dose_changed" :is "yes",
  confidence = "D",
}

-- A trial before the implant -------------------------------------------------------------

pathway "trial" {
  says = "Is the procedure a trial for an implanted pump?",
  cite = "CPB 0161, trial",
  when = stated_trial,

  criterion "trial-by-catheter" {
    cite = "CPB 0161 A.2, trial",
    says = "For pain the trial is done through a temporary catheter, not as a single injection.",
    met  = lines:some { code = codes { "cpt:62324-62327" } },
    unless = for_spasticity,
    confidence = "A",
  },
  criterion "trial-less-invasive-failed" {
    cite = "CPB 0161 A.1, before a trial",
    says = "Less invasive treatment has failed.",
    met  = fact "treatment.less_invasive_failed" :is "yes",
    ask  = "Drug and therapy history with doses, dates and results.",
    confidence = "A",
  },
  criterion "trial-no-infection" {
    cite = "CPB 0161 A.4, infection, before a trial",
    says = "There is no infection, local or systemic.",
    met  = fact "safety.infection" :is "no",
    ask  = "Examination note that rules out infection.",
    confidence = "D",
  },
  criterion "trial-no-allergy" {
    cite = "CPB 0161 A.4, allergy, before a trial",
    says = "There is no allergy to the drug.",
    met  = fact "safety.drug_allergy" :is "no",
    ask  = "Allergy list.",
    confidence = "D",
  },
}

-- A pump is implanted --------------------------------------------------------------------

pathway "replace" {
  says   = "Is a pump in place already, so that this one replaces it?",
  cite   = "CPB 0161, replacement",
  when   = all_of { device, pump_there },

  criterion "replacement-reason" {
    cite = "CPB 0161, replacement",
    says = "The pump is worn out, does not work or is infected.",
    met  = fact "pump.replacement_reason" :is_one_of { "battery", "end-of-life", "malfunction", "infection" },
    ask  = "Pump printout or note that says why the pump must be replaced.",
    confidence = "A",
  },
  criterion "not-for-features" {
    cite = "CPB 0161, replacement, wireless monitoring",
    says = "The pump is not replaced only to add a feature, such as wireless monitoring.",
    met  = fact "pump.replacement_reason" :is_not "features-only",
    ask  = "Pump printout or note that says why the pump must be replaced.",
    confidence = "A",
  },
}

pathway "implant" {
  says   = "Is this the first pump?",
  cite   = "CPB 0161, implantation",
  when   = surgery,
  unless = pump_there,

  criterion "drug-needs-pump" {
    cite = "CPB 0161 A.0, route",
    says = "The drug must be given by an implanted pump.",
    met  = fact "pump.drug_needs_pump" :is "yes",
    ask  = "Specialist's opinion on the route.",
    confidence = "P",
  },
  criterion "drug-necessary" {
    cite = "CPB 0161 A.0, drug",
    says = "The drug itself is necessary.",
    met  = fact "pump.drug_necessary" :is "yes",
    ask  = "Specialist's opinion on the drug.",
    confidence = "P",
  },
  criterion "pump-approved-for-drug" {
    cite = "CPB 0161 A.0, pump",
    says = "The pump is approved by the FDA for this drug.",
    met  = fact "pump.drug_approved_for_pump" :is "yes",
    ask  = "Order with pump model and drug.",
    confidence = "P",
  },
}

pathway "implant-for-pain" {
  says   = "Is this the first pump, and is it for pain?",
  cite   = "CPB 0161, implantation, pain",
  when   = all_of { surgery, for_pain },
  unless = pump_there,

  criterion "intractable-pain" {
    cite = "CPB 0161 A.1, pain",
    says = "The pain is severe, chronic and intractable.",
    met  = fact "pain.severe_intractable" :is "yes",
    ask  = "History and examination with course and severity of the pain.",
    confidence = "A",
  },
  criterion "systemic-opioids-failed" {
    cite = "CPB 0161 A.1, less invasive treatment, opioids",
    says = "Systemic opioids failed or were not tolerated.",
    met  = fact "treatment.systemic_opioids_failed" :is "yes",
    ask  = "Opioid history: drug, dose, duration and why it was stopped.",
    confidence = "A",
  },
  criterion "adjuvants-failed" {
    cite = "CPB 0161 A.1, less invasive treatment, adjuvants",
    says = "Adjuvant drugs failed or were not tolerated.",
    met  = fact "treatment.adjuvants_failed" :is "yes",
    ask  = "History of adjuvant drugs: drug, dose, duration and why it was stopped.",
    confidence = "A",
  },
  criterion "trial-catheter" {
    cite = "CPB 0161 A.2, method",
    says = "A trial was done through a temporary intrathecal or epidural catheter.",
    met  = fact "pump.trial_method" :is "catheter",
    ask  = "Report of the catheter trial.",
    confidence = "A",
  },
  criterion "trial-before-implant" {
    cite = "CPB 0161 A.2, time",
    says = "The trial had ended before the day of the implant.",
    met  = fact "pump.trial_ended" :before(service),
    ask  = "Report of the catheter trial with its dates.",
    confidence = "D",
  },
  criterion "trial-relief" {
    cite = "CPB 0161 A.2, relief",
    says = "The trial reduced the pain by at least half.",
    met  = fact "pump.trial_relief_percent" :at_least(trial_relief),
    ask  = "Report of the catheter trial with scores before and after.",
    confidence = "A",
  },
  criterion "trial-side-effects" {
    cite = "CPB 0161 A.2, side effects",
    says = "The side effects in the trial were acceptable.",
    met  = fact "pump.trial_side_effects" :is_one_of { "acceptable", "none" },
    ask  = "Report of the catheter trial with side effects.",
    confidence = "A",
  },
  criterion "psychology" {
    cite = "CPB 0161 A.3",
    says = "A psychological evaluation finds a favourable candidate, unless the pain comes from cancer.",
    met  = all_of { fact "psych.conclusion" :is "favorable", fact "psych.date" :on_or_before(service) },
    unless = pump.malignant,
    ask  = "Report of the psychological evaluation.",
    confidence = "A",
  },
}

pathway "implant-for-spasticity" {
  says   = "Is this the first pump, and is it for spasticity?",
  cite   = "CPB 0161, implantation, spasticity",
  when   = all_of { surgery, for_spasticity },
  unless = pump_there,

  criterion "severe-spasticity" {
    cite = "MA05.053, spasticity, indication",
    says = "There is severe spasticity of spinal or cerebral origin.",
    met  = fact "spasticity.severe" :is "yes",
    ask  = "Neurological examination with a spasticity score.",
    confidence = "P",
  },
  criterion "spasticity-noninvasive" {
    cite = "MA05.053, spasticity, noninvasive control",
    says = "Six weeks of noninvasive control failed or were not tolerated.",
    met  = all_of { fact "spasticity.noninvasive_for" :at_least(weeks(6)),
                    fact "spasticity.noninvasive_outcome" :is_one_of { "failed", "not-tolerated" } },
    ask  = "History of oral drugs against spasticity with doses, dates and results.",
    confidence = "P",
  },
  criterion "spasticity-trial" {
    cite = "MA05.053, spasticity, trial dose",
    says = "A trial dose into the spinal canal was answered favourably.",
    met  = fact "spasticity.trial_favorable" :is "yes",
    ask  = "Report of the trial dose.",
    confidence = "P",
  },
}

pathway "surgery" {
  says = "Is a pump or catheter put in?",
  cite = "CPB 0161, contraindications",
  when = surgery,

  criterion "no-infection" {
    cite = "CPB 0161 A.4, infection",
    says = "There is no active infection.",
    met  = fact "safety.infection" :is "no",
    ask  = "Examination note that rules out infection.",
    confidence = "A",
  },
  criterion "body-size" {
    cite = "CPB 0161 A.4, body size",
    says = "The body can carry the weight and bulk of the pump.",
    met  = fact "safety.body_size_adequate" :is "yes",
    ask  = "Examination note of the implanting physician.",
    confidence = "A",
  },
  criterion "no-drug-allergy" {
    cite = "CPB 0161 A.4, allergy",
    says = "There is no allergy to the drug.",
    met  = fact "safety.drug_allergy" :is "no",
    ask  = "Allergy list.",
    confidence = "A",
  },
  criterion "no-crosstalk" {
    cite = "CPB 0161 A.4, other devices",
    says = "No other programmable implant could disturb the pump or be disturbed by it.",
    met  = fact "safety.device_crosstalk" :is "no",
    ask  = "Statement about other implanted devices.",
    confidence = "A",
  },
}

-- What is billed by the unit -------------------------------------------------------------

pathway "drug" {
  says   = "Is the drug asked for a fill of the pump, and not of a trial?",
  cite   = "Pump refill R.6, units",
  when   = lines:some { code = drug_codes },
  unless = stated_trial,

  pump.units_of_drugs(),
}

pathway "home-infusion" {
  says   = "Is a pump looked after at home, by the day?",
  cite   = "HCPCS Level II, S9328",
  when   = lines:some { code = "S9328" },
  unless = no_pump,

  criterion "home-days" {
    only_if = line "code" :is "S9328",
    cite = "HCPCS S9328, a day; pump refill R.6, days",
    says = "One unit is one day: no more days than one fill lasts.",
    met  = lines { code = "S9328" } :sum "units" :at_most(units(floor(fill_days))),
    ask  = "Current order with daily dose and milligrams of one fill.",
    reason = "units_over_limit", confidence = "P",
  },
}

-- Safeguards -----------------------------------------------------------------------------

pump.keep_running(is, {
  upkeep = upkeep_codes, urgent_within = urgent_within, refills_apart = refills_apart,
  granuloma = "CPB 0161, catheter tip granuloma",
})
