-- How far members have read. Thread 0 is the room as a whole; the others are further than it.
CREATE TABLE marks (
  member TEXT NOT NULL,
  room TEXT NOT NULL,
  thread INTEGER NOT NULL,
  upto INTEGER NOT NULL,
  PRIMARY KEY (member, room, thread)
) STRICT, WITHOUT ROWID;
