-- Renew this node's leases. ARGV: node, lease in ms, uid... Returns the uids that were not live before.
local live, epoch, of_person = KEYS[1], KEYS[2], KEYS[3]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local node, lease = ARGV[1], tonumber(ARGV[2])
redis.call('SET', epoch, now, 'NX')
local fresh = {}
for i = 3, #ARGV do
  local uid = ARGV[i]
  local before = tonumber(redis.call('ZSCORE', live, uid) or '0')
  if before <= now then fresh[#fresh + 1] = uid end
  redis.call('ZADD', of_person .. uid, now + lease, node)
  redis.call('PEXPIRE', of_person .. uid, 4 * lease)
  redis.call('ZADD', live, 'GT', now + lease, uid)
end
return fresh
