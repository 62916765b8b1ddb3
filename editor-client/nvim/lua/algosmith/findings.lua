--- What explain and measure answer, in a floating window.
local M = {}

--- Runs a command of a code action and shows the answer.
function M.ask(command, context)
  local algosmith = require('algosmith')
  local client = vim.lsp.get_client_by_id(context.client_id)
  if not client then
    return
  end
  local buffer = context.bufnr
  local params = { command = command.command, arguments = command.arguments }
  algosmith.request(client, 'workspace/executeCommand', params, function(err, finding)
    if err then
      algosmith.warn(err.message)
    elseif finding and finding.markdown and vim.api.nvim_get_current_buf() == buffer then
      M.show(finding.markdown)
    end
  end, buffer)
end

function M.show(markdown)
  local lines = vim.split(vim.trim(markdown), '\n')
  local float = { border = 'rounded', wrap = true, max_width = 100, focus_id = 'algosmith' }
  vim.lsp.util.open_floating_preview(lines, 'markdown', float)
end

return M
