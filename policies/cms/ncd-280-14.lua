-- Implanted infusion pumps for pain and spasticity. Medicare, national.
--
-- The NCD names no percentage for the trial and no psychological evaluation: both are rules
-- of others. Its wording was read in the local policies that quote it. Refills are not in the
-- NCD; what is said of them here comes from the billing articles and from our own definition.

policy "ncd.280-14" {
  title    = "Implanted infusion pumps for pain and spasticity",
  source   = "CMS NCD 280.14 Infusion Pumps",
  version  = "2",
  in_force = { from = "2016-01-01" },
  covers   = codes {
    "cpt:62324-62327", "cpt:62350-62351", "cpt:62355", "cpt:62360-62362", "cpt:62365",
    "hcpcs:E0782-E0783", "hcpcs:E0785-E0786", "cpt:62367-62370", "cpt:95990-95991", "hcpcs:A4220",
    "hcpcs:S9328", "hcpcs:J2274", "hcpcs:J2278", "hcpcs:J0475-J0476", "hcpcs:J0735", "hcpcs:J7999",
  },
}

-- What is asked for ----------------------------------------------------------------------

local pump          = require "shared/pump"
local refill_codes  = pump.refill_codes
local trial_codes   = codes { "cpt:62324-62327", "hcpcs:J0476" }
local drug_codes    = codes { "hcpcs:J2274", "hcpcs:J2278", "hcpcs:J0475", "hcpcs:J0735", "hcpcs:J7999" }
local filling_codes = codes { refill_codes, "hcpcs:J2274", "hcpcs:J2278", "hcpcs:J0475", "hcpcs:J0735", "hcpcs:A4220" }
local upkeep_codes  = codes { refill_codes, drug_codes, "cpt:62367-62368", "hcpcs:A4220", "hcpcs:S9328" }
local pain_codes    = codes { "hcpcs:S9328", "hcpcs:J2274", "hcpcs:J2278" }

local is = pump.kinds { trial = trial_codes, upkeep = upkeep_codes, pain = pain_codes }
local lines, device, pump_there, no_pump = pump.lines, pump.device, pump.there, pump.none
local upkeep, surgery, stated_trial = is.upkeep, is.surgery, is.stated_trial
local for_pain, for_spasticity = is.for_pain, is.for_spasticity
local service, fill, fill_days = pump.service, pump.fill, pump.fill_days

-- Every request --------------------------------------------------------------------------

criterion "request-type" {
  cite = "NCD 280.14, kinds of request (our definition)",
  says = "The request is for a pump trial, an implant, a replacement or a refill.",
  met  = any_of { device, lines:some { code = upkeep_codes }, stated_trial },
  ask  = "A statement of what the procedure is for.",
  confidence = "D",
}

criterion "payable-code" {
  cite = "Medicare, HCPCS S codes",
  says = "Medicare does not pay codes that begin with S; the drug and its refill have codes of their own.",
  met  = negate(line "code" :in_set(codes { "hcpcs:S9328" })),
  reason = "wrong_code", confidence = "M",
}

criterion "trial-code-for-a-trial" {
  only_if = line "code" :in_set(trial_codes),
  cite = "NCD 280.14, preliminary trial, use of the code",
  says = "A temporary catheter or a trial dose is judged here only as a pump trial.",
  met  = fact "plan.purpose" :is "pump-trial",
  ask  = "A statement of what the procedure is for.",
  confidence = "D",
}

criterion "removal-with-replacement" {
  only_if = line "code" :in_set(codes { "cpt:62355", "cpt:62365" }),
  cite = "NCD 280.14, removal (our definition)",
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

criterion "drug-on-the-same-claim" {
  only_if = lines:some { code = refill_codes },
  cite = "A55239, one claim",
  says = "Refill, programming and drug stand on one claim of one date.",
  met  = lines:some { code = drug_codes },
  reason = "wrong_code", confidence = "A",
}

criterion "physician-skill" {
  only_if = lines:some { code = codes { "cpt:62370", "cpt:95991" } },
  cite = "62370 and 95991, use of the code",
  says = "It is written down why a physician, or somebody equally trained, must refill the pump.",
  met  = fact "pump.physician_skill_needed" :is "yes",
  ask  = "Refill note with the reason why a physician's skill was needed.",
  confidence = "M",
}

criterion "compounded-drug-modifier" {
  only_if = line "code" :is "J7999",
  cite = "A54100, compounded drugs in an implantable pump",
  says = "A compounded drug in an implanted pump carries the modifier KD.",
  met  = line "modifiers" :contains "KD",
  reason = "wrong_code", confidence = "M",
}

-- A pump that is in place is kept running ------------------------------------------------

pathway "refill" {
  says   = "Is a pump in place that is checked, programmed or refilled?",
  cite   = "Pump refill (our definition, from the billing articles)",
  when   = upkeep,
  unless = any_of { no_pump, stated_trial },

  criterion "pump-in-place" {
    cite = "Pump refill R.1",
    says = "A pump is in place: an implant date, an earlier approval, an operation note, an earlier refill or a printout shows it.",
    met  = pump_there,
    ask  = "Operation note, earlier approval, earlier refill note or pump printout.",
    confidence = "D",
  },
  criterion "current-order" {
    cite = "Pump refill R.2",
    says = "There is a current order with drug, concentration, daily dose, prescriber and pump model.",
    met  = fact "pump.order_current" :is "yes",
    ask  = "Current order of the prescriber.",
    confidence = "D",
  },
  criterion "drug-suits-patient" {
    cite = "A55239, drugs that fill the pump",
    says = "Kind and dose of the drug suit this patient.",
    met  = fact "pump.drug_suits_patient" :is "yes",
    ask  = "Prescriber's note on drug and dose.",
    confidence = "P",
  },
  criterion "refill-dates" {
    cite = "Pump refill R.3",
    says = "The dates of the last refill and of the next, of the alarm or of the empty pump are known.",
    met  = all_of { fact "pump.last_refill" :present(),
                    any_of { fact "pump.next_refill" :present(), fact "pump.alarm_date" :present(),
                             fact "pump.empty_date" :present() } },
    ask  = "Last two refill notes and the pump printout.",
    confidence = "D",
  },
  criterion "benefit" {
    cite = "Pump refill R.4",
    says = "A note of the last year shows a benefit over the time before the pump, or that alternatives are not tolerated.",
    met  = all_of { fact "pump.benefit" :is "yes", fact "pump.benefit_date" :within(months(12)) },
    unless = fact "pump.alternatives_not_tolerated" :is "yes",
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
    says = "One fill is used up within the 180 days that the drug is stable.",
    met  = fill_days :at_most(days(180)),
    ask  = "Current order with daily dose and milligrams of one fill.",
    confidence = "M",
  },
}

criterion "one-refill-in-fourteen-days" {
  only_if = line "code" :in_set(refill_codes),
  cite = "Pump refill, frequency",
  says = "No other refill is requested for the fourteen days before this one, unless the dose changes.",
  met  = lines { code = refill_codes } :within(days(14)) :count() :at_most(1),
  unless = fact "pump.dose_changed" :is "yes",
  confidence = "D",
}

-- A trial --------------------------------------------------------------------------------

pathway "trial" {
  says = "Is the procedure a trial for an implanted pump?",
  cite = "NCD 280.14, preliminary trial",
  when = stated_trial,

  criterion "trial-no-infection" {
    cite = "NCD 280.14 P.5, infection, before a trial",
    says = "There is no infection.",
    met  = fact "safety.infection" :is "no",
    ask  = "Examination note that rules out infection.",
    confidence = "D",
  },
  criterion "trial-no-allergy" {
    cite = "NCD 280.14 P.5, allergy, before a trial",
    says = "There is no allergy to the drug.",
    met  = fact "safety.drug_allergy" :is "no",
    ask  = "Allergy list.",
    confidence = "D",
  },
}

-- A pump is implanted --------------------------------------------------------------------

pathway "replace" {
  says = "Is a pump in place already, so that this one replaces it?",
  cite = "NCD 280.14, replacement (our definition)",
  when = all_of { device, pump_there },

  criterion "replacement-reason" {
    cite = "NCD 280.14, replacement (our definition)",
    says = "The pump is worn out, does not work or is infected.",
    met  = fact "pump.replacement_reason" :is_one_of { "battery", "end-of-life", "malfunction", "infection" },
    ask  = "Pump printout or note that says why the pump must be replaced.",
    confidence = "D",
  },
}

pathway "implant-for-pain" {
  says   = "Is this the first pump, and is it for pain?",
  cite   = "NCD 280.14, opioid drugs for chronic intractable pain",
  when   = all_of { surgery, for_pain },
  unless = pump_there,

  criterion "intractable-pain" {
    cite = "NCD 280.14 P.1",
    says = "The pain is severe, chronic and intractable, whether malignant or not.",
    met  = fact "pain.severe_intractable" :is "yes",
    ask  = "History and examination with course and severity of the pain.",
    confidence = "A",
  },
  criterion "life-expectancy" {
    cite = "NCD 280.14 P.2",
    says = "The patient is expected to live for at least three months.",
    met  = fact "patient.life_expectancy" :at_least(months(3)),
    ask  = "Specialist's statement on the prognosis.",
    confidence = "A",
  },
  criterion "noninvasive-inadequate" {
    cite = "NCD 280.14 P.3, noninvasive methods",
    says = "The history shows that noninvasive methods would not control the pain.",
    met  = fact "treatment.noninvasive_inadequate" :is "yes",
    ask  = "Drug and therapy history with doses, dates and results.",
    confidence = "A",
  },
  criterion "systemic-opioids" {
    cite = "NCD 280.14 P.3, systemic opioids",
    says = "Systemic opioids are among the methods that did not control it.",
    met  = fact "treatment.systemic_opioids_failed" :is "yes",
    ask  = "Opioid history: drug, dose, duration and why it was stopped.",
    confidence = "A",
  },
  criterion "aggravating-factors" {
    cite = "NCD 280.14 P.3, physical and behavioural factors",
    says = "It was tried to remove physical and behavioural factors that exaggerate the pain.",
    met  = fact "treatment.behavioral_attempted" :is "yes",
    ask  = "Notes on what was done about physical and behavioural factors.",
    confidence = "A",
  },
  criterion "trial-catheter" {
    cite = "NCD 280.14 P.4, method",
    says = "A trial was done with a temporary intrathecal or epidural catheter; a single injection is none.",
    met  = fact "pump.trial_method" :is "catheter",
    ask  = "Report of the catheter trial.",
    confidence = "A",
  },
  criterion "trial-before-implant" {
    cite = "NCD 280.14 P.4, time",
    says = "The trial had ended before the day of the implant.",
    met  = fact "pump.trial_ended" :before(service),
    ask  = "Report of the catheter trial with its dates.",
    confidence = "A",
  },
  criterion "trial-relief" {
    cite = "NCD 280.14 P.4, relief",
    says = "The relief in the trial was acceptable. The NCD names no percentage.",
    met  = fact "trial.relief_acceptable" :is "yes",
    ask  = "Report of the catheter trial with the relief reached.",
    confidence = "A",
  },
  criterion "trial-side-effects" {
    cite = "NCD 280.14 P.4, side effects",
    says = "The side effects in the trial were acceptable, daily living included.",
    met  = fact "pump.trial_side_effects" :is_one_of { "acceptable", "none" },
    ask  = "Report of the catheter trial with side effects and daily living.",
    confidence = "A",
  },
  criterion "trial-accepted" {
    cite = "NCD 280.14 P.4, acceptance",
    says = "The patient accepts the treatment after the trial.",
    met  = fact "trial.accepted" :is "yes",
    ask  = "Report of the catheter trial with the patient's decision.",
    confidence = "A",
  },
}

pathway "implant-for-spasticity" {
  says   = "Is this the first pump, and is it for spasticity?",
  cite   = "NCD 280.14, antispasmodic drugs for severe spasticity",
  when   = all_of { surgery, for_spasticity },
  unless = pump_there,

  criterion "severe-spasticity" {
    cite = "NCD 280.14, spasticity, indication",
    says = "There is severe spasticity of spinal or cerebral origin.",
    met  = fact "spasticity.severe" :is "yes",
    ask  = "Neurological examination with a spasticity score.",
    confidence = "A",
  },
  criterion "spasticity-noninvasive" {
    cite = "MA05.053 on NCD 280.14, spasticity, noninvasive control",
    says = "Six weeks of noninvasive control failed or were not tolerated.",
    met  = all_of { fact "spasticity.noninvasive_for" :at_least(weeks(6)),
                    fact "spasticity.noninvasive_outcome" :is_one_of { "failed", "not-tolerated" } },
    ask  = "History of oral drugs against spasticity with doses, dates and results.",
    confidence = "P",
  },
  criterion "spasticity-trial" {
    cite = "MA05.053 on NCD 280.14, spasticity, trial dose",
    says = "A trial dose into the spinal canal was answered favourably.",
    met  = fact "spasticity.trial_favorable" :is "yes",
    ask  = "Report of the trial dose.",
    confidence = "P",
  },
}

pathway "surgery" {
  says = "Is a pump or catheter put in?",
  cite = "NCD 280.14, contraindications",
  when = surgery,

  criterion "no-drug-allergy" {
    cite = "NCD 280.14 P.5, allergy",
    says = "There is no allergy to the drug.",
    met  = fact "safety.drug_allergy" :is "no",
    ask  = "Allergy list.",
    confidence = "A",
  },
  criterion "no-infection" {
    cite = "NCD 280.14 P.5, infection",
    says = "There is no infection.",
    met  = fact "safety.infection" :is "no",
    ask  = "Examination note that rules out infection.",
    confidence = "A",
  },
  criterion "body-size" {
    cite = "NCD 280.14 P.5, body size",
    says = "The body is large enough for the weight and bulk of the pump.",
    met  = fact "safety.body_size_adequate" :is "yes",
    ask  = "Examination note of the implanting physician.",
    confidence = "A",
  },
  criterion "no-crosstalk" {
    cite = "NCD 280.14 P.5, other devices",
    says = "No other programmable implant is there whose signals may change the prescription.",
    met  = fact "safety.device_crosstalk" :is "no",
    ask  = "Statement about other implanted devices.",
    confidence = "A",
  },
}

-- What is billed by the unit -------------------------------------------------------------

pathway "drug" {
  says   = "Is the drug asked for a fill of the pump, and not of a trial?",
  cite   = "Pump refill R.6, units",
  when   = lines:some { code = codes { "hcpcs:J2274", "hcpcs:J2278", "hcpcs:J0475", "hcpcs:J0735" } },
  unless = stated_trial,

  pump.units_of_drugs(),
}

-- Safeguards -----------------------------------------------------------------------------

pump.keep_running(is, {
  upkeep = upkeep_codes, urgent_within = days(14), refills_apart = days(14),
  granuloma = "Catheter tip granuloma",
})
