-- Called by a superuser who goes back: HERE holds the older program's tables, made anew, and HERE_newer those given up.
create function ASIDE.put_back() returns void language plpgsql as $$
declare
    one record;
begin
    -- Neither append-only triggers nor references bind whoever only copies.
    perform set_config('session_replication_role', 'replica', true);
    for one in
        select tablename, schemaname from pg_tables where schemaname = 'ASIDE' and tablename <> 'migration'
        union all
        select tablename, schemaname from pg_tables
        where schemaname = 'HERE_newer' and tablename in ('file', 'file_part')
    loop
        execute format('delete from HERE.%I', one.tablename);
        execute format(
            'insert into HERE.%1$I overriding system value select * from %2$I.%1$I', one.tablename, one.schemaname
        );
    end loop;
    -- Counters go on behind the newest row.
    for one in
        select table_name, column_name from information_schema.columns
        where table_schema = 'HERE' and is_identity = 'YES'
    loop
        execute format(
            'select setval(pg_get_serial_sequence(%L, %L), coalesce(max(%I), 0) + 1, false) from HERE.%I',
            'HERE.' || one.table_name, one.column_name, one.column_name, one.table_name
        );
    end loop;
end $$;
