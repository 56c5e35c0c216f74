-- This socket is gone. KEYS as in take.lua.
-- ARGV: conn, frame, stream length. Returns taken, or: ok and the frame's seq.
if redis.call('HGET', KEYS[1], 'conn') ~= ARGV[1] then return {'taken'} end
redis.call('HDEL', KEYS[1], 'conn')
return {'ok', redis.call('XADD', KEYS[4], 'MAXLEN', '~', ARGV[3], '*', 'f', ARGV[2])}
