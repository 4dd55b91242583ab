-- Who may what: backstory_reader asks, backstory_importer takes bundles as well. Both are groups, to be granted to roles that
-- log in. They belong to the whole server; where this role may not make them, its own may do both.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'backstory_reader') THEN
    CREATE ROLE backstory_reader NOLOGIN;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'backstory_importer') THEN
    CREATE ROLE backstory_importer NOLOGIN;
  END IF;
-- Or somebody else makes them just now.
EXCEPTION WHEN insufficient_privilege OR unique_violation OR duplicate_object THEN
  RAISE NOTICE 'roles are not made';
END $$;
DO $$
DECLARE
  reader text;
BEGIN
  REVOKE ALL ON ALL FUNCTIONS IN SCHEMA backstory FROM PUBLIC;
  FOR reader IN SELECT rolname FROM pg_catalog.pg_roles
    WHERE rolname IN ('backstory_reader', 'backstory_importer') LOOP
    EXECUTE format('GRANT USAGE ON SCHEMA backstory TO %I', reader);
    EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA backstory TO %I', reader);
    EXECUTE format('GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA backstory TO %I', reader);
  END LOOP;
  IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'backstory_importer') THEN
    GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA backstory TO backstory_importer;
    REVOKE INSERT, UPDATE, DELETE ON backstory.schema_version FROM backstory_importer;
    REVOKE INSERT, UPDATE, DELETE ON backstory.storage_viewer FROM backstory_importer;
    EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO backstory_importer', current_database());
  END IF;
END $$;
