-- What members say they are, until an administrator has confirmed it. There were no such facts before: nothing is followed anew.
CREATE TABLE claims (
  member TEXT NOT NULL PRIMARY KEY,
  kind INTEGER NOT NULL,
  at INTEGER NOT NULL,
  seal INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX claims_by_time ON claims (at);
