"""How consultants answered before it was counted with each move (sessions_app/calls/answer_rate.py)."""

from django.db import migrations

# The same as `recount` for everybody at once: the last 50 requests that reached them, those taken,
# the median from the ring to the accept.
COUNT = """
UPDATE accounts_consultantprofile AS p
SET asked_lately = c.asked, taken_lately = c.taken, answer_seconds = c.seconds
FROM (
    SELECT consultant_id, count(*) AS asked, count(accepted_at) AS taken,
        round(percentile_cont(0.5) WITHIN GROUP (ORDER BY wait)) AS seconds
    FROM (
        SELECT consultant_id, accepted_at, extract(epoch FROM accepted_at - requested_at) AS wait,
            row_number() OVER (PARTITION BY consultant_id ORDER BY requested_at DESC) AS place
        FROM sessions_app_consultation
        WHERE accepted_at IS NOT NULL OR state = 'declined'
            OR (state = 'expired' AND delivered_at IS NOT NULL)
    ) AS reached
    WHERE place <= 50
    GROUP BY consultant_id
) AS c
WHERE c.consultant_id = p.user_id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_online_until_pause_and_answers"),
        ("sessions_app", "0004_more_time_and_text_calls"),
    ]

    operations = [migrations.RunSQL(COUNT, migrations.RunSQL.noop)]
