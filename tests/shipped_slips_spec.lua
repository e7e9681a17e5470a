-- shipped_slips_spec.lua - one slip of each kind, planted in every shipped
-- policy: a misspelt word, fact and choice, a wrong unit, a missing cite. Each
-- is named at its own line.

package.path = "tests/?.lua;" .. package.path
local host = require "prelude_host"

local function lines_of(command)
  local lines = {}
  local pipe = assert(io.popen(command))
  for line in pipe:lines() do lines[#lines + 1] = line end
  pipe:close()
  return lines
end

local function read(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read("a")
  file:close()
  return text
end

-- The shipped policies by id, for those that extend another.
local files, policies = {}, {}
for _, path in ipairs(lines_of("find policies -name '*.lua' | LC_ALL=C sort")) do
  if not path:find("_spec%.lua$") and not path:find("registry%.lua$") then
    local text = read(path)
    local id = text:match('policy%s*"([^"]+)"')
    if id then
      files[id] = { path, text }
      policies[#policies + 1] = { path = path, text = text }
    else -- a module
      files[path:match("policies/(shared/[^.]+)") or path:match("([^/]+)%.lua$")] = { path, text }
    end
  end
end

local function drop_middle(word)
  local at = (#word + 1) // 2
  return word:sub(1, at - 1) .. word:sub(at + 1)
end

-- Line number of a byte.
local function line_at(text, at)
  local _, n = text:sub(1, at - 1):gsub("\n", "")
  return n + 1
end

-- Replaces what the pattern captures by change(capture); the text and the line,
-- or nothing where the policy has no such place.
local function plant(text, pattern, change)
  local at, capture = text:match(pattern)
  if not at then return nil end
  return text:sub(1, at - 1) .. change(capture) .. text:sub(at + #capture), line_at(text, at)
end

local units = { weeks = "mg", days = "percent", months = "points", percent = "weeks", points = "months",
                mg = "weeks", units = "weeks", sessions = "percent", hours = "mg", years = "mg" }

-- The first amount that a test is given, else the first length of time. (A bare
-- number that is only calculated with means the same in any unit.)
local lengths = { days = true, weeks = true, months = true, years = true }

local function wrong_unit(text)
  for i, pattern in ipairs { ":[%l_]+%(()(%l+)%(%d", "[^%w_]()(%l+)%(%d" } do
    for from, word in text:gmatch(pattern) do
      if units[word] and (i == 1 or lengths[word]) then
        return text:sub(1, from - 1) .. units[word] .. text:sub(from + #word), line_at(text, from)
      end
    end
  end
end

-- Takes the cite out of the first criterion; the slip stands where it begins.
local function missing_cite(text)
  local start = text:match('\n%s*()criterion%s*"[^"]+"%s*{')
  if not start then return nil end
  local from, to = text:find('cite%s*=%s*"[^"\n]*",', start)
  if not from then return nil end
  return text:sub(1, from - 1) .. text:sub(to + 1), line_at(text, start)
end

local slips = {
  { "a misspelt word", function(text)
      return plant(text, "[^%w_.]()(a[ln][ly]_of)%s*{", drop_middle)
    end },
  { "a misspelt fact", function(text)
      return plant(text, '[%s(]fact%s*"()([%w_.]+)"', drop_middle)
    end },
  { "a misspelt choice", function(text)
      return plant(text, ':is%s*"()([%w-]+)"', drop_middle)
    end },
  { "a wrong unit", wrong_unit },
  { "a missing cite", missing_cite },
}

describe("the shipped policies", function()
  it("are there", function() assert.is_true(#policies >= 6) end)

  for _, policy in ipairs(policies) do
    it("load as they are: " .. policy.path, function()
      local tree, wrong = host.load(policy.text, files)
      assert.is_truthy(tree, wrong)
    end)
    for _, slip in ipairs(slips) do
      local text, line = slip[2](policy.text)
      if text then
        it("name " .. slip[1] .. " in " .. policy.path .. " at its line", function()
          local tree, wrong = host.load(text, files)
          assert.is_nil(tree, "the slip in line " .. line .. " went unseen")
          assert.is_truthy(wrong:find('"line":' .. line .. "[,}]"), "line " .. line .. ": " .. wrong)
        end)
      end
    end
  end

  it("have each kind of slip somewhere", function()
    for _, slip in ipairs(slips) do
      local seen = false
      for _, policy in ipairs(policies) do seen = seen or slip[2](policy.text) ~= nil end
      assert.is_true(seen, slip[1])
    end
  end)
end)
