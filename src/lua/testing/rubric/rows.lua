-- rubric.rows: many small cases of one criterion, a line each.
--
--   local rows = require "rubric.rows" { describe, it, first }
--   rows.of("pain", {
--     { "is met at four",                 { ["pain.score"] = 4 }, "met", "approve" },
--     { "is not met just short of it",    { ["pain.score"] = 3 }, "not met", "refer to physician" },
--     { "is undocumented when nobody says", { ["pain.score"] = none }, "undocumented", "pend" },
--   })
--   rows.yes_or_no("no-infection", "safety.infection", "no")
--
-- Each row changes one thing of a complete case: `first`, or the row's own `of`. What
-- is recommended may be left out. busted's own words must come from the spec.

local none = require "rubric.testing".none
local assert = require "luassert"

-- The finding and, where it is given, the recommendation of one row.
local function check(criterion, case, row)
  local changed = case:with(row[2])
  assert.criterion(criterion, changed, row[3])
  if row[4] then
    assert.recommends(row[4], changed)
  end
end

return function(given)
  local describe, it, first = given[1], given[2], given[3]
  local rows = {}

  function rows.of(criterion, list)
    describe(criterion, function()
      for _, row in ipairs(list) do
        it(row[1], function() check(criterion, row.of or first, row) end)
      end
    end)
  end

  -- A criterion of one answer: good meets it, bad does not.
  function rows.choice(criterion, fact, good, bad, of)
    rows.of(criterion, {
      { "is met when the record says so",            { [fact] = good }, "met", "approve", of = of },
      { "is not met when the record says otherwise", { [fact] = bad }, "not met", "refer to physician", of = of },
      { "is undocumented when nobody says",          { [fact] = none }, "undocumented", "pend", of = of },
    })
  end

  function rows.yes_or_no(criterion, fact, good, of)
    rows.choice(criterion, fact, good == "yes", good ~= "yes", of)
  end

  return rows
end
