-- Mail on its way out: what is told whom, once. Times are ticks.
-- A row that is done keeps its name for a while, and neither address nor words.
CREATE TABLE outbox (
  id TEXT NOT NULL PRIMARY KEY,
  state INTEGER NOT NULL,
  kept_at INTEGER NOT NULL,
  due INTEGER NOT NULL,
  tries INTEGER NOT NULL,
  done_at INTEGER NULL,
  because INTEGER NULL,
  said TEXT NULL,
  asked_for INTEGER NOT NULL,
  of_use_until INTEGER NULL,
  address TEXT NULL,
  subject TEXT NULL,
  text TEXT NULL,
  html TEXT NULL,
  language TEXT NULL
) STRICT;

CREATE INDEX outbox_waiting ON outbox (asked_for DESC, due, kept_at) WHERE state = 0;
CREATE INDEX outbox_done ON outbox (done_at) WHERE state <> 0;

-- Addresses that a mail server has refused for good.
CREATE TABLE stopped (
  address TEXT NOT NULL PRIMARY KEY,
  said TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
