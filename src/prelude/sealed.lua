-- sealed.lua - the objects that policies hold.
--
-- A policy gets empty tables with a locked metatable. What they stand for lies
-- in a private table keyed by identity, so nothing that looks like a fact, a
-- finding or a criterion can pass for one, and nothing in it can be changed.
-- After a slip the words hand out the one object "broken": it swallows every
-- further use without another complaint, so that the rest of the file is still
-- checked.

local deps = ...

local setmetatable, type = setmetatable, type
local E, S = deps.collector, deps.errors

local sealed = { data = {} }
local data = sealed.data
local metas = {}

local spoken = {
  value = "value", finding = "finding", records = "list of records",
  pick = "record", set = "code set", choices = "group of choices",
  requested = "request line", verdict = "verdict", declaration = "declaration", span = "number of business days",
}

-- sealed.of(thing) -> what an object of ours stands for, or nil
function sealed.of(thing)
  if type(thing) ~= "table" then return nil end
  return data[thing]
end

-- sealed.is(thing, type) -> its data if it is of that type
function sealed.is(thing, kind)
  local node = sealed.of(thing)
  if node and node.type == kind then return node end
  return nil
end

local broken_meta = { __metatable = false }
local broken = setmetatable({}, broken_meta)
data[broken] = { type = "broken" }
sealed.broken = broken

local function give_broken() return broken end
for _, event in ipairs { "index", "call", "add", "sub", "mul", "div", "mod",
                         "pow", "unm", "idiv" } do
  broken_meta["__" .. event] = give_broken
end
broken_meta.__lt = function() return false end
broken_meta.__le = broken_meta.__lt
broken_meta.__newindex = function() end

function sealed.is_broken(thing) return thing == broken end

local function no_change(self)
  local name = spoken[data[self].type]
  E.add("P005", nil, "a " .. name .. " of the language cannot be changed",
        "give it a name with 'local' and build the next one from it")
end

-- sealed.class(type, methods, events): how objects of a type answer.
-- describe(node) names the object in messages.
function sealed.class(kind, methods, events, describe)
  local meta = events or {}
  local names = S.keys(methods)
  meta.__metatable = false
  meta.__newindex = no_change
  meta.__index = meta.__index or function(self, key)
    local method = methods[key]
    if method then return method end
    local node = data[self]
    local what = describe and describe(node) or "a " .. spoken[kind]
    if type(key) ~= "string" then key = "?" end
    E.add("P017", E.token(E.where(), "name", key),
          what .. " has no " .. (kind == "value" and "test" or "word") .. " called '" .. key .. "'",
          S.suggest(key, names, #names == 0
            and "it stands for itself: nothing can be asked of it" or nil))
    return broken
  end
  metas[kind] = meta
end

-- sealed.new(type, node) -> a new object
function sealed.new(kind, node)
  local object = setmetatable({}, metas[kind])
  node.type = kind
  data[object] = node
  return object
end

-- sealed.what(thing) -> how to call something in a message
function sealed.what(thing)
  local node = sealed.of(thing)
  if node then return "a " .. spoken[node.type] end
  local kind = type(thing)
  if kind == "nil" then return "nothing" end
  if kind == "string" then return "a text" end
  if kind == "boolean" then return thing and "'true'" or "'false'" end
  return "a " .. kind
end

return sealed
