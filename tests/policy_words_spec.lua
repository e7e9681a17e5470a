-- luacheck knows the words of the language from a list in .luacheckrc: it must be
-- the list of the prelude.
local host = dofile "tests/prelude_host.lua"

local function sorted(set)
  local list = {}
  for word in pairs(set) do list[#list + 1] = word end
  table.sort(list)
  return list
end

describe("the words that luacheck knows", function()
  local text = assert(io.open ".luacheckrc"):read "a"

  it("are those of the policy language", function()
    local list = {}
    for word in text:match("local words = (%b{})"):gmatch '"([%w_]+)"' do list[#list + 1] = word end
    assert.same(sorted(host.new().words), list)
  end)
end)
