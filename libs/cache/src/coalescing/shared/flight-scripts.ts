/**
 * What Redis does in one step. A flight has four keys: whose turn it is (`lead`), whether that leader lives (`alive`),
 * what it has made (`log`, a stream with entries 1-0, 2-0, ...), and whether anybody follows (`wanted`). None of them
 * outlives its time, and no time of day is compared: the clocks of machines differ.
 */

/** lead, alive, wanted; token, lease, interest, where inboxes begin. Returns who leads. */
export const JOIN = `
local leader = redis.call('GET', KEYS[1])
if leader then
  redis.call('SET', KEYS[3], '1', 'PX', ARGV[3])
  redis.call('PUBLISH', ARGV[4] .. string.match(leader, '^[^:]*'), leader)
  return leader
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
redis.call('SET', KEYS[2], '1', 'PX', ARGV[2])
return ARGV[1]`;

/**
 * lead, alive, log, wanted; token, lease, keep, channel, joinable, ended, forget before, number of the first, entries.
 * Returns whether somebody follows. What was written before is refused by its number and counts as written: the answer
 * to it was lost. A leader whose lease was over may have followers who are in the middle: it goes on for them.
 */
export const WRITE = `
local ended = ARGV[6] == '1'
if ended then redis.call('DEL', KEYS[2]) else redis.call('SET', KEYS[2], '1', 'PX', ARGV[2]) end
if redis.call('GET', KEYS[1]) == ARGV[1] then
  if ended or ARGV[5] == '0' then redis.call('DEL', KEYS[1]) else redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
end
for index = 9, #ARGV do
  redis.pcall('XADD', KEYS[3], string.format('%d-0', ARGV[8] + index - 9), '', ARGV[index])
end
if ARGV[7] ~= '0' then redis.call('XTRIM', KEYS[3], 'MINID', ARGV[7] .. '-0') end
redis.call('PEXPIRE', KEYS[3], ARGV[3])
if #ARGV >= 9 or ended then redis.call('PUBLISH', ARGV[4], '') end
return redis.call('EXISTS', KEYS[4])`;

/** lead, alive, log, wanted; token, channel, force. Returns 1 when somebody follows and nothing was done. */
export const LEAVE = `
if ARGV[3] == '0' and redis.call('EXISTS', KEYS[4]) == 1 then return 1 end
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
redis.call('DEL', KEYS[2], KEYS[3])
redis.call('PUBLISH', ARGV[2], '')
return 0`;

/** alive, log, wanted; after, how many, interest, keep. Returns whether the leader lives, and entries. */
export const READ = `
redis.call('SET', KEYS[3], '1', 'PX', ARGV[3])
redis.call('PEXPIRE', KEYS[2], ARGV[4])
return { redis.call('EXISTS', KEYS[1]), redis.call('XRANGE', KEYS[2], '(' .. ARGV[1] .. '-0', '+', 'COUNT', ARGV[2]) }`;
