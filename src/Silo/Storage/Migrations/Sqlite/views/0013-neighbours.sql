-- Two words are found as one from here on: e procurement by eprocurement. What follows the journal follows anew.
DELETE FROM meta WHERE name IN ('epoch', 'posts-epoch');
