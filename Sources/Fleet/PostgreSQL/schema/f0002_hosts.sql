-- f0002: the tables of the hosts; the first column is the source, the others are those of the host.

CREATE TABLE filesystem (
  source integer NOT NULL,
  id integer NOT NULL,
  identity text NOT NULL,
  PRIMARY KEY (source, id)
);

CREATE TABLE pool (
  source integer NOT NULL,
  id integer NOT NULL,
  name text NOT NULL,
  path bytea NOT NULL,
  origin text NOT NULL,
  not_visited text,
  filesystem integer,
  inode bigint,
  birth_time bigint,
  until_scan integer,
  PRIMARY KEY (source, id)
);
CREATE TABLE former_pool (
  source integer NOT NULL,
  pool integer NOT NULL,
  until_scan integer NOT NULL,
  name text NOT NULL,
  not_visited text,
  path bytea,
  PRIMARY KEY (source, pool, until_scan)
);

CREATE TABLE directory (
  source integer NOT NULL,
  id integer NOT NULL,
  path bytea NOT NULL,
  PRIMARY KEY (source, id)
) PARTITION BY HASH (source);

CREATE TABLE domain (
  source integer NOT NULL,
  id integer NOT NULL,
  uuid text,
  name text NOT NULL,
  kind text NOT NULL,
  identity text,
  PRIMARY KEY (source, id)
);
CREATE TABLE image_detail (
  source integer NOT NULL,
  id integer NOT NULL,
  json text NOT NULL,
  PRIMARY KEY (source, id)
) PARTITION BY HASH (source);
CREATE TABLE content (
  source integer NOT NULL,
  id integer NOT NULL,
  method smallint NOT NULL,
  level smallint NOT NULL,
  ladder bytea NOT NULL,
  PRIMARY KEY (source, id)
);
CREATE TABLE ownership (
  source integer NOT NULL,
  id integer NOT NULL,
  "user" bigint NOT NULL,
  "group" bigint NOT NULL,
  mode integer NOT NULL,
  PRIMARY KEY (source, id)
);

CREATE TABLE scan (
  source integer NOT NULL,
  id integer NOT NULL,
  state text NOT NULL,
  started bigint NOT NULL,
  finished bigint NOT NULL,
  is_forgotten smallint NOT NULL,
  has_domains smallint NOT NULL,
  is_whole smallint NOT NULL,
  max_depth bigint NOT NULL,
  grace bigint NOT NULL,
  grace_age bigint NOT NULL,
  sees_users smallint NOT NULL,
  claims_rule integer NOT NULL,
  sees_orphans smallint NOT NULL,
  is_measured smallint NOT NULL,
  images bigint NOT NULL,
  added bigint NOT NULL,
  removed bigint NOT NULL,
  moved bigint NOT NULL,
  changed bigint NOT NULL,
  replaced bigint NOT NULL,
  unchanged bigint NOT NULL,
  unreadable bigint NOT NULL,
  findings_open bigint NOT NULL,
  findings_opened bigint NOT NULL,
  findings_closed bigint NOT NULL,
  token bytea,
  received timestamptz NOT NULL DEFAULT now(),
  skew_ms bigint,
  PRIMARY KEY (source, id)
);
CREATE TABLE pool_scan (
  source integer NOT NULL,
  pool integer NOT NULL,
  scan integer NOT NULL,
  state text NOT NULL,
  reason text,
  images bigint NOT NULL,
  scope text NOT NULL,
  PRIMARY KEY (source, pool, scan)
);
CREATE TABLE shared_pool (
  source integer NOT NULL,
  scan integer NOT NULL,
  pool integer NOT NULL,
  directory bytea NOT NULL,
  type text NOT NULL,
  PRIMARY KEY (source, scan, pool)
);
CREATE TABLE scan_image (
  source integer NOT NULL,
  scan integer NOT NULL,
  image integer NOT NULL,
  PRIMARY KEY (source, scan, image)
);
CREATE TABLE scan_change (
  source integer NOT NULL,
  scan integer NOT NULL,
  image integer NOT NULL,
  PRIMARY KEY (source, scan, image)
) PARTITION BY HASH (source);

CREATE TABLE image (
  source integer NOT NULL,
  id integer NOT NULL,
  first_scan integer NOT NULL,
  filesystem integer NOT NULL,
  inode bigint NOT NULL,
  birth_time bigint,
  sample bigint,
  content bigint,
  accepted_format text,
  accepted_scan integer,
  revised_scan integer,
  PRIMARY KEY (source, id)
) PARTITION BY HASH (source);

CREATE TABLE place (
  source integer NOT NULL,
  directory integer NOT NULL,
  name bytea NOT NULL,
  from_scan integer NOT NULL,
  until_scan integer,
  image integer NOT NULL,
  PRIMARY KEY (source, directory, name, from_scan)
) PARTITION BY HASH (source);
CREATE TABLE alias (
  source integer NOT NULL,
  directory integer NOT NULL,
  name bytea NOT NULL,
  from_scan integer NOT NULL,
  until_scan integer,
  link_text bytea NOT NULL,
  target_directory integer,
  target_name bytea,
  PRIMARY KEY (source, directory, name, from_scan)
);
CREATE TABLE directory_state (
  source integer NOT NULL,
  directory integer NOT NULL,
  from_scan integer NOT NULL,
  until_scan integer,
  pool integer,
  filesystem integer,
  canonical integer,
  is_mount_point smallint NOT NULL,
  PRIMARY KEY (source, directory, from_scan)
) PARTITION BY HASH (source);
CREATE TABLE filesystem_state (
  source integer NOT NULL,
  filesystem integer NOT NULL,
  from_scan integer NOT NULL,
  until_scan integer,
  capacity bigint NOT NULL,
  available bigint NOT NULL,
  PRIMARY KEY (source, filesystem, from_scan)
);
CREATE TABLE image_state (
  source integer NOT NULL,
  image integer NOT NULL,
  from_scan integer NOT NULL,
  until_scan integer,
  kind text NOT NULL,
  format text NOT NULL,
  content text,
  virtual_size bigint,
  cluster_size bigint,
  is_encrypted smallint NOT NULL,
  is_dirty smallint NOT NULL,
  is_corrupt smallint NOT NULL,
  unknown_feature text,
  fault text,
  detail integer,
  header_digest bigint NOT NULL,
  own_uuid text,
  own_mark text,
  parent_mark text,
  PRIMARY KEY (source, image, from_scan)
) PARTITION BY HASH (source);
CREATE TABLE file_state (
  source integer NOT NULL,
  image integer NOT NULL,
  from_scan integer NOT NULL,
  until_scan integer,
  file_size bigint NOT NULL,
  actual_size bigint NOT NULL,
  modified bigint NOT NULL,
  changed bigint NOT NULL,
  is_in_use smallint NOT NULL,
  is_readable smallint NOT NULL,
  links bigint,
  ownership integer,
  PRIMARY KEY (source, image, from_scan)
) PARTITION BY HASH (source);
CREATE TABLE domain_state (
  source integer NOT NULL,
  domain integer NOT NULL,
  from_scan integer NOT NULL,
  until_scan integer,
  source_file bytea NOT NULL,            -- the host's column "source"
  is_running smallint NOT NULL,
  kind text NOT NULL,
  is_live smallint NOT NULL,
  PRIMARY KEY (source, domain, from_scan)
);

CREATE TABLE reference (
  source integer NOT NULL,
  holder integer NOT NULL,
  ordinal integer NOT NULL,
  from_scan integer NOT NULL,
  until_scan integer,
  role text NOT NULL,
  stored bytea NOT NULL,
  recorded_format text,
  format_in_reference text,
  detail text,
  PRIMARY KEY (source, holder, ordinal, from_scan)
) PARTITION BY HASH (source);

CREATE TABLE link (
  source integer NOT NULL,
  holder integer NOT NULL,
  ordinal integer NOT NULL,
  from_scan integer NOT NULL,
  until_scan integer,
  directory integer,
  name bytea,
  target_image integer,
  is_backing smallint NOT NULL,
  state text NOT NULL,
  target_filesystem integer,
  target_inode bigint,
  PRIMARY KEY (source, holder, ordinal, from_scan)
) PARTITION BY HASH (source);
CREATE TABLE unused (
  source integer NOT NULL,
  image integer NOT NULL,
  from_scan integer NOT NULL,
  until_scan integer,
  last_user bytea,
  PRIMARY KEY (source, image, from_scan)
) PARTITION BY HASH (source);
CREATE TABLE awaited (
  source integer NOT NULL,
  image integer NOT NULL,
  from_scan integer NOT NULL,
  until_scan integer,
  strength text NOT NULL,
  PRIMARY KEY (source, image, from_scan)
);
CREATE TABLE want (
  source integer NOT NULL,
  kind text NOT NULL,
  key any_value NOT NULL,
  holder integer NOT NULL,
  ordinal integer NOT NULL,
  from_scan integer NOT NULL,
  until_scan integer,
  why text NOT NULL,
  PRIMARY KEY (source, kind, key, holder, ordinal, from_scan)
);
CREATE TABLE foundation (
  source integer NOT NULL,
  holder integer NOT NULL,
  ordinal integer NOT NULL,
  from_scan integer NOT NULL,
  until_scan integer,
  image integer NOT NULL,
  content bigint,
  stored bytea NOT NULL,
  mark text,
  actual_size bigint,
  sample bigint,
  PRIMARY KEY (source, holder, ordinal, from_scan)
);
CREATE TABLE victim (
  source integer NOT NULL,
  holder integer NOT NULL,
  ordinal integer NOT NULL,
  from_scan integer NOT NULL,
  until_scan integer,
  base integer NOT NULL,
  PRIMARY KEY (source, holder, ordinal, from_scan)
);
CREATE TABLE own_blocks (
  source integer NOT NULL,
  image integer NOT NULL,
  from_scan integer NOT NULL,
  until_scan integer,
  bytes bigint,
  names bigint NOT NULL,
  PRIMARY KEY (source, image, from_scan)
);

CREATE TABLE finding (
  source integer NOT NULL,
  id integer NOT NULL,
  kind text NOT NULL,
  severity text NOT NULL,
  holder integer NOT NULL,
  ordinal integer,
  from_scan integer NOT NULL,
  until_scan integer,
  last_good integer,
  detail text,
  cause text,
  cause_number integer,
  PRIMARY KEY (source, id)
) PARTITION BY HASH (source);
CREATE TABLE problem (
  source integer NOT NULL,
  id integer NOT NULL,
  pool integer,
  path bytea NOT NULL,
  message text NOT NULL,
  from_scan integer NOT NULL,
  until_scan integer,
  PRIMARY KEY (source, id)
);
CREATE TABLE acknowledgement (
  source integer NOT NULL,
  finding integer NOT NULL,
  from_scan integer NOT NULL,
  until_scan integer,
  who text NOT NULL,
  is_rule smallint NOT NULL,
  said bigint NOT NULL,
  reason text,
  ends bigint,
  PRIMARY KEY (source, finding, from_scan)
);
CREATE TABLE keep (
  source integer NOT NULL,
  image integer NOT NULL,
  from_scan integer NOT NULL,
  until_scan integer,
  who text NOT NULL,
  is_rule smallint NOT NULL,
  said bigint NOT NULL,
  reason text,
  ends bigint,
  PRIMARY KEY (source, image, from_scan)
);
CREATE TABLE settlement (
  source integer NOT NULL,
  finding integer NOT NULL,
  from_scan integer NOT NULL,
  until_scan integer,
  who text NOT NULL,
  said bigint NOT NULL,
  reason text,
  kind text NOT NULL,
  holder integer NOT NULL,
  ordinal integer,
  applied integer,
  PRIMARY KEY (source, finding, from_scan)
);
CREATE TABLE lifted (
  source integer NOT NULL,
  finding integer NOT NULL,
  scan integer NOT NULL,
  PRIMARY KEY (source, finding)
);
