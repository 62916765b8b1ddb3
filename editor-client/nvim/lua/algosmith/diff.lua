--- Which whole lines an edit takes away and which it brings.
local M = {}

--- Byte column of a position that counts in the client's encoding.
local function column(line, character, encoding)
  if encoding == 'utf-8' then
    return math.min(character, #line)
  end
  if vim.fn.has('nvim-0.11') == 1 then
    return vim.str_byteindex(line, encoding, character, false)
  end
  local limit = encoding == 'utf-16' and select(2, vim.str_utfindex(line)) or vim.str_utfindex(line)
  return vim.str_byteindex(line, math.min(character, limit), encoding == 'utf-16')
end

---@param buffer integer
---@param candidate table with range and newText
---@param encoding string of the range's columns
---@return {first: integer, last: integer, added: string[]} rows [first, last) go
function M.change(buffer, candidate, encoding)
  local from, to = candidate.range.start, candidate.range['end']
  local before = vim.api.nvim_buf_get_lines(buffer, from.line, to.line + 1, false)
  local head_line, tail_line = before[1] or '', before[to.line - from.line + 1] or ''
  local head = head_line:sub(1, column(head_line, from.character, encoding))
  local tail = tail_line:sub(column(tail_line, to.character, encoding) + 1)
  local text = (head .. candidate.newText .. tail):gsub('\r\n', '\n')
  local after = vim.split(text, '\n')
  local same_head, same_tail = 0, 0
  local shorter = math.min(#before, #after)
  while same_head < shorter and before[same_head + 1] == after[same_head + 1] do
    same_head = same_head + 1
  end
  while
    same_tail < shorter - same_head
    and before[#before - same_tail] == after[#after - same_tail]
  do
    same_tail = same_tail + 1
  end
  return {
    first = from.line + same_head,
    last = from.line + #before - same_tail,
    added = vim.list_slice(after, same_head + 1, #after - same_tail),
  }
end

return M
