-- For `vim.lsp.enable('algosmith')` (0.11+); the same table serves nvim-lspconfig and vim.lsp.start.
return require('algosmith').config()
