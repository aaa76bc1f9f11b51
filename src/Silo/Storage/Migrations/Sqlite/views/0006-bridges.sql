-- Which communities were ever linked, or asked to be. Nothing need be followed anew: before this there were no bridges.
CREATE TABLE bridges (
  community TEXT NOT NULL,
  bridge TEXT NOT NULL,
  seal INTEGER NOT NULL,
  PRIMARY KEY (community, bridge)
) STRICT, WITHOUT ROWID;
