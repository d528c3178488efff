-- Which signed assertions were used, by digest, until they would be refused as expired anyway.
CREATE TABLE used_assertion (
  id      BYTEA PRIMARY KEY,
  expires TIMESTAMPTZ NOT NULL
);

-- The keys of personal data, one a subject, wrapped by the master key. The subject is a digest under
-- the master key, so that this table names nobody. Deleting a row destroys what it sealed.
CREATE TABLE subject_key (
  subject BYTEA PRIMARY KEY,
  wrapped BYTEA NOT NULL
);

-- Which master key wraps them, as a digest, so that a node with another one does not start.
CREATE TABLE master_key (
  id    SMALLINT PRIMARY KEY CHECK (id = 1),
  proof BYTEA NOT NULL
);
