-- clocks_spec.lua - clock, holidays and business_days: what they give, and their slips.
-- luacheck: no max line length

package.path = "tests/?.lua;" .. package.path
local host = require "prelude_host"

local run, slips = host.registry, host.registry_slips
local payer = 'payer "acme" { names = { "Acme", "Acme Health" } }\n'
local days = 'holidays "closed" { cite = "H 1", in_force = { from = "2026-01-01", to = "2026-12-31" }, days = { "2026-12-25", "2026-01-01" } }\n'
local function clock(rest)
  return payer .. days .. 'clock "c" { cite = "C 1", in_force = { from = "2026-01-01" }, ' .. rest .. " }"
end

describe("the clocks of the registry", function()
  it("give what the judge counts with, each with its own calendar", function()
    local json = run(clock [[standard = business_days(5), expedited = hours(72), extension = weeks(2),
  no_later_than = days(14), cutoff = "17:30", zone = "-08:00", holidays = "closed", payers = { "acme" },
  kinds = { "prior-authorization" }, forums = { "um" }, confidence = "P",
  where = { states = { "CA" }, plans = "HMO", lines_of_business = { "commercial" } }]])
    assert.equal('{"clocks":[{"cite":"C 1","confidence":"P","cutoff":1050,"expedited":{"count":72,"unit":"hours"},'
      .. '"extension":{"count":14,"unit":"days"},"forums":["um"],"from":"2026-01-01","from_created":{"count":14,"unit":"days"},'
      .. '"holidays":{"days":["2026-01-01","2026-12-25"],"from":"2026-01-01","id":"closed","to":"2026-12-31"},"id":"c",'
      .. '"kinds":["prior-authorization"],"lines_of_business":["commercial"],"payers":["acme","Acme Health"],"plans":["HMO"],'
      .. '"standard":{"count":5,"unit":"business days"},"states":["CA"],"to":null,"zone":-480}],'
      .. '"entries":[],"payers":[{"id":"acme","names":["Acme","Acme Health"]}],"schema":"rubric-registry/1"}', json)
  end)

  for _, row in ipairs {
    { "a span in months", clock 'standard = months(1)',
      "3: clock 'c': 'standard' is a whole number of hours(), days() or business_days(), not a value | write it as standard = business_days(5) (P012)" },
    { "half a day", clock 'standard = days(1.5)',
      "3: clock 'c': 'standard' is a whole number of hours(), days() or business_days(), not a value | write it as standard = business_days(5) (P012)" },
    { "no business day at all", clock 'standard = business_days(0)',
      "3: business_days() takes a whole number from one up | write it as business_days(5) (P026)" },
    { "business days without a calendar", clock 'standard = business_days(5)',
      "3: clock 'c': it counts business days, and names no 'holidays' | add holidays = \"name\", and declare them with holidays \"name\" { ... } (P011)" },
    { "a calendar that is misspelt", clock 'standard = business_days(5), holidays = "close"',
      "3: clock 'c': no holidays are called 'close' | did you mean 'closed'? (P040)" },
    { "a payer that is misspelt", clock 'standard = days(7), payers = { "acmee" }',
      "3: clock 'c': no payer is called 'acmee' | did you mean 'acme'? (P040)" },
    { "an hour that is none", clock 'standard = days(7), holidays = "closed", cutoff = "24:00"',
      "3: clock 'c': 'cutoff' is an hour, not a text | write it as cutoff = \"17:30\" (P012)" },
    { "a zone by its name", clock 'standard = days(7), zone = "PST"',
      "3: clock 'c': 'zone' is a distance from UTC, not a text | write the standard time, without daylight saving, as zone = \"-08:00\" (P012)" },
    { "a kind that is misspelt", clock 'standard = days(7), kinds = { "prior-authorisation" }',
      "3: clock 'c': 'kinds' is never 'prior-authorisation' | did you mean 'prior-authorization'? (P012)" },
    { "a tag that is none", clock 'standard = days(7), confidence = "X"',
      "3: clock 'c': 'confidence' is never 'X' | it is one of: P, A, M, D (P012)" },
    { "a field that is missing", payer .. days .. 'clock "c" { cite = "C 1", in_force = { from = "2026-01-01" } }',
      "3: clock 'c': the field 'standard' is missing | add standard = ... (P011)" },
    { "a clock declared twice", clock 'standard = days(7)' .. '\nclock "c" { cite = "C 2", in_force = { from = "2026-01-01" }, standard = days(7) }',
      "4: clock 'c' is declared twice, first in line 3 | give each a name of its own (P013)" },
    { "a day named twice", 'holidays "h" { cite = "H", in_force = { from = "2026-01-01", to = "2026-12-31" },\n  days = { "2026-01-01",\n "2026-01-01" } }',
      "2: holidays 'h': the day 2026-01-01 stands here twice | name each day once (P013)" },
    { "a day that does not exist", 'holidays "h" { cite = "H", in_force = { from = "2026-01-01", to = "2026-12-31" },\n  days = { "2026-02-29" } }',
      "2: there is no date '2026-02-29' | write it as year-month-day, as \"2025-01-31\" (P025)" },
    { "a day outside of what the list is complete for", 'holidays "h" { cite = "H", in_force = { from = "2026-01-01", to = "2026-12-31" },\n  days = { "2027-01-01" } }',
      "2: holidays 'h': the day 2027-01-01 lies outside 'in_force' | let 'in_force' span all days, and only years that are complete (P012)" },
    { "a list without an end", 'holidays "h" { cite = "H", in_force = { from = "2026-01-01" }, days = {} }',
      "1: holidays 'h': 'in_force' has no 'to' | say until when the list is complete: beyond that nothing is counted (P011)" },
  } do
    it("name " .. row[1], function() assert.equal(row[3], slips(row[2])) end)
  end
end)
