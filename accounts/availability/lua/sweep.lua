-- Remove and return the leases that ended. ARGV: how long (ms) a new epoch is too young to judge.
local live, epoch, of_person = KEYS[1], KEYS[2], KEYS[3]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local since = tonumber(redis.call('GET', epoch) or now)
if now - since < tonumber(ARGV[1]) then return {} end
local ended = redis.call('ZRANGE', live, '-inf', now, 'BYSCORE', 'LIMIT', 0, 200)
for _, uid in ipairs(ended) do
  redis.call('ZREM', live, uid)
  redis.call('DEL', of_person .. uid)
end
return ended
