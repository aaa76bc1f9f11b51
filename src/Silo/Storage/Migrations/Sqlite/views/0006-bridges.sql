-- Which communities were ever linked, or asked to be. Filled by following anew.
CREATE TABLE bridges (
  community TEXT NOT NULL,
  bridge TEXT NOT NULL,
  seal INTEGER NOT NULL,
  PRIMARY KEY (community, bridge)
) STRICT, WITHOUT ROWID;

DELETE FROM positions;
