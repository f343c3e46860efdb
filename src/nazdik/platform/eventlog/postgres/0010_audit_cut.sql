-- The old beginning of an audit log goes by a rule: its entries keep their place, their time and their hash, and nothing else. Up to
-- where is said here; a row may become that and nothing else, and only there. Everything else stays refused, for the owner too.

CREATE TABLE nazdik.cuts (log integer PRIMARY KEY REFERENCES nazdik.logs (id), position bigint NOT NULL);

CREATE FUNCTION nazdik.refuse_but_cut() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW IS DISTINCT FROM ROW(OLD.log, OLD.position, OLD.at, 'cut:' || OLD.position, 0, ''::bytea, '', 'log.cut.v1', '', ''::bytea,
            '', ''::bytea, OLD.hash)::nazdik.entries
        OR NOT EXISTS (SELECT FROM nazdik.cuts c WHERE c.log = OLD.log AND c.position >= OLD.position) THEN
        RAISE EXCEPTION 'an entry is never changed or removed' USING ERRCODE = 'NZ007';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER entries_stay ON nazdik.entries;
CREATE TRIGGER entries_stay BEFORE DELETE OR TRUNCATE ON nazdik.entries
    FOR EACH STATEMENT EXECUTE FUNCTION nazdik.refuse_change();
CREATE TRIGGER entries_stay_as_written BEFORE UPDATE ON nazdik.entries
    FOR EACH ROW EXECUTE FUNCTION nazdik.refuse_but_cut();

-- Take away what some entries up to `p_end` say, and return how many they were; 0 when all of it is gone. Only of an audit log, by
-- whoever writes it, and nothing of the last year: the log has said so itself before.
CREATE FUNCTION nazdik.cut_beginning(p_log integer, p_token bigint, p_end bigint, p_limit integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = nazdik, pg_temp AS $$
DECLARE
    l logs;
    youngest bigint;
    first_left bigint;
    n bigint;
BEGIN
    SELECT * INTO l FROM logs WHERE id = p_log FOR UPDATE;
    PERFORM check_writes(l.name);
    IF l.token <> p_token THEN
        RAISE EXCEPTION '% was taken by %', l.name, l.node USING ERRCODE = 'NZ005', DETAIL = l.node;
    END IF;
    SELECT min(position) INTO first_left FROM entries WHERE log = p_log AND position <= p_end AND kind <> 'log.cut.v1';
    SELECT max(at) INTO youngest FROM entries
        WHERE log = p_log AND position >= first_left AND position < first_left + p_limit AND position <= p_end;
    IF l.name NOT LIKE 'audit.%' OR p_end >= l.position
        OR youngest > (extract(epoch FROM clock_timestamp()) - 365 * 86400) * 1000000 THEN
        RAISE EXCEPTION 'an entry is never changed or removed' USING ERRCODE = 'NZ007';
    END IF;
    INSERT INTO cuts VALUES (p_log, p_end)
        ON CONFLICT (log) DO UPDATE SET position = greatest(cuts.position, excluded.position);
    UPDATE entries SET command_id = 'cut:' || position, step = 0, command_digest = '', actor = '', kind = 'log.cut.v1', subject = '',
            body = '', claims = '', answer = ''
        WHERE log = p_log AND position >= first_left AND position < first_left + p_limit AND position <= p_end
            AND kind <> 'log.cut.v1';
    GET DIAGNOSTICS n = ROW_COUNT;
    RETURN n;
END $$;

REVOKE ALL ON FUNCTION nazdik.cut_beginning(integer, bigint, bigint, integer) FROM PUBLIC;
ALTER TABLE nazdik.cuts ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_logs ON nazdik.cuts FOR SELECT USING (log IN (SELECT nazdik.readable()));
