-- Posts by what they say. The id is the time of the post in ticks of UTC, raised where two share one: the newest are the last.
CREATE TABLE posts (
  id INTEGER PRIMARY KEY,
  room TEXT NOT NULL,
  number INTEGER NOT NULL,
  author TEXT NOT NULL,
  at INTEGER NOT NULL,
  thread INTEGER NOT NULL,
  withheld INTEGER NOT NULL,
  files INTEGER NOT NULL,
  seal INTEGER NOT NULL
) STRICT;

CREATE INDEX posts_by_number ON posts (room, number, withheld, author);

CREATE INDEX posts_by_time ON posts (room);

CREATE INDEX posts_by_author ON posts (author);

-- Folded, each once, in alphabetical order: no text can be read out of them. Kept so that they can be taken out of the index again.
CREATE TABLE post_words (
  id INTEGER PRIMARY KEY,
  words TEXT NOT NULL,
  seal INTEGER NOT NULL
) STRICT;

-- Words are folded before they come here: the tokenizer only parts them at spaces. Where they stood is not kept.
-- Not detail = column: with secure-delete it loses posts (SQLite 3.50.4).
CREATE VIRTUAL TABLE post_index USING fts5 (words, content = 'post_words', content_rowid = 'id', tokenize = 'ascii', detail = none, columnsize = 0);

INSERT INTO post_index (post_index, rank) VALUES ('secure-delete', 1);

-- Names by each of their words and what follows it. Filled by following anew.
CREATE TABLE member_names (
  folded TEXT NOT NULL,
  member TEXT NOT NULL,
  whole INTEGER NOT NULL,
  seal INTEGER NOT NULL,
  PRIMARY KEY (folded, member)
) STRICT, WITHOUT ROWID;

CREATE INDEX member_names_by_member ON member_names (member);

DELETE FROM positions;
DELETE FROM communities;
DELETE FROM rooms;
DELETE FROM memberships;
DELETE FROM activity;
DELETE FROM members;
