-- Everything that happened. Names of streams and types are kept once; the rows carry their numbers.
CREATE TABLE streams (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE types (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

-- Times are ticks of UTC. An erased fact has neither payload nor salt; its payload_hash and digest stay.
CREATE TABLE facts (
  position INTEGER PRIMARY KEY,
  stream INTEGER NOT NULL REFERENCES streams,
  sequence INTEGER NOT NULL,
  type INTEGER NOT NULL REFERENCES types,
  version INTEGER NOT NULL,
  subject TEXT NOT NULL,
  at INTEGER NOT NULL,
  member TEXT NOT NULL,
  imported INTEGER NOT NULL,
  payload BLOB,
  salt BLOB,
  payload_hash BLOB NOT NULL,
  digest BLOB NOT NULL
) STRICT;

CREATE UNIQUE INDEX facts_in_order ON facts (stream, sequence);

CREATE INDEX facts_by_subject ON facts (stream, subject, sequence);

-- The first answer to each request. The seal is a hash of the row.
CREATE TABLE requests (
  id INTEGER PRIMARY KEY,
  member TEXT NOT NULL,
  request TEXT NOT NULL,
  stream TEXT NOT NULL,
  body_hash TEXT NOT NULL,
  answer BLOB NOT NULL,
  at INTEGER NOT NULL,
  seal INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX requests_by_member ON requests (member, request);

CREATE TABLE due (
  stream INTEGER NOT NULL REFERENCES streams,
  kind TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (stream, kind)
) STRICT, WITHOUT ROWID;

CREATE INDEX due_by_time ON due (at);

CREATE TABLE meta (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What the heads of all streams were. The seal is keyed: nobody without keys/journal.key can make it.
CREATE TABLE checkpoints (
  position INTEGER PRIMARY KEY,
  document TEXT NOT NULL
) STRICT;
