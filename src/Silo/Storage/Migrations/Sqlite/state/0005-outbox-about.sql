-- What a mail says and to whom is looked at again when it leaves; mail without it leaves as before.
-- What one person causes another beyond a few mails an hour is held and gathered into one.
ALTER TABLE outbox ADD COLUMN about TEXT NULL;
ALTER TABLE outbox ADD COLUMN pair TEXT NULL;
ALTER TABLE outbox ADD COLUMN held INTEGER NOT NULL DEFAULT 0;

CREATE INDEX outbox_held ON outbox (pair, due) WHERE state = 0 AND held = 1;

-- When mail of one person to another left, within the last hour.
CREATE TABLE paced (
  pair TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;

CREATE INDEX paced_pair ON paced (pair, at);
CREATE INDEX paced_at ON paced (at);
