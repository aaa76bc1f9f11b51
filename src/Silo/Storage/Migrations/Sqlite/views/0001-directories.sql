-- What follows the journal and can be made again from it. Each row carries a seal, a hash of what it says.
CREATE TABLE meta (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE positions (
  partition INTEGER PRIMARY KEY,
  position INTEGER NOT NULL
) STRICT;

CREATE TABLE communities (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  access INTEGER NOT NULL,
  goal TEXT NOT NULL,
  seal INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE rooms (
  ordinal INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  community TEXT NOT NULL,
  name TEXT NOT NULL,
  topic_group INTEGER NOT NULL,
  seal INTEGER NOT NULL
) STRICT;

CREATE INDEX rooms_by_community ON rooms (community);

CREATE TABLE memberships (
  community TEXT NOT NULL,
  member TEXT NOT NULL,
  role INTEGER NOT NULL,
  seal INTEGER NOT NULL,
  PRIMARY KEY (community, member)
) STRICT, WITHOUT ROWID;

CREATE INDEX memberships_by_member ON memberships (member);

-- The count of members moves only when a membership row comes or goes, so that writing a row again changes nothing.
CREATE TABLE activity (
  community TEXT PRIMARY KEY,
  members INTEGER NOT NULL,
  last_post_at INTEGER,
  seal INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE members (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  organisation TEXT NOT NULL,
  seal INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
