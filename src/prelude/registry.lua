-- registry.lua - the words of policies/registry.lua: which policy serves whom.
--
--   payer "acme" { names = { "Acme", "Acme Health" } }
--   register "acme.epidural-injections" {
--     file = "acme/epidural-injections.lua", payer = "acme",
--     where = { states = { "OH", "KY" } }, in_force = { from = "2021-12-05" },
--     source = "Acme policy PM-115", parameters = { repeat_relief = percent(50) },
--   }
--   limits { case_mib = 16 }   of what belongs to no policy: the size of a case

local deps = ...

local next, tostring, type = next, tostring, type
local concat, sort = table.concat, table.sort
local find = string.find

local E, S, sealed, values, fields, json, tree = deps.collector, deps.errors, deps.sealed,
  deps.values, deps.fields, deps.json, deps.tree
local broken = sealed.broken
local array, null = json.array, json.null

local registry = { words = {} }
local words = registry.words
local now
local clocks

function registry.start(file)
  clocks.start()
  now = { file = file, payers = {}, payer = {}, entries = {} }
end

local function word(name, example, finish)
  words[name] = function(id)
    local context = { word = name, id = id, place = E.where() }
    local good = fields.id(id, context.place, name, example)
    if not good then context.id = nil end
    return function(body)
      if not fields.body(context, body) then return broken end
      return finish(context, body, good) or broken
    end
  end
end

word("payer", "acme", function(context, body)
  local read = fields.read(context, body, { names = fields.texts }, {})
  if context.id == nil then return nil end
  if now.payer[context.id] then
    E.add("P013", context.place, "payer '" .. context.id .. "' is declared twice, first in line "
          .. now.payer[context.id].line, "put all its names into one place")
    return nil
  end
  now.payer[context.id] = context.place
  now.payers[#now.payers + 1] = { id = context.id, names = array(read.names or {}) }
  return sealed.new("declaration", {})
end)

local function names_of(context, name, value)
  if type(value) == "string" then value = { value } end
  return fields.texts(context, name, value)
end

local where_fields = { plans = names_of, states = names_of, lines_of_business = names_of }
-- An entry may also be for some places of service: one line of the request at one of them is enough.
local entry_fields = { plans = names_of, states = names_of, lines_of_business = names_of, places = names_of }

local function read_where_of(context, name, value, known)
  if type(value) ~= "table" or sealed.of(value) then
    fields.wrong(context, name, "a table", value, "write where = { states = { \"OH\", \"KY\" } }")
    return nil
  end
  local inner = { word = context.word, id = context.id, place = fields.place(context, name),
                  lines = {}, again = {} }
  for key in next, value do
    if type(key) == "string" then
      inner.lines[key] = E.token(inner.place, "name", key).line
    end
  end
  local read, good = fields.read(inner, value, known, {})
  return good and read or nil
end

local function read_where(context, name, value) return read_where_of(context, name, value, where_fields) end
local function read_entry_where(context, name, value) return read_where_of(context, name, value, entry_fields) end

deps.read_where = read_where
clocks = deps.modules.clocks(deps)
for name, made in next, clocks.words do words[name] = made end

local function constant(context, name, thing)
  local value = sealed.of(values.from(thing, context.place))
  if value and value.by_date then
    local out = array()
    for i = 1, #value.by_date do
      local entry = value.by_date[i]
      if not entry.value.const then return nil end
      out[i] = { from = entry.key, value = tree.const(entry.value.const) }
    end
    return out
  end
  if value and value.const then return tree.const(value.const) end
  if not sealed.is_broken(thing) then
    E.add("P012", E.token(fields.place(context, "parameters"), "name", name),
          fields.label(context) .. ": parameter '" .. name .. "' is no fixed value",
          "write it as " .. name .. " = weeks(2)")
  end
  return nil
end

local function read_parameters(context, name, value)
  if type(value) ~= "table" or sealed.of(value) then
    fields.wrong(context, name, "a table of values", value,
                 "write parameters = { repeat_relief = percent(50) }")
    return nil
  end
  local out = {}
  for key, thing in next, value do
    if type(key) ~= "string" then
      fields.wrong(context, name, "a table of values by name", thing,
                   "write parameters = { repeat_relief = percent(50) }")
      return nil
    end
    out[key] = constant(context, key, thing)
  end
  return out
end

local function read_file(context, name, value)
  local text = fields.text(context, name, value)
  if not text then return nil end
  if find(text, "^/") or find(text, "..", 1, true) or not find(text, "%.lua$") then
    E.add("P040", fields.place(context, name), fields.label(context)
          .. ": '" .. name .. "' is no file below the policies folder",
          "write it as file = \"acme/epidural-injections.lua\"")
    return nil
  end
  return text
end

word("register", "acme.epidural-injections", function(context, body, good)
  local read, complete = fields.read(context, body, {
    file = read_file, payer = fields.text, where = read_entry_where, in_force = fields.in_force,
    parameters = read_parameters, source = fields.text, title = fields.text,
    vouched = fields.texts,
    limits = fields.limits {
      load_ms = 10000, time_ms = 60000, memory_mib = 32, result_kib = 8192, trace_kib = 1024 },
  }, { "file", "in_force", "payer" })
  if not good or not complete then return nil end
  local where = read.where or {}
  now.entries[#now.entries + 1] = {
    context = context, policy = context.id, file = read.file, payer = read.payer,
    plans = array(where.plans or {}), states = array(where.states or {}),
    lines_of_business = array(where.lines_of_business or {}), places = array(where.places or {}),
    from = read.in_force.from,
    to = read.in_force.to, parameters = read.parameters or {}, source = read.source, title = read.title,
    limits = read.limits, vouched = read.vouched,
  }
  return sealed.new("declaration", {})
end)

local read_limits = fields.limits({ case_mib = 16 },
  "write limits { case_mib = 16 }; what a policy may use stands in its own entry")

function words.limits(body)
  local context = { word = "limits", place = E.where() }
  if now.limits then
    E.add("P013", context.place, "limits are declared twice, first in line " .. now.limits_place.line,
          "put all of them into one place")
    return broken
  end
  now.limits, now.limits_place = read_limits(context, "limits", body), context.place
  return now.limits and sealed.new("declaration", {}) or broken
end

-- Whom an entry serves with what, as one text.
local function scope(entry)
  local parts = { entry.policy, entry.payer }
  for _, name in next, { "plans", "states", "lines_of_business", "places" } do
    local list = {}
    for i = 1, #entry[name] do list[i] = entry[name][i] end
    sort(list)
    parts[#parts + 1] = concat(list, "\1")
  end
  return concat(parts, "\0")
end

-- Entries of one policy for the same people follow each other without a gap.
local function check_versions(list)
  sort(list, function(a, b)
    if a.from ~= b.from then return a.from < b.from end
    return a.context.place.line < b.context.place.line
  end)
  for i = 2, #list do
    local before, entry = list[i - 1], list[i]
    local line = before.context.place.line
    if not before.to or before.to >= entry.from then
      E.add("P031", entry.context.place, "register '" .. entry.policy
            .. "' is in force together with the entry of line " .. line,
            "end the older one with 'to', on the day before the newer begins")
    elseif values.next_day(before.to) ~= entry.from then
      E.add("P031", entry.context.place, "register '" .. entry.policy .. "' leaves a gap: the entry of line "
            .. line .. " ends on " .. before.to, "let this one begin on " .. values.next_day(before.to))
    end
  end
end

local function check_all_versions(entries)
  local by_scope, order = {}, {}
  for i = 1, #entries do
    local key = scope(entries[i])
    if not by_scope[key] then
      by_scope[key] = {}
      order[#order + 1] = key
    end
    local list = by_scope[key]
    list[#list + 1] = entries[i]
  end
  for i = 1, #order do check_versions(by_scope[order[i]]) end
end

-- registry.finish() -> the registry as plain tables
function registry.finish()
  check_all_versions(now.entries)
  local entries = array()
  for i = 1, #now.entries do
    local e = now.entries[i]
    if not now.payer[e.payer] then
      E.add("P040", E.token(fields.place(e.context, "payer"), "string", e.payer),
            "register '" .. e.policy .. "': no payer is called '" .. values.printable(e.payer) .. "'",
            S.suggest(e.payer, S.keys(now.payer), "declare it with payer \"" .. tostring(e.payer)
                      .. "\" { names = { ... } }"))
    end
    entries[i] = {
      policy = e.policy, file = e.file, payer = e.payer, plans = e.plans, states = e.states,
      lines_of_business = e.lines_of_business, places = e.places, from = e.from, to = e.to or null,
      parameters = e.parameters, limits = e.limits, vouched = e.vouched and array(e.vouched),
      source = e.source or null, title = e.title or null,
      line = e.context.place.line,
    }
  end
  return { schema = "rubric-registry/1", payers = array(now.payers), entries = entries,
           limits = now.limits, clocks = clocks.finish(now.payers) }
end

return registry
