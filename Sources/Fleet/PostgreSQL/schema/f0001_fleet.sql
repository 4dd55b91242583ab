-- f0001: the inventories of many hosts, and what they have in common.
--
-- The tables of a host are those of its own database (Migrations/, Documentation/schema.md), with the same columns, units
-- and words, and "source" before every key: one database of one host, and one generation of it. Numbers are the host's own
-- and mean nothing outside of their source. An interval is a pair of scans of the source: true from from_scan on, until
-- before until_scan; NULL is "still". Paths and names are bytes.

CREATE TABLE schema_version (
  version integer PRIMARY KEY,
  name    text NOT NULL,
  applied timestamptz NOT NULL DEFAULT now()
);

-- A value that is a number, a text or bytes: its first byte says which ('i', 't', 'b').
CREATE DOMAIN any_value AS bytea;

-- One database of one host, and one generation of it.
CREATE TABLE source (
  id            integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  database      bytea   NOT NULL,        -- 16 bytes
  generation    integer NOT NULL,
  machine_id    text    NOT NULL,
  name          text    NOT NULL,        -- what the fleet calls the host
  host_name     text    NOT NULL,        -- what it calls itself
  agent         text    NOT NULL,        -- the version of the program that sent last
  last_scan     integer NOT NULL DEFAULT 0,
  last_token    bytea,
  last_received timestamptz,
  skew_ms       bigint,                  -- the host's clock less this server's, when the last bundle came in
  retired       timestamptz,             -- when somebody retired it; NULL: it reports
  UNIQUE (database, generation)
);
-- Two hosts that report do not have one name.
CREATE UNIQUE INDEX source_by_name ON source (name) WHERE retired IS NULL;

-- A file system that hosts may share, by the identity that they give it.
CREATE TABLE storage (
  id        integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  identity  text    NOT NULL UNIQUE,
  is_shared boolean NOT NULL,            -- whether files on it are one file for all hosts: by its kind, or declared
  is_closed boolean NOT NULL DEFAULT false,  -- whether its declared viewers are all that there are
  same_as   integer REFERENCES storage   -- another spelling of which, as somebody said
);

-- Hosts that somebody said see a storage, by name or machine-id, also such as never reported.
CREATE TABLE storage_viewer (
  storage integer NOT NULL REFERENCES storage,
  host    text    NOT NULL,
  PRIMARY KEY (storage, host)
);

-- One file of a shared storage, whoever sees it.
CREATE TABLE shared_image (
  id         bigint  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  storage    integer NOT NULL REFERENCES storage,
  inode      bigint  NOT NULL,
  birth_time bigint  NOT NULL,           -- 0 where the file system has none
  UNIQUE (storage, inode, birth_time)
);

-- Which of a host's images is which shared file.
CREATE TABLE viewing (
  source integer NOT NULL,
  image  integer NOT NULL,
  shared bigint  NOT NULL,
  PRIMARY KEY (source, image)
);
CREATE INDEX viewing_by_shared ON viewing (shared);
