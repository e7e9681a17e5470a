-- fields.lua - checks the table in  word "id" { field = value }.
--
-- Each word says which fields it has and what may stand there; unknown and
-- missing fields are named, a field that was only misspelt is not also missing.

local deps = ...

local next, tostring, type = next, tostring, type
local find = string.find
local math_type = math.type
local concat, sort = table.concat, table.sort
local utf8_len = utf8.len

local E, S, sealed, values, groups = deps.collector, deps.errors, deps.sealed,
  deps.values, deps.groups

local fields = {}

local LONGEST = 4000 -- bytes of one text
local LONGEST_VERSION = 60 -- bytes; the host keeps it in the log beside the answer

local help = {
  cite = "say where the rule is written, as cite = \"PM-114 3.2\"",
  says = "say in one sentence what the rule asks, as a nurse would read it",
  met = "say what must be found, as met = fact \"...\" :is \"yes\"",
  ask = "name the paper to ask for when the record is silent",
  when = "say when this applies, as when = fact \"...\" :is \"yes\"",
  title = "give the policy a title that a reviewer will read",
  source = "name the payer's document, as source = \"Acme policy PM-114\"",
  in_force = "say from when it holds, as in_force = { from = \"2025-01-01\" }",
  covers = "name the codes the policy decides, as covers = codes { \"64483\" }",
}

-- What a message calls the thing: criterion 'image-guidance'
local function label(context)
  if context.id == nil then return context.word end
  return context.word .. " '" .. context.id .. "'"
end
fields.label = label

-- fields.place(context, name) -> where a field is written
function fields.place(context, name)
  if not context.lines then
    context.lines, context.again = E.fields(context.place, context.word, context.id)
  end
  local line = context.lines[name]
  return line and { file = context.place.file, line = line } or context.place
end

function fields.wrong(context, name, expected, thing, advice)
  E.add("P012", fields.place(context, name), label(context) .. ": '" .. name .. "' is " .. expected
        .. ", not " .. sealed.what(thing), advice or help[name])
end

-- fields.id(id, place, word, example) -> true if the id can be one
function fields.id(id, place, word, example)
  if type(id) == "string" and find(id, "^[%l%d][%l%d._-]*$") and #id <= 80 then return true end
  if sealed.is_broken(id) then return false end
  if type(id) == "string" and find(id, "^[%l%d][%l%d._-]*$") then
    E.add("P041", place, word .. " '" .. id:sub(1, 20) .. "...' has a name of " .. #id
          .. " bytes: 80 are the most", "name it as " .. word .. " \"" .. example .. "\"")
    return false
  end
  if type(id) == "string" then
    E.add("P041", E.token(place, "string", id), word .. " '" .. values.printable(id)
          .. "' is not named in small letters, digits, '.', '-' and '_'",
          "name it as " .. word .. " \"" .. example .. "\"")
  else
    E.add("P041", place, word .. " takes a name, not " .. sealed.what(id),
          "name it as " .. word .. " \"" .. example .. "\"")
  end
  return false
end

-- Readers: (context, name, value) -> what is kept, or nil after naming a slip.

function fields.text(context, name, value)
  if type(value) ~= "string" then
    fields.wrong(context, name, "a text", value)
    return nil
  end
  if not utf8_len(value) then
    E.add("P038", fields.place(context, name), label(context) .. ": '" .. name
          .. "' is not UTF-8", "save the file as UTF-8")
    return nil
  end
  if #value > LONGEST then
    E.add("P045", fields.place(context, name), label(context) .. ": '" .. name .. "' is longer than "
          .. LONGEST .. " bytes", "say it in a sentence or two")
    return nil
  end
  if not find(value, "%S") then
    E.add("P011", fields.place(context, name), label(context) .. ": '" .. name .. "' is empty",
          help[name] or "write the text between the quotes")
    return nil
  end
  return value
end

function fields.version(context, name, value)
  local text = fields.text(context, name, value)
  if text and #text > LONGEST_VERSION then
    E.add("P045", fields.place(context, name), label(context) .. ": '" .. name .. "' is longer than "
          .. LONGEST_VERSION .. " bytes", "a date or a number will do: what it is goes into 'title' and 'source'")
    return nil
  end
  return text
end

-- fields.limits({ time_ms = 250, .. }, advice) -> a reader of limits that are at most these.
function fields.limits(most, advice)
  local names, choices = S.keys(most), {}
  for i = 1, #names do choices[i] = names[i] .. " from 1 to " .. most[names[i]] end
  return function(context, name, value)
    if type(value) ~= "table" or sealed.of(value) then
      fields.wrong(context, name, "a table", value, advice or "write limits = { time_ms = 100 }")
      return nil
    end
    local out, good = {}, true
    for key, number in next, value do -- any order: each key is checked by itself
      if not most[key] or math_type(number) ~= "integer" or number < 1 or number > most[key] then
        good = false
        E.add("P012", E.token(fields.place(context, name), "name", tostring(key)),
              label(context) .. ": a limit is " .. concat(choices, ", "),
              advice or "a policy may ask for less, the registry may give more time")
      else
        out[key] = number
      end
    end
    return good and out or nil
  end
end

function fields.flag(context, name, value)
  if type(value) == "boolean" then return value end
  fields.wrong(context, name, "true or false", value, "write " .. name .. " = true")
  return nil
end

function fields.finding(context, name, value)
  return groups.finding(value, fields.place(context, name), label(context) .. ", '" .. name .. "'")
end

function fields.one_of(choices)
  return function(context, name, value)
    for i = 1, #choices do
      if choices[i] == value then return value end
    end
    E.add("P012", fields.place(context, name), label(context) .. ": '" .. name .. "' is never "
          .. (type(value) == "string" and "'" .. values.printable(value) .. "'" or sealed.what(value)),
          S.suggest(value, choices))
    return nil
  end
end

-- fields.list(thing) -> array of its texts, or nil
function fields.texts(context, name, value)
  if type(value) ~= "table" or sealed.of(value) then
    fields.wrong(context, name, "a list of names", value, "write " .. name .. " = { \"first\", \"second\" }")
    return nil
  end
  for key, item in next, value do
    if math_type(key) ~= "integer" or type(item) ~= "string" or not utf8_len(item) then
      fields.wrong(context, name, "a list of names", item, "write " .. name .. " = { \"first\", \"second\" }")
      return nil
    end
  end
  local out = {}
  for i = 1, #value do out[i] = value[i] end
  return out
end

local LOINC = "^%d+%-%d$"

-- A paper of the catalogue by its name, its label or its code.
local function paper_named(value)
  local found = deps.documents[value]
  for _, paper in next, deps.documents do
    if not found and (paper.label == value or paper.code == value) then found = paper end
  end
  return found
end

-- A document: its name, its label, its LOINC code, or { code = , label = }.
function fields.document(context, name, value)
  local place = fields.place(context, name)
  if type(value) == "string" then
    local known = paper_named(value)
    if known then return { code = known.code, label = known.label } end
    if find(value, LOINC) then return { code = value, label = value } end
    E.add("P012", place, label(context) .. ": no document is called '" .. values.printable(value) .. "'",
          S.suggest(value, S.keys(deps.documents),
                    "write document = { code = \"11506-3\", label = \"Progress note\" }"))
    return nil
  end
  if type(value) == "table" and not sealed.of(value) then
    local code, text = value.code, value.label
    if type(text) == "string" and utf8_len(text)
       and (code == nil or type(code) == "string" and find(code, LOINC)) then
      return { code = code, label = text }
    end
  end
  fields.wrong(context, name, "a document", value,
               "write document = { code = \"11506-3\", label = \"Progress note\" }")
  return nil
end

function fields.in_force(context, name, value)
  local place = fields.place(context, name)
  if type(value) ~= "table" or sealed.of(value) then
    fields.wrong(context, name, "a span of dates", value)
    return nil
  end
  for key in next, value do
    if key ~= "from" and key ~= "to" then
      E.add("P010", type(key) == "string" and E.token(place, "name", key) or place,
            label(context) .. ": '" .. name .. "' has no field '" .. tostring(key) .. "'",
            S.suggest(key, { "from", "to" }))
      return nil
    end
  end
  if value.from == nil then
    E.add("P011", place, label(context) .. ": '" .. name .. "' has no 'from'", help.in_force)
    return nil
  end
  local from = values.check_date(value.from, place)
  local to = value.to ~= nil and values.check_date(value.to, place)
  if not from or value.to ~= nil and not to then return nil end
  if to and to < from then
    E.add("P031", E.token(place, "string", to), label(context) .. ": it ends on " .. to
          .. ", before it begins on " .. from, "'to' is the last day it holds")
    return nil
  end
  return { from = from, to = to or nil }
end

local function key_name(key)
  return type(key) == "string" and values.printable(key) or tostring(key)
end

local function unknown(context, key, spec)
  if math_type(key) then
    E.add("P010", context.place, label(context) .. ": something stands here without a field name",
          "write it as field = value; its fields: " .. S.one_of(S.keys(spec)))
    return nil
  end
  local near = type(key) == "string" and S.nearest(key, S.keys(spec)) or nil
  E.add("P010", fields.place(context, key), label(context) .. ": no field is called '"
        .. key_name(key) .. "'", S.suggest(key, S.keys(spec)))
  return near
end

local function given_twice(context)
  fields.place(context, "")
  for i = 1, #context.again do
    local name, line = context.again[i].name, context.again[i].line
    E.add("P013", { file = context.place.file, line = line }, label(context) .. ": the field '"
          .. name .. "' is given twice", "keep one of them: Lua would silently take the last")
  end
  return #context.again > 0
end

-- fields.read(context, body, spec, required) -> { name = value }, complete
-- spec: name -> reader. context: word, id, place. Positional entries are left
-- to the caller when spec[1] is set.
function fields.read(context, body, spec, required)
  local out, misspelt, good = {}, {}, not given_twice(context)
  local keys = {}
  for key in next, body do keys[#keys + 1] = key end
  sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  local names = {}
  for name in next, spec do
    if type(name) == "string" then names[name] = spec[name] end
  end
  for i = 1, #keys do
    local key = keys[i]
    if math_type(key) and spec[1] then
      out[key] = body[key]
    elseif type(key) ~= "string" or not names[key] then
      local near = unknown(context, key, names)
      if near then misspelt[near] = true end
      good = false
    elseif sealed.is_broken(body[key]) then
      good, misspelt[key] = false, true
    else
      local value = names[key](context, key, body[key])
      if value == nil then good, misspelt[key] = false, true end
      out[key] = value
    end
  end
  for i = 1, #required do
    local name = required[i]
    if out[name] == nil then
      good = false
      if not misspelt[name] then
        E.add("P011", context.place, label(context) .. ": the field '" .. name .. "' is missing",
              help[name] or "add " .. name .. " = ...")
      end
    end
  end
  return out, good
end

-- fields.body(context, body) -> true if a table of fields was given
function fields.body(context, body)
  if type(body) == "table" and not sealed.of(body) then return true end
  if not sealed.is_broken(body) then
    E.add("P012", context.place, label(context) .. " takes its fields in braces, not "
          .. sealed.what(body), "write it as " .. context.word .. " \"name\" { field = value }")
  end
  return false
end

fields.help = help
return fields
