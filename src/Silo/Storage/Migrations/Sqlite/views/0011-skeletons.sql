-- Whom members' names can be taken for, and since when: namesakes are told apart. Filled by following anew: a directory of no epoch begins again.
CREATE TABLE member_skeletons (
  member TEXT NOT NULL PRIMARY KEY,
  skeleton TEXT NOT NULL,
  since INTEGER NOT NULL,
  seal INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX member_skeletons_by_look ON member_skeletons (skeleton, since, member);

DELETE FROM meta WHERE name = 'epoch';
