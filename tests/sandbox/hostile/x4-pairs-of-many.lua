-- luacheck: ignore
-- expect: E-LIMIT-TIME|E-LIMIT-MEMORY
while true do
  local t = {}
  for i = 1, 20000 do t["k" .. i] = i end
  for k in pairs(t) do t[k] = nil end
end
