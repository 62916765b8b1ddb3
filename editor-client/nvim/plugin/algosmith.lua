-- Colours and the commands that code actions can trigger; the rest comes when a client attaches.
if vim.g.loaded_algosmith then
  return
end
vim.g.loaded_algosmith = true

local function link(name, target)
  vim.api.nvim_set_hl(0, name, { link = target, default = true })
end

local function colours()
  link('AlgosmithAdded', 'DiffAdd')
  link('AlgosmithRemoved', 'DiffDelete')
  link('AlgosmithKeys', 'Comment')
  link('AlgosmithVerified', 'DiagnosticOk')
  link('AlgosmithConsistent', 'DiagnosticInfo')
  link('AlgosmithUnchecked', 'DiagnosticWarn')
  link('AlgosmithRefuted', 'DiagnosticError')
end

colours()
vim.api.nvim_create_autocmd('ColorScheme', {
  group = vim.api.nvim_create_augroup('algosmith.colours', {}),
  callback = colours,
})

local shown = { 'explain', 'measure', 'review', 'hint', 'stress' }
for _, command_name in ipairs(shown) do
  local name = 'algosmith.' .. command_name
  vim.lsp.commands[name] = function(command, context)
    require('algosmith.findings').ask(command, context)
  end
end
