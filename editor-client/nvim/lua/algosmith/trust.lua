--- Which folders the user trusts: only there are candidates and functions run (in a cage), and only there
--- do the folder's own tests count as examples.
local M = {}

local function file()
  return vim.fs.joinpath(vim.fn.stdpath('state'), 'algosmith-trust.json')
end

---@return table<string, boolean>
local function recorded()
  local opened = io.open(file(), 'r')
  if not opened then
    return {}
  end
  local text = opened:read('*a')
  opened:close()
  local good, folders = pcall(vim.json.decode, text)
  return good and type(folders) == 'table' and folders or {}
end

local function normal(folder)
  local real = vim.uv.fs_realpath(vim.fs.normalize(folder))
  return real or vim.fs.normalize(folder)
end

--- `vim.g.algosmith_trusted` decides where it is set: true, false, or a list of folders.
---@param root? string
---@return boolean
function M.is_trusted(root)
  local setting = vim.g.algosmith_trusted
  if type(setting) == 'boolean' then
    return setting
  end
  if not root then
    return false
  end
  local folders = vim.tbl_keys(recorded())
  vim.list_extend(folders, type(setting) == 'table' and setting or {})
  local inside = normal(root) .. '/'
  for _, folder in ipairs(folders) do
    if vim.startswith(inside, normal(folder) .. '/') then
      return true
    end
  end
  return false
end

--- Records the folder as trusted.
---@param root string
function M.add(root)
  local folders = recorded()
  folders[normal(root)] = true
  vim.fn.mkdir(vim.fn.stdpath('state'), 'p')
  local opened = assert(io.open(file(), 'w'))
  opened:write(vim.json.encode(folders))
  opened:close()
end

return M
