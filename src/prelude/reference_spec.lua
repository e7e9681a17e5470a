-- reference_spec.lua - the generated pages are those of this program, and the
-- signatures for editors name the same words.

package.path = "tests/?.lua;" .. package.path
local host = require "prelude_host"

local function file(path)
  local handle = assert(io.open(path, "rb"))
  local text = handle:read "a"
  handle:close()
  return text
end

describe("docs/reference.md", function()
  it("is what the program writes: lua5.4 scripts/write-reference brings it up to date", function()
    assert.equal(host.new().reference(), file "docs/reference.md")
  end)
end)

describe("src/judge/fact_names.c", function()
  it("names the facts of the catalogue", function()
    assert.equal(host.fact_names(host.new()), file "src/judge/fact_names.c")
  end)
end)

describe("docs/rubric.meta.lua", function()
  it("is what the program writes", function()
    assert.equal(host.new().meta(), file "docs/rubric.meta.lua")
  end)

  it("names every word of the language and no other", function()
    local named = {}
    for name in file("docs/rubric.meta.lua"):gmatch "\nfunction ([%l_]+)%(" do named[name] = true end
    named.requested = file("docs/rubric.meta.lua"):find "\nrequested = " and true or nil
    local words = host.new().words
    assert.is_true(named.trace)
    named.trace = nil -- only while a function criterion runs
    for name in next, words do assert.is_true(named[name], name) end
    for name in next, named do assert.is_not_nil(rawget(words, name), name) end
  end)

  it("names every test and measure", function()
    local meta = file "docs/rubric.meta.lua"
    local prelude = host.new()
    for class, object in pairs { Value = prelude.words.fact "pain.score",
                                 Records = prelude.words.records "procedures" } do
      local count = 0
      for name in meta:gmatch("\nfunction " .. class .. ":([%l_]+)%(") do
        assert.is_function(object[name], class .. ":" .. name)
        count = count + 1
      end
      assert.is_true(count > 15)
    end
  end)
end)
