-- registry_spec.lua - policies/registry.lua: what it gives, and its slips.
-- luacheck: no max line length

package.path = "tests/?.lua;" .. package.path
local host = require "prelude_host"

local run, slips = host.registry, host.registry_slips
local payer = 'payer "acme" { names = { "Acme", "Acme Health" } }\n'
local rest = 'file = "acme/x.lua", payer = "acme", in_force = { from = "2021-12-05" }'

describe("the registry", function()
  it("gives payers and entries in their order", function()
    local json = run(payer .. [[
register "acme.x" {
  file = "acme/x.lua", payer = "acme", where = { states = { "OH", "KY" }, plans = "HMO", places = { "19", "22" } },
  in_force = { from = "2021-12-05", to = "2025-12-31" }, source = "Acme policy PM-115", title = "Mine",
  parameters = { repeat_relief = percent(50), strict = true,
                 care = by_date { ["2025-01-01"] = weeks(6), ["2020-01-01"] = weeks(4) } },
}
register "acme.y" { file = "acme/y.lua", payer = "acme", in_force = { from = "2022-01-01" } }
]])
    assert.equal('{"clocks":[],"entries":[{"file":"acme/x.lua","from":"2021-12-05","line":2,"lines_of_business":[],'
      .. '"parameters":{"care":[{"from":"2020-01-01","value":{"kind":"duration","number":4,"op":"const","unit":"weeks"}},'
      .. '{"from":"2025-01-01","value":{"kind":"duration","number":6,"op":"const","unit":"weeks"}}],'
      .. '"repeat_relief":{"kind":"number","number":50,"op":"const","unit":"percent"},'
      .. '"strict":{"kind":"choice","op":"const","text":"yes"}},"payer":"acme","places":["19","22"],"plans":["HMO"],'
      .. '"policy":"acme.x","source":"Acme policy PM-115","states":["OH","KY"],"title":"Mine","to":"2025-12-31"},'
      .. '{"file":"acme/y.lua","from":"2022-01-01","line":8,"lines_of_business":[],"parameters":{},'
      .. '"payer":"acme","places":[],"plans":[],"policy":"acme.y","source":null,"states":[],"title":null,"to":null}],'
      .. '"payers":[{"id":"acme","names":["Acme","Acme Health"]}],"schema":"rubric-registry/1"}', json)
  end)

  it("says how large a case may be", function()
    assert.matches('"limits":{"case_mib":16}', (run(payer .. "limits { case_mib = 16 }")), 1, true)
    assert.matches('"limits":{"case_mib":1}', (run(payer .. "limits { case_mib = 1 }")), 1, true)
    assert.is_nil((run(payer)):find("limits", 1, true))
  end)

  for _, row in ipairs {
    { "a case that may be too large", "limits {\n  case_mib = 17 }",
      "2: limits: a limit is case_mib from 1 to 16 | write limits { case_mib = 16 }; what a policy may use stands in its own entry (P012)" },
    { "a limit of a policy beside all of them", "limits { time_ms = 500 }",
      "1: limits: a limit is case_mib from 1 to 16 | write limits { case_mib = 16 }; what a policy may use stands in its own entry (P012)" },
    { "limits that are no table", "limits(8)", "1: limits: 'limits' is a table, not a number | write limits { case_mib = 16 }; what a policy may use stands in its own entry (P012)" },
    { "limits declared twice", "limits { case_mib = 9 }\nlimits { case_mib = 9 }",
      "2: limits are declared twice, first in line 1 | put all of them into one place (P013)" },
    { "a misspelt word", 'payer "m" {}\nregistr "x" {}', "2: 'registr' is not a policy word | did you mean 'register'? (P003)" },
    { "a misspelt field", payer .. 'register "x" { ' .. rest .. ',\n  sorce = "S" }',
      "3: register 'x': no field is called 'sorce' | did you mean 'source'? (P010)" },
    { "a payer nobody declared", payer .. 'register "x" { file = "acme/x.lua", in_force = { from = "2021-12-05" },\n  payer = "acmee" }',
      "3: register 'x': no payer is called 'acmee' | did you mean 'acme'? (P040)" },
    { "a file outside", payer .. 'register "x" { file = "../x.lua", payer = "acme", in_force = { from = "2021-12-05" } }',
      "2: register 'x': 'file' is no file below the policies folder | write it as file = \"acme/epidural-injections.lua\" (P040)" },
    { "a misspelt place", payer .. 'register "x" { ' .. rest .. ',\n  where = { state = { "OH" } } }',
      "3: register 'x': no field is called 'state' | did you mean 'states'? (P010)" },
    { "a missing file", payer .. 'register "x" { payer = "acme", in_force = { from = "2021-12-05" } }',
      "2: register 'x': the field 'file' is missing | add file = ... (P011)" },
    { "two in force at once", payer .. 'register "x" { ' .. rest .. ' }\nregister "x" { ' .. rest .. ' }',
      "3: register 'x' is in force together with the entry of line 2 | end the older one with 'to', on the day before the newer begins (P031)" },
    { "a gap between two versions", payer .. 'register "x" { file = "a.lua", payer = "acme", in_force = { from = "2024-03-01" } }\n'
      .. 'register "x" { file = "b.lua", payer = "acme", in_force = { from = "2020-01-01", to = "2024-02-28" } }',
      "2: register 'x' leaves a gap: the entry of line 3 ends on 2024-02-28 | let this one begin on 2024-02-29 (P031)" },
    { "a payer declared twice", payer .. payer,
      "2: payer 'acme' is declared twice, first in line 1 | put all its names into one place (P013)" },
    { "a parameter without a value", payer .. 'register "x" { ' .. rest .. ',\n  parameters = { care = {} } }',
      "3: register 'x': parameter 'care' is no fixed value | write it as care = weeks(2) (P012)" },
  } do
    it("names " .. row[1], function() assert.equal(row[3], slips(row[2])) end)
  end
end)
