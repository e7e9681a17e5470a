-- catalogue.lua - every fact and list that a policy may ask for.
--
-- A fact has a kind, a unit, its choices, the question a person is asked, the
-- document that would prove it and, as data, where it is found in a case. The
-- entries themselves stand in the catalogue_* files; a payer adds its own with
-- define_fact. Any fact may also be answered under its own name.

local deps = ...

local error, ipairs, next, tostring, type = error, ipairs, next, tostring, type
local find, match, sub = string.find, string.match, string.sub
local sort = table.sort

local E, sealed = deps.collector, deps.sealed

local catalogue = { lists = {}, facts = {}, documents = deps.documents }
local own = {} -- facts that the policy under load declared

local YES_NO = { "yes", "no" }

local function document(name)
  if name == nil then return nil end
  if type(name) == "table" then return name end
  local found = deps.documents[name]
  if not found then error("catalogue: no document '" .. tostring(name) .. "'", 0) end
  return found
end

local function sorted(map)
  local names = {}
  for name in next, map do names[#names + 1] = name end
  sort(names)
  return names
end

-- Lists ---------------------------------------------------------------------------------

local function field_def(name, f)
  local def = { name = name }
  for key, value in next, f do def[key] = value end
  if def.kind == "yes-no" then def.kind, def.choices = "choice", YES_NO end
  def.mode = def.mode or "first"
  return def
end

-- catalogue.list { name =, fields = { {name, {...}}, ... } }
function catalogue.list(entry)
  local list = {
    name = entry.name, from = entry.from or { entry.name }, root = entry.root,
    world = entry.world or "open", closed_by = entry.closed_by, date = entry.date,
    period = entry.period, skip = entry.skip, document = document(entry.document),
    about = entry.about, fields = {}, field = {},
  }
  for i, f in ipairs(entry.fields) do
    local def = field_def(f[1], f[2])
    list.fields[i], list.field[def.name] = def, def
  end
  function list.field_names() return sorted(list.field) end
  catalogue.lists[list.name] = list
end

-- Facts ----------------------------------------------------------------------------------

-- { name = "odi" } -> filters, sorted by field
local function filters(list, where)
  local out = {}
  for _, name in ipairs(sorted(where or {})) do
    local field, wanted = list.field[name], where[name]
    if not field then error("catalogue: list '" .. list.name .. "' has no '" .. name .. "'", 0) end
    local many = type(wanted) == "table"
    out[#out + 1] = { field = field, test = many and "is_one_of" or "is",
                      values = many and wanted or { wanted } }
  end
  return out
end

local function found_entry(path, f)
  if f.ways then return { ways = f.ways, date = f.date } end
  local list = catalogue.lists[f.list]
  local field = list and list.field[f.field]
  if not field then
    error("catalogue: fact '" .. path .. "' is found in no field '" .. tostring(f.field) .. "'", 0)
  end
  return { list = list, where = filters(list, f.where), field = field }
end

-- catalogue.fact(path, entry)
function catalogue.fact(path, entry)
  if catalogue.facts[path] then error("catalogue: fact '" .. path .. "' is there twice", 0) end
  local fact = { path = path }
  for key, value in next, entry do fact[key] = value end
  if fact.kind == "yes-no" then fact.kind, fact.choices = "choice", YES_NO end
  fact.document = document(entry.document)
  fact.choose = entry.choose or "latest"
  fact.worst = entry.worst or "high"
  fact.world = entry.world or "open"
  fact.found = {}
  for i, f in ipairs(entry.found or {}) do fact.found[i] = found_entry(path, f) end
  catalogue.facts[path] = fact
  return fact
end

function catalogue.fact_names() return sorted(catalogue.facts) end

-- The lists that records may name, without the pseudo lists.
function catalogue.list_names()
  local names = {}
  for _, name in ipairs(sorted(catalogue.lists)) do
    if not catalogue.lists[name].root then names[#names + 1] = name end
  end
  return names
end

-- catalogue.like(path) -> a fact whose last part is the same, or nil
function catalogue.like(path)
  local tail = match(path, "%.([^.]+)$")
  if not tail then return nil end
  for _, name in ipairs(catalogue.fact_names()) do
    if match(name, "%.([^.]+)$") == tail then return name end
  end
  return nil
end

-- A payer's own facts ------------------------------------------------------------------------

-- catalogue.reset(): forget the facts of the policy before
function catalogue.reset()
  for i = 1, #own do catalogue.facts[own[i].path] = nil end
  own = {}
end

-- catalogue.forget(file): that file is read again, once its base is there
function catalogue.forget(file)
  local kept = {}
  for i = 1, #own do
    if own[i].file == file then
      catalogue.facts[own[i].path] = nil
    else
      kept[#kept + 1] = own[i]
    end
  end
  own = kept
end

local function read_range(context, name, value)
  if type(value) == "table" and type(value[1]) == "number" and type(value[2]) == "number"
     and value[1] <= value[2] then
    return { value[1], value[2] }
  end
  deps.fields().wrong(context, name, "two numbers", value, "write range = { 0, 10 }")
  return nil
end

local function read_found(context, name, value)
  local fields = deps.fields()
  local ok = type(value) == "table" and type(value.list) == "string" and type(value.field) == "string"
  local list = ok and catalogue.lists[value.list]
  local field = list and list.field[value.field]
  if not field then
    fields.wrong(context, name, "a list and a field of the catalogue", value,
                 "write found = { list = \"observations\", where = { name = \"odi\" }, field = \"value\" }")
    return nil
  end
  local narrowed = deps.records().narrowed({ list = list, where = {}, same = {} }, value.where or {},
                                           fields.place(context, name))
  return narrowed and { { list = list, field = field, where = narrowed.where } } or nil
end

local KINDS = { "choice", "code", "date", "duration", "number", "text", "yes-no" }
local UNITS = { "count", "days", "degrees", "hours", "levels", "mcg", "mg", "ml", "percent", "points",
                "sessions", "units", "weeks", "years" }

local function spec(fields)
  return {
    kind = fields.one_of(KINDS), unit = fields.one_of(UNITS), choices = fields.texts,
    question = fields.text, document = fields.document, found = read_found, range = read_range,
    choose = fields.one_of { "all", "best", "earliest", "latest", "worst" },
    worst = fields.one_of { "high", "low" }, safety = fields.flag,
  }
end

-- catalogue.define(path, body, place): the word define_fact
function catalogue.define(path, body, place)
  local fields = deps.fields()
  local context = { word = "define_fact", id = path, place = place }
  if not find(path, "^[%l%d_]+%.[%l%d_.]*[%l%d_]$") then
    E.add("P041", E.token(place, "string", path), "a fact is named in two or more parts with dots, not '"
          .. sub(path, 1, 80) .. "'", "name it as \"acme.home_exercise\"")
    return sealed.broken
  end
  if not fields.body(context, body) then return sealed.broken end
  local read, good = fields.read(context, body, spec(fields), { "kind", "question" })
  if catalogue.facts[path] then
    E.add("P037", place, "fact '" .. path .. "' is already in the catalogue",
          "use it as it is, or give yours another name")
    return sealed.broken
  end
  if read.kind == "choice" and not read.choices then
    E.add("P037", place, "fact '" .. path .. "' is a choice without 'choices'",
          "add choices = { \"first\", \"second\" }")
    good = false
  end
  -- Declared even when wrong, so that its use is not one more error.
  read.kind = read.kind or "text"
  local found = read.found
  read.found = nil
  local fact = catalogue.fact(path, read)
  fact.found, fact.own = found or {}, true
  own[#own + 1] = { path = path, file = place and place.file }
  return good and sealed.new("declaration", {}) or sealed.broken
end

return catalogue
