-- prelude.lua - puts the policy language together for one interpreter.
--
-- Run as  prelude(host)  with
--   host.lpeg      the lpeg library, or nil
--   host.modules   { name = chunk } for every other file of this folder
--   host.here      function(level) -> file, line of a running Lua function
--   host.run       function(file, text, env) -> true, value | false, message
--   host.policy    function(id) -> file, text of the policy to extend, or nil
--   host.module    function(name) -> file, text of a payer's module, or nil
-- run, policy and module are only needed by  load  and  require.
--
-- Gives an object:
--   words                     what a policy may name beyond the plain library
--   environment(library)      the table to use as _ENV of a policy's chunk
--   begin(file, text, opts)   a policy load starts. opts.parameters: values by
--                             name from the registry, each {kind=,number=,unit=},
--                             {kind=,text=}, {kind=,date=} or an array of
--                             {from=,value=}; opts.as: {source=,title=};
--                             opts.base: this file is only the base of another
--   fault(message)            Lua refused the text, or it stopped while running
--   wants()                   id of the policy that this one extends and that
--                             was not loaded yet, or nil
--   finish()                  tree as JSON, or nil and the slips as JSON
--   functions, verdict(value) the function criteria, and what they answered
--   load(file, text, opts)    all of the above in one call, through host.run
--   registry_begin(file, text), registry_fault(message), registry_finish()
--   registry_words, registry_environment(library)   there after registry_begin
--   reference(), meta()       the language as Markdown, and for editors
--
-- Everything between two calls of finish() is one load; finish() must always be
-- called, also after fault().
--
-- Extending. A base is loaded before what extends it, in the same load:
--   begin(base_f, base_t, {base=true}); run;  begin(f, t); run;  finish()
-- Who does not know the base yet runs the file, asks wants(), and then runs the
-- base (which may want another) and the file again, before finish() or in a
-- fresh interpreter. A policy that wants itself through others is an error, and
-- wants() gives nil.
--
-- words and registry_words carry a metatable whose __index and __newindex name
-- unknown words and globals; environment() is for hosts that have no sealed
-- environment of their own.

local host = ...

local debug, next, rawget, setmetatable, type = debug, next, rawget, setmetatable, type
local concat = table.concat

local getinfo = debug and debug.getinfo

local function here_by_debug(level)
  local info = getinfo(level + 1, "Sl")
  if not info then return nil end
  return info.source, info.currentline
end

local here = host.here or here_by_debug
local modules = host.modules

local source = modules.source()
local json = modules.json()
local errors = modules.errors { source = source }
local collector = errors.collector(here)
local sealed = modules.sealed { collector = collector, errors = errors }

local shared = { source = source, json = json, errors = errors, collector = collector, sealed = sealed }
-- The chunk of the code grammar, or what it gave: a function of lpeg.
local grammar = modules.code_expression(host.lpeg)
shared.code_expression = type(grammar) == "function" and grammar(host.lpeg) or grammar
shared.codesets = modules.codesets(shared)
shared.values = modules.values(shared)
shared.tests = modules.comparisons(shared)
modules.arithmetic(shared)
shared.groups = modules.groups(shared)
shared.documents = modules.catalogue_documents()

-- The catalogue needs the field reader for define_fact, which needs the rest.
local late = {}
local catalogue = modules.catalogue {
  collector = collector, errors = errors, sealed = sealed, documents = shared.documents,
  fields = function() return late.fields end, records = function() return late.records end,
}
shared.catalogue = catalogue
modules.catalogue_lists(catalogue.list)
modules.catalogue_pain(catalogue.fact, modules.catalogue_questions(catalogue.fact))
modules.catalogue_devices(catalogue.fact, modules.catalogue_questions(catalogue.fact))

shared.records = modules.records(shared)
shared.fields = modules.fields(shared)
late.fields, late.records = shared.fields, shared.records
shared.tree = modules.tree(shared)
local declare = modules.declare(shared)

local prelude = { words = {}, functions = {}, verdict = shared.groups.verdict }

local function add_words(from)
  for name, word in next, from do prelude.words[name] = word end
end

add_words(shared.values.words)
add_words(shared.codesets.words)
add_words(shared.groups.words)
add_words(shared.records.words)
add_words(declare.words)
prelude.words.requested = sealed.new("requested", {})

-- What the modules of this load gave, by file.
local required, LOADING = {}, {}

-- require "name": a payer's own module, from the bundle
function prelude.words.require(name)
  local place = collector.where()
  local file, text
  if type(name) == "string" and host.module then file, text = host.module(name) end
  if not file then
    collector.add("P039", type(name) == "string" and collector.token(place, "string", name) or place,
      "no module is called '" .. (type(name) == "string" and shared.values.printable(name) or "?") .. "'",
      "put it into the policies folder and name it without '.lua'")
    return sealed.broken
  end
  if required[file] == LOADING then
    collector.add("P039", collector.token(place, "string", name), "module '" .. name .. "' requires itself",
                  "let one of the two stand on its own")
    return sealed.broken
  elseif required[file] ~= nil then
    return required[file]
  end
  required[file] = LOADING
  collector.open(file, text)
  local env = host.environment and host.environment(name) or prelude.environment(host.library or {})
  local ok, value = host.run(file, text, env)
  if not ok then
    collector.lua_error(value)
    value = sealed.broken
  end
  required[file] = value == nil and true or value
  return required[file]
end

-- The environment of a policy -----------------------------------------------------------------

local absent = {
  os = "the date of service is request \"date_of_service\"; a policy has no clock",
  io = "a policy reads the case through fact and records only",
  print = "a policy prints nothing; its criteria speak through 'says', a function may trace",
  trace = "a function criterion traces while it runs: rubric review --trace shows it",
  pcall = "an error in a policy is not caught: it is named where it stands",
  load = "a policy declares; a payer's own modules come with require",
  coroutine = "a policy declares; it has no coroutines",
  debug = "a policy declares; it cannot look into the host",
  setmetatable = "write words and plain tables",
}

local plain_names = {}
for _, name in next, { "assert", "error", "ipairs", "math", "next", "pairs", "select", "string",
                       "table", "tonumber", "tostring", "type", "utf8" } do
  plain_names[name] = true
end

local function unknown_word(words, library)
  return function(_, name)
    if type(name) ~= "string" then return nil end
    local place = collector.token(collector.where(), "name", name)
    local known = errors.keys(words)
    local plain = errors.keys(library)
    for i = 1, #plain do known[#known + 1] = plain[i] end
    local own = collector.locals(place.file)
    for i = 1, #own do
      if own[i] ~= name then known[#known + 1] = own[i] end
    end
    collector.add("P003", place, "'" .. name .. "' is not a policy word",
      absent[name] or errors.suggest(name, known,
        "a name of your own is declared with 'local' before it is used"))
    return sealed.broken
  end
end

local function no_globals(_, name)
  local text = type(name) == "string" and name or "?"
  collector.add("P004", collector.token(collector.where(), "name", text),
                "a policy may not set the global '" .. text .. "'",
                "write local " .. text .. " = ...")
end

setmetatable(prelude.words, {
  __index = unknown_word(prelude.words, plain_names), __newindex = no_globals })

local function environment(words, library)
  local missing = unknown_word(words, library)
  return setmetatable({}, {
    __metatable = false,
    __newindex = no_globals,
    __index = function(self, name)
      local word = rawget(words, name)
      if word == nil then word = rawget(library, name) end
      if word ~= nil then return word end
      return missing(self, name)
    end,
  })
end

-- prelude.environment(library) -> _ENV for a policy; library: the plain names
function prelude.environment(library) return environment(prelude.words, library) end

-- Loading a policy ---------------------------------------------------------------------------------

-- held: policies loaded as bases, by id. chain: who waits for whom. Both live
-- from the first begin() to finish().
local held, chain, state = {}, {}, nil

-- The file before was a base: keep what it declares.
local function settle()
  if state and state.base and not state.waiting and declare.current().policy then
    local merged = declare.merge(held)
    if merged.id then held[merged.id] = merged end
  end
end

-- prelude.begin(file, text, options): a policy load starts
function prelude.begin(file, text, options)
  options = options or {}
  settle()
  if state == nil then
    collector.reset()
    catalogue.reset()
    required = {}
  elseif state.waiting then
    catalogue.forget(state.file)
  end
  state = { file = file, options = options, base = options.base or false }
  collector.open(file, text)
  collector.main = file
  collector.closed = false
  declare.start(file)
end

-- prelude.fault(message): Lua could not read the text or run it to its end
function prelude.fault(message)
  state.stopped = true
  collector.lua_error(message)
end

local function cyclic(policy)
  local path = {}
  for i = 1, #chain do path[i] = "'" .. chain[i] .. "'" end
  path[#path + 1] = "'" .. policy.extends .. "'"
  collector.add("P029", shared.fields.place(policy.context, "extends"),
                "policy '" .. policy.extends .. "' extends itself: " .. concat(path, " extends "),
                "let one of them stand on its own")
end

-- prelude.wants() -> id of a base that must be loaded first, or nil
function prelude.wants()
  local policy = declare.current().policy
  if not policy or not policy.extends or held[policy.extends] or state.cyclic then return nil end
  chain[#chain + 1] = policy.id
  for i = 1, #chain do
    if chain[i] == policy.extends then
      cyclic(policy)
      state.cyclic = true
      return nil
    end
  end
  state.waiting = true
  return policy.extends
end

local function slips()
  return json.encode(json.array(collector.sorted()))
end

local function check_base()
  local policy = declare.current().policy
  if policy and policy.extends and not held[policy.extends] and not state.cyclic then
    collector.add("P029", shared.fields.place(policy.context, "extends"),
                  "no policy is called '" .. policy.extends .. "'",
                  "name a policy that is in the policies folder")
  end
  return policy
end

-- prelude.finish() -> tree as JSON | nil, slips as JSON
function prelude.finish()
  declare.check(state.stopped)
  local policy = check_base()
  local merged
  if policy and policy.in_force then
    merged = declare.merge(held)
    declare.apply(merged, state.options)
  end
  held, chain, state = {}, {}, nil
  collector.closed = true
  if #collector.list > 0 or not merged then return nil, slips() end
  local built
  built, prelude.functions = shared.tree.build(merged)
  return json.encode(built)
end

-- One file through host.run: begin, run, and its bases before it.
local function run_file(file, text, options)
  prelude.begin(file, text, options)
  local ok, message = host.run(file, text, options.env)
  if not ok then prelude.fault(message) end
end

local function load_bases(env)
  local id = prelude.wants()
  if not id then return false end
  local file, text = host.policy(id)
  if not file then return false end
  run_file(file, text, { base = true, env = env })
  if load_bases(env) then run_file(file, text, { base = true, env = env }) end
  return true
end

-- prelude.load(file, text, options) -> what finish gives
function prelude.load(file, text, options)
  options = options or {}
  local env = options.env or prelude.environment(options.library or {})
  local use = { parameters = options.parameters, as = options.as, env = env }
  run_file(file, text, use)
  if load_bases(env) then run_file(file, text, use) end
  return prelude.finish()
end

-- The registry ----------------------------------------------------------------------------------------

local registry

local function load_registry()
  if registry then return end
  shared.modules = modules
  registry = modules.registry(shared)
  local words = registry.words
  for _, name in next, { "days", "weeks", "months", "years", "percent", "points", "mg", "mcg", "ml",
                         "units", "sessions", "hours", "levels", "degrees", "date", "by_date" } do
    words[name] = shared.values.words[name]
  end
  prelude.registry_words = setmetatable(words, {
    __index = unknown_word(words, plain_names), __newindex = no_globals })
end

-- prelude.registry_environment(library) -> _ENV for the registry
function prelude.registry_environment(library)
  load_registry()
  return environment(prelude.registry_words, library)
end

-- prelude.registry_begin(file, text)
function prelude.registry_begin(file, text)
  load_registry()
  collector.reset()
  collector.open(file, text)
  collector.main, collector.closed = file, false
  registry.start(file)
end

prelude.registry_fault = function(message) collector.lua_error(message) end

-- prelude.registry_finish() -> registry as JSON | nil, slips as JSON
function prelude.registry_finish()
  local built = registry.finish()
  collector.closed = true
  if #collector.list > 0 then return nil, slips() end
  return json.encode(built)
end

local function reference()
  load_registry()
  return modules.reference {
    catalogue = catalogue, errors = errors, words = prelude.words,
    registry_words = prelude.registry_words,
  }
end

-- prelude.reference() -> the language as Markdown: docs/reference.md
function prelude.reference() return reference().markdown() end

-- prelude.meta() -> its signatures for editors: docs/rubric.meta.lua
function prelude.meta() return reference().meta() end

prelude.error_numbers = errors.numbers

return prelude
