--- Buffer-local commands, only for what no code action does, or not from everywhere.
local M = {}

local algosmith = require('algosmith')

local function execute(buffer, command, arguments, answered)
  local client = algosmith.client(buffer)
  if client then
    local params = { command = command, arguments = arguments }
    algosmith.request(client, 'workspace/executeCommand', params, function(err, result)
      if err then
        algosmith.warn(err.message)
      elseif answered then
        answered(result)
      end
    end, buffer)
  end
end

local function trust(buffer)
  local client = algosmith.client(buffer)
  if not client then
    return
  end
  local root = client.config.root_dir
  if not root then
    return algosmith.warn('this file belongs to no project; set vim.g.algosmith_trusted instead')
  end
  require('algosmith.trust').add(root)
  vim.notify('algosmith: ' .. root .. ' is trusted from now on')
  M.restart(client)
end

--- Stops the client and starts it anew for its buffers: trust is told at the start only.
function M.restart(client)
  local buffers = vim.tbl_keys(client.attached_buffers)
  local config = client.config
  local function again()
    for _, buffer in ipairs(buffers) do
      if vim.api.nvim_buf_is_loaded(buffer) then
        vim.lsp.start(config, { bufnr = buffer })
      end
    end
  end
  local function wait(tries)
    if client.is_stopped == nil or tries == 0 then
      return again()
    end
    local stopped = vim.fn.has('nvim-0.11') == 1 and client:is_stopped() or client.is_stopped()
    if stopped then
      again()
    else
      vim.defer_fn(function()
        wait(tries - 1)
      end, 50)
    end
  end
  if vim.fn.has('nvim-0.11') == 1 then
    client:stop()
  else
    client.stop()
  end
  wait(60)
end

function M.attach(_, buffer)
  local function define(name, description, run)
    local options = { desc = description }
    vim.api.nvim_buf_create_user_command(buffer, 'LspAlgosmith' .. name, run, options)
  end
  local uri = vim.uri_from_bufnr(buffer)

  define('SolveAll', 'Solve all TODOs in this file', function()
    execute(buffer, 'algosmith.solveAll', { uri })
  end)
  define('Cancel', 'Cancel running jobs', function()
    execute(buffer, 'algosmith.cancel', {})
  end)
  define('TakeBest', 'End the solving and take the best answer so far', function()
    execute(buffer, 'algosmith.takeBest', {}, function(jobs)
      if jobs == 0 then
        algosmith.warn('no TODO is being solved; there is nothing to take')
      end
    end)
  end)
  define('Review', 'Show the solutions that wait', function()
    require('algosmith.preview').review(buffer)
  end)
  define('Status', 'Show model, engine, cage and queue', function()
    execute(buffer, 'algosmith.showStatus', {}, function(status)
      vim.api.nvim_echo({ { table.concat(require('algosmith.status').lines(status), '\n') } }, true, {})
    end)
  end)
  define('Trust', "Trust this buffer's project: candidates may be run in the cage", function()
    trust(buffer)
  end)
end

return M
