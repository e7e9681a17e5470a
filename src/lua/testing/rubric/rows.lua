-- rubric.rows: many small cases of one criterion, a line each.
--
--   local rows = require "rubric.rows" { describe, it, first }
--   rows.of("pain", {
--     { "is met at four",                 { ["pain.score"] = 4 }, "met", "approve" },
--     { "is not met just short of it",    { ["pain.score"] = 3 }, "not met", "refer to physician" },
--     { "is undocumented when nobody says", { ["pain.score"] = none }, "undocumented", "pend" },
--   })
--   rows.yes_or_no("no-infection", "safety.infection", "no")
--   rows.answers("an implant", implant, { { "no-infection", "safety.infection", true } })
--
-- Each row changes one thing of a complete case: `first`, or the `of` of the row or of
-- the list. What is recommended may be left out. busted's own words must come from the spec.

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
        it(row[1], function() check(criterion, row.of or list.of or first, row) end)
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

  -- Criteria of one answer each, which the case meets: { id, fact, an answer that does not }.
  function rows.answers(title, case, list)
    describe(title, function()
      for _, row in ipairs(list) do
        local id, fact, contrary = row[1], row[2], row[3]
        it(id .. " is met, not met, or undocumented", function()
          assert.criterion(id, case, "met")
          assert.criterion(id, case:with { [fact] = contrary }, "not met")
          assert.recommends("refer", case:with { [fact] = contrary })
          assert.criterion(id, case:without(fact), "undocumented")
          assert.is_not.recommends("approve", case:without(fact))
        end)
      end
    end)
  end

  return rows
end
