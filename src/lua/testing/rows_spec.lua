-- rubric.rows, against the shipped policy on facet joints: a row that is right passes, and one that is
-- wrong fails at its finding or at its recommendation.

describe("rubric.rows", function()
  policy "cms.facet-joint"

  local first = casefile "policies/cms/cases/facet-first-diagnostic.json"
  local ran = {}

  -- In place of busted's own: what a row would run, by its words.
  local function collect(_, run) run() end
  local function keep(words, run) ran[words] = run end

  local rows = require "rubric.rows" { collect, keep, first }

  it("checks finding and recommendation of each row", function()
    rows.of("image-guidance", {
      { "right", {}, "met", "approve" },
      { "wrong finding", {}, "not met" },
      { "wrong recommendation", { ["plan.guidance"] = "ultrasound" }, "not met", "approve" },
      { "of another case", {}, "undocumented", "pend", of = first:without "plan.guidance" },
    })
    ran["right"]()
    ran["of another case"]()
    assert.has_error(ran["wrong finding"])
    assert.has_error(ran["wrong recommendation"])
  end)

  it("takes the case of the list where a row has none", function()
    ran = {}
    rows.of("image-guidance", { of = first:without "plan.guidance",
      { "silent", {}, "undocumented" }, { "of its own", {}, "met", of = first } })
    ran["silent"]()
    ran["of its own"]()
  end)

  it("sees a criterion of one answer met, not met and undocumented", function()
    ran = {}
    rows.answers("a first block", first, {
      { "image-guidance", "plan.guidance", "none" },
      { "not-after-fusion-from-the-front", "plan.after_alif", false },
    })
    ran["image-guidance is met, not met, or undocumented"]()
    assert.has_error(ran["not-after-fusion-from-the-front is met, not met, or undocumented"])
  end)

  it("makes three rows of a yes-or-no answer", function()
    ran = {}
    rows.yes_or_no("not-after-fusion-from-the-front", "plan.after_alif", "no")
    local count = 0
    for _, run in pairs(ran) do
      run()
      count = count + 1
    end
    assert.equal(3, count)
    ran = {}
    rows.yes_or_no("not-after-fusion-from-the-front", "plan.after_alif", "yes")
    assert.has_error(ran["is met when the record says so"])
  end)
end)
