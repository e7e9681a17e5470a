-- What rubric.testing makes of a few words, before anything is judged.

local casefiles = require "rubric.casefiles"

local function built(changes)
  return casefiles.apply(casefiles.blank(), changes)
end

describe("a casefile from a few words", function()
  it("puts a fact among the answers, with a source", function()
    local document = built { ["pain.score"] = 7, ["pain.lasts"] = weeks(6), ["safety.infection"] = false }
    assert.same({ value = 7, src = { "spec" } }, document.answers["pain.score"])
    assert.same({ value = { value = 6, unit = "weeks" }, src = { "spec" } }, document.answers["pain.lasts"])
    assert.is_false(document.answers["safety.infection"].value)
    assert.is_table(document.sources.spec)
  end)

  it("marks what text says and nobody confirmed", function()
    local document = built { ["pain.score"] = casefiles.extracted(7) }
    assert.same({ "found" }, document.answers["pain.score"].src)
    assert.equal("extracted", document.sources.found.origin)
  end)

  it("knows none from a missing value", function()
    local document = built { ["pain.score"] = 7, procedures = { { performed = "2026-01-02" } } }
    casefiles.apply(document, { ["pain.score"] = none, procedures = none })
    assert.is_nil(document.answers["pain.score"])
    assert.is_nil(document.procedures)
  end)

  it("gives each record an id and a source, and keeps its own", function()
    local document = built {
      diagnoses = { "M54.16", { system = "icd-10-cm", code = "M48.061", id = "dx9", src = { "s1" } } },
      procedures = { { kind = "epidural-injection", outcome = { reliefPercent = percent(60) } } },
    }
    assert.same({ id = "diagnoses-1", system = "icd-10-cm", code = "M54.16", src = { "spec" } },
      document.diagnoses[1])
    assert.same("dx9", document.diagnoses[2].id)
    assert.same({ "s1" }, document.diagnoses[2].src)
    assert.equal(60, document.procedures[1].outcome.reliefPercent)
  end)

  it("numbers the lines and changes the first one", function()
    local document = built { lines = { "64483", { code = "64484", quantity = { value = 2 } } } }
    assert.same({ 1, 2 }, { document.request.lines[1].sequence, document.request.lines[2].sequence })
    assert.equal(1, document.request.lines[1].quantity.value)
    casefiles.apply(document, { line = { units = 3, placeOfService = "11" } })
    assert.equal(3, document.request.lines[1].quantity.value)
    assert.equal("11", document.request.lines[1].placeOfService)
    assert.equal("64484", document.request.lines[2].code)
  end)

  it("changes the line of this very table, whatever their order", function()
    local document = built { line = { units = 3 }, lines = { "64483" } }
    assert.equal(3, document.request.lines[1].quantity.value)
  end)

  it("says from when on a list is whole", function()
    local document = built { complete = { procedures = "2024-01-01" } }
    assert.same({ from = "2024-01-01", src = { "spec" } }, document.complete.procedures)
  end)

  it("names a word that is neither a fact nor a part of a case", function()
    assert.has_error(function() built { painscore = 7 } end,
      "'painscore' is neither a fact nor a part of a case")
    assert.has_error(function() weeks("six") end, "weeks() takes a number, not six")
  end)
end)

describe("a casefile that is changed", function()
  local first = casefile { lines = { "64483" }, ["pain.score"] = 7 }

  it("leaves the one that it came from as it was", function()
    local second = first:with { ["pain.score"] = 3, line = { units = 2 } }
    local third = second:without "pain.score"
    assert.equal(7, first.document.answers["pain.score"].value)
    assert.equal(1, first.document.request.lines[1].quantity.value)
    assert.equal(3, second.document.answers["pain.score"].value)
    assert.is_nil(third.document.answers["pain.score"])
  end)

  it("can be edited as a whole document", function()
    local second = first:edit(function(document) document.kind = "utilization-review" end)
    assert.equal("utilization-review", second.document.kind)
    assert.equal("prior-authorization", first.document.kind)
  end)

  it("blames the line that misused it", function()
    local fine, message = pcall(function() return (first:with { pain = 7 }) end)
    assert.is_false(fine)
    assert.matches("testing_spec%.lua:%d+: 'pain' is neither a fact", message)
  end)
end)
