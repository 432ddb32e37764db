/**
 * What Redis does in one step with the line of a thread: a list of turns as JSON, in order of arrival. Each has a ticket
 * (`t`), its turn (`u`), its process (`p`), until when its lease lasts by Redis's own clock (`e`), and which turn has
 * cancelled it, if any (`c`). A process says which turns it has: what it has left is gone then, what Redis has lost is
 * there again, and its leases begin anew. Leases of others that are over are taken from the line.
 *
 * process, lease, how many may wait, where inboxes begin, name of the thread, turns as JSON ([ticket, turn], ...), the
 * ticket of the one that comes or '', whether that one cancels. Returns whether the first of the line is of this process,
 * whether the line is too long for the one that comes, and then each ticket of this process that is cancelled, and by
 * whom. Processes whose turns are cancelled, or whose turn it is now, find the name of the thread in their inbox.
 */
export const STAND_IN_LINE = `
local process, lease = ARGV[1], tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local text = redis.call('GET', KEYS[1])
local before = text and cjson.decode(text) or {}
local mine, isMine = cjson.decode(ARGV[6]), {}
for _, turn in ipairs(mine) do isMine[turn[1]] = true end
local line, stands, told, full = {}, {}, {}, 0
for _, turn in ipairs(before) do
  if turn.p ~= process then
    if turn.e > now then line[#line + 1] = turn end
  elseif isMine[turn.t] then
    turn.e = now + lease
    stands[turn.t] = true
    line[#line + 1] = turn
  end
end
for _, turn in ipairs(mine) do
  if not stands[turn[1]] then
    local comes = turn[1] == ARGV[7]
    local waiting = 0
    for _, other in ipairs(line) do
      if comes and ARGV[8] == '1' and other.u ~= turn[2] and not other.c then
        other.c = turn[2]
        told[other.p] = true
      end
      if not other.c then waiting = waiting + 1 end
    end
    if comes and waiting > tonumber(ARGV[3]) then full = 1
    else line[#line + 1] = { t = turn[1], u = turn[2], p = process, e = now + lease } end
  end
end
if #line == 0 then redis.call('DEL', KEYS[1])
else
  redis.call('SET', KEYS[1], cjson.encode(line), 'PX', lease)
  if not before[1] or before[1].p ~= line[1].p then told[line[1].p] = true end
end
for other in pairs(told) do
  if other ~= process then redis.call('PUBLISH', ARGV[4] .. other, ARGV[5]) end
end
local answer = { line[1] and line[1].p == process and 1 or 0, full }
for _, turn in ipairs(line) do
  if turn.p == process and turn.c then
    answer[#answer + 1] = turn.t
    answer[#answer + 1] = turn.c
  end
end
return answer`;
