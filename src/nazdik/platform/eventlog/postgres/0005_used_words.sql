-- Words that are good once among all nodes: answers to what a key is asked, tickets for streams. `realm` names the key by which the
-- nodes know their words; what is kept is a digest, by which nobody can make or use one.

CREATE TABLE nazdik.used_words (
    realm text COLLATE "C" NOT NULL,
    digest bytea NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (realm, digest)
);
CREATE INDEX used_words_at ON nazdik.used_words (at);

-- Use a word up; false when it was used before. Of two at once the second waits for the first.
CREATE FUNCTION nazdik.use_word(p_realm text, p_digest bytea) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = nazdik, pg_temp AS $$
BEGIN
    PERFORM check_node(true);
    INSERT INTO used_words (realm, digest) VALUES (p_realm, p_digest) ON CONFLICT DO NOTHING;
    RETURN FOUND;
END $$;

-- Forget words that have ended long since: they last for minutes.
CREATE FUNCTION nazdik.forget_words() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = nazdik, pg_temp AS $$
BEGIN
    PERFORM check_node(true);
    DELETE FROM used_words WHERE at < clock_timestamp() - interval '1 day';
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA nazdik FROM PUBLIC;
ALTER TABLE nazdik.used_words ENABLE ROW LEVEL SECURITY;
