-- The committed payments by who made them and who was paid. The rest of a payment is read from the
-- log at idx: two owners and an index are all that a payment costs here.
CREATE TABLE payment_history (
  idx          BIGINT      NOT NULL,
  committed_at TIMESTAMPTZ NOT NULL,
  participant  VARCHAR(40) NOT NULL,
  biller       VARCHAR(40) NOT NULL
);
CREATE UNIQUE INDEX payment_history_participant ON payment_history (participant, idx);
CREATE UNIQUE INDEX payment_history_biller ON payment_history (biller, idx);

-- What was given back, of few payments.
CREATE TABLE payment_return (
  payment      VARCHAR(40) NOT NULL,
  return_id    VARCHAR(40) NOT NULL,
  amount_minor BIGINT      NOT NULL,
  PRIMARY KEY (payment, return_id)
);

-- What bills wait to hear of: reservations (return_id '') and returns. Nearly empty all the time.
CREATE TABLE open_reservation (
  bill        VARCHAR(100) NOT NULL,
  payment     VARCHAR(40)  NOT NULL,
  return_id   VARCHAR(40)  NOT NULL,
  participant VARCHAR(40)  NOT NULL,
  since       TIMESTAMPTZ  NOT NULL,
  PRIMARY KEY (bill, payment, return_id)
);
ALTER TABLE open_reservation SET (autovacuum_vacuum_scale_factor = 0,
                                  autovacuum_vacuum_threshold = 5000);

CREATE TABLE biller (
  id       VARCHAR(40) PRIMARY KEY,
  category VARCHAR(100) NOT NULL,
  terms    JSONB NOT NULL,
  status   VARCHAR(20) NOT NULL
);
CREATE INDEX biller_owner ON biller ((terms ->> 'owner'));

CREATE TABLE participant (
  id      VARCHAR(40) PRIMARY KEY,
  profile JSONB NOT NULL,
  status  VARCHAR(20) NOT NULL
);

-- The first index of the log whose event was written at this time or later (milliseconds since
-- 1970), by bisection. The clocks of nodes differ, so that the answer is off by their difference.
CREATE FUNCTION log_index_at(at_ms BIGINT) RETURNS BIGINT LANGUAGE plpgsql STABLE AS $$
DECLARE
  low  BIGINT := 0;
  high BIGINT;
  middle BIGINT;
  written BIGINT;
BEGIN
  SELECT size INTO high FROM log_head WHERE id = 1;
  WHILE low < high LOOP
    middle := (low + high) / 2;
    SELECT j.write_timestamp INTO written
    FROM log_entry l JOIN event_journal j ON j.xid = l.xid AND j.ordering = l.ordering
    WHERE l.idx = middle;
    IF written < at_ms THEN
      low := middle + 1;
    ELSE
      high := middle;
    END IF;
  END LOOP;
  RETURN low;
END $$;
