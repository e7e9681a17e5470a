-- rubric.casefiles: case documents from a few words, for specs.
--
-- A document is a plain table in the shape of "rubric-case/1". apply() puts a
-- table of changes on it: facts become answers, records get an id and a source,
-- lines get a number. Nothing here judges, and nothing here asks the program.

local json = require "dkjson"

local casefiles = {}

local SOURCE = "spec"      -- what the spec states
local EXTRACTED = "found"  -- what text says and nobody confirmed

-- Says "nothing is on file" where nil could not be written down.
casefiles.none = setmetatable({}, { __tostring = function() return "none" end, __name = "none" })

local LISTS = {
  diagnoses = true, treatments = true, procedures = true, trials = true, observations = true,
  imaging = true, examination = true, evaluations = true, goals = true, devices = true,
  programs = true, statements = true, reviews = true, history = true, documents = true,
}
local OBJECTS = { patient = true, coverage = true, conditions_covered = true }
local PLAIN = {
  caseId = true, kind = true, channel = true, received = true, asOf = true, dueBy = true,
  annotations = true, sources = true, answers = true,
}

local Amount = {}
Amount.__index = Amount
Amount.__tostring = function(amount) return amount.value .. " " .. amount.unit end

-- amount("weeks") is the function behind weeks(6).
function casefiles.amount(unit)
  return function(value)
    if type(value) ~= "number" then
      error(unit .. "() takes a number, not " .. tostring(value), 2)
    end
    return setmetatable({ value = value, unit = unit }, Amount)
  end
end

local Extracted = {}

-- A value that was found in text and that nobody has confirmed.
function casefiles.extracted(value)
  return setmetatable({ value = value }, Extracted)
end

local function array(items)
  return setmetatable(items, { __jsontype = "array" })
end

-- Says so of a table that may come to be empty, and would then pass for a list.
local function object(items)
  return setmetatable(items, { __jsontype = "object" })
end

function casefiles.copy(value)
  if type(value) ~= "table" or value == json.null or value == casefiles.none then
    return value
  end
  local copied = {}
  for key, item in pairs(value) do
    copied[key] = casefiles.copy(item)
  end
  return setmetatable(copied, getmetatable(value))
end

function casefiles.sorted_keys(values)
  local keys = {}
  for key in pairs(values) do
    keys[#keys + 1] = key
  end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  return keys
end

-- The smallest document that can be judged; lines are added by apply().
function casefiles.blank()
  return {
    schema = "rubric-case/1",
    caseId = "spec",
    kind = "prior-authorization",
    asOf = "2026-06-15",
    request = { urgency = "standard", lines = array {} },
    sources = { [SOURCE] = { kind = "ehr", ref = "spec" } },
  }
end

local function use_source(doc, id)
  doc.sources = doc.sources or object {}
  if id == SOURCE then
    doc.sources[id] = doc.sources[id] or { kind = "ehr", ref = "spec" }
  elseif id == EXTRACTED then
    doc.sources[id] = doc.sources[id] or { kind = "document", ref = "spec", origin = "extracted" }
  end
  return array { id }
end

local function answer_value(value)
  if getmetatable(value) == Amount then
    return { value = value.value, unit = value.unit }
  elseif type(value) == "table" and #value > 0 then
    local items = array {}
    for i, item in ipairs(value) do
      items[i] = answer_value(item)
    end
    return items
  end
  return value
end

local function set_fact(doc, path, value)
  doc.answers = doc.answers or object {}
  if value == casefiles.none then
    doc.answers[path] = nil
  elseif getmetatable(value) == Extracted then
    doc.answers[path] = { value = answer_value(value.value), src = use_source(doc, EXTRACTED) }
  elseif type(value) == "table" and getmetatable(value) ~= Amount and value.value ~= nil then
    local answer = casefiles.copy(value)
    answer.src = answer.src or use_source(doc, SOURCE)
    doc.answers[path] = answer
  else
    doc.answers[path] = { value = answer_value(value), src = use_source(doc, SOURCE) }
  end
end

-- Amounts become what the document says: a quantity, or a bare number where the
-- field is one (relief in percent or weeks).
local function plain(value, key)
  if getmetatable(value) == Amount then
    if key == "reliefPercent" and value.unit == "percent" then
      return value.value
    elseif key == "reliefWeeks" and value.unit == "weeks" then
      return value.value
    end
    return { value = value.value, unit = value.unit }
  elseif type(value) == "table" and value ~= json.null then
    local items = {}
    for name, item in pairs(value) do
      items[name] = plain(item, name)
    end
    return setmetatable(items, getmetatable(value) or (#items > 0 and { __jsontype = "array" } or nil))
  end
  return value
end

local function record_of(doc, list, item, place)
  if type(item) ~= "table" then
    if list == "diagnoses" then
      item = { system = "icd-10-cm", code = item }
    elseif list == "history" then
      item = { code = item }
    else
      error(("%s[%d] is not a table"):format(list, place), 0)
    end
  end
  local record = plain(item)
  record.id = record.id or ("%s-%d"):format(list, place)
  record.src = record.src or use_source(doc, SOURCE)
  return record
end

local function set_list(doc, list, items)
  if items == casefiles.none then
    doc[list] = nil
    return
  end
  local records = array {}
  for i, item in ipairs(items) do
    records[i] = record_of(doc, list, item, i)
  end
  doc[list] = records
end

local function line_of(doc, item, place)
  local line = plain(type(item) == "table" and item or { code = item })
  line.sequence = line.sequence or place
  line.quantity = line.quantity or { value = 1 }
  line.src = line.src or use_source(doc, SOURCE)
  return line
end

local function set_lines(doc, items)
  local lines = array {}
  for i, item in ipairs(items) do
    lines[i] = line_of(doc, item, i)
  end
  doc.request.lines = lines
end

-- line = { units = 3, side = ... } changes the first line; units is short for
-- the value of its quantity.
local function change_line(doc, changes)
  local line = doc.request.lines[1]
  if line == nil then
    line = line_of(doc, {}, 1)
    doc.request.lines[1] = line
  end
  for _, key in ipairs(casefiles.sorted_keys(changes)) do
    local value = changes[key]
    if key == "units" then
      line.quantity = { value = type(value) == "table" and value.value or value }
    elseif value == casefiles.none then
      line[key] = nil
    else
      line[key] = plain(value)
    end
  end
end

local function merge(into, changes)
  for _, key in ipairs(casefiles.sorted_keys(changes)) do
    if changes[key] == casefiles.none then
      into[key] = nil
    else
      into[key] = plain(changes[key])
    end
  end
end

local function set_object(doc, key, value)
  if value == casefiles.none then
    doc[key] = nil
    return
  end
  doc[key] = doc[key] or object {}
  merge(doc[key], value)
  doc[key].src = doc[key].src or use_source(doc, SOURCE)
end

-- complete = { procedures = "2024-01-01" }: that list is whole from that day on.
local function set_complete(doc, lists)
  if lists == casefiles.none then
    doc.complete = nil
    return
  end
  doc.complete = doc.complete or object {}
  for _, list in ipairs(casefiles.sorted_keys(lists)) do
    local from = lists[list]
    if from == casefiles.none then
      doc.complete[list] = nil
    else
      doc.complete[list] = { from = from, src = use_source(doc, SOURCE) }
    end
  end
end

local function apply_one(doc, key, value)
  if type(key) ~= "string" then
    error(("a casefile has names, not the number %s"):format(tostring(key)), 0)
  elseif key == "lines" then
    set_lines(doc, value)
  elseif key == "line" then
    change_line(doc, value)
  elseif key == "request" then
    merge(doc.request, value)
  elseif key == "complete" then
    set_complete(doc, value)
  elseif LISTS[key] then
    set_list(doc, key, value)
  elseif OBJECTS[key] then
    set_object(doc, key, value)
  elseif PLAIN[key] then
    doc[key] = value ~= casefiles.none and plain(value) or nil
  elseif key:find(".", 1, true) then
    set_fact(doc, key, value)
  else
    error(("'%s' is neither a fact nor a part of a case"):format(key), 0)
  end
end

-- Puts changes on the document. Raises a plain message for a word that is none.
function casefiles.apply(doc, changes)
  for _, key in ipairs(casefiles.sorted_keys(changes)) do
    -- The first line must be there before something is changed in it.
    if key ~= "line" then
      apply_one(doc, key, changes[key])
    end
  end
  if changes.line ~= nil then
    apply_one(doc, "line", changes.line)
  end
  return doc
end

-- A line for a policy that a spec did not name one for: the first code covered.
function casefiles.add_line(doc, code, system)
  set_lines(doc, { { code = code, system = system } })
end

return casefiles
