--- A proposal in place: the lines that go are marked, those that come stand below as virtual lines.
--- The buffer is not touched before accept; then the server applies the edit, one undo takes it back.
local M = {}

local algosmith = require('algosmith')
local diff = require('algosmith.diff')

local namespace = vim.api.nvim_create_namespace('algosmith.preview')

--- `vim.g.algosmith_keys` changes some or all of them.
local default_keys = { accept = '<C-y>', next = '<C-n>', previous = '<C-p>', discard = '<C-e>', evidence = 'K' }

--- One preview for each buffer; `waiting` holds what became ready meanwhile.
---@type table<integer, table>
local open = {}
---@type table<integer, table[]>
local waiting = {}

local function colour(level)
  return 'Algosmith' .. level:sub(1, 1):upper() .. level:sub(2)
end

local function keys()
  return vim.tbl_extend('force', default_keys, vim.g.algosmith_keys or {})
end

--- Two virtual lines: the evidence, and the keys.
local function header(preview, candidate)
  local key = keys()
  local count = #preview.answer.candidates
  local place = count > 1 and (' %d/%d '):format(preview.index, count) or ' '
  local help = { ' ' .. key.accept .. ' accept' }
  if count > 1 then
    table.insert(help, key.next .. ' next')
  end
  table.insert(help, key.discard .. ' discard')
  table.insert(help, key.evidence .. ' evidence')
  return {
    { { table.concat(help, '   '), 'AlgosmithKeys' } },
    { { place, 'AlgosmithKeys' }, { candidate.title, colour(candidate.level) } },
  }
end

local function render(buffer)
  local preview = open[buffer]
  local candidate = preview.answer.candidates[preview.index]
  vim.api.nvim_buf_clear_namespace(buffer, namespace, 0, -1)
  local change = diff.change(buffer, candidate, preview.encoding)
  local virtual = header(preview, candidate)
  local width = 0
  for _, line in ipairs(change.added) do
    width = math.max(width, vim.fn.strdisplaywidth(line))
  end
  for _, line in ipairs(change.added) do
    local padded = line .. (' '):rep(width - vim.fn.strdisplaywidth(line) + 1)
    table.insert(virtual, { { padded:gsub('\t', (' '):rep(vim.bo[buffer].tabstop)), 'AlgosmithAdded' } })
  end
  for row = change.first, change.last - 1 do
    vim.api.nvim_buf_set_extmark(buffer, namespace, row, 0, {
      line_hl_group = 'AlgosmithRemoved',
      sign_text = '-',
      sign_hl_group = 'AlgosmithRemoved',
    })
  end
  local above = change.last == 0
  vim.api.nvim_buf_set_extmark(buffer, namespace, math.max(change.last - 1, 0), 0, {
    virt_lines = virtual,
    virt_lines_above = above,
  })
end

local function refresh(buffer, shown)
  local preview = open[buffer]
  local client = preview and vim.lsp.get_client_by_id(preview.client_id)
  if not client then
    return M.close(buffer)
  end
  local params = { textDocument = { uri = preview.ready.uri }, key = preview.ready.key }
  algosmith.request(client, 'algosmith/candidates', params, function(err, answer)
    if open[buffer] ~= preview then
      return
    end
    if err or #answer.candidates == 0 then
      algosmith.warn(err and err.message or 'no candidate can be placed any more')
      return M.close(buffer)
    end
    preview.answer = answer
    if not preview.index then
      preview.index = 1
      for place, candidate in ipairs(answer.candidates) do
        preview.index = candidate.index == answer.chosen and place or preview.index
      end
    end
    preview.index = math.min(preview.index, #answer.candidates)
    render(buffer)
    if shown then
      shown()
    end
  end, buffer)
end

local function map(buffer)
  local preview = open[buffer]
  preview.saved = {}
  for action, key in pairs(keys()) do
    local before = vim.api.nvim_buf_call(buffer, function()
      return vim.fn.maparg(key, 'n', false, true)
    end)
    preview.saved[key] = before.buffer == 1 and before or false
    vim.keymap.set('n', key, function()
      M[action](buffer)
    end, { buffer = buffer, nowait = true, desc = 'algosmith: ' .. action })
  end
end

local function unmap(buffer, preview)
  for key, before in pairs(preview.saved or {}) do
    pcall(vim.keymap.del, 'n', key, { buffer = buffer })
    if before then
      vim.api.nvim_buf_call(buffer, function()
        vim.fn.mapset('n', false, before)
      end)
    end
  end
end

local function start(buffer, ready, client_id)
  local client = vim.lsp.get_client_by_id(client_id)
  if not client then
    return
  end
  open[buffer] = { ready = ready, client_id = client_id, encoding = client.offset_encoding }
  map(buffer)
  refresh(buffer, function()
    M.watch(buffer)
  end)
end

--- Follows the text while the preview is open: the server finds the task again, or says it is gone.
function M.watch(buffer)
  local preview = open[buffer]
  preview.autocmd = vim.api.nvim_create_autocmd({ 'TextChanged', 'InsertLeave' }, {
    buffer = buffer,
    callback = function()
      if open[buffer] == preview then
        refresh(buffer)
      end
    end,
  })
end

--- The server has candidates for a task.
function M.ready(ready, client_id)
  local buffer = vim.uri_to_bufnr(ready.uri)
  local busy = open[buffer] ~= nil or vim.api.nvim_get_current_buf() ~= buffer
  if busy or vim.api.nvim_get_mode().mode:sub(1, 1) == 'i' then
    waiting[buffer] = waiting[buffer] or {}
    table.insert(waiting[buffer], { ready = ready, client_id = client_id })
    if not open[buffer] then
      local name = vim.fn.fnamemodify(vim.uri_to_fname(ready.uri), ':t')
      vim.notify(('algosmith: a solution for %s is ready, :LspAlgosmithReview shows it'):format(name))
    end
    return
  end
  start(buffer, ready, client_id)
end

--- Shows what waits for a buffer.
function M.review(buffer)
  local next_one = table.remove(waiting[buffer] or {}, 1)
  if open[buffer] then
    return algosmith.warn('a preview is open in this buffer')
  elseif not next_one then
    return algosmith.warn('no solution waits for this buffer')
  end
  start(buffer, next_one.ready, next_one.client_id)
end

function M.accept(buffer)
  local preview = open[buffer]
  local client = preview and preview.answer and vim.lsp.get_client_by_id(preview.client_id)
  if not client then
    return
  end
  local candidate = preview.answer.candidates[preview.index]
  local params = {
    command = 'algosmith.apply',
    arguments = { preview.ready.uri, preview.ready.key, candidate.index },
  }
  -- Gone before the edit comes: the watcher must not ask for candidates of a solved task.
  M.close(buffer, true)
  algosmith.request(client, 'workspace/executeCommand', params, function(err)
    if err then
      algosmith.warn(err.message)
    end
    if waiting[buffer] and #waiting[buffer] > 0 then
      M.review(buffer)
    end
  end, buffer)
end

local function step(buffer, by)
  local preview = open[buffer]
  if preview and preview.answer then
    preview.index = (preview.index - 1 + by) % #preview.answer.candidates + 1
    render(buffer)
  end
end

function M.next(buffer)
  step(buffer, 1)
end

function M.previous(buffer)
  step(buffer, -1)
end

function M.discard(buffer)
  M.close(buffer)
end

function M.evidence(buffer)
  local preview = open[buffer]
  if preview and preview.answer then
    require('algosmith.findings').show(preview.answer.candidates[preview.index].evidence)
  end
end

--- Takes the preview away; the text is as it was.
---@param buffer integer
---@param quiet? boolean leave what waits for later
function M.close(buffer, quiet)
  local preview = open[buffer]
  if not preview then
    return
  end
  open[buffer] = nil
  if preview.autocmd then
    vim.api.nvim_del_autocmd(preview.autocmd)
  end
  if vim.api.nvim_buf_is_valid(buffer) then
    vim.api.nvim_buf_clear_namespace(buffer, namespace, 0, -1)
    unmap(buffer, preview)
  end
  if not quiet and waiting[buffer] and #waiting[buffer] > 0 then
    M.review(buffer)
  end
end

return M
