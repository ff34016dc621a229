-- Records, their chains of entries, their drafts, and what lists and search know of them.

-- One row for each record: where its chain stands, and its summary as lists show it.
create table record(
    record text collate "C" primary key,
    form text collate "C" not null,
    n integer not null check (n > 0),
    version_n integer not null,             -- the newest entry that holds data; 0 if there is none
    digest text not null,                   -- of the newest entry: another one there was swapped
    touch text not null,                    -- changes with entries and draft
    draft_touch text,                       -- changes with the draft; null if there never was one
    draft_number bigint not null,
    has_draft boolean not null,
    state text collate "C" not null,
    unit text collate "C" not null,
    owner text not null,
    label text not null,
    words text not null,                    -- what a search by substring looks through, capitals folded
    begins date,
    ends date,
    due date,
    about jsonb not null,
    changed_at timestamptz not null
);
create index record_changed on record(changed_at desc, record);
create index record_form on record(form, changed_at desc, record);
create index record_state on record(state, changed_at desc, record);
create index record_unit on record(unit, changed_at desc, record);
create index record_due on record(state, due, changed_at desc, record);

-- What records are found by exactly: '=' and a token in clear, or '#' and the keyed hash of a private one.
create table token(
    token text collate "C" not null,
    record text collate "C" not null references record,
    primary key(token, record)
);
create index token_record on token(record);

-- The truth: chains of entries, each bound to the one before by its digest.
create table entry(
    record text collate "C" not null references record,
    n integer not null,
    request_id text collate "C" not null,
    document jsonb not null,
    primary key(record, n),
    unique(record, request_id)
);

-- Quicker than what is usual, where the server was built with it.
do $$ begin
    alter table entry alter column document set compression lz4;
exception when feature_not_supported then null;
end $$;

-- What entries do to lines of registers, and the last number that was drawn from each series: views over entries.
create table effect(
    record text collate "C" not null references record,
    n integer not null,
    place integer not null,
    written_at timestamptz not null,
    register text collate "C" not null,
    line text collate "C" not null,
    start date not null,
    effect jsonb not null,
    primary key(record, n, place)
);
create index effect_line on effect(register, line);
create table series(
    name text collate "C" primary key,
    last bigint not null
);

-- Drafts, a line for each change; read in order they make the draft.
create table draft_line(
    record text collate "C" not null references record,
    place bigint generated always as identity,
    line jsonb not null,
    primary key(record, place)
);

-- A query that forgets whom it asks for still sees no other institution's records. Every transaction sets onefill.scope
-- anew: '/city/east/' is that unit and all below, '=/city/east/' that unit alone, '/' everything. Where nobody has set
-- it, nothing is seen. Sub-selects, so that it is read once in a query and not once in a row.
alter table record enable row level security;
alter table record force row level security;
-- Where it cannot know, the planner takes half of all rows for a case and a two-hundredth for a comparison.
create policy scope on record using (
    case
        when starts_with('/' || unit || '/', (select nullif(current_setting('onefill.scope', true), ''))) then true
        when '=/' || unit || '/' = (select current_setting('onefill.scope', true)) then true
        else false
    end
);
alter table token enable row level security;
alter table token force row level security;
create policy scope on token using (exists (select from record where record.record = token.record));
alter table entry enable row level security;
alter table entry force row level security;
create policy scope on entry using (exists (select from record where record.record = entry.record));
alter table effect enable row level security;
alter table effect force row level security;
create policy scope on effect using (exists (select from record where record.record = effect.record));
alter table draft_line enable row level security;
alter table draft_line force row level security;
create policy scope on draft_line using (exists (select from record where record.record = draft_line.record));

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% keeps what was written: nothing is changed or deleted there', tg_table_name;
end $$;
create trigger append_only before update or delete or truncate on entry
    for each statement execute function refuse_change();

-- Single lines of the newest versions, such as trainees, whatever their form calls them.
create view newest_row with (security_invoker = true) as
select record.record, record.form, record.unit, record.state, record.label,
    record.version_n as n, section.key as section, line.key as row, line.value as data
from record
join entry on entry.record = record.record and entry.n = record.version_n
cross join lateral jsonb_each(case jsonb_typeof(document -> 'data') when 'object' then document -> 'data' end) as section
cross join lateral jsonb_each(case jsonb_typeof(section.value) when 'object' then section.value end) as line
where jsonb_typeof(line.value) = 'object';
