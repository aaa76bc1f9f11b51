-- In which communities something concerns whom. Filled by following anew: a directory of no epoch begins again.
CREATE TABLE concerns (
  member TEXT NOT NULL,
  community TEXT NOT NULL,
  seal INTEGER NOT NULL,
  PRIMARY KEY (member, community)
) STRICT, WITHOUT ROWID;

DELETE FROM meta WHERE name = 'epoch';
