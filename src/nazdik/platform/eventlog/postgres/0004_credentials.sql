-- By what people prove who they are, at every node: passwords, keys, telephones and one-time codes, sealed by the nodes with a key that
-- this database does not have. `owner` is whose they are, `realm` names the key; `changed` is what a change has to go on from.

CREATE TABLE nazdik.credentials (
    realm text COLLATE "C" NOT NULL,
    owner text COLLATE "C" NOT NULL,
    body bytea NOT NULL,
    gone boolean NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    changed bigint NOT NULL,
    PRIMARY KEY (realm, owner)
);
CREATE INDEX credentials_changed ON nazdik.credentials (realm, changed);
CREATE SEQUENCE nazdik.credential_changes;

-- Store what `p_owner` has, in the place of what was stored by the change `p_before` (0: nothing was). Returns the number of this
-- change; NULL when another came first.
CREATE FUNCTION nazdik.put_credentials(p_realm text, p_owner text, p_body bytea, p_gone boolean, p_before bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = nazdik, pg_temp AS $$
DECLARE
    n bigint;
BEGIN
    PERFORM check_node(true);
    PERFORM pg_advisory_xact_lock(110, 113);
    n := nextval('credential_changes');
    UPDATE credentials SET body = p_body, gone = p_gone, at = clock_timestamp(), changed = n
        WHERE realm = p_realm AND owner = p_owner AND changed = p_before;
    IF NOT FOUND THEN
        -- Nobody told of them before, or they were forgotten since.
        INSERT INTO credentials VALUES (p_realm, p_owner, p_body, p_gone, clock_timestamp(), n) ON CONFLICT DO NOTHING;
        IF NOT FOUND THEN
            RETURN NULL;
        END IF;
    END IF;
    -- A code that was used up is told of for a month; by then it has ended at every node by itself.
    DELETE FROM credentials WHERE gone AND owner LIKE 'code:%' AND at < clock_timestamp() - interval '30 days';
    RETURN n;
END $$;

CREATE FUNCTION nazdik.credentials_after(p_realm text, p_changed bigint) RETURNS TABLE (owner text, body bytea, changed bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = nazdik, pg_temp AS $$
#variable_conflict use_column
BEGIN
    PERFORM check_node(true);
    RETURN QUERY SELECT c.owner, c.body, c.changed FROM credentials c WHERE c.realm = p_realm AND c.changed > p_changed
        ORDER BY c.changed;
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA nazdik FROM PUBLIC;
ALTER TABLE nazdik.credentials ENABLE ROW LEVEL SECURITY;
