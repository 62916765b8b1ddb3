--- What the server last said about engine and jobs; for status lines and :LspAlgosmithStatus.
local M = {}

local by_client = {}

function M.set(status, client_id)
  by_client[client_id] = status
  vim.api.nvim_exec_autocmds('User', { pattern = 'AlgosmithStatus', data = status })
end

--- For a status line: `%{%v:lua.require'algosmith.status'.text()%}`.
---@param buffer? integer
---@return string
function M.text(buffer)
  local client = vim.lsp.get_clients({ name = 'algosmith', bufnr = buffer or 0 })[1]
  local status = client and by_client[client.id]
  if not status then
    return ''
  end
  local jobs = status.jobs > 0 and (' (%d)'):format(status.jobs) or ''
  local model = type(status.model) == 'string' and status.model or 'no model'
  return ('%s: %s%s'):format(model, status.state, jobs):gsub('%%', '%%%%')
end

--- The facts, one on each line.
---@return string[]
function M.lines(status)
  local function say(value)
    return (value == nil or value == vim.NIL or value == '') and '-' or tostring(value)
  end
  local lines = {
    'model    ' .. say(status.model),
    'adapter  ' .. say(status.adapter),
    'engine   ' .. say(status.state) .. ', ' .. say(status.backend) .. ', ' .. say(status.device),
    'queue    ' .. say(status.queue) .. ', ' .. say(status.jobs) .. ' running here',
    'cage     ' .. say(status.cage),
    'trusted  ' .. (status.trusted and 'yes' or 'no: nothing is run; :LspAlgosmithTrust'),
    'server   ' .. say(status.version),
  }
  if status.best and status.best ~= '' then
    table.insert(lines, 'so far   ' .. status.best .. '; :LspAlgosmithTakeBest takes it')
  end
  if status.message ~= '' then
    table.insert(lines, say(status.message))
  end
  return lines
end

return M
