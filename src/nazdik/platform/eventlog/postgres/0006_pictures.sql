-- Pictures from the scene, under the SHA-256 of their bytes, for all nodes. A node's login sees and changes those of the provinces
-- that it may write, through these functions alone.

CREATE TABLE nazdik.pictures (
    province text NOT NULL,
    name text COLLATE "C" NOT NULL,
    body bytea NOT NULL,
    changed bigint NOT NULL,
    PRIMARY KEY (province, name)
);
-- They are compressed already.
ALTER TABLE nazdik.pictures ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE INDEX pictures_changed ON nazdik.pictures (changed);
CREATE SEQUENCE nazdik.picture_changes;

-- Keep a picture; a second time changes nothing.
CREATE FUNCTION nazdik.put_picture(p_province text, p_name text, p_body bytea) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = nazdik, pg_temp AS $$
BEGIN
    PERFORM check_writes(p_province);
    IF encode(sha256(p_body), 'hex') <> p_name THEN
        RAISE EXCEPTION 'a picture is kept under the digest of its bytes' USING ERRCODE = 'NZ009';
    END IF;
    PERFORM pg_advisory_xact_lock(110, 114);
    INSERT INTO pictures VALUES (p_province, p_name, p_body, nextval('picture_changes')) ON CONFLICT DO NOTHING;
END $$;

CREATE FUNCTION nazdik.picture(p_province text, p_name text) RETURNS bytea
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = nazdik, pg_temp AS $$
BEGIN
    PERFORM check_writes(p_province);
    RETURN (SELECT body FROM pictures WHERE province = p_province AND name = p_name);
END $$;

CREATE FUNCTION nazdik.pictures_after(p_changed bigint) RETURNS TABLE (province text, name text, changed bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = nazdik, pg_temp AS $$
    SELECT p.province, p.name, p.changed FROM pictures p
    WHERE p.changed > p_changed
        AND EXISTS (SELECT FROM rights r WHERE r.login = session_user AND r.log = p.province AND r.writes)
    ORDER BY p.changed
$$;

-- Let go of a picture whose time is over, in every province of this login.
CREATE FUNCTION nazdik.erase_picture(p_name text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = nazdik, pg_temp AS $$
    DELETE FROM pictures p WHERE p.name = p_name
        AND EXISTS (SELECT FROM rights r WHERE r.login = session_user AND r.log = p.province AND r.writes)
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA nazdik FROM PUBLIC;
ALTER TABLE nazdik.pictures ENABLE ROW LEVEL SECURITY;
