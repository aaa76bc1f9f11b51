-- What happened in each community, by day, and what waits in its queue: vitality is worked out from both. Filled by following anew.
CREATE TABLE happenings (
  community TEXT NOT NULL,
  day INTEGER NOT NULL,
  kind TEXT NOT NULL,
  count INTEGER NOT NULL,
  last INTEGER NOT NULL,
  seal INTEGER NOT NULL,
  PRIMARY KEY (community, day, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE waiting_items (
  community TEXT NOT NULL,
  number INTEGER NOT NULL,
  opened_at INTEGER NOT NULL,
  waits INTEGER NOT NULL,
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
