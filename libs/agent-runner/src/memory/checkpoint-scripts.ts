/**
 * What Redis does in one step with the memory of a thread, which is one hash. Its fields: `id:` and a namespace: the
 * identifier of its latest checkpoint; `at:` and a namespace: that checkpoint; `of:` and the namespace of a task: the
 * checkpoint of the graph itself that the task comes after; `w:`, checkpoint, task, index and namespace: a write.
 */
const WRITE_NAME = `'^w:([^:]*):([^:]*):(-?%d+):(.*)$'`;

/** namespace. Returns nothing, or identifier, checkpoint, and then task, index and body of each of its writes. */
export const READ = `
local id = redis.call('HGET', KEYS[1], 'id:' .. ARGV[1])
if not id then return false end
local answer = { id, redis.call('HGET', KEYS[1], 'at:' .. ARGV[1]) }
for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
  local checkpoint, task, index, namespace = string.match(field, ${WRITE_NAME})
  if checkpoint == id and namespace == ARGV[1] then
    answer[#answer + 1] = task
    answer[#answer + 1] = index
    answer[#answer + 1] = redis.call('HGET', KEYS[1], field)
  end
end
return answer`;

/**
 * time to live, namespace, root or '', identifier, checkpoint, whether it is only written over some, identifiers of
 * these. Returns whether it was written. What is over goes as `isOver` says.
 */
export const PUT = `
local namespace, id = ARGV[2], ARGV[4]
local replaced = redis.call('HGET', KEYS[1], 'id:' .. namespace)
if replaced and ARGV[6] == '1' then
  local known = false
  for index = 7, #ARGV do known = known or ARGV[index] == replaced end
  if not known then return 0 end
end
local function isOver(checkpoint)
  return checkpoint ~= id and (checkpoint == replaced or checkpoint < id)
end
local fields, gone = redis.call('HKEYS', KEYS[1]), {}
if namespace == '' then
  for _, field in ipairs(fields) do
    if string.sub(field, 1, 3) == 'of:' and isOver(redis.call('HGET', KEYS[1], field)) then
      local name = string.sub(field, 4)
      gone[name] = true
      redis.call('HDEL', KEYS[1], field, 'id:' .. name, 'at:' .. name)
    end
  end
end
for _, field in ipairs(fields) do
  local checkpoint, _, _, name = string.match(field, ${WRITE_NAME})
  if checkpoint and (gone[name] or name == namespace and isOver(checkpoint)) then redis.call('HDEL', KEYS[1], field) end
end
redis.call('HSET', KEYS[1], 'id:' .. namespace, id, 'at:' .. namespace, ARGV[5])
if ARGV[3] ~= '' then redis.call('HSET', KEYS[1], 'of:' .. namespace, ARGV[3]) end
redis.call('EXPIRE', KEYS[1], ARGV[1])
return 1`;

/** time to live, namespace, root or '', checkpoint, and then task, index and body of each write. */
export const PUT_WRITES = `
for position = 5, #ARGV, 3 do
  local field = 'w:' .. ARGV[4] .. ':' .. ARGV[position] .. ':' .. ARGV[position + 1] .. ':' .. ARGV[2]
  local command = tonumber(ARGV[position + 1]) < 0 and 'HSET' or 'HSETNX'
  redis.call(command, KEYS[1], field, ARGV[position + 2])
end
if ARGV[3] ~= '' then redis.call('HSET', KEYS[1], 'of:' .. ARGV[2], ARGV[3]) end
redis.call('EXPIRE', KEYS[1], ARGV[1])
return 1`;
