-- Who is signed in, at every node. A node's login sees and changes sessions through these functions alone. A token is kept as
-- its hash: whoever reads the table can sign in with nothing.

CREATE TABLE nazdik.sessions (
    id text COLLATE "C" PRIMARY KEY,
    token_hash bytea NOT NULL UNIQUE,
    node text NOT NULL,
    person text NOT NULL,
    role text NOT NULL,
    grants text NOT NULL,
    expires_at bigint NOT NULL,
    ended boolean NOT NULL DEFAULT false,
    changed bigint NOT NULL
);
CREATE INDEX sessions_changed ON nazdik.sessions (changed);
CREATE SEQUENCE nazdik.session_changes;

-- Nodes that may write some log share their sessions; those that only read learn of them and open none.
CREATE FUNCTION nazdik.check_node(p_writes boolean) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = nazdik, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM rights WHERE login = session_user AND (writes OR NOT p_writes)) THEN
        RAISE EXCEPTION '% is no node', session_user USING ERRCODE = 'NZ006';
    END IF;
END $$;

-- One who changes sessions at a time: their numbers are then seen in the order in which they were given.
CREATE FUNCTION nazdik.put_session(p_id text, p_token_hash bytea, p_node text, p_person text, p_role text, p_grants text,
    p_expires_at bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = nazdik, pg_temp AS $$
BEGIN
    PERFORM check_node(true);
    PERFORM pg_advisory_xact_lock(110, 111);
    INSERT INTO sessions (id, token_hash, node, person, role, grants, expires_at, changed)
        VALUES (p_id, p_token_hash, p_node, p_person, p_role, p_grants, p_expires_at, nextval('session_changes'))
        ON CONFLICT (id) DO UPDATE SET grants = excluded.grants, changed = excluded.changed WHERE NOT sessions.ended;
END $$;

CREATE FUNCTION nazdik.end_session(p_id text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = nazdik, pg_temp AS $$
BEGIN
    PERFORM check_node(true);
    PERFORM pg_advisory_xact_lock(110, 111);
    UPDATE sessions SET ended = true, changed = nextval('session_changes') WHERE id = p_id AND NOT ended;
    -- Nobody asks about them any more.
    DELETE FROM sessions WHERE expires_at < extract(epoch FROM clock_timestamp()) * 1000000 - 86400000000;
END $$;

CREATE FUNCTION nazdik.sessions_after(p_changed bigint)
RETURNS TABLE (id text, token_hash bytea, node text, person text, role text, grants text, expires_at bigint, ended boolean,
    changed bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = nazdik, pg_temp AS $$
#variable_conflict use_column
BEGIN
    PERFORM check_node(false);
    RETURN QUERY SELECT s.id, s.token_hash, s.node, s.person, s.role, s.grants, s.expires_at, s.ended, s.changed
        FROM sessions s WHERE s.changed > p_changed ORDER BY s.changed;
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA nazdik FROM PUBLIC;
ALTER TABLE nazdik.sessions ENABLE ROW LEVEL SECURITY;
