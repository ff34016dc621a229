-- An entry may give way to what is left of it once the record was destroyed: same place, same digest, no data. Nothing
-- else is ever changed there.

create function refuse_all_but_husks() returns trigger language plpgsql as $$
begin
    if (new.record, new.n, new.request_id) = (old.record, old.n, old.request_id)
        and new.document -> 'data' = 'null'::jsonb
        and (new.document ->> 'destroyed')::integer > new.n
        and new.document ->> 'digest' = old.document ->> 'digest'
        and new.document ->> 'prev' = old.document ->> 'prev'
    then
        return new;
    end if;
    raise exception '% keeps what was written: nothing is changed or deleted there', tg_table_name;
end $$;
drop trigger append_only on entry;
create trigger append_only before delete or truncate on entry
    for each statement execute function refuse_change();
create trigger husks_only before update on entry
    for each row execute function refuse_all_but_husks();

-- A file that was put a moment ago is not dropped: whoever put it may be about to name it.
alter table file add column put_at timestamptz not null default now();
