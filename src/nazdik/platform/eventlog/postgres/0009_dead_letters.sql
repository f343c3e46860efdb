-- Dead letters whose time is over by a rule: which they are, and letting go of them once that was written down.

CREATE FUNCTION nazdik.outbox_past(p_before bigint, p_ended text[]) RETURNS SETOF nazdik.outbox
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = nazdik, pg_temp AS $$
    SELECT o.* FROM outbox o
    WHERE o.made_at < p_before AND (o.next_at IS NULL OR o.endpoint = ANY (p_ended))
        AND EXISTS (SELECT FROM rights r WHERE r.login = session_user AND r.log = o.province AND r.writes)
    ORDER BY o.made_at, o.id
$$;

CREATE FUNCTION nazdik.outbox_drop(p_ids text[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = nazdik, pg_temp AS $$
    DELETE FROM outbox o WHERE o.id = ANY (p_ids)
        AND EXISTS (SELECT FROM rights r WHERE r.login = session_user AND r.log = o.province AND r.writes)
$$;

REVOKE ALL ON FUNCTION nazdik.outbox_past(bigint, text[]), nazdik.outbox_drop(text[]) FROM PUBLIC;
