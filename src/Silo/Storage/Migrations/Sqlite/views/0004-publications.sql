-- Publications: what their author wrote last, and what is published of it. Filled by following anew.
CREATE TABLE publications (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  community TEXT NOT NULL,
  author TEXT NOT NULL,
  state INTEGER NOT NULL,
  written TEXT NOT NULL,
  written_words TEXT NOT NULL,
  written_at INTEGER NOT NULL,
  shown TEXT,
  kind INTEGER,
  classification INTEGER,
  published_at INTEGER,
  revised_at INTEGER,
  seal INTEGER NOT NULL
) STRICT;

CREATE INDEX publications_by_author ON publications (author, written_at);

CREATE INDEX publications_by_time ON publications (published_at, number) WHERE shown IS NOT NULL;

-- Who is named as a participant of what is published.
CREATE TABLE publication_participants (
  publication INTEGER NOT NULL,
  member TEXT NOT NULL,
  PRIMARY KEY (publication, member)
) STRICT, WITHOUT ROWID;

-- The folded words of what is published, and of nothing else.
CREATE VIRTUAL TABLE publication_index USING fts5 (words, tokenize = 'ascii', detail = column, columnsize = 0);

INSERT INTO publication_index (publication_index, rank) VALUES ('secure-delete', 1);

DELETE FROM positions;
DELETE FROM communities;
DELETE FROM rooms;
DELETE FROM memberships;
DELETE FROM activity;
DELETE FROM members;
DELETE FROM member_names;
DELETE FROM claims;
