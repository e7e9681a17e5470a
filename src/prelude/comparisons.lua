-- comparisons.lua - the tests on a value, as :at_least(weeks(4)) or :is "yes".
--
-- A test gives a finding. Lua's own comparisons cannot: they only know true and
-- false, and a silent record is neither.

local deps = ...

local next, select, tostring, type = next, select, tostring, type
local find = string.find
local math_type, huge = math.type, math.huge
local utf8_len = utf8.len

local E, S, sealed, codesets, values = deps.collector, deps.errors, deps.sealed, deps.codesets, deps.values
local describe, kind_of, comparable_with = values.describe, values.kind_of, values.comparable_with
local argument_place, a_kind = values.argument_place, values.a_kind
local broken = sealed.broken

local function self_value(self, word, ...)
  local node = sealed.of(self)
  if node and node.const and select("#", ...) > 0 and (...) == nil then
    E.add("P006", nil, "there is no colon before '" .. word .. "'",
          "write a colon, as fact \"pain.score\" :" .. word .. "(points(4))")
    return { type = "broken" }
  end
  if node and node.const then
    E.add("P014", nil, ":" .. word .. " is asked of " .. describe(node) .. ", which is fixed",
          "put arithmetic in parentheses, as (a + b) :" .. word .. "(...)")
    return { type = "broken" }
  end
  if node and (node.type == "value" or node.type == "broken") then return node end
  E.add("P006", nil, ":" .. word .. " is asked of " .. sealed.what(self)
        .. ", not of a value of the language",
        "write a colon before the test, as fact \"pain.score\" :at_least(points(4))")
  return { type = "broken" }
end

local function finding(node, test, place)
  if node.narrow then return node.narrow(test) end
  test.op, test.left = "test", node.node
  return sealed.new("finding", { node = test, place = place, depth = node.depth })
end

local function never(node, place, range_text)
  E.add("P022", place, "this can never be met: " .. describe(node) .. " " .. range_text,
        "check the number")
end

-- True (after naming the slip) if no value that the fact can have passes.
local function out_of_range(node, test, const, place)
  local range = node.range
  if not range or not const.number then return false end
  local low, high, n = range[1] or -huge, range[2] or huge, const.number
  local above = n > high or (n == high and test == "more_than")
  local below = n < low or (n == low and test == "less_than")
  if (test == "at_least" or test == "more_than" or test == "is") and above then
    never(node, place, "goes up to " .. deps.json.number(high))
    return true
  end
  if (test == "at_most" or test == "less_than" or test == "is") and below then
    never(node, place, "starts at " .. deps.json.number(low))
    return true
  end
  return false
end

local ORDERED = { number = true, duration = true, date = true }

local function ordered(test, word)
  return function(self, thing)
    local node, place = self_value(self, word, thing), E.where()
    if node.type == "broken" then return broken end
    if node.kind and not ORDERED[node.kind] then
      E.add("P014", E.token(place, "name", word), describe(node) .. " is " .. a_kind[node.kind]
            .. ": it has no more and less", comparable_with(node))
      return broken
    end
    local right, other = values.operand(node, thing, place, word)
    if not right then return broken end
    if right.op == "const" and out_of_range(node, test, right, argument_place(other, place)) then
      return broken
    end
    return finding(node, { test = test, right = right }, place)
  end
end

-- values.choice(node, text, place) -> true if the value can be that choice
function values.choice(node, text, place)
  if type(text) == "boolean" then text = text and "yes" or "no" end
  if type(text) ~= "string" then
    E.add("P014", place, describe(node) .. " is " .. (a_kind[node.kind] or "a value")
          .. ": it is never " .. sealed.what(text), comparable_with(node))
    return nil
  end
  if not utf8_len(text) or text == "" then
    E.add("P038", place, "a choice is a text in UTF-8", "save the file as UTF-8")
    return nil
  end
  if node.shape and text ~= node.blank and not find(text, node.shape) then
    E.add("P016", E.token(place, "string", text),
          describe(node) .. " is never '" .. values.printable(text) .. "'", node.shaped)
    return nil
  end
  if node.choices then
    for i = 1, #node.choices do
      if node.choices[i] == text then return text end
    end
    E.add("P016", E.token(place, "string", text),
          describe(node) .. " is never '" .. values.printable(text) .. "'",
          S.suggest(text, node.choices))
    return nil
  end
  return text
end

-- values.choice_list(node, thing, place, word) -> sorted array of choices, or nil
function values.choice_list(node, thing, place, word)
  local group = sealed.is(thing, "choices")
  local list = group and group.list or thing
  if type(list) ~= "table" or (not group and sealed.of(list)) then
    E.add("P014", place, ":" .. word .. " takes a list of choices, not " .. sealed.what(thing),
          "write it as { \"first\", \"second\" }")
    return nil
  end
  local out, good = {}, true
  for key, text in next, list do
    if math_type(key) ~= "integer" or key < 1 or key > #list then
      E.add("P014", place, "a list of choices has no field '" .. tostring(key) .. "'",
            "write it as { \"first\", \"second\" }")
      return nil
    elseif sealed.is_broken(text) then
      good = false
    end
  end
  for i = 1, #list do
    local text = not sealed.is_broken(list[i]) and values.choice(node, list[i], place)
    if text then out[#out + 1] = text else good = false end
  end
  if #out == 0 and good then
    E.add("P033", place, "this list of choices is empty", "name at least one choice")
    return nil
  end
  return good and out or nil
end

local function single_code(node, text, place)
  local set = codesets.make({ text }, place, node.codes)
  return set
end

-- :is and :is_not with one choice, code, number or date
local function equality(test)
  return function(self, thing)
    local node, place = self_value(self, test), E.where()
    if node.type == "broken" or sealed.is_broken(thing) then return broken end
    local inner = sealed.of(thing)
    if not inner and type(thing) == "table" then
      E.add("P014", place, ":" .. test .. " takes one choice, not a list",
            test == "is" and "write :is_one_of { ... }"
            or "write negate(... :is_one_of { ... })")
      return broken
    end
    if node.kind == "code" then
      if type(thing) ~= "string" then
        E.add("P014", place, describe(node) .. " is a code", comparable_with(node))
        return broken
      end
      local set = single_code(node, thing, place)
      if not set then return broken end
      local result = { test = "in_set", set = set }
      if test == "is" then return finding(node, result, place) end
      if node.narrow then
        E.add("P014", place, "a list of records is not narrowed by the code it lacks",
              "name the codes that count, with :in_set(codes { ... })")
        return broken
      end
      return sealed.new("finding", { place = place,
        node = { op = "negate", of = sealed.of(finding(node, result, place)).node } })
    end
    if inner or type(thing) == "number" or ORDERED[node.kind] then
      local right, other = values.operand(node, thing, place, test)
      if not right then return broken end
      if right.op == "const" and out_of_range(node, test, right, argument_place(other, place)) then
        return broken
      end
      if right.op == "const" and right.text then
        local text = values.choice(node, right.text, place)
        if not text then return broken end
        return finding(node, { test = test, values = { text } }, place)
      end
      return finding(node, { test = test, right = right }, place)
    end
    local text = values.choice(node, thing, place)
    if not text then return broken end
    if node.kind == nil then node.node.kind = "choice" end
    return finding(node, { test = test, values = { text } }, place)
  end
end

local tests = {
  at_least = ordered("at_least", "at_least"),
  at_most = ordered("at_most", "at_most"),
  more_than = ordered("more_than", "more_than"),
  less_than = ordered("less_than", "less_than"),
  is = equality("is"),
  is_not = equality("is_not"),
}
values.tests = tests

local function dated(test, word)
  local compare = ordered(test, word)
  return function(self, thing)
    local node, place = self_value(self, word), E.where()
    if node.type == "broken" then return broken end
    if node.kind ~= nil and node.kind ~= "date" then
      E.add("P014", E.token(place, "name", word), describe(node) .. " is " .. kind_of(node)
            .. ": :" .. word .. " asks a date", comparable_with(node))
      return broken
    end
    return compare(self, thing)
  end
end

tests.before = dated("less_than", "before")
tests.after = dated("more_than", "after")
tests.on_or_after = dated("at_least", "on_or_after")
tests.on_or_before = dated("at_most", "on_or_before")

-- A date that lies in the span before the date of service.
function tests.within(self, thing)
  local node, place = self_value(self, "within"), E.where()
  if node.type == "broken" then return broken end
  if node.kind ~= nil and node.kind ~= "date" then
    E.add("P014", E.token(place, "name", "within"), describe(node) .. " is " .. kind_of(node)
          .. ": :within asks a date", comparable_with(node))
    return broken
  end
  local span = values.span(thing, place, "within")
  if not span then return broken end
  if node.kind == nil then node.node.kind = "date" end
  return finding(node, { test = "within", right = span }, place)
end

-- values.span(thing, place, word) -> the VAL of a duration, or nil
function values.span(thing, place, word)
  if sealed.is_broken(thing) then return nil end
  local other = sealed.is(thing, "value")
  if not other or other.kind ~= "duration" then
    E.add("P014", other and argument_place(other, place) or place,
          ":" .. word .. " takes a duration, not "
          .. (other and describe(other) or sealed.what(thing)),
          "write it as :" .. word .. "(months(12))")
    return nil
  end
  return other.node
end

-- values.day(thing, place, word) -> the VAL of a date, or nil
function values.day(thing, place, word)
  if sealed.is_broken(thing) then return nil end
  local other = sealed.is(thing, "value")
  if not other or other.kind ~= "date" then
    E.add("P014", other and argument_place(other, place) or place,
          ":" .. word .. " takes a date, not "
          .. (other and describe(other) or sealed.what(thing)),
          "write it as :" .. word .. "(date \"2025-01-01\")")
    return nil
  end
  return other.node
end

function tests.between(self, low, high)
  local node, place = self_value(self, "between"), E.where()
  if node.type == "broken" then return broken end
  if node.kind and not ORDERED[node.kind] then
    E.add("P014", E.token(place, "name", "between"), describe(node) .. " is "
          .. a_kind[node.kind] .. ": it has no more and less", comparable_with(node))
    return broken
  end
  local right, a = values.operand(node, low, place, "between")
  local right2, b = values.operand(node, high, place, "between")
  if not right or not right2 then return broken end
  if right.op == "const" and right2.op == "const" then
    if right.unit == right2.unit and right.number and right.number > right2.number
       or right.date and right.date > right2.date then
      E.add("P022", argument_place(a, place), "this can never be met: :between is given "
            .. describe(a) .. " before " .. describe(b), "give the smaller one first")
      return broken
    end
    if out_of_range(node, "at_least", right, argument_place(a, place))
       or out_of_range(node, "at_most", right2, argument_place(b, place)) then
      return broken
    end
  end
  return finding(node, { test = "between", right = right, right2 = right2 }, place)
end

function tests.is_one_of(self, list)
  local node, place = self_value(self, "is_one_of"), E.where()
  if node.type == "broken" or sealed.is_broken(list) then return broken end
  if node.kind == "code" then return tests.in_set(self, list) end
  if node.kind and ORDERED[node.kind] then
    E.add("P014", place, describe(node) .. " is " .. kind_of(node), comparable_with(node))
    return broken
  end
  local choices = values.choice_list(node, list, place, "is_one_of")
  if not choices then return broken end
  if node.kind == nil then node.node.kind = "choice" end
  return finding(node, { test = "is_one_of", values = choices }, place)
end

function tests.in_set(self, thing)
  local node, place = self_value(self, "in_set"), E.where()
  if node.type == "broken" or sealed.is_broken(thing) then return broken end
  if node.kind ~= "code" then
    E.add("P014", place, describe(node) .. " is " .. (kind_of(node) or "an answer")
          .. ": only codes are in code sets", comparable_with(node))
    return broken
  end
  local set = sealed.is(thing, "set")
  if set then
    set = codesets.fits(set, node.codes, place, describe(node)) and set or nil
  elseif type(thing) == "table" and not sealed.of(thing) then
    set = codesets.make(thing, place, node.codes)
  else
    E.add("P014", place, ":in_set takes codes { ... }, not " .. sealed.what(thing),
          "write it as :in_set(codes { \"M54.16\", \"M54.17\" })")
  end
  if not set then return broken end
  return finding(node, { test = "in_set", set = set }, place)
end

function tests.contains(self, text)
  local node, place = self_value(self, "contains"), E.where()
  if node.type == "broken" or sealed.is_broken(text) then return broken end
  if type(text) ~= "string" or text == "" or not utf8_len(text) then
    E.add("P014", place, ":contains takes a text, not " .. sealed.what(text),
          "write it as :contains \"refill\"")
    return broken
  end
  if node.kind == nil then node.node.kind = "text" end
  if (node.kind == "choice" or node.shape) and node.many then
    if not values.choice(node, text, place) then return broken end
  elseif node.kind ~= nil and node.kind ~= "text" then
    E.add("P014", place, describe(node) .. " is " .. kind_of(node)
          .. ": only a text contains another", comparable_with(node))
    return broken
  end
  return finding(node, { test = "contains", values = { text } }, place)
end

function tests.present(self)
  local node, place = self_value(self, "present"), E.where()
  if node.type == "broken" then return broken end
  if node.kind == nil then node.node.kind = "text" end
  return finding(node, { test = "present" }, place)
end

local function pair(test)
  return function(self, thing)
    local node, place = self_value(self, test), E.where()
    if node.type == "broken" or sealed.is_broken(thing) then return broken end
    local other = sealed.is(thing, "value")
    if not other or other.const then
      E.add("P014", place, ":" .. test .. " takes another fact or field, not "
            .. (other and describe(other) or sealed.what(thing)),
            "write it as :" .. test .. "(line \"level\")")
      return broken
    end
    if test == "agrees_with" and node.kind and other.kind and node.kind ~= other.kind then
      E.add("P014", place, describe(node) .. " is " .. a_kind[node.kind] .. " and "
            .. describe(other) .. " is " .. a_kind[other.kind], "compare like with like")
      return broken
    end
    return finding(node, { test = test, right = other.node }, place)
  end
end

tests.agrees_with = pair("agrees_with")
tests.on_same_scale_as = pair("on_same_scale_as")

return tests
