-- Implantable infusion pumps for chronic pain: what the billing article asks beyond the NCD.
-- The article is attached to no local policy; a payer that follows it registers this one.

policy "cms.a55239" {
  extends  = "ncd.280-14",
  title    = "Implantable infusion pumps for chronic pain, with the article's criteria",
  source   = "CMS NCD 280.14 with article A55239",
  version  = "2024-04-01",
  in_force = { from = "2016-09-01" },
}

local pump = require "shared/pump"
local is   = pump.kinds {
  trial = codes { "cpt:62324-62327", "hcpcs:J0476" }, upkeep = pump.refill_codes,
  pain = codes { "hcpcs:J2274", "hcpcs:J2278" },
}

pathway "article-for-pain" {
  says = "Is this the first pump, and is it for pain?",
  cite = "A55239",
  when = all_of { pump.device, is.for_pain },
  unless = pump.there,

  criterion "route-required" {
    cite = "A55239, route",
    says = "The intrathecal or epidural route is required, and effective over the long term.",
    met  = fact "pump.route_required" :is "yes",
    ask  = "Specialist's opinion on the route.",
    confidence = "P",
  },
  criterion "oral-ineffective" {
    cite = "A55239, oral and subcutaneous drugs",
    says = "Oral or subcutaneous drugs are ineffective or not tolerated.",
    met  = fact "pump.oral_ineffective" :is "yes",
    ask  = "Drug history with doses, dates and results.",
    confidence = "P",
  },
  criterion "other-modalities-failed" {
    cite = "A55239, other treatment",
    says = "Other methods of treatment have failed.",
    met  = fact "pump.other_modalities_failed" :is "yes",
    ask  = "Therapy history with dates and results.",
    confidence = "P",
  },
  criterion "drug-expected-to-help" {
    cite = "A55239, kind and dose of the drug",
    says = "Kind and dose of the drug suit this patient and may reasonably be expected to help.",
    met  = fact "pump.drug_suits_patient" :is "yes",
    ask  = "Specialist's opinion on drug and dose.",
    confidence = "P",
  },
  criterion "specialist-confirms" {
    cite = "A55239, specialist",
    says = "A specialist who knows the disease confirms that no reasonable option is left.",
    met  = fact "pump.specialist_confirms" :is "yes",
    ask  = "Specialist's opinion on the options that are left.",
    confidence = "P",
  },
}
