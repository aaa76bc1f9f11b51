-- The directory of members: who asked to be in it. Nothing need be followed anew: before this nobody could.
CREATE TABLE listed_members (
  number INTEGER NOT NULL PRIMARY KEY,
  member TEXT NOT NULL UNIQUE,
  sorted TEXT NOT NULL,
  country TEXT NOT NULL,
  languages TEXT NOT NULL,
  expertise TEXT NOT NULL,
  seal INTEGER NOT NULL
) STRICT;

CREATE INDEX listed_members_by_name ON listed_members (sorted, member);

-- The folded words of their names, organisations and expertise.
CREATE VIRTUAL TABLE listed_index USING fts5 (words, tokenize = 'ascii', detail = column, columnsize = 0, prefix = '2 3');

INSERT INTO listed_index (listed_index, rank) VALUES ('secure-delete', 1);
