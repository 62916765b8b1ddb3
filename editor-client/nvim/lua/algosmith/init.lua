--- The client's configuration, for every way Neovim starts one.
local M = {}

M.filetypes = { 'python', 'javascript', 'javascriptreact', 'typescript', 'typescriptreact', 'cpp', 'c', 'java', 'rust', 'go' }

--- The command that starts the server; `vim.g.algosmith_command` names another program.
---@return string[]
function M.command()
  local command = vim.g.algosmith_command or { 'algosmith' }
  return vim.list_extend(vim.deepcopy(command), { 'lsp' })
end

---@return table
function M.config()
  return {
    cmd = M.command(),
    filetypes = M.filetypes,
    root_markers = { 'pyproject.toml', 'package.json', '.git' },
    settings = { algosmith = vim.empty_dict() },
    init_options = { preview = true },
    before_init = function(params, config)
      -- A copy: Neovim may share the configuration among clients of several folders.
      local options = vim.deepcopy(params.initializationOptions or {})
      options.trusted = require('algosmith.trust').is_trusted(config.root_dir)
      params.initializationOptions = options
    end,
    handlers = {
      ['algosmith/ready'] = function(_, ready, context)
        require('algosmith.preview').ready(ready, context.client_id)
      end,
      ['algosmith/status'] = function(_, status, context)
        require('algosmith.status').set(status, context.client_id)
      end,
    },
    on_attach = function(client, buffer)
      require('algosmith.commands').attach(client, buffer)
    end,
  }
end

--- Starts the client for the filetypes above, where `vim.lsp.enable` does not exist (0.10).
---@param overrides? table laid over the configuration
function M.enable(overrides)
  vim.api.nvim_create_autocmd('FileType', {
    group = vim.api.nvim_create_augroup('algosmith.enable', {}),
    pattern = M.filetypes,
    callback = function(event)
      local config = vim.tbl_deep_extend('force', M.config(), overrides or {})
      config.name = 'algosmith'
      config.root_dir = vim.fs.root(event.buf, config.root_markers)
      vim.lsp.start(config, { bufnr = event.buf })
    end,
  })
end

--- `client:request` of 0.11, `client.request` of 0.10.
function M.request(client, method, params, handler, buffer)
  if vim.fn.has('nvim-0.11') == 1 then
    return client:request(method, params, handler, buffer)
  end
  return client.request(method, params, handler, buffer)
end

--- The attached client, or nil with a message that says what to do.
function M.client(buffer)
  local client = vim.lsp.get_clients({ name = 'algosmith', bufnr = buffer })[1]
  if not client then
    M.warn('no algosmith server is attached to this buffer; see :checkhealth algosmith')
  end
  return client
end

function M.warn(message)
  vim.notify('algosmith: ' .. message, vim.log.levels.WARN)
end

return M
