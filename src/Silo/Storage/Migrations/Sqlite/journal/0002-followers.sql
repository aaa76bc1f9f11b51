-- Effects must not lose their place, so it is kept beside the facts they follow.
CREATE TABLE cursors (
  follower TEXT NOT NULL,
  partition INTEGER NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (follower, partition)
) STRICT, WITHOUT ROWID;

CREATE TABLE parked (
  follower TEXT NOT NULL,
  stream TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  reason TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (follower, stream)
) STRICT, WITHOUT ROWID;

CREATE TABLE quarantine (
  stream TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  reason TEXT NOT NULL,
  reference TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (stream, sequence)
) STRICT, WITHOUT ROWID;
