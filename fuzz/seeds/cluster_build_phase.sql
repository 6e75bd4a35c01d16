O
CREATE FUNCTION slow(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$BEGIN IF $1=1 THEN PERFORM pg_advisory_lock_shared(42); END IF; RETURN $1; END$$;
CREATE INDEX ix ON t(slow(c));
CLUSTER t USING t_pkey;
