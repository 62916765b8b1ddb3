--- :checkhealth algosmith
local M = {}

local health = vim.health

local function neovim()
  local version = tostring(vim.version())
  if vim.fn.has('nvim-0.10') == 0 then
    health.error('Neovim ' .. version .. ' is too old', 'install 0.10 or newer')
  elseif vim.fn.has('nvim-0.11') == 0 then
    health.ok('Neovim ' .. version .. "; start with require('algosmith').enable()")
  else
    health.ok('Neovim ' .. version .. "; start with vim.lsp.enable('algosmith')")
  end
end

--- Runs the server's program; nil when it can't be run.
local function run(arguments)
  local command = require('algosmith').command()
  command[#command] = nil
  vim.list_extend(command, arguments)
  local good, result = pcall(function()
    return vim.system(command, { text = true, timeout = 30000, cwd = vim.uv.os_homedir() }):wait()
  end)
  return good and result or nil
end

local function server()
  local program = require('algosmith').command()[1]
  local result = run({ '--version' })
  if not result or result.code ~= 0 then
    local reason = result and vim.trim(result.stderr) or 'it was not found'
    health.error(("'%s' can't be run: %s"):format(program, reason), {
      'install it: pip install "algosmith[demo]"',
      'or name it: vim.g.algosmith_command = { "/path/to/algosmith" }',
    })
    return false
  end
  health.ok(vim.trim(result.stdout) .. ' (' .. vim.fn.exepath(program) .. ')')
  return true
end

local function clients()
  local running = vim.lsp.get_clients({ name = 'algosmith' })
  if #running == 0 then
    health.info('no server runs now; it starts when a ' .. table.concat(require('algosmith').filetypes, ', ') .. ' file is opened')
  end
  for _, client in ipairs(running) do
    local root = client.config.root_dir
    health.ok(('client %d for %s'):format(client.id, root or 'single files'))
    if require('algosmith.trust').is_trusted(root) then
      health.ok('its folder is trusted: candidates are run in the cage')
    else
      health.warn('its folder is not trusted: nothing is run, nothing can be verified', ':LspAlgosmithTrust')
    end
  end
end

local function doctor()
  local result = run({ 'doctor' })
  if not result then
    return health.error('the doctor did not answer')
  end
  local tell = { ok = health.ok, note = health.info, BROKEN = health.error }
  for _, line in ipairs(vim.split(vim.trim(result.stdout), '\n')) do
    local mark, text = line:match('^(%w+)%s+(.*)$')
    local report = tell[mark] or health.info
    report(text or line)
  end
end

function M.check()
  health.start('algosmith: editor')
  neovim()
  clients()
  health.start('algosmith: server')
  if server() then
    doctor()
  end
end

return M
