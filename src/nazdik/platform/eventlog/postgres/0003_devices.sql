-- Who may report positions and sign in as a unit's handheld, at every node. A token is kept as its digest. A node's login sees and
-- changes the devices of the provinces that it may write, through these functions alone.

CREATE TABLE nazdik.devices (
    id text COLLATE "C" PRIMARY KEY,
    token_digest bytea NOT NULL UNIQUE,
    province text NOT NULL,
    unit text,
    label text NOT NULL,
    enrolled_at bigint NOT NULL,
    revoked_at bigint,
    key text,
    changed bigint NOT NULL
);
CREATE INDEX devices_changed ON nazdik.devices (changed);
CREATE SEQUENCE nazdik.device_changes;

-- Let in a device; false when its id is taken, also by one whose credential was taken back.
CREATE FUNCTION nazdik.put_device(p_id text, p_token_digest bytea, p_province text, p_unit text, p_label text,
    p_enrolled_at bigint, p_revoked_at bigint, p_key text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = nazdik, pg_temp AS $$
BEGIN
    PERFORM check_writes(p_province);
    PERFORM pg_advisory_xact_lock(110, 112);
    INSERT INTO devices VALUES (p_id, p_token_digest, p_province, p_unit, p_label, p_enrolled_at, p_revoked_at, p_key,
        nextval('device_changes')) ON CONFLICT DO NOTHING;
    RETURN FOUND;
END $$;

-- Take a credential back; the first time stands.
CREATE FUNCTION nazdik.revoke_device(p_id text, p_at bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = nazdik, pg_temp AS $$
DECLARE
    p text;
BEGIN
    SELECT province INTO p FROM devices WHERE id = p_id;
    IF p IS NULL THEN
        RETURN;
    END IF;
    PERFORM check_writes(p);
    PERFORM pg_advisory_xact_lock(110, 112);
    UPDATE devices SET revoked_at = p_at, changed = nextval('device_changes') WHERE id = p_id AND revoked_at IS NULL;
END $$;

CREATE FUNCTION nazdik.devices_after(p_changed bigint)
RETURNS TABLE (id text, token_digest bytea, province text, unit text, label text, enrolled_at bigint, revoked_at bigint,
    key text, changed bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = nazdik, pg_temp AS $$
    SELECT d.id, d.token_digest, d.province, d.unit, d.label, d.enrolled_at, d.revoked_at, d.key, d.changed FROM devices d
    WHERE d.changed > p_changed
        AND EXISTS (SELECT FROM rights r WHERE r.login = session_user AND r.log = d.province AND r.writes)
    ORDER BY d.changed
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA nazdik FROM PUBLIC;
ALTER TABLE nazdik.devices ENABLE ROW LEVEL SECURITY;
