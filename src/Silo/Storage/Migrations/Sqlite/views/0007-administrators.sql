-- Who administers the platform, and what has come up to them. Filled by following anew: a directory of no epoch begins again.
CREATE TABLE administrators (
  member TEXT NOT NULL PRIMARY KEY,
  seal INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE escalated_items (
  community TEXT NOT NULL,
  number INTEGER NOT NULL,
  seal INTEGER NOT NULL,
  PRIMARY KEY (community, number)
) STRICT, WITHOUT ROWID;

DELETE FROM meta WHERE name = 'epoch';
