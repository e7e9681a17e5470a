-- codesets.lua - sets of codes, as codes { "M54.1*", "cpt:64479-64480" }.
--
-- The expressions themselves are read by code_expression.lua. Here a set gets
-- its place, its family (diagnosis or service codes, never both) and its name.

local deps = ...

local assert, next, tostring, type = assert, next, tostring, type
local concat = table.concat
local math_type = math.type
local utf8_len = utf8.len

local E, sealed = deps.collector, deps.sealed
local broken = sealed.broken

local codesets = {}

local families = {
  ["icd-10-cm"] = "diagnosis", ["icd-10-pcs"] = "service",
  cpt = "service", hcpcs = "service", cdt = "service",
}

local function family(system) return families[system] or system end

local spoken = { diagnosis = "diagnosis codes", service = "service codes" }

local cache = {}

-- The items of one expression, or nil and what is wrong with it.
local function parse(text)
  if not cache[text] then
    local items, wrong = deps.code_expression.parse(text)
    cache[text] = { items = items, wrong = wrong }
  end
  return cache[text].items, cache[text].wrong
end

local function read_text(text, place, into)
  if type(text) ~= "string" then
    E.add("P020", place, "a code is a text, not " .. sealed.what(text),
          "put the code in quotes, as \"64483\"")
    return false
  end
  if not utf8_len(text) or text == "" then
    E.add("P020", place, "a code expression is empty or not UTF-8", "write it as \"M54.1*\"")
    return false
  end
  local items, wrong = parse(text)
  if not items then
    local at = E.token(place, "string", text)
    local message = type(wrong) == "table" and wrong.message or tostring(wrong)
    local column = type(wrong) == "table" and wrong.column
    E.add("P020", at, "the code expression '" .. text .. "' cannot be read: " .. message,
          column and "look at its character " .. tostring(column)
          or "write codes as \"64483\", \"M54.1*\" or \"64479-64480\"")
    return false
  end
  for i = 1, #items do into.items[#into.items + 1] = items[i] end
  into.text[#into.text + 1] = text
  into.lines[#into.lines + 1] = E.token(place, "string", text).line
  return true
end

local function check_family(set, place)
  local first
  for i = 1, #set.items do
    local found = set.items[i].system and family(set.items[i].system)
    first = first or found
    if found and found ~= first then
      local at = place
      for j = 1, #set.text do
        local items = parse(set.text[j])
        if items[1].system and family(items[1].system) == found then
          at = E.token(place, "string", set.text[j])
          break
        end
      end
      E.add("P021", at, "this code set mixes " .. (spoken[first] or first) .. " with "
            .. (spoken[found] or found), "make two sets, one of each")
      return false
    end
  end
  set.family = first
  return true
end

-- Reads one entry of a list: a text, or a set made earlier.
local function read_entry(entry, place, into)
  if sealed.is_broken(entry) then return false end
  local other = sealed.is(entry, "set")
  if not other then return read_text(entry, place, into) end
  for i = 1, #other.items do into.items[#into.items + 1] = other.items[i] end
  for i = 1, #other.text do
    into.text[#into.text + 1], into.lines[#into.lines + 1] = other.text[i], other.lines[i]
  end
  return true
end

-- codesets.fits(set, family, place, what) -> can these codes occur there?
function codesets.fits(set, wanted, place, what)
  if not wanted or not set.family or set.family == wanted then return true end
  E.add("P021", place, what .. " holds " .. (spoken[wanted] or wanted) .. ", this set "
        .. (spoken[set.family] or set.family), "use a set of " .. (spoken[wanted] or wanted))
  return false
end

-- codesets.make(list, place, family) -> set, or nil after naming the slips
function codesets.make(list, place, wanted)
  local set, good = { text = {}, items = {}, lines = {}, place = place }, true
  for key in next, list do
    if math_type(key) ~= "integer" or key < 1 or key > #list then
      E.add("P010", E.token(place, "name", tostring(key)),
            "a code set has no field '" .. tostring(key) .. "'",
            "list the codes, as codes { \"64483\", \"64484\" }")
      good = false
    end
  end
  for i = 1, #list do good = read_entry(list[i], place, set) and good end
  if #list == 0 then
    E.add("P033", place, "this code set is empty", "name at least one code")
    return nil
  end
  if not good or not check_family(set, place) then return nil end
  if not codesets.fits(set, wanted, place, "this field") then return nil end
  return set
end

-- codesets.trusted({texts}) -> a set of the catalogue's own
function codesets.trusted(texts)
  local set = { text = {}, items = {} }
  for i = 1, #texts do
    local items, wrong = parse(texts[i])
    assert(items, wrong and wrong.message)
    set.text[i] = texts[i]
    for j = 1, #items do set.items[#set.items + 1] = items[j] end
  end
  return set
end

codesets.words = {}

function codesets.words.codes(list)
  local place = E.where()
  if sealed.is_broken(list) then return broken end
  if type(list) == "string" then list = { list } end
  if type(list) ~= "table" or sealed.of(list) then
    E.add("P012", place, "codes takes a list of codes, not " .. sealed.what(list),
          "write it as codes { \"64483\", \"64484\" }")
    return broken
  end
  local set = codesets.make(list, place)
  if not set then return broken end
  return sealed.new("set", set)
end

sealed.class("set", {}, {}, function(set)
  return "the code set " .. (set.text[1] and "'" .. concat(set.text, ", ", 1, 1) .. "'" or "")
end)

return codesets
