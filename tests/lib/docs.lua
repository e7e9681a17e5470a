-- docs.lua - tries what the documents show: lua5.4 docs.lua FILE.md...
--
-- A ```console block is a session: lines "$ command" (and "> " where it goes on),
-- each followed by what it prints. "..." stands for any text in a line, and alone
-- on a line for any lines. A command that shows no output, or only "...", must
-- exit with 0; any other must print what is shown. "$ make X" is not run, but X must be a target.
-- A ```lua NAME or ```json NAME block is a file of that name for the sessions
-- after it. 'rubric doctor' is not tried in a build with SAN, which leaves a wall out.
-- Each document has a folder and a home of its own, where policies/,
-- docs/ and tests/ are those of the checkout. Output is TAP.

local top = io.popen("pwd"):read "l"

local function shell_quote(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

local function write_file(path, text)
  local file = assert(io.open(path, "wb"))
  file:write(text)
  file:close()
end

-- Cuts a document into its fenced blocks: { info, line, text lines... }.
local function blocks_of(path)
  local blocks, block, number = {}, nil, 0
  for line in io.lines(path) do
    number = number + 1
    local info = line:match "^```(.*)$"
    if info and block then
      blocks[#blocks + 1] = block
      block = nil
    elseif info then
      block = { info = info, line = number }
    elseif block then
      block[#block + 1] = line
    end
  end
  assert(block == nil, path .. ": a block has no end")
  return blocks
end

-- Cuts a session into { command, line, expected lines... }.
local function steps_of(block)
  local steps = {}
  for i, line in ipairs(block) do
    local command, more = line:match "^%$ (.*)$", line:match "^> (.*)$"
    local last = steps[#steps]
    if command then
      steps[#steps + 1] = { command = command, line = block.line + i }
    elseif more and last and #last == 0 then
      last.command = last.command .. "\n" .. more
    elseif last then
      last[#last + 1] = line
    end
  end
  return steps
end

local function line_matches(pattern, line)
  local lua_pattern = pattern:gsub("%p", "%%%0"):gsub("%%%.%%%.%%%.", ".*")
  return line:match("^" .. lua_pattern .. "$") ~= nil
end

-- True if the lines from j on are what the expected lines from i on say.
local function lines_match(expected, i, lines, j)
  if i > #expected then
    return j > #lines
  elseif expected[i]:match "^%s*%.%.%.%s*$" then
    for k = j, #lines + 1 do
      if lines_match(expected, i + 1, lines, k) then
        return true
      end
    end
    return false
  end
  return j <= #lines and line_matches(expected[i], lines[j])
    and lines_match(expected, i + 1, lines, j + 1)
end

local function lines_of(text)
  local lines = {}
  for line in text:gmatch "([^\n]*)\n" do
    lines[#lines + 1] = line
  end
  while #lines > 0 and lines[#lines] == "" do
    lines[#lines] = nil
  end
  return lines
end

local MARK = "@@docs@@"

-- Runs the commands of a session in one shell; gives output and status of each.
local function run_session(steps, folder)
  local script = {
    "cd " .. shell_quote(folder),
    "export NO_COLOR=1 RUBRIC_HOME=" .. shell_quote(folder .. "/.home"),
    "exec 2>&1",
  }
  for _, step in ipairs(steps) do
    if step.command:match "^make" then
      script[#script + 1] = "true"
    else
      script[#script + 1] = step.command
    end
    script[#script + 1] = ("__status=$?; printf '\\n%s %%d\\n' $__status; (exit $__status)"):format(MARK)
  end
  write_file(folder .. "/.session", table.concat(script, "\n") .. "\n")
  local pipe = io.popen("bash " .. shell_quote(folder .. "/.session") .. " </dev/null", "r")
  local text = pipe:read "a"
  pipe:close()
  local at = 1
  for _, step in ipairs(steps) do
    local from, to, status = text:find("\n" .. MARK .. " (%d+)\n", at)
    step.output = from and text:sub(at, from) or ""
    step.status = tonumber(status or 255)
    at = (to or #text) + 1
  end
end

local count, failed = 0, 0

local function report(fine, name, details)
  count = count + 1
  print(("%s %d - %s"):format(fine and "ok" or "not ok", count, name))
  if not fine then
    failed = failed + 1
    print("# " .. details:gsub("\n", "\n# "))
  end
end

local function pass_over(name, why)
  count = count + 1
  print(("ok %d - %s # SKIP %s"):format(count, name, why))
end

-- A checker makes calls that workers may not make, so they are not filtered there.
local SAN = os.getenv "SAN" or ""

local function is_target(command)
  local goals = command:match "^make%s*(.*)$":gsub("%S+=%S*", "")
  return os.execute(("make -n -C %s %s >/dev/null 2>&1"):format(shell_quote(top), goals)) == true
end

local function check_step(path, step)
  local name = ("%s:%d: %s"):format(path, step.line, step.command:match "^[^\n]*")
  while #step > 0 and step[#step] == "" do
    step[#step] = nil
  end
  if SAN ~= "" and step.command:match "^rubric doctor" then
    pass_over(name, "built with " .. SAN)
  elseif step.command:match "^make" then
    report(is_target(step.command), name, "make has no such target")
  elseif #step == 0 or (#step == 1 and step[1] == "...") then
    report(step.status == 0, name, "exit status " .. step.status .. "\n" .. step.output)
  else
    report(lines_match(step, 1, lines_of(step.output), 1), name,
      "expected:\n" .. table.concat(step, "\n") .. "\nprinted:\n" .. step.output)
  end
end

local function check_document(path, folder)
  for _, link in ipairs { "policies", "docs", "tests" } do
    os.execute(("ln -s %s/%s %s/%s"):format(shell_quote(top), link, shell_quote(folder), link))
  end
  for _, block in ipairs(blocks_of(path)) do
    local file = block.info:match "^%a+ ([%w%._/-]+)$"
    if file then
      write_file(folder .. "/" .. file, table.concat(block, "\n") .. "\n")
    elseif block.info == "console" then
      local steps = steps_of(block)
      run_session(steps, folder)
      for _, step in ipairs(steps) do
        check_step(path, step)
      end
    end
  end
end

for _, path in ipairs(arg) do
  local folder = io.popen("mktemp -d"):read "l"
  check_document(path, folder)
  os.execute("rm -rf " .. shell_quote(folder))
end
print("1.." .. count)
os.exit(failed == 0)
