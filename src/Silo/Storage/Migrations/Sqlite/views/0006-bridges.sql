-- Which communities were ever linked, or asked to be. Filled by following anew.
CREATE TABLE bridges (
  community TEXT NOT NULL,
  bridge TEXT NOT NULL,
  seal INTEGER NOT NULL,
  PRIMARY KEY (community, bridge)
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
