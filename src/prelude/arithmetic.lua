-- arithmetic.lua - sums of values, and values chosen by a choice or a date.
--
-- What does not add up (milligrams and levels, a date and a percentage) is named
-- while the policy loads.

local deps = ...

local next, select, tostring, type = next, select, tostring, type
local sort = table.sort
local utf8_len = utf8.len

local E, S, sealed, values, tests = deps.collector, deps.errors, deps.sealed, deps.values, deps.tests
local describe, kind_of = values.describe, values.kind_of
local is_counted, units_agree = values.is_counted, values.units_agree
local argument_place, same_kind = values.argument_place, values.same_kind
local broken, words = sealed.broken, values.words

-- The kinds that have a more and a less.
local ORDERED = { number = true, duration = true, date = true }

local PRODUCT = {
  ["ml*mg-per-ml"] = "mg", ["ml*mcg-per-ml"] = "mcg",
  ["mg/mg-per-day"] = "days", ["mcg/mcg-per-day"] = "days",
  ["mg/mg-per-ml"] = "ml", ["mg/ml"] = "mg-per-ml",
  ["mg/days"] = "mg-per-day", ["hours/days"] = "hours-per-day",
  ["hours/hours-per-day"] = "days", ["hours-per-day*days"] = "hours",
  ["days*mg-per-day"] = "mg",
}

local function plain(node) return node.kind == "number" and (node.unit == nil or node.unit == "count") end

local function number_arith(fn, a, b)
  if fn == "+" or fn == "-" then
    if a.any_unit or b.any_unit then return "number", a.any_unit and b.unit or a.unit end
    if not units_agree(a.unit, b.unit) then return nil end
    local unit = a.unit
    if unit == nil or unit == "count" then unit = b.unit or a.unit end
    return "number", unit
  elseif fn == "*" then
    if plain(a) or a.unit == "percent" then return "number", b.unit end
    if plain(b) or b.unit == "percent" then return "number", a.unit end
    local unit = PRODUCT[(a.unit or "") .. "*" .. (b.unit or "")]
      or PRODUCT[(b.unit or "") .. "*" .. (a.unit or "")]
    if unit then return "number", unit end
  else
    if a.unit == b.unit or is_counted(a.unit) and is_counted(b.unit) and not plain(b) then
      return "number", "count"
    end
    if plain(b) then return "number", a.unit end
    local unit = PRODUCT[(a.unit or "") .. "/" .. (b.unit or "")]
    if unit then return "number", unit end
    if is_counted(b.unit) then return "number", a.unit end
  end
  return nil
end

-- Kind and unit of  a fn b, or nil if the two do not go together.
local function result_kind(fn, a, b)
  if a.kind == "number" and b.kind == "number" then return number_arith(fn, a, b) end
  if a.kind == "date" and b.kind == "date" and fn == "-" then return "duration" end
  if a.kind == "date" and b.kind == "duration" and (fn == "+" or fn == "-") then return "date" end
  if a.kind == "duration" and b.kind == "duration" then
    if fn == "+" or fn == "-" then return "duration" end
    if fn == "/" then return "number", "count" end
  end
  if a.kind == "duration" and plain(b) and (fn == "*" or fn == "/") then return "duration" end
  if plain(a) and b.kind == "duration" and fn == "*" then return "duration" end
  return nil
end

local function computed(fn, kind, unit, args, name, place)
  local nodes = {}
  for i = 1, #args do nodes[i] = args[i].node end
  local depth = values.deeper(args, place)
  if not depth then return broken end
  return sealed.new("value", {
    kind = kind, unit = unit, place = place, name = name, depth = depth,
    node = { op = "arith", fn = fn, args = nodes },
  })
end

local verbs = { ["+"] = "added to", ["-"] = "taken from", ["*"] = "multiplied by", ["/"] = "divided by" }

local function arithmetic(fn)
  return function(left, right)
    local place = E.where()
    if sealed.is_broken(left) or sealed.is_broken(right) then return broken end
    local a = sealed.of(values.from(left, place))
    local b = sealed.of(values.from(right, place))
    if not a or not b then
      E.add("P043", place, sealed.what(a and right or left) .. " takes no part in arithmetic",
            "compute with facts, fields, counts and amounts")
      return broken
    end
    local kind, unit = result_kind(fn, a, b)
    if not kind then
      local first, second = a, b
      if fn == "-" then first, second = b, a end
      E.add("P043", place, describe(first) .. " cannot be " .. verbs[fn] .. " " .. describe(second),
            "one is " .. (kind_of(first) or "an answer") .. ", the other is "
            .. (kind_of(second) or "an answer"))
      return broken
    end
    return computed(fn, kind, unit, { a, b }, "the result of '" .. fn .. "'", place)
  end
end

local function refuse_operator(name)
  return function()
    E.add("P043", nil, "the language has no '" .. name .. "'",
          "it computes with + - * / and the words ceil, floor, min and max")
    return broken
  end
end

local function refuse_comparison()
  E.add("P024", nil, "'<' and '>' only know true and false: a silent record would pass for a number",
        "use :at_least, :at_most, :more_than or :less_than")
  return false
end

sealed.class("value", tests, {
  __add = arithmetic("+"), __sub = arithmetic("-"),
  __mul = arithmetic("*"), __div = arithmetic("/"),
  __mod = refuse_operator("%"), __pow = refuse_operator("^"),
  __unm = refuse_operator("minus sign"), __idiv = refuse_operator("//"),
  __lt = refuse_comparison, __le = refuse_comparison,
}, function(node) return describe(node) end)

local function rounding(word)
  return function(thing)
    local place = E.where()
    if sealed.is_broken(thing) then return broken end
    local a = sealed.of(values.from(thing, place))
    if not a or a.kind ~= "number" then
      E.add("P043", place, word .. "() rounds a number, not "
            .. (a and describe(a) or sealed.what(thing)), "write it as " .. word .. "(mg(25) / mg(10))")
      return broken
    end
    return computed(word, "number", a.unit, { a }, word .. "(...)", place)
  end
end

words.ceil = rounding("ceil")
words.floor = rounding("floor")

local function extreme(word)
  return function(...)
    local place, args = E.where(), { ... }
    local count = select("#", ...)
    if count < 2 then
      E.add("P043", place, word .. "() compares two or more values", "write it as " .. word .. "(a, b)")
      return broken
    end
    local nodes, first = {}, nil
    for i = 1, count do
      if sealed.is_broken(args[i]) then return broken end
      local node = sealed.of(values.from(args[i], place))
      if not node or node.kind and not ORDERED[node.kind] then
        E.add("P043", place, word .. "() cannot compare "
              .. (node and describe(node) or sealed.what(args[i])), "give it amounts or facts of one unit")
        return broken
      end
      first = first or node
      if node ~= first and (node.kind ~= first.kind
         or node.kind == "number" and not units_agree(first.unit, node.unit)) then
        E.add("P043", place, word .. "() cannot compare " .. describe(first) .. " with "
              .. describe(node), "give it amounts or facts of one unit")
        return broken
      end
      nodes[i] = node
    end
    return computed(word, first.kind, first.unit, nodes, word .. "(...)", place)
  end
end

words.min = extreme("min")
words.max = extreme("max")

-- Values chosen by a choice or a date ---------------------------------------------------

-- Reads { key = value } into sorted pairs of one kind, or nil.
local function cases(word, map, place, check_key)
  if type(map) ~= "table" or sealed.of(map) then
    E.add("P012", place, word .. " takes a table, not " .. sealed.what(map),
          "write it as " .. word .. (word == "pick" and "(fact \"...\", { choice = mg(80) })"
                                     or " { [\"2025-01-01\"] = weeks(4) }"))
    return nil
  end
  local out, good = {}, true
  for key, thing in next, map do
    out[#out + 1] = { key = key, thing = thing }
  end
  sort(out, function(a, b) return tostring(a.key) < tostring(b.key) end)
  local first
  for i = 1, #out do
    local entry = out[i]
    entry.key = check_key(entry.key)
    local node = not sealed.is_broken(entry.thing) and sealed.of(values.from(entry.thing, place))
    if not entry.key or sealed.is_broken(entry.thing) then
      good = false
    elseif not node then
      E.add("P012", place, word .. ": '" .. entry.key .. "' is " .. sealed.what(entry.thing)
            .. ", not a value", "give an amount, as mg(80)")
      good = false
    else
      first = first or node
      entry.value = node
      if not same_kind(first, node) then
        E.add("P014", argument_place(node, place), word .. ": " .. describe(node) .. " stands beside "
              .. describe(first), "all values of one " .. word .. " have one unit")
        good = false
      end
    end
  end
  if good and not first then
    E.add("P033", place, word .. " is empty", "name at least one value")
    good = false
  end
  return good and out or nil, first
end

function words.pick(thing, map)
  local place = E.where()
  if sealed.is_broken(thing) then return broken end
  local node = sealed.is(thing, "value")
  if not node or (node.kind ~= "choice" and node.kind ~= "text") then
    E.add("P014", place, "pick chooses by a choice, not by "
          .. (node and describe(node) or sealed.what(thing)),
          "write it as pick(fact \"plan.steroid\", { dexamethasone = mg(15) })")
    return broken
  end
  local list, first = cases("pick", map, place, function(key)
    if type(key) ~= "string" then
      E.add("P016", place, "pick: a choice is a text, not " .. sealed.what(key),
            "write it as { dexamethasone = mg(15) }")
      return nil
    end
    if not utf8_len(key) then
      E.add("P038", place, "a choice is a text in UTF-8", "save the file as UTF-8")
      return nil
    end
    if not node.choices then return key end
    for i = 1, #node.choices do
      if node.choices[i] == key then return key end
    end
    local at = E.token(place, "name", key)
    if at.line == place.line then at = E.token(place, "string", key) end
    E.add("P016", at, describe(node) .. " is never '" .. values.printable(key) .. "'",
          S.suggest(key, node.choices))
    return nil
  end)
  if not list then return broken end
  local choices = {}
  for i = 1, #list do choices[i] = { list[i].key, list[i].value.node } end
  return sealed.new("value", {
    kind = first.kind, unit = first.unit, place = place, name = "the picked value",
    node = { op = "pick", of = node.node, choices = choices },
  })
end

function words.by_date(map)
  local place = E.where()
  local list, first = cases("by_date", map, place, function(key)
    return values.check_date(key, place)
  end)
  if not list then return broken end
  local out = {}
  for i = 1, #list do out[i] = { from = list[i].key, value = list[i].value.node } end
  return sealed.new("value", {
    kind = first.kind, unit = first.unit, place = place, name = "the value by date",
    node = { op = "by_date", values = out }, by_date = list,
  })
end

function words.any_kind(list)
  local place = E.where()
  if sealed.is_broken(list) then return broken end
  if type(list) ~= "table" or sealed.of(list) or #list == 0 then
    E.add("P012", place, "any_kind takes a list of kinds, not " .. sealed.what(list),
          "write it as any_kind { \"physical-therapy\", \"exercise\" }")
    return broken
  end
  local copy = {}
  for i = 1, #list do copy[i] = list[i] end
  return sealed.new("choices", { list = copy })
end

sealed.class("choices", {})
sealed.class("finding", {})

return words
