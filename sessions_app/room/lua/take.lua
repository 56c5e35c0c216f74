-- Speak for a side. KEYS: own and peer `rm`, own and peer `sg`, own `rb`, own `rc`.
-- ARGV: conn, pc, seconds to keep, connections a minute, stream length.
-- Returns full, or: ok, generation, end of the own stream, the peer's conn, pc and media.
local old = redis.call('HMGET', KEYS[1], 'conn', 'pc')
if old[2] ~= ARGV[2] then
  local made = redis.call('INCR', KEYS[6])
  if made == 1 then redis.call('EXPIRE', KEYS[6], 60) end
  if made > tonumber(ARGV[4]) then return {'full'} end
  redis.call('HDEL', KEYS[1], 'desc', 'cand')
end
local gen = redis.call('HGET', KEYS[1], 'gen')
if old[1] ~= ARGV[1] or not gen then gen = redis.call('HINCRBY', KEYS[1], 'gen', 1) end
redis.call('HSET', KEYS[1], 'conn', ARGV[1], 'pc', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
local last = redis.call('XREVRANGE', KEYS[3], '+', '-', 'COUNT', 1)
local up = cjson.encode({t='peer', ev='up', pc=ARGV[2], gen=tonumber(gen)})
redis.call('XADD', KEYS[4], 'MAXLEN', '~', ARGV[5], '*', 'f', up)
redis.call('EXPIRE', KEYS[4], ARGV[3])
local peer = redis.call('HMGET', KEYS[2], 'conn', 'pc', 'media')
return {'ok', tostring(gen), last[1] and last[1][1] or '0-0', peer[1] or '', peer[2] or '', peer[3] or ''}
