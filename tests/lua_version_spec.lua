-- The rest of the specs mean something only under the Lua that we ship for, and
-- those about locales only where there is one that differs.
describe("the interpreter that runs the specs", function()
  it("is Lua 5.4", function()
    assert.equal("Lua 5.4", _VERSION)
  end)

  it("finds the Turkish locale that tests/run has made", function()
    local before = os.setlocale()
    assert.equal("tr_TR.UTF-8", os.setlocale "tr_TR.UTF-8")
    assert.equal("1,5", ("%.1f"):format(1.5))
    os.setlocale(before)
  end)
end)
