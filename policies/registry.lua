-- registry.lua - which policy serves which payer, plan and state, and since when.
-- Sorted by payer.

payer "aetna" { names = { "Aetna" } }

-- The day that parts the two texts is our choice, as of pain programs below.
register "aetna.epidural-injections" {
  file = "aetna/epidural-injections-2025.lua", payer = "aetna",
  in_force = { from = "2021-12-05", to = "2025-12-31" }, source = "Aetna CPB 0016, older text",
}
register "aetna.epidural-injections" {
  file = "aetna/epidural-injections.lua", payer = "aetna", in_force = { from = "2026-01-01" },
  source = "Aetna CPB 0016, edition of 2026",
}

register "aetna.pump" {
  file = "aetna/pump.lua", payer = "aetna", in_force = { from = "2016-01-01" },
  source = "Aetna CPB 0161 Infusion Pumps",
}

register "aetna.facet-joint" {
  file = "aetna/facet-joint.lua", payer = "aetna", in_force = { from = "2021-04-25" },
  source = "Aetna CPB 0016 Back Pain, facet joints",
}

register "aetna.spinal-cord-stimulator" {
  file = "aetna/spinal-cord-stimulator.lua", payer = "aetna", in_force = { from = "2018-01-29" },
  source = "Aetna CPB 0194 Spinal Cord Stimulation",
}

-- The older edition of pain programs: its first day is our choice, its last the eve of the newer.
register "aetna.pain-program" {
  file = "aetna/pain-program-2025.lua", payer = "aetna",
  in_force = { from = "2016-01-01", to = "2025-12-31" }, source = "Aetna CPB 0237, older edition",
}
register "aetna.pain-program" {
  file = "aetna/pain-program.lua", payer = "aetna", in_force = { from = "2026-01-01" },
  source = "Aetna CPB 0237, edition of 2026",
}

payer "anthem" { names = { "Anthem", "Unicare" } }

register "anthem.pump" {
  file = "anthem/pump.lua", payer = "anthem", in_force = { from = "2025-01-01" },
  source = "Anthem SURG.00068, malignant pain",
}

payer "bcbs" { names = { "Blue Cross Blue Shield", "BCBS" } }

register "bcbs.pump" {
  file = "bcbs/pump.lua", payer = "bcbs", in_force = { from = "2025-01-01" }, source = "BCBS 7.01.41 family",
}

payer "bcbsal" { names = { "Blue Cross and Blue Shield of Alabama", "BCBS Alabama" } }

register "bcbsal.epidural-injections" {
  file = "bcbsal/epidural-injections.lua", payer = "bcbsal", in_force = { from = "2024-11-01" },
  source = "BCBS Alabama MP-303 (November 2024)",
}

register "bcbsal.spinal-cord-stimulator" {
  file = "bcbsal/spinal-cord-stimulator.lua", payer = "bcbsal", in_force = { from = "2023-05-01" },
  source = "BCBS Alabama MP-328 (May 2023 and May 2024)",
}

payer "bcbsma" { names = { "Blue Cross Blue Shield of Massachusetts", "BCBS MA", "BCBSMA" } }

register "bcbsma.epidural-injections" {
  file = "bcbsma/epidural-injections.lua", payer = "bcbsma", in_force = { from = "2021-12-05" },
  source = "BCBS MA medical policy 690 (2021)",
}

payer "bcbsnd" { names = { "Blue Cross Blue Shield of North Dakota", "BCBS North Dakota", "BCBSND" } }

register "bcbsnd.pain-program" {
  file = "bcbsnd/pain-program.lua", payer = "bcbsnd", in_force = { from = "2016-01-01" },
  source = "BCBSND medical policy Chronic Pain Programs",
}

payer "evicore" { names = { "eviCore", "EviCore Healthcare" } }

register "evicore.epidural-injections" {
  file = "evicore/epidural-injections.lua", payer = "evicore",
  in_force = { from = "2025-01-01" }, source = "eviCore CMM-200",
}

register "evicore.pump" {
  file = "evicore/pump.lua", payer = "evicore", in_force = { from = "2025-01-01" },
  source = "eviCore CMM-210",
}

payer "evolent" { names = { "Evolent", "Evolent Specialty Services" } }

register "evolent.epidural-injections" {
  file = "evolent/epidural-injections.lua", payer = "evolent", in_force = { from = "2025-01-01" },
  source = "Evolent CAM 136",
}

payer "medicare" { names = { "Medicare", "Original Medicare", "CMS" } }

-- Epidural injections: one text, seven contractors (Noridian under two numbers). Original Medicare asks for no
-- prior authorization, but for WISeR: for services from 2026-01-15 to 2031-12-31 in AZ, NJ, OH, OK, TX
-- and WA, which stand by themselves here. It changes no rule. It names L39240 for AZ and WA, hence the
-- western half of Noridian, and L39242 for the other; the islands of the Pacific are recalled.
register "cms.epidural-injections" { -- CGS
  file = "cms/epidural-injections.lua", payer = "medicare", source = "CMS LCD L39015, article A58731",
  where = { states = { "KY" } }, in_force = { from = "2021-12-05" },
}
register "cms.epidural-injections" { -- CGS, WISeR
  file = "cms/epidural-injections.lua", payer = "medicare", source = "CMS LCD L39015, article A58731",
  where = { states = { "OH" } }, in_force = { from = "2021-12-05" },
  parameters = { wiser = by_date { ["2021-12-05"] = "no", ["2026-01-15"] = "yes", ["2032-01-01"] = "no" } },
}
register "cms.epidural-injections" { -- NGS
  file = "cms/epidural-injections.lua", payer = "medicare", source = "CMS LCD L39036, article A58745",
  where = { states = { "CT", "IL", "MA", "ME", "MN", "NH", "NY", "RI", "VT", "WI" } },
  in_force = { from = "2021-12-05" },
}
register "cms.epidural-injections" { -- WPS
  file = "cms/epidural-injections.lua", payer = "medicare", source = "CMS LCD L39054, article A58777",
  where = { states = { "IA", "IN", "KS", "MI", "MO", "NE" } }, in_force = { from = "2021-12-05" },
}
register "cms.epidural-injections" { -- Palmetto
  file = "cms/epidural-injections.lua", payer = "medicare", source = "CMS LCD L38994, article A58695",
  where = { states = { "AL", "GA", "NC", "SC", "TN", "VA", "WV" } }, in_force = { from = "2021-12-05" },
}
register "cms.epidural-injections" { -- Novitas
  file = "cms/epidural-injections.lua", payer = "medicare", source = "CMS LCD L36920, article A56681",
  where = { states = { "AR", "CO", "DC", "DE", "LA", "MD", "MS", "NM", "PA" } },
  in_force = { from = "2021-12-12" },
}
register "cms.epidural-injections" { -- Novitas, WISeR
  file = "cms/epidural-injections.lua", payer = "medicare", source = "CMS LCD L36920, article A56681",
  where = { states = { "NJ", "OK", "TX" } }, in_force = { from = "2021-12-12" },
  parameters = { wiser = by_date { ["2021-12-12"] = "no", ["2026-01-15"] = "yes", ["2032-01-01"] = "no" } },
}
register "cms.epidural-injections" { -- First Coast
  file = "cms/epidural-injections.lua", payer = "medicare", source = "CMS LCD L33906, article A56651",
  where = { states = { "FL", "PR", "VI" } }, in_force = { from = "2021-12-12" },
}
register "cms.epidural-injections" { -- Noridian, the half that WISeR names
  file = "cms/epidural-injections.lua", payer = "medicare", source = "CMS LCD L39240, article A58993",
  where = { states = { "AK", "ID", "MT", "ND", "OR", "SD", "UT", "WY" } },
  in_force = { from = "2022-06-19" },
}
register "cms.epidural-injections" { -- Noridian, WISeR
  file = "cms/epidural-injections.lua", payer = "medicare", source = "CMS LCD L39240, article A58993",
  where = { states = { "AZ", "WA" } }, in_force = { from = "2022-06-19" },
  parameters = { wiser = by_date { ["2022-06-19"] = "no", ["2026-01-15"] = "yes", ["2032-01-01"] = "no" } },
}
register "cms.epidural-injections" { -- Noridian, the other half
  file = "cms/epidural-injections.lua", payer = "medicare", source = "CMS LCD L39242, article A58995",
  where = { states = { "AS", "CA", "GU", "HI", "MP", "NV" } }, in_force = { from = "2022-06-19" },
}

-- Pumps. The first entry that is in force and covers a line serves: before its last day the
-- Novitas policy goes before the NCD. Asked for by name after that day, it has no version.
register "cms.l35112" { -- Novitas, retired
  file = "cms/l35112.lua", payer = "medicare", source = "CMS LCD L35112, article A56778",
  where = { states = { "AR", "CO", "DC", "DE", "LA", "MD", "MS", "NJ", "NM", "OK", "PA", "TX" } },
  in_force = { from = "2016-01-01", to = "2023-11-02" },
}
register "ncd.280-14" {
  file = "cms/ncd-280-14.lua", payer = "medicare", in_force = { from = "2016-01-01" },
  source = "CMS NCD 280.14 Infusion Pumps",
}

-- Facet joints: one text, seven contractors, all since April 2021 (CGS a week later). The numbers
-- were read in the table of a professional society; that the text is one, is recalled.
register "cms.facet-joint" { -- CGS
  file = "cms/facet-joint.lua", payer = "medicare", source = "CMS LCD L38773, article A58364",
  where = { states = { "KY", "OH" } }, in_force = { from = "2021-05-02" },
}
register "cms.facet-joint" { -- NGS
  file = "cms/facet-joint.lua", payer = "medicare", source = "CMS LCD L35936, article A57826",
  where = { states = { "CT", "IL", "MA", "ME", "MN", "NH", "NY", "RI", "VT", "WI" } },
  in_force = { from = "2021-04-25" },
}
register "cms.facet-joint" { -- WPS
  file = "cms/facet-joint.lua", payer = "medicare", source = "CMS LCD L38841",
  where = { states = { "IA", "IN", "KS", "MI", "MO", "NE" } }, in_force = { from = "2021-04-25" },
}
register "cms.facet-joint" { -- Palmetto
  file = "cms/facet-joint.lua", payer = "medicare", source = "CMS LCD L38765, article A58350",
  where = { states = { "AL", "GA", "NC", "SC", "TN", "VA", "WV" } }, in_force = { from = "2021-04-25" },
}
register "cms.facet-joint" { -- Novitas
  file = "cms/facet-joint.lua", payer = "medicare", source = "CMS LCD L34892, article A56670",
  where = { states = { "AR", "CO", "DC", "DE", "LA", "MD", "MS", "NJ", "NM", "OK", "PA", "TX" } },
  in_force = { from = "2021-04-25" },
}
register "cms.facet-joint" { -- First Coast
  file = "cms/facet-joint.lua", payer = "medicare", source = "CMS LCD L33930, article A57787",
  where = { states = { "FL", "PR", "VI" } }, in_force = { from = "2021-04-25" },
}
register "cms.facet-joint" { -- Noridian, California and its neighbours
  file = "cms/facet-joint.lua", payer = "medicare", source = "CMS LCD L38801, article A58403",
  where = { states = { "AS", "CA", "GU", "HI", "MP", "NV" } }, in_force = { from = "2021-04-25" },
}
register "cms.facet-joint" { -- Noridian, the other half
  file = "cms/facet-joint.lua", payer = "medicare", source = "CMS LCD L38803, article A58405",
  where = { states = { "AK", "AZ", "ID", "MT", "ND", "OR", "SD", "UT", "WA", "WY" } },
  in_force = { from = "2021-04-25" },
}

-- Sacroiliac joint: five contractors share one text since 2023-03-19, Novitas and First Coast have none.
-- Which of the two numbers of Noridian is which half is inferred from those for facet joints.
register "cms.sacroiliac-joint" { -- CGS
  file = "cms/sacroiliac-joint.lua", payer = "medicare", source = "CMS LCD L39383, article A59154",
  where = { states = { "KY", "OH" } }, in_force = { from = "2023-03-19" },
}
register "cms.sacroiliac-joint" { -- NGS
  file = "cms/sacroiliac-joint.lua", payer = "medicare", source = "CMS LCD L39455, article A59233",
  where = { states = { "CT", "IL", "MA", "ME", "MN", "NH", "NY", "RI", "VT", "WI" } },
  in_force = { from = "2023-03-19" },
}
register "cms.sacroiliac-joint" { -- WPS
  file = "cms/sacroiliac-joint.lua", payer = "medicare", source = "CMS LCD L39475, article A59257",
  where = { states = { "IA", "IN", "KS", "MI", "MO", "NE" } }, in_force = { from = "2023-03-19" },
}
register "cms.sacroiliac-joint" { -- Palmetto
  file = "cms/sacroiliac-joint.lua", payer = "medicare", source = "CMS LCD L39402",
  where = { states = { "AL", "GA", "NC", "SC", "TN", "VA", "WV" } }, in_force = { from = "2023-03-19" },
}
register "cms.sacroiliac-joint" { -- Noridian, California and its neighbours
  file = "cms/sacroiliac-joint.lua", payer = "medicare", source = "CMS LCD L39462, article A59244",
  where = { states = { "AS", "CA", "GU", "HI", "MP", "NV" } }, in_force = { from = "2023-03-19" },
}
register "cms.sacroiliac-joint" { -- Noridian, the other half
  file = "cms/sacroiliac-joint.lua", payer = "medicare", source = "CMS LCD L39464",
  where = { states = { "AK", "AZ", "ID", "MT", "ND", "OR", "SD", "UT", "WA", "WY" } },
  in_force = { from = "2023-03-19" },
}

-- Stimulators: the national text; the percentages are the contractors'.
register "cms.spinal-cord-stimulator" {
  file = "cms/spinal-cord-stimulator.lua", payer = "medicare", in_force = { from = "2018-01-29" },
  source = "CMS NCD 160.7, LCD L37632 among others",
}

-- Pain rehabilitation, last: its codes are those of many other visits. The place of service tells a
-- stay in a hospital from a program for outpatients.
register "ncd.10-3" {
  file = "cms/ncd-10-3.lua", payer = "medicare", in_force = { from = "2016-01-01" },
  where = { places = { "21", "51", "61" } },
  source = "CMS NCD 10.3 Inpatient Hospital Pain Rehabilitation Programs",
}
register "ncd.10-4" {
  file = "cms/ncd-10-4.lua", payer = "medicare", in_force = { from = "2016-01-01" },
  source = "CMS NCD 10.4 Outpatient Hospital Pain Rehabilitation Programs",
}

payer "workers-comp-ca" { names = { "Workers' Compensation California", "California Workers' Compensation" } }

-- Replaced in July 2016; requests after that have no version here, and are told so.
register "mtus.pain-program" {
  file = "workers-comp-ca/mtus-pain-program.lua", payer = "workers-comp-ca",
  in_force = { from = "2009-07-18", to = "2016-07-27" },
  source = "MTUS Chronic Pain Medical Treatment Guidelines 2009",
}

-- Clocks: until when a request must be decided. For each case the first one that is in force on the day
-- of receipt and names its payer, line of business, state and kind runs; docs/integrators.md has the words.
-- What is not here has no clock, and the answer says so: add yours, with the sentence that sets it.

-- Days on which the State's offices are closed, besides weekends. Recalled, not read in the Code; a day that
-- is missing here makes a due date earlier, never later.
holidays "california" {
  cite = "California Government Code 6700 and 19853",
  in_force = { from = "2013-01-01", to = "2028-12-31" },
  days = {
    "2013-01-01", "2013-01-21", "2013-02-18", "2013-04-01", "2013-05-27", "2013-07-04", "2013-09-02", "2013-11-11", "2013-11-28", "2013-11-29", "2013-12-25",
    "2014-01-01", "2014-01-20", "2014-02-17", "2014-03-31", "2014-05-26", "2014-07-04", "2014-09-01", "2014-11-11", "2014-11-27", "2014-11-28", "2014-12-25",
    "2015-01-01", "2015-01-19", "2015-02-16", "2015-03-31", "2015-05-25", "2015-09-07", "2015-11-11", "2015-11-26", "2015-11-27", "2015-12-25",
    "2016-01-01", "2016-01-18", "2016-02-15", "2016-03-31", "2016-05-30", "2016-07-04", "2016-09-05", "2016-11-11", "2016-11-24", "2016-11-25", "2016-12-26",
    "2017-01-02", "2017-01-16", "2017-02-20", "2017-03-31", "2017-05-29", "2017-07-04", "2017-09-04", "2017-11-10", "2017-11-23", "2017-11-24", "2017-12-25",
    "2018-01-01", "2018-01-15", "2018-02-19", "2018-05-28", "2018-07-04", "2018-09-03", "2018-11-12", "2018-11-22", "2018-11-23", "2018-12-25",
    "2019-01-01", "2019-01-21", "2019-02-18", "2019-04-01", "2019-05-27", "2019-07-04", "2019-09-02", "2019-11-11", "2019-11-28", "2019-11-29", "2019-12-25",
    "2020-01-01", "2020-01-20", "2020-02-17", "2020-03-31", "2020-05-25", "2020-09-07", "2020-11-11", "2020-11-26", "2020-11-27", "2020-12-25",
    "2021-01-01", "2021-01-18", "2021-02-15", "2021-03-31", "2021-05-31", "2021-07-05", "2021-09-06", "2021-11-11", "2021-11-25", "2021-11-26",
    "2022-01-17", "2022-02-21", "2022-03-31", "2022-05-30", "2022-07-04", "2022-09-05", "2022-11-11", "2022-11-24", "2022-11-25", "2022-12-26",
    "2023-01-02", "2023-01-16", "2023-02-20", "2023-03-31", "2023-05-29", "2023-07-04", "2023-09-04", "2023-11-10", "2023-11-23", "2023-11-24", "2023-12-25",
    "2024-01-01", "2024-01-15", "2024-02-19", "2024-04-01", "2024-05-27", "2024-07-04", "2024-09-02", "2024-11-11", "2024-11-28", "2024-11-29", "2024-12-25",
    "2025-01-01", "2025-01-20", "2025-02-17", "2025-03-31", "2025-05-26", "2025-07-04", "2025-09-01", "2025-11-11", "2025-11-27", "2025-11-28", "2025-12-25",
    "2026-01-01", "2026-01-19", "2026-02-16", "2026-03-31", "2026-05-25", "2026-09-07", "2026-11-11", "2026-11-26", "2026-11-27", "2026-12-25",
    "2027-01-01", "2027-01-18", "2027-02-15", "2027-03-31", "2027-05-31", "2027-07-05", "2027-09-06", "2027-11-11", "2027-11-25", "2027-11-26",
    "2028-01-17", "2028-02-21", "2028-03-31", "2028-05-29", "2028-07-04", "2028-09-04", "2028-11-10", "2028-11-23", "2028-11-24", "2028-12-25",
  },
}

-- A request for independent review, with the documents.
clock "california-imr" {
  cite = "California IMR: 30 days from the request and its supporting documents", confidence = "P",
  payers = { "workers-comp-ca" }, kinds = { "independent-medical-review" }, in_force = { from = "2013-01-01" },
  standard = days(30),
}

-- Day one is the day after receipt; what comes after 17:30 counts as of the next business day. Pacific time is
-- its standard time all year: in summer 17:30 is 18:30 on the wall, which makes a due date earlier, never later.
clock "california-workers-comp" {
  cite = "Labor Code 4610; 8 CCR 9792.9.1", confidence = "P",
  payers = { "workers-comp-ca" }, kinds = { "prior-authorization", "utilization-review" },
  in_force = { from = "2013-01-01" },
  standard = business_days(5), expedited = hours(72), no_later_than = days(14),
  cutoff = "17:30", zone = "-08:00", holidays = "california",
}

clock "medicare-advantage-medicaid-chip" {
  cite = "CMS-0057-F, 89 FR 8758", confidence = "P", in_force = { from = "2026-01-01" },
  where = { lines_of_business = { "medicare-advantage", "medicaid", "chip" } },
  standard = days(7), expedited = hours(72), extension = days(14),
}

-- From when the information is there. Its first day in force is our choice.
clock "california-health-plan" {
  cite = "California Health and Safety Code 1367.01(h)", confidence = "M", in_force = { from = "2013-01-01" },
  where = { states = { "CA" }, lines_of_business = { "commercial" } },
  standard = business_days(5), expedited = hours(72), holidays = "california",
}

clock "erisa" {
  cite = "29 CFR 2560.503-1(f)", confidence = "M", in_force = { from = "2013-01-01" },
  where = { lines_of_business = { "commercial", "self-funded" } },
  standard = days(15), expedited = hours(72), extension = days(15),
}
