-- Logs of many provinces in one database. Nodes may read what they have a right to and call the functions below; nobody
-- but the owner writes to a table, and not even the owner changes an entry without first taking a trigger away.

CREATE SCHEMA nazdik;

CREATE TABLE nazdik.about (name text PRIMARY KEY, value text NOT NULL);
INSERT INTO nazdik.about VALUES ('format', '1');

CREATE TABLE nazdik.logs (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9._-]{0,99}$'),
    epoch text NOT NULL DEFAULT left(replace(gen_random_uuid()::text, '-', ''), 16),
    -- Where the log ends.
    position bigint NOT NULL DEFAULT 0,
    hash bytea,
    -- Who may append. The token grows with each who takes the log; an append with an older one is refused.
    token bigint NOT NULL DEFAULT 0,
    holder text NOT NULL DEFAULT '',
    node text NOT NULL DEFAULT '',
    address text NOT NULL DEFAULT '',
    renewed_at timestamptz NOT NULL DEFAULT '-infinity',
    expires_at timestamptz NOT NULL DEFAULT '-infinity',
    -- It is a file again, and nobody goes on here.
    moved boolean NOT NULL DEFAULT false
);

CREATE TABLE nazdik.entries (
    log integer NOT NULL REFERENCES nazdik.logs (id),
    position bigint NOT NULL CHECK (position > 0),
    at bigint NOT NULL,
    command_id text COLLATE "C" NOT NULL,
    step integer NOT NULL,
    command_digest bytea NOT NULL,
    actor text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    body bytea NOT NULL,
    claims text NOT NULL,
    answer bytea NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (log, position)
);
CREATE UNIQUE INDEX entries_command ON nazdik.entries (log, command_id, step);
CREATE INDEX entries_subject ON nazdik.entries (log, subject, position);

CREATE TABLE nazdik.claims (
    log integer NOT NULL REFERENCES nazdik.logs (id),
    resource text COLLATE "C" NOT NULL,
    holder text COLLATE "C" NOT NULL,
    taken_at_position bigint NOT NULL,
    released_at_position bigint
);
-- A resource held twice cannot be stored, whatever the code above believes.
CREATE UNIQUE INDEX claims_held ON nazdik.claims (log, resource) WHERE released_at_position IS NULL;

CREATE TABLE nazdik.snapshots (
    log integer NOT NULL REFERENCES nazdik.logs (id),
    state_version integer NOT NULL,
    position bigint NOT NULL,
    entry_hash bytea NOT NULL,
    digest bytea NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (log, state_version, position)
);

-- Which login may read, and may write, which log.
CREATE TABLE nazdik.rights (
    login text NOT NULL,
    log text NOT NULL,
    writes boolean NOT NULL,
    PRIMARY KEY (login, log)
);

CREATE FUNCTION nazdik.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an entry is never changed or removed' USING ERRCODE = 'NZ007';
END $$;
CREATE TRIGGER entries_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON nazdik.entries
    FOR EACH STATEMENT EXECUTE FUNCTION nazdik.refuse_change();

-- A second wall: whatever SQL a node's login sends, rows of other logs do not exist for it. `session_user` is who logged
-- in, and stays so inside the functions below.
CREATE FUNCTION nazdik.readable() RETURNS SETOF integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = nazdik, pg_temp AS $$
    SELECT l.id FROM logs l WHERE EXISTS (SELECT FROM rights r WHERE r.login = session_user AND r.log = l.name)
$$;
ALTER TABLE nazdik.logs ENABLE ROW LEVEL SECURITY;
ALTER TABLE nazdik.entries ENABLE ROW LEVEL SECURITY;
ALTER TABLE nazdik.claims ENABLE ROW LEVEL SECURITY;
ALTER TABLE nazdik.snapshots ENABLE ROW LEVEL SECURITY;
ALTER TABLE nazdik.rights ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_logs ON nazdik.logs FOR SELECT USING (id IN (SELECT nazdik.readable()));
CREATE POLICY own_logs ON nazdik.entries FOR SELECT USING (log IN (SELECT nazdik.readable()));
CREATE POLICY own_logs ON nazdik.claims FOR SELECT USING (log IN (SELECT nazdik.readable()));
CREATE POLICY own_logs ON nazdik.snapshots FOR SELECT USING (log IN (SELECT nazdik.readable()));
CREATE POLICY own_rights ON nazdik.rights FOR SELECT USING (login = session_user);

CREATE FUNCTION nazdik.check_writes(p_name text) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = nazdik, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM rights WHERE login = session_user AND log = p_name AND writes) THEN
        RAISE EXCEPTION '% may not write %', session_user, p_name USING ERRCODE = 'NZ006';
    END IF;
END $$;

-- Take a log for writing, unless somebody else has it. It is somebody's until the lease ends by this server's clock; or
-- until their session is gone, at once for a node that comes back and after `p_grace_s` for another.
CREATE FUNCTION nazdik.take(p_name text, p_holder text, p_node text, p_address text, p_ttl_s float, p_grace_s float)
RETURNS TABLE (taken boolean, log integer, epoch text, "position" bigint, hash bytea, token bigint, node text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = nazdik, pg_temp AS $$
#variable_conflict use_column
DECLARE
    l logs;
    at timestamptz;
BEGIN
    PERFORM check_writes(p_name);
    INSERT INTO logs (name) VALUES (p_name) ON CONFLICT (name) DO NOTHING;
    SELECT * INTO l FROM logs WHERE name = p_name FOR UPDATE;
    IF l.moved THEN
        RAISE EXCEPTION 'the log % was moved to a file', p_name USING ERRCODE = 'NZ008';
    END IF;
    at := clock_timestamp();
    IF l.holder <> p_holder AND l.expires_at > at AND NOT (
        -- Each holder's session keeps this lock as long as it lives.
        pg_try_advisory_xact_lock(l.id, (l.token % 2147483647)::integer)
        AND (l.node = p_node OR l.renewed_at < at - make_interval(secs => p_grace_s))
    ) THEN
        RETURN QUERY SELECT false, l.id, l.epoch, l.position, l.hash, l.token, l.node;
        RETURN;
    END IF;
    l.hash := coalesce(l.hash, sha256(convert_to('nazdik log 1 ' || l.epoch, 'UTF8')));
    UPDATE logs SET token = l.token + 1, holder = p_holder, node = p_node, address = p_address, hash = l.hash,
        renewed_at = at, expires_at = at + make_interval(secs => p_ttl_s) WHERE id = l.id;
    PERFORM pg_advisory_lock(l.id, ((l.token + 1) % 2147483647)::integer);
    RETURN QUERY SELECT true, l.id, l.epoch, l.position, l.hash, l.token + 1, p_node;
END $$;

-- Begin, or go on with, a log that was a file: its chain hangs on the epoch. False when there is another log of this name.
CREATE FUNCTION nazdik.begin_moving(p_name text, p_epoch text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = nazdik, pg_temp AS $$
BEGIN
    PERFORM check_writes(p_name);
    INSERT INTO logs (name, epoch) VALUES (p_name, p_epoch) ON CONFLICT (name) DO NOTHING;
    UPDATE logs SET moved = false WHERE name = p_name AND epoch = p_epoch;
    RETURN FOUND;
END $$;

-- Say that a log that is ours is a file from now on.
CREATE FUNCTION nazdik.move_away(p_log integer, p_token bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = nazdik, pg_temp AS $$
BEGIN
    PERFORM check_writes((SELECT name FROM logs WHERE id = p_log));
    UPDATE logs SET moved = true, token = token + 1, holder = '', expires_at = '-infinity'
        WHERE id = p_log AND token = p_token;
    RETURN FOUND;
END $$;

-- Keep a log that was taken; false when somebody else has taken it since.
CREATE FUNCTION nazdik.renew(p_log integer, p_token bigint, p_ttl_s float) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = nazdik, pg_temp AS $$
BEGIN
    PERFORM check_writes((SELECT name FROM logs WHERE id = p_log));
    UPDATE logs SET renewed_at = clock_timestamp(), expires_at = clock_timestamp() + make_interval(secs => p_ttl_s)
        WHERE id = p_log AND token = p_token;
    RETURN FOUND;
END $$;

-- Give a log back, so that the next who wants it need not wait.
CREATE FUNCTION nazdik.release(p_log integer, p_token bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = nazdik, pg_temp AS $$
BEGIN
    PERFORM check_writes((SELECT name FROM logs WHERE id = p_log));
    UPDATE logs SET holder = '', expires_at = '-infinity' WHERE id = p_log AND token = p_token;
    PERFORM pg_advisory_unlock(p_log, (p_token % 2147483647)::integer);
END $$;

-- Store entries at the end of a log, all or none. The row of the log is locked first, so that the token that is checked
-- here is still the newest when the entries are stored: a writer that slept can never append.
CREATE FUNCTION nazdik.append(
    p_log integer, p_token bigint, p_ttl_s float, p_after bigint, p_before bytea,
    p_at bigint[], p_command_id text[], p_step integer[], p_command_digest bytea[], p_actor text[], p_kind text[],
    p_subject text[], p_body bytea[], p_claims text[], p_answer bytea[], p_hash bytea[],
    c_position bigint[], c_resource text[], c_holder text[], c_taken boolean[]
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = nazdik, pg_temp AS $$
DECLARE
    l logs;
    n integer;
BEGIN
    SELECT * INTO l FROM logs WHERE id = p_log FOR UPDATE;
    PERFORM check_writes(l.name);
    IF l.token <> p_token THEN
        RAISE EXCEPTION '% was taken by %', l.name, l.node USING ERRCODE = 'NZ005', DETAIL = l.node;
    END IF;
    IF l.position <> p_after OR l.hash <> p_before THEN
        RAISE EXCEPTION '% ends at %', l.name, l.position USING ERRCODE = 'NZ001', DETAIL = l.position::text;
    END IF;
    INSERT INTO entries
        SELECT p_log, p_after + e.place, e.at, e.command_id, e.step, e.command_digest, e.actor, e.kind, e.subject, e.body,
            e.claims, e.answer, e.hash
        FROM unnest(p_at, p_command_id, p_step, p_command_digest, p_actor, p_kind, p_subject, p_body, p_claims, p_answer,
            p_hash) WITH ORDINALITY
            AS e (at, command_id, step, command_digest, actor, kind, subject, body, claims, answer, hash, place);
    FOR n IN 1 .. coalesce(array_length(c_position, 1), 0) LOOP
        IF c_taken[n] THEN
            INSERT INTO claims VALUES (p_log, c_resource[n], c_holder[n], c_position[n])
                ON CONFLICT (log, resource) WHERE released_at_position IS NULL DO NOTHING;
            IF NOT FOUND THEN
                RAISE EXCEPTION '% is held already', c_resource[n]
                    USING ERRCODE = 'NZ002', DETAIL = c_position[n]::text;
            END IF;
        ELSE
            UPDATE claims SET released_at_position = c_position[n] WHERE log = p_log AND resource = c_resource[n]
                AND holder = c_holder[n] AND released_at_position IS NULL;
            IF NOT FOUND THEN
                RAISE EXCEPTION '% is not held by %', c_resource[n], c_holder[n]
                    USING ERRCODE = 'NZ003', DETAIL = c_position[n]::text;
            END IF;
        END IF;
    END LOOP;
    UPDATE logs SET position = p_after + array_length(p_hash, 1), hash = p_hash[array_length(p_hash, 1)],
        renewed_at = clock_timestamp(), expires_at = clock_timestamp() + make_interval(secs => p_ttl_s) WHERE id = p_log;
END $$;

-- Keep a folded state; the newest two of each shape stay.
CREATE FUNCTION nazdik.save_snapshot(p_log integer, p_state_version integer, p_position bigint, p_digest bytea, p_body bytea)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = nazdik, pg_temp AS $$
DECLARE
    l logs;
    h bytea;
BEGIN
    SELECT * INTO l FROM logs WHERE id = p_log;
    PERFORM check_writes(l.name);
    SELECT hash INTO h FROM entries WHERE log = p_log AND position = p_position;
    IF p_position = 0 THEN
        h := sha256(convert_to('nazdik log 1 ' || l.epoch, 'UTF8'));
    END IF;
    IF h IS NULL THEN
        RETURN false;
    END IF;
    INSERT INTO snapshots VALUES (p_log, p_state_version, p_position, h, p_digest, p_body)
        ON CONFLICT (log, state_version, position) DO UPDATE
        SET entry_hash = excluded.entry_hash, digest = excluded.digest, body = excluded.body;
    DELETE FROM snapshots WHERE log = p_log AND state_version = p_state_version AND position NOT IN (
        SELECT s.position FROM snapshots s WHERE s.log = p_log AND s.state_version = p_state_version
        ORDER BY s.position DESC LIMIT 2);
    RETURN true;
END $$;

-- Functions may be called by everyone unless that is taken away.
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA nazdik FROM PUBLIC;
