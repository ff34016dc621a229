-- What belongs to no institution: the access log, preferences, files, and what is known of the whole.

-- The bytes that were sealed, as they are: their digest is over them.
create table log_line(
    n bigint primary key,
    day date not null,
    raw text not null
);
create index log_line_day on log_line(day);
create trigger append_only before update or delete or truncate on log_line
    for each statement execute function refuse_change();

-- The last line, noted apart, so that a cut end shows.
create table log_head(
    one boolean primary key default true check (one),
    n bigint not null,
    digest text not null
);

create table preference(
    owner_hash text collate "C" primary key,   -- SHA-256: an owner's name may be of any length
    owner text not null,
    kept jsonb not null
);

create table file(
    name text collate "C" primary key,
    id bigint generated always as identity unique,
    size bigint not null
);
create table file_part(
    id bigint not null references file(id) on delete cascade,
    place integer not null,
    bytes bytea not null,
    primary key(id, place)
);
-- Files are compressed already, as Office files, PDF and pictures are.
alter table file_part alter column bytes set storage external;

create table about(
    key text primary key,
    value text not null
);
