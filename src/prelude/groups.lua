-- groups.lua - findings put together, and what a function criterion answers.

local deps = ...

local next, tostring, type = next, tostring, type
local math_type = math.type
local utf8_len = utf8.len

local E, sealed, values = deps.collector, deps.sealed, deps.values
local broken = sealed.broken

local groups = { words = {} }
local words = groups.words

-- groups.finding(thing, place, where_in) -> the EXPR of a finding, or nil after
-- naming what stands there instead
function groups.finding(thing, place, where_in)
  local node = sealed.of(thing)
  if node and node.type == "finding" then return node.node end
  if node and node.type == "broken" then return nil end
  -- A comparison with '<' was named already; it left a plain false behind.
  if thing == false and E.has("P024") then return nil end
  local at = node and node.place or place
  if node and node.type == "value" then
    E.add("P023", at, where_in .. ": " .. values.describe(node) .. " is a value, not a finding",
          "add a test, as :is \"yes\" or :at_least(weeks(4))")
  elseif node and (node.type == "records" or node.type == "pick") then
    E.add("P023", at, where_in .. ": " .. (node.type == "pick" and "a record"
          or "records '" .. node.list.name .. "'") .. " is no finding",
          "add :some { ... }, or a measure and a test, as :count() :at_least(1)")
  elseif node and node.type == "verdict" then
    E.add("P023", at, where_in .. ": a verdict belongs into a function criterion",
          "write met = function(case) ... end, with reads = { ... }")
  elseif type(thing) == "table" and not node then
    E.add("P006", at, where_in .. ": a plain table is no finding",
          "use all_of { ... } or any_of { ... }")
  elseif type(thing) == "function" then
    E.add("P006", at, where_in .. ": a function is no finding here",
          "a function may only be the whole 'met' of a criterion")
  else
    E.add("P006", at, where_in .. ": " .. sealed.what(thing) .. " is no finding",
          "a finding is a fact with a test, as fact \"pain.score\" :at_least(points(4))")
  end
  return nil
end

-- The findings of { a, b, c }, or nil.
local function parts(word, list, place)
  if sealed.is_broken(list) then return nil end
  if type(list) ~= "table" or sealed.of(list) then
    E.add("P012", place, word .. " takes a list in braces, not " .. sealed.what(list),
          "write it as " .. word .. " { first, second }")
    return nil
  end
  local good = true
  for key in next, list do
    if math_type(key) ~= "integer" or key < 1 or key > #list then
      E.add("P010", E.token(place, "name", tostring(key)),
            word .. " has no field '" .. tostring(key) .. "'",
            "list the findings with commas between them")
      good = false
    end
  end
  if #list == 0 then
    if good then E.add("P033", place, word .. " is empty", "name at least one finding") end
    return nil
  end
  local nodes = {}
  for i = 1, #list do
    nodes[i] = groups.finding(list[i], place, word)
    good = good and nodes[i] ~= nil
  end
  return good and nodes or nil
end

local function parts_of(list)
  local out = {}
  for i = 1, #list do out[i] = sealed.of(list[i]) end
  return out
end

local function group(word, op)
  words[word] = function(list)
    local place = E.where()
    local nodes = parts(word, list, place)
    if not nodes then return broken end
    local clash = op == "all" and values.contradiction(nodes)
    if clash then
      E.add("P022", place, "this can never be met: " .. clash,
            "use any_of, or :is_one_of with both")
      return broken
    end
    local depth = values.deeper(parts_of(list), place)
    if not depth then return broken end
    return sealed.new("finding", { node = { op = op, of = nodes }, place = place, depth = depth })
  end
end

group("all_of", "all")
group("any_of", "any")
group("none_of", "none")

function words.at_least(n, list)
  local place = E.where()
  if sealed.is_broken(n) then return broken end
  if math_type(n) ~= "integer" then
    E.add("P034", place, "at_least takes a whole number and a list, not " .. sealed.what(n),
          "write it as at_least(2, { first, second, third })")
    return broken
  end
  local nodes = parts("at_least", list, place)
  if not nodes then return broken end
  if n < 1 or n > #nodes then
    E.add("P034", place, "at_least(" .. n .. ", ...) is " .. (n < 1 and "always" or "never")
          .. " met: its list has " .. #nodes, "ask for some of those it lists, or for all of them")
    return broken
  end
  local depth = values.deeper(parts_of(list), place)
  if not depth then return broken end
  return sealed.new("finding", { node = { op = "at_least", n = n, of = nodes }, place = place,
                                 depth = depth })
end

function words.negate(thing)
  local place = E.where()
  local node = groups.finding(thing, place, "negate")
  if not node then return broken end
  local depth = values.deeper({ sealed.of(thing) }, place)
  if not depth then return broken end
  return sealed.new("finding", { node = { op = "negate", of = node }, place = place, depth = depth })
end

-- Verdicts: only these three words make what the host takes for a finding.

sealed.class("verdict", {})

local function verdict(finding)
  return function(why, evidence)
    if why ~= nil and (type(why) ~= "string" or not utf8_len(why)) then
      why = nil
    end
    return sealed.new("verdict", { finding = finding, why = why, evidence = evidence })
  end
end

words.met = verdict("met")
words.not_met = verdict("not_met")
words.undocumented = verdict("undocumented")

-- groups.verdict(value) -> finding, why, evidence; nil if it is none
function groups.verdict(value)
  local node = sealed.is(value, "verdict")
  if not node then return nil end
  return node.finding, node.why, node.evidence
end

return groups
