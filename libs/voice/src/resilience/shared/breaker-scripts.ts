/**
 * What Redis does in one step with the board: a hash that has one entry for each breaker that is open anywhere, and for
 * each provider that is held by hand. All times on it are of Redis's own clock; what goes in and out is how long.
 */
const BEGIN = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function entryOf(field)
  local text = redis.call('HGET', KEYS[1], field)
  return text and cjson.decode(text) or nil
end
local function keep(field, entry)
  redis.call('HSET', KEYS[1], field, cjson.encode(entry))
end
local function isTried(entry, replica)
  return entry and entry.leaseUntil > now and entry.replica ~= replica
end
`;

/**
 * field, replica, open milliseconds, channel, message. One that another process is trying stays as it is:
 * what it finds out is newer. Returns whether it was written.
 */
export const OPEN = `${BEGIN}
local old = entryOf(ARGV[1])
if isTried(old, ARGV[2]) then return 0 end
local openUntil = now + ARGV[3]
if old and old.leaseUntil <= now and old.openUntil > openUntil then openUntil = old.openUntil end
keep(ARGV[1], { replica = ARGV[2], openUntil = openUntil, leaseUntil = 0, message = ARGV[5] })
redis.call('PUBLISH', ARGV[4], ARGV[5])
return 1`;

/** field, channel, message. */
export const CLOSE = `
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('PUBLISH', ARGV[2], ARGV[3])
return 1`;

/**
 * field, replica, lease, channel, message. Returns for how many milliseconds another process has the trials; 0: this one
 * has them now.
 */
export const CLAIM = `${BEGIN}
local entry = entryOf(ARGV[1]) or { openUntil = now, message = '' }
if isTried(entry.leaseUntil and entry, ARGV[2]) then return entry.leaseUntil - now end
local isNew = entry.replica ~= ARGV[2] or (entry.leaseUntil or 0) <= now
entry.replica = ARGV[2]
entry.leaseUntil = now + ARGV[3]
keep(ARGV[1], entry)
if isNew then redis.call('PUBLISH', ARGV[4], ARGV[5]) end
return 0`;

/** field of the hold, provider, milliseconds (-1: for good, 0: none), channel, message. Breakers of the provider go. */
export const DECIDE = `${BEGIN}
local all = redis.call('HGETALL', KEYS[1])
for index = 1, #all, 2 do
  if string.match(all[index], '^%S+ (%S+)') == ARGV[2] then redis.call('HDEL', KEYS[1], all[index]) end
end
if ARGV[3] == '0' then redis.call('HDEL', KEYS[1], ARGV[1])
else keep(ARGV[1], { replica = '', openUntil = ARGV[3] == '-1' and -1 or now + ARGV[3], leaseUntil = 0, message = ARGV[5] }) end
redis.call('PUBLISH', ARGV[4], ARGV[5])
return 1`;

/**
 * field of the marker, a new marker, how long an entry stays after its time, and the board after its last reading.
 * Returns the marker and, for each entry: field, replica, milliseconds it stays open (-1: for good), message.
 */
export const READ = `${BEGIN}
redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
local reply = { redis.call('HGET', KEYS[1], ARGV[1]) }
local all = redis.call('HGETALL', KEYS[1])
for index = 1, #all, 2 do
  if all[index] ~= ARGV[1] then
    local entry = cjson.decode(all[index + 1])
    if entry.openUntil ~= -1 and math.max(entry.openUntil, entry.leaseUntil) + ARGV[3] < now then
      redis.call('HDEL', KEYS[1], all[index])
    else
      local left = entry.openUntil == -1 and -1 or math.max(0, entry.openUntil - now)
      table.insert(reply, { all[index], entry.replica, left, entry.message })
    end
  end
end
return reply`;
