-- What is still to be sent to partners' webhooks, by province. Whoever writes the province's log sends, and says so with the log's
-- token: once a newer one was seen here, an older is refused for good. Nothing here holds an append up.

CREATE TABLE nazdik.outbox_reached (
    endpoint text COLLATE "C" NOT NULL,
    province text NOT NULL,
    position bigint NOT NULL,
    token bigint NOT NULL,
    PRIMARY KEY (endpoint, province)
);
CREATE TABLE nazdik.outbox (
    id text COLLATE "C" PRIMARY KEY,
    endpoint text COLLATE "C" NOT NULL,
    province text NOT NULL,
    incident text NOT NULL,
    body bytea NOT NULL,
    made_at bigint NOT NULL,
    tries integer NOT NULL,
    next_at bigint, -- NULL for a dead letter
    last text NOT NULL
);
CREATE INDEX outbox_due ON nazdik.outbox (endpoint, province, next_at);

-- Refuse whoever does not write the log, and whoever was told of by an older token.
CREATE FUNCTION nazdik.check_sender(p_endpoint text, p_province text, p_token bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = nazdik, pg_temp AS $$
BEGIN
    PERFORM check_writes(p_province);
    IF NOT EXISTS (SELECT FROM logs WHERE name = p_province AND token = p_token) THEN
        RAISE EXCEPTION '% is sent for by another node', p_province USING ERRCODE = 'NZ005';
    END IF;
    UPDATE outbox_reached SET token = p_token WHERE endpoint = p_endpoint AND province = p_province AND token < p_token;
    IF EXISTS (SELECT FROM outbox_reached WHERE endpoint = p_endpoint AND province = p_province AND token > p_token) THEN
        RAISE EXCEPTION '% is sent for by another node', p_province USING ERRCODE = 'NZ005';
    END IF;
END $$;

-- Up to which position of the log an endpoint's messages go; NULL when it is new.
CREATE FUNCTION nazdik.outbox_reached_by(p_endpoint text, p_province text, p_token bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = nazdik, pg_temp AS $$
BEGIN
    PERFORM check_sender(p_endpoint, p_province, p_token);
    RETURN (SELECT position FROM outbox_reached WHERE endpoint = p_endpoint AND province = p_province);
END $$;

-- Keep messages and how far the log has been read, both or neither. False when it had been read to elsewhere than `p_before`.
CREATE FUNCTION nazdik.outbox_put(p_endpoint text, p_province text, p_token bigint, p_before bigint, p_position bigint,
    p_id text[], p_incident text[], p_body bytea[], p_made_at bigint[], p_tries integer[], p_next_at bigint[], p_last text[])
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = nazdik, pg_temp AS $$
BEGIN
    PERFORM check_sender(p_endpoint, p_province, p_token);
    IF p_before IS NULL THEN
        INSERT INTO outbox_reached VALUES (p_endpoint, p_province, p_position, p_token) ON CONFLICT DO NOTHING;
    ELSE
        UPDATE outbox_reached SET position = p_position
            WHERE endpoint = p_endpoint AND province = p_province AND position = p_before AND token = p_token;
    END IF;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO outbox
        SELECT m.id, p_endpoint, p_province, m.incident, m.body, m.made_at, m.tries, m.next_at, m.last
        FROM unnest(p_id, p_incident, p_body, p_made_at, p_tries, p_next_at, p_last)
            AS m (id, incident, body, made_at, tries, next_at, last)
        ON CONFLICT DO NOTHING;
    RETURN true;
END $$;

CREATE FUNCTION nazdik.outbox_due(p_endpoint text, p_province text, p_now bigint, p_limit integer) RETURNS SETOF nazdik.outbox
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = nazdik, pg_temp AS $$
BEGIN
    PERFORM check_writes(p_province);
    RETURN QUERY SELECT * FROM outbox o WHERE o.endpoint = p_endpoint AND o.province = p_province AND o.next_at <= p_now
        ORDER BY o.next_at, o.made_at, o.id LIMIT p_limit;
END $$;

-- Whether a message is still to be sent, and by whoever asks: asked before each try.
CREATE FUNCTION nazdik.outbox_may_send(p_id text, p_token bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = nazdik, pg_temp AS $$
DECLARE
    o outbox;
BEGIN
    SELECT * INTO o FROM outbox WHERE id = p_id AND next_at IS NOT NULL;
    IF o.id IS NULL THEN
        RETURN false;
    END IF;
    PERFORM check_sender(o.endpoint, o.province, p_token);
    RETURN true;
END $$;

-- Forget a message that was taken. That it was is true, whoever sent it.
CREATE FUNCTION nazdik.outbox_done(p_id text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = nazdik, pg_temp AS $$
BEGIN
    PERFORM check_writes(province) FROM outbox WHERE id = p_id;
    DELETE FROM outbox WHERE id = p_id;
END $$;

CREATE FUNCTION nazdik.outbox_failed(p_id text, p_token bigint, p_tries integer, p_next_at bigint, p_last text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = nazdik, pg_temp AS $$
BEGIN
    PERFORM check_sender(endpoint, province, p_token) FROM outbox WHERE id = p_id;
    UPDATE outbox SET tries = p_tries, next_at = p_next_at, last = p_last WHERE id = p_id;
END $$;

-- For whoever looks after it by hand: all that waits, dead letters too, and trying those once more.
CREATE FUNCTION nazdik.outbox_waiting() RETURNS SETOF nazdik.outbox
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = nazdik, pg_temp AS $$
    SELECT o.* FROM outbox o
    WHERE EXISTS (SELECT FROM rights r WHERE r.login = session_user AND r.log = o.province AND r.writes)
    ORDER BY o.made_at, o.id
$$;

CREATE FUNCTION nazdik.outbox_ends() RETURNS TABLE (endpoint text, province text, "position" bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = nazdik, pg_temp AS $$
    SELECT o.endpoint, o.province, o.position FROM outbox_reached o
    WHERE EXISTS (SELECT FROM rights r WHERE r.login = session_user AND r.log = o.province AND r.writes)
$$;

CREATE FUNCTION nazdik.outbox_revive(p_endpoint text, p_now bigint) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = nazdik, pg_temp AS $$
    WITH revived AS (
        UPDATE outbox o SET next_at = p_now, tries = 0 WHERE o.endpoint = p_endpoint AND o.next_at IS NULL
            AND EXISTS (SELECT FROM rights r WHERE r.login = session_user AND r.log = o.province AND r.writes)
        RETURNING 1)
    SELECT count(*) FROM revived
$$;

-- Let go of a province whose log is a file again.
CREATE FUNCTION nazdik.outbox_forget(p_province text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = nazdik, pg_temp AS $$
BEGIN
    PERFORM check_writes(p_province);
    DELETE FROM outbox WHERE province = p_province;
    DELETE FROM outbox_reached WHERE province = p_province;
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA nazdik FROM PUBLIC;
ALTER TABLE nazdik.outbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE nazdik.outbox_reached ENABLE ROW LEVEL SECURITY;
