-- The one log over all events: each gets the next dense index.
CREATE TABLE log_entry (
  idx      BIGINT NOT NULL PRIMARY KEY,
  xid      XID8   NOT NULL,
  ordering BIGINT NOT NULL
);

-- The log's size and how far the journal is read. Appending compares and sets the size, so that of
-- two sequencers one loses.
CREATE TABLE log_head (
  id            SMALLINT PRIMARY KEY CHECK (id = 1),
  size          BIGINT NOT NULL CHECK (size >= 0),
  last_xid      XID8   NOT NULL,
  last_ordering BIGINT NOT NULL
);
INSERT INTO log_head VALUES (1, 0, '0', 0);

-- One row, rewritten at every batch: room on its page keeps the updates in place.
ALTER TABLE log_head SET (fillfactor = 10, autovacuum_vacuum_scale_factor = 0,
                          autovacuum_vacuum_threshold = 1000);
