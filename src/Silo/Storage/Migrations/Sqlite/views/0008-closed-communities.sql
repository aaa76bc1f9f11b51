-- Which communities are closed, and since when. Nothing need be followed anew: before this none could be.
CREATE TABLE closed_communities (
  community TEXT NOT NULL PRIMARY KEY,
  since INTEGER NOT NULL,
  seal INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
