-- What may wait for one domain and for one cause is bounded; mail that waits already counts by its domain.
ALTER TABLE outbox ADD COLUMN domain TEXT NULL;
ALTER TABLE outbox ADD COLUMN cause TEXT NULL;
UPDATE outbox SET domain = lower(substr(address, instr(address, '@') + 1)) WHERE state = 0;

CREATE INDEX outbox_address ON outbox (asked_for, address) WHERE state = 0;
CREATE INDEX outbox_domain ON outbox (asked_for, domain) WHERE state = 0;
CREATE INDEX outbox_cause ON outbox (asked_for, cause) WHERE state = 0 AND cause IS NOT NULL;
