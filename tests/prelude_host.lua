-- prelude_host.lua - the prelude under the system's Lua 5.4, for its specs: what
-- the C host does in the box, done with load and pcall.

local folder = "src/prelude/"

local host = {}

local function chunk(name)
  return assert(loadfile(folder .. name .. ".lua", "t"))
end

local modules = setmetatable({}, { __index = function(_, name) return chunk(name) end })

local library = {
  ipairs = ipairs, pairs = pairs, next = next, select = select, tostring = tostring,
  tonumber = tonumber, type = type, error = error, assert = assert,
  math = math, string = string, table = table, utf8 = utf8,
}
host.library = library

-- host.new(files) -> a prelude; files: policy id or module name -> { file, text }
function host.new(files)
  files = files or {}
  local function find(name)
    local entry = files[name]
    if entry then return entry[1], entry[2] end
  end
  return chunk "prelude" {
    lpeg = require "lpeg", modules = modules, policy = find, module = find, library = library,
    run = function(file, text, env)
      local run, wrong = load(text, "@" .. file, "t", env)
      if not run then return false, wrong end
      return pcall(run)
    end,
  }
end

local shared

-- host.load(text, files, options) -> tree as JSON | nil, slips as JSON, the prelude
function host.load(text, files, options)
  local prelude = files and host.new(files) or shared or host.new()
  if not files then shared = prelude end
  options = options or {}
  options.library = library
  local tree, slips = prelude.load("test.lua", text, options)
  return tree, slips, prelude
end

-- A small JSON reader, to look into trees.
local function decode(text)
  local at = 1
  local value
  local function blank() at = text:find("[^ \n]", at) or #text + 1 end
  local escapes = { n = "\n", t = "\t", r = "\r", b = "\b", f = "\f" }
  local function string_value()
    local out = {}
    at = at + 1
    while text:sub(at, at) ~= '"' do
      local c = text:sub(at, at)
      if c == "\\" then
        c = text:sub(at + 1, at + 1)
        if c == "u" then
          out[#out + 1] = utf8.char(tonumber(text:sub(at + 2, at + 5), 16))
          at = at + 6
        else
          out[#out + 1] = escapes[c] or c
          at = at + 2
        end
      else
        out[#out + 1] = c
        at = at + 1
      end
    end
    at = at + 1
    return table.concat(out)
  end
  local function list(close, item)
    local out = {}
    at = at + 1
    blank()
    while text:sub(at, at) ~= close do
      item(out)
      blank()
      if text:sub(at, at) == "," then at = at + 1 end
      blank()
    end
    at = at + 1
    return out
  end
  function value()
    blank()
    local c = text:sub(at, at)
    if c == '"' then return string_value() end
    if c == "[" then return list("]", function(out) out[#out + 1] = value() end) end
    if c == "{" then
      return list("}", function(out)
        local key = string_value()
        at = at + 1
        out[key] = value()
      end)
    end
    for word, meaning in pairs { ["true"] = true, ["false"] = false, null = "null" } do
      if text:sub(at, at + #word - 1) == word then
        at = at + #word
        return meaning
      end
    end
    local number = text:match("^[-+%d.eE]+", at)
    at = at + #number
    return tonumber(number)
  end
  return value()
end
host.decode = decode

-- host.slips(text) -> "line: text | help (code)" for every slip, one a line
function host.slips(text, files, options)
  local tree, slips = host.load(text, files, options)
  if tree then return "" end
  local lines = {}
  for i, s in ipairs(decode(slips)) do
    local file = s.file == "test.lua" and "" or s.file .. ":"
    lines[i] = file .. s.line .. ": " .. s.text .. " | " .. s.help .. " (" .. s.code .. ")"
  end
  return table.concat(lines, "\n")
end

-- host.registry(text) -> the JSON of a registry; or nil and its slips
function host.registry(text)
  local prelude = host.new()
  prelude.registry_begin("registry.lua", text)
  local run, wrong = load(text, "@registry.lua", "t", prelude.registry_environment(host.library))
  if not run then
    prelude.registry_fault(wrong)
  else
    local ok, message = pcall(run)
    if not ok then prelude.registry_fault(message) end
  end
  return prelude.registry_finish()
end

-- host.registry_slips(text) -> its slips, a line each
function host.registry_slips(text)
  local _, wrong = host.registry(text)
  local lines = {}
  for i, s in ipairs(decode(wrong or "[]")) do
    lines[i] = s.line .. ": " .. s.text .. " | " .. s.help .. " (" .. s.code .. ")"
  end
  return table.concat(lines, "\n")
end

-- host.fact_names(prelude) -> src/judge/fact_names.c: the facts of the reference.
function host.fact_names(prelude)
  local facts = prelude.reference():match "\n## Facts\n(.-)\n## Lists\n"
  local names = {}
  for name in facts:gmatch "\n| `([%w._]+)` |" do names[#names + 1] = name end
  table.sort(names)
  local out = {
    "/*", " * fact_names.c - the facts of the catalogue by name, for slips in cases. Written by",
    " * scripts/write-reference; do not edit it by hand.", " */", '#include "judge/fact_names.h"', "",
    "const char *const fact_names[] = {",
  }
  for _, name in ipairs(names) do out[#out + 1] = ('    "%s",'):format(name) end
  out[#out + 1] = "    NULL,\n};\n"
  return table.concat(out, "\n")
end

host.head = 'policy "t.p" { title = "T", source = "S", in_force = { from = "2025-01-01" }, '
  .. 'covers = codes { "64483" } }\n'

-- host.met(expression) -> the tree of one criterion with that met
function host.met(expression, before)
  local text = host.head .. (before or "")
    .. '\ncriterion "c" { cite = "C", says = "S", ask = "A",\nmet = ' .. expression .. "\n}"
  local tree, slips = host.load(text)
  if not tree then error(slips) end
  return decode(tree)
end

return host
