-- What is switched on here, kept for whoever joins later. KEYS as in take.lua.
-- ARGV: conn, media, frame, stream length. Returns lost or taken, or: ok and the frame's seq.
local conn = redis.call('HGET', KEYS[1], 'conn')
if not conn then return {'lost'} end
if conn ~= ARGV[1] then return {'taken'} end
redis.call('HSET', KEYS[1], 'media', ARGV[2])
return {'ok', redis.call('XADD', KEYS[4], 'MAXLEN', '~', ARGV[4], '*', 'f', ARGV[3])}
