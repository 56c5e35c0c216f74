-- A description or a candidate for the peer connection it names. KEYS as in take.lua.
-- ARGV: conn, pc, the peer's pc, frame, seconds to keep, stream length, kind, most of that kind, bytes a minute.
-- Returns lost, taken, stale_pc or rate, or: ok and the frame's seq.
local own = redis.call('HMGET', KEYS[1], 'conn', 'pc')
if not own[1] then return {'lost'} end
if own[1] ~= ARGV[1] then return {'taken'} end
if own[2] ~= ARGV[2] or redis.call('HGET', KEYS[2], 'pc') ~= ARGV[3] then return {'stale_pc'} end
if redis.call('HINCRBY', KEYS[1], ARGV[7], 1) > tonumber(ARGV[8]) then return {'rate'} end
if redis.call('INCRBY', KEYS[5], #ARGV[4]) == #ARGV[4] then redis.call('EXPIRE', KEYS[5], 60) end
if tonumber(redis.call('GET', KEYS[5])) > tonumber(ARGV[9]) then return {'rate'} end
local seq = redis.call('XADD', KEYS[4], 'MAXLEN', '~', ARGV[6], '*', 'f', ARGV[4])
redis.call('EXPIRE', KEYS[1], ARGV[5])
redis.call('EXPIRE', KEYS[4], ARGV[5])
return {'ok', seq}
