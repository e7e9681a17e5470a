-- registry.lua - which policy serves which payer, plan and state, and since when.
-- Sorted by payer.

payer "aetna" { names = { "Aetna" } }

register "aetna.pump" {
  file = "aetna/pump.lua", payer = "aetna", in_force = { from = "2016-01-01" },
  source = "Aetna CPB 0161 Infusion Pumps",
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

payer "evicore" { names = { "eviCore", "EviCore Healthcare" } }

register "evicore.epidural-injections" {
  file = "evicore/epidural-injections.lua", payer = "evicore",
  in_force = { from = "2025-01-01" }, source = "eviCore CMM-200",
}

payer "medicare" { names = { "Medicare", "Original Medicare", "CMS" } }

-- Epidural injections: one text, seven contractors (Noridian under two numbers). WISeR (2026 to 2031) asks for prior
-- authorization in AZ, NJ, OH, OK, TX and WA; it changes no rule. It names L39240 for AZ and WA,
-- hence the western half of Noridian here, and L39242 for the other.
register "cms.epidural-injections" { -- CGS
  file = "cms/epidural-injections.lua", payer = "medicare", source = "CMS LCD L39015, article A58731",
  where = { states = { "KY", "OH" } }, in_force = { from = "2021-12-05" },
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
  where = { states = { "AR", "CO", "DC", "DE", "LA", "MD", "MS", "NJ", "NM", "OK", "PA", "TX" } },
  in_force = { from = "2021-12-12" },
}
register "cms.epidural-injections" { -- First Coast
  file = "cms/epidural-injections.lua", payer = "medicare", source = "CMS LCD L33906, article A56651",
  where = { states = { "FL", "PR", "VI" } }, in_force = { from = "2021-12-12" },
}
register "cms.epidural-injections" { -- Noridian, the half that WISeR names
  file = "cms/epidural-injections.lua", payer = "medicare", source = "CMS LCD L39240, article A58993",
  where = { states = { "AK", "AZ", "ID", "MT", "ND", "OR", "SD", "UT", "WA", "WY" } },
  in_force = { from = "2022-06-19" },
}
register "cms.epidural-injections" { -- Noridian, the other half
  file = "cms/epidural-injections.lua", payer = "medicare", source = "CMS LCD L39242, article A58995",
  where = { states = { "CA", "HI", "NV" } }, in_force = { from = "2022-06-19" },
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

payer "workers-comp-ca" { names = { "Workers' Compensation California", "California Workers' Compensation" } }

-- Replaced in July 2016; requests after that have no version here, and are told so.
register "mtus.pain-program" {
  file = "workers-comp-ca/mtus-pain-program.lua", payer = "workers-comp-ca",
  in_force = { from = "2009-07-18", to = "2016-07-27" },
  source = "MTUS Chronic Pain Medical Treatment Guidelines 2009",
}
