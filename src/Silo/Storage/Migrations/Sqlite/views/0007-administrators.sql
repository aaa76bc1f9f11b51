-- Who administers the platform, and what has come up to them. Filled by following anew.
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

DELETE FROM positions;
DELETE FROM communities;
DELETE FROM rooms;
DELETE FROM memberships;
DELETE FROM activity;
DELETE FROM members;
DELETE FROM member_names;
DELETE FROM claims;
DELETE FROM publications;
DELETE FROM publication_participants;
DELETE FROM publication_index;
DELETE FROM happenings;
DELETE FROM waiting_items;
DELETE FROM bridges;
