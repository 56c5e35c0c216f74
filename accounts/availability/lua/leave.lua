-- This node holds no socket of these people any more. ARGV: node, grace in ms, uid...
local live, of_person = KEYS[1], KEYS[3]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local node, grace = ARGV[1], tonumber(ARGV[2])
for i = 3, #ARGV do
  local uid = ARGV[i]
  redis.call('ZREM', of_person .. uid, node)
  local other = redis.call('ZRANGE', of_person .. uid, 0, 0, 'REV', 'WITHSCORES')
  local lasts = math.max(tonumber(other[2] or '0'), now + grace)
  redis.call('ZADD', live, 'XX', lasts, uid)
end
return {}
