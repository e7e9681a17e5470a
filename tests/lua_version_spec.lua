-- The rest of the specs mean something only under the Lua that we ship for.
describe("the interpreter that runs the specs", function()
  it("is Lua 5.4", function()
    assert.equal("Lua 5.4", _VERSION)
  end)
end)
