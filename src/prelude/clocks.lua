-- clocks.lua - the words of policies/registry.lua for due dates.
--
--   holidays "offices" {
--     cite = "Handbook 2026", in_force = { from = "2026-01-01", to = "2026-12-31" },
--     days = { "2026-01-01", "2026-01-19" },
--   }
--   clock "california-workers-comp" {
--     cite = "8 CCR 9792.9.1", payers = { "acme" }, in_force = { from = "2013-01-01" },
--     standard = business_days(5), expedited = hours(72), holidays = "california",
--   }
--
-- Here they are only read and checked: src/judge/clock.c chooses and counts.

local deps = ...

local next, tonumber, type = next, tonumber, type
local match = string.match
local math_type = math.type
local sort = table.sort

local E, S, sealed, values, fields, json = deps.collector, deps.errors, deps.sealed,
  deps.values, deps.fields, deps.json
local broken = sealed.broken
local array, null = json.array, json.null

local clocks = { words = {} }
local words = clocks.words
local now

function clocks.start()
  now = { calendars = {}, calendar = {}, clocks = {}, clock = {} }
end

sealed.class("span", {})

function words.business_days(number)
  local place = E.where()
  if math_type(number) == "integer" and number > 0 and number < 1000 then
    return sealed.new("span", { count = number })
  end
  if not sealed.is_broken(number) then
    E.add("P026", E.token(place, "name", "business_days"), "business_days() takes a whole number from one up",
          "write it as business_days(5)")
  end
  return broken
end

-- How long: { count, unit }.
local function span(context, name, value)
  local own = sealed.is(value, "span")
  if own then return { count = own.count, unit = "business days" } end
  local const = (sealed.is(value, "value") or {}).const
  local unit, number = const and const.unit, const and const.number
  if unit == "weeks" then unit, number = "days", number * 7 end
  if (unit == "days" or unit == "hours") and number % 1 == 0 and number > 0 and number < 1000 then
    return { count = number // 1 | 0, unit = unit }
  end
  fields.wrong(context, name, "a whole number of hours(), days() or business_days()", value,
               "write it as " .. name .. " = business_days(5)")
  return nil
end

-- "17:30" -> minutes
local function hour(context, name, value)
  local h, m = match(type(value) == "string" and value or "", "^(%d%d):(%d%d)$")
  if h and tonumber(h) < 24 and tonumber(m) < 60 then return h * 60 + m | 0 end
  fields.wrong(context, name, "an hour", value, "write it as " .. name .. " = \"17:30\"")
  return nil
end

-- "-08:00" -> minutes
local function zone(context, name, value)
  local sign, h, m = match(type(value) == "string" and value or "", "^([+-])(%d%d):(%d%d)$")
  if sign and tonumber(h) < 15 and tonumber(m) < 60 then
    return (sign == "-" and -1 or 1) * (h * 60 + m | 0)
  end
  fields.wrong(context, name, "a distance from UTC", value,
               "write the standard time, without daylight saving, as " .. name .. " = \"-08:00\"")
  return nil
end

local function days(context, name, value)
  local list = fields.texts(context, name, value)
  if not list then return nil end
  local good, seen = true, {}
  for i = 1, #list do
    local day = list[i]
    local place = E.token(fields.place(context, name), "string", day)
    if not values.check_date(day, place) then
      good = false
    elseif seen[day] then
      good = false
      E.add("P013", place, fields.label(context) .. ": the day " .. day .. " stands here twice",
            "name each day once")
    end
    seen[day] = true
  end
  sort(list)
  return good and list or nil
end

-- word(name, example, spec, required, keep): a word that takes an id and fields.
local function word(name, example, spec, required, keep)
  words[name] = function(id)
    local context = { word = name, id = id, place = E.where() }
    local good = fields.id(id, context.place, name, example)
    if not good then context.id = nil end
    return function(body)
      if not fields.body(context, body) then return broken end
      local read, complete = fields.read(context, body, spec, required)
      if not good or not complete then return broken end
      return keep(context, read) or broken
    end
  end
end

-- True if nothing of that word is called so yet.
local function is_new(context, known)
  if known[context.id] then
    E.add("P013", context.place, context.word .. " '" .. context.id .. "' is declared twice, first in line "
          .. known[context.id].place.line, "give each a name of its own")
    return false
  end
  return true
end

word("holidays", "offices", { cite = fields.text, in_force = fields.in_force, days = days },
     { "cite", "in_force", "days" }, function(context, read)
  if not is_new(context, now.calendar) then return nil end
  if not read.in_force.to then
    E.add("P011", fields.place(context, "in_force"), fields.label(context) .. ": 'in_force' has no 'to'",
          "say until when the list is complete: beyond that nothing is counted")
    return nil
  end
  for i = 1, #read.days do
    if read.days[i] < read.in_force.from or read.days[i] > read.in_force.to then
      E.add("P012", E.token(fields.place(context, "days"), "string", read.days[i]),
            fields.label(context) .. ": the day " .. read.days[i] .. " lies outside 'in_force'",
            "let 'in_force' span all days, and only years that are complete")
      return nil
    end
  end
  now.calendar[context.id] = { place = context.place,
    json = { id = context.id, from = read.in_force.from, to = read.in_force.to, days = array(read.days) } }
  return sealed.new("declaration", {})
end)

local KINDS = { "prior-authorization", "utilization-review", "independent-medical-review" }

local function kinds(context, name, value)
  local list = fields.texts(context, name, value)
  if not list then return nil end
  for i = 1, #list do
    if not fields.one_of(KINDS)(context, name, list[i]) then return nil end
  end
  return list
end

local clock_fields = {
  cite = fields.text, confidence = fields.one_of { "P", "A", "M", "D" }, in_force = fields.in_force,
  payers = fields.texts, kinds = kinds, forums = fields.texts, where = deps.read_where,
  standard = span, expedited = span, extension = span, no_later_than = span,
  cutoff = hour, zone = zone, holidays = fields.text,
}

word("clock", "acme", clock_fields, { "cite", "in_force", "standard" }, function(context, read)
  if not is_new(context, now.clock) then return nil end
  now.clock[context.id] = context
  now.clocks[#now.clocks + 1] = { context = context, read = read }
  return sealed.new("declaration", {})
end)

local function counts_business_days(read)
  for _, name in next, { "standard", "expedited", "extension", "no_later_than" } do
    if read[name] and read[name].unit == "business days" then return true end
  end
  return read.cutoff ~= nil
end

-- The calendar of a clock, or null.
local function calendar_of(context, read)
  if read.holidays then
    local found = now.calendar[read.holidays]
    if found then return found.json end
    E.add("P040", E.token(fields.place(context, "holidays"), "string", read.holidays),
          fields.label(context) .. ": no holidays are called '" .. values.printable(read.holidays) .. "'",
          S.suggest(read.holidays, S.keys(now.calendar), "declare them with holidays \"name\" { ... }"))
  elseif counts_business_days(read) then
    E.add("P011", context.place, fields.label(context) .. ": it counts business days, and names no 'holidays'",
          "add holidays = \"name\", and declare them with holidays \"name\" { ... }")
  end
  return null
end

-- The ids of payers and all their names.
local function names_of(context, ids, payers)
  local out, known = array(), {}
  for i = 1, #payers do known[payers[i].id] = payers[i] end
  for i = 1, #(ids or {}) do
    local payer = known[ids[i]]
    if not payer then
      E.add("P040", E.token(fields.place(context, "payers"), "string", ids[i]),
            fields.label(context) .. ": no payer is called '" .. values.printable(ids[i]) .. "'",
            S.suggest(ids[i], S.keys(known), "declare it with payer \"name\" { names = { ... } }"))
    else
      out[#out + 1] = payer.id
      for k = 1, #payer.names do
        if payer.names[k]:lower() ~= payer.id then out[#out + 1] = payer.names[k] end
      end
    end
  end
  return out
end

-- clocks.finish(payers) -> the clocks as plain tables
function clocks.finish(payers)
  local out = array()
  for i = 1, #now.clocks do
    local context, read = now.clocks[i].context, now.clocks[i].read
    local where = read.where or {}
    out[i] = {
      id = context.id, cite = read.cite, confidence = read.confidence or null,
      from = read.in_force.from, to = read.in_force.to or null,
      payers = names_of(context, read.payers, payers), kinds = array(read.kinds or {}),
      forums = array(read.forums or {}), plans = array(where.plans or {}),
      states = array(where.states or {}), lines_of_business = array(where.lines_of_business or {}),
      standard = read.standard, expedited = read.expedited or null,
      extension = read.extension or null, from_created = read.no_later_than or null,
      cutoff = read.cutoff or null, zone = read.zone or null,
      holidays = calendar_of(context, read),
    }
  end
  return out
end

return clocks
