-- The keys that words of people in logs are sealed with, one a day and log, so that every node that reads a log can open them. A
-- key goes when the rule says so; what is held back of it for a legal hold lies with the nodes.

CREATE TABLE nazdik.word_keys (
    log text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    key bytea NOT NULL,
    PRIMARY KEY (log, id)
);

-- Keep a key for a day, unless the day has one. Returns the one that counts.
CREATE FUNCTION nazdik.put_word_key(p_log text, p_id text, p_key bytea) RETURNS TABLE (id text, key bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = nazdik, pg_temp AS $$
#variable_conflict use_column
BEGIN
    PERFORM check_writes(p_log);
    PERFORM pg_advisory_xact_lock(110, 115);
    INSERT INTO word_keys SELECT p_log, p_id, p_key
        WHERE NOT EXISTS (SELECT FROM word_keys w WHERE w.log = p_log AND split_part(w.id, '.', 1) = split_part(p_id, '.', 1));
    RETURN QUERY SELECT w.id, w.key FROM word_keys w
        WHERE w.log = p_log AND split_part(w.id, '.', 1) = split_part(p_id, '.', 1) ORDER BY w.id LIMIT 1;
END $$;

-- Keep a key under the name that it has: it comes with a log that is moved here.
CREATE FUNCTION nazdik.bring_word_key(p_log text, p_id text, p_key bytea) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = nazdik, pg_temp AS $$
BEGIN
    PERFORM check_writes(p_log);
    INSERT INTO word_keys VALUES (p_log, p_id, p_key) ON CONFLICT DO NOTHING;
END $$;

CREATE FUNCTION nazdik.drop_word_key(p_log text, p_id text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = nazdik, pg_temp AS $$
BEGIN
    PERFORM check_writes(p_log);
    DELETE FROM word_keys WHERE log = p_log AND id = p_id;
END $$;

CREATE FUNCTION nazdik.word_keys_after(p_log text, p_id text) RETURNS TABLE (id text, key bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = nazdik, pg_temp AS $$
    SELECT w.id, w.key FROM word_keys w WHERE w.log = p_log AND w.id > p_id
        AND EXISTS (SELECT FROM rights r WHERE r.login = session_user AND r.log = w.log)
    ORDER BY w.id
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA nazdik FROM PUBLIC;
ALTER TABLE nazdik.word_keys ENABLE ROW LEVEL SECURITY;
