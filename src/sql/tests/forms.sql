create table v (a int, b int generated always as (a * 2) virtual); -- create-table
create table v (a int, b int generated always as (a * 2)); -- create-table
create table p (id int, valid daterange, primary key (id, valid without overlaps)); -- create-table
create table f (id int, during daterange, foreign key (id, period during) references p (id, period valid)); -- create-table
create table u (id int, valid daterange, constraint x unique (id, valid without overlaps) deferrable); -- create-table
alter table t add constraint c check (a > 0) not enforced; -- alter-table AddConstraint
alter table t add check (a > 0) not enforced no inherit; -- alter-table AddConstraint
alter table t add foreign key (a) references u not enforced; -- alter-table AddConstraint
alter table t alter constraint c not enforced; -- alter-table AlterConstraint
alter table t alter constraint c enforced; -- alter-table AlterConstraint
alter table t alter constraint c no inherit; -- alter-table AlterConstraint
alter table t alter constraint c inherit; -- alter-table AlterConstraint
alter table t alter constraint c deferrable initially deferred; -- alter-table AlterConstraint
alter table t add constraint n not null a not valid; -- alter-table AddConstraint
alter table t add not null a no inherit; -- alter-table AddConstraint
create table n (a int constraint nn not null no inherit, constraint m not null a); -- create-table
create table n (a int references u not enforced, b int check (b > 0) not enforced); -- create-table
alter table t alter column a set expression as (b + 1); -- alter-table SetExpression
alter table t set access method default; -- alter-table SetAccessMethod
alter table t alter a set statistics default; -- alter-table SetStatistics
alter table t alter a set storage default; -- alter-table SetStorage
create foreign table ft (like t including all) server s; -- create-foreign-table
copy t from 'x' with (on_error ignore, log_verbosity silent, reject_limit 3); -- copy
copy t to stdout (format csv, force_quote *, header match); -- copy
copy t (a, b) from program 'cat' with csv header delimiter ',' where a > 1; -- copy
copy binary t from stdin; -- copy
copy t to 'f' using delimiters '|'; -- copy
vacuum (only_database_stats); -- vacuum
vacuum (buffer_usage_limit '1MB', skip_locked, process_main false) only t (a, b), s.u; -- vacuum
analyze (verbose, skip_locked) only t (a); -- analyze
vacuum full freeze verbose analyze t (a); -- vacuum
analyze verbose; -- analyze
explain (analyze, serialize text, memory, settings off) select 1; -- select
explain (format json) update t set a = 1; -- explain
merge into t using u on t.a = u.a when not matched by source then delete when not matched by target then insert default values returning merge_action(), t.*; -- merge
merge into only t as x using (select 1 as a) u on true when matched and x.b then update set (a, b) = row (1, 2) when matched then do nothing; -- merge
update t set a = 1 returning with (old as o, new as n) o.a, n.a; -- update
create schema s authorization current_user create table t (a int) create view v as select 1 create index on t (a) create sequence q grant select on t to r create trigger g before insert on t for each row execute function f(); -- create-schema
create schema if not exists authorization session_user; -- create-schema
create publication p for all tables with (publish = 'insert', publish_generated_columns = stored); -- create-publication
create publication p for table only t (a), tables in schema current_schema, u; -- create-publication
create publication p; -- create-publication
alter publication p set tables in schema s, table t; -- alter-publication
alter publication p add table t (a) where (a > 1); -- alter-publication
alter publication p drop table only t; -- alter-publication
alter publication p set (publish_via_partition_root); -- alter-publication
alter publication p owner to current_role; -- alter-publication
alter publication p rename to q; -- alter-publication
create subscription s connection 'host=x' publication p, q with (failover, streaming = parallel); -- create-subscription
alter subscription s skip (lsn = '0/0'); -- alter-subscription
alter subscription s refresh publication with (copy_data = false); -- alter-subscription
alter subscription s set publication p with (refresh = false); -- alter-subscription
alter subscription s enable; -- alter-subscription
alter subscription s connection 'x'; -- alter-subscription
create event trigger e on sql_drop when tag in ('DROP TABLE') and tag in ('x') execute procedure f(); -- create-event-trigger
alter event trigger e enable replica; -- alter-event-trigger
create transform for hstore language plpython3u (from sql with function f(internal), to sql with function g(internal)); -- create-transform
drop transform if exists for hstore language x cascade; -- drop-object
create text search parser p (start = a, gettoken = b, end = c, lextypes = d); -- create-text-search-parser
create text search template t (init = a, lexize = b); -- create-text-search-template
create text search dictionary d (template = simple, stopwords = 'x'); -- create-text-search-dictionary
alter text search dictionary d (stopwords); -- alter-text-search-dictionary
alter text search configuration c add mapping for word, asciiword with d, e; -- alter-text-search-configuration
alter text search configuration c alter mapping replace d with e; -- alter-text-search-configuration
alter text search configuration c alter mapping for word replace d with e; -- alter-text-search-configuration
alter text search configuration c drop mapping if exists for word; -- alter-text-search-configuration
create operator class o default for type int using btree family f as operator 1 < , operator 2 <= (int, int) for order by g, function 1 (int, int) h(int, int), storage int; -- create-operator-class
create operator family f using btree; -- create-operator-family
alter operator family f using btree add operator 1 < (int, int), function 1 (int, int) h(int, int); -- alter-operator-family
alter operator family f using btree drop operator 1 (int, int); -- alter-operator-family
alter operator class o using btree set schema s; -- alter-operator-class
alter operator @@ (none, int) set (restrict = none, hashes, merges); -- alter-operator
alter operator s.+ (int, int) owner to current_user; -- alter-operator
create operator s.=== (leftarg = int, rightarg = int, function = f, commutator = operator(s.===), hashes); -- create-operator
create cast (int as text) with inout as implicit; -- create-cast
create cast (int as text) without function as assignment; -- create-cast
create cast (t as u) with function f(t, int); -- create-cast
create language l handler h inline i validator v; -- create-language
create or replace trusted procedural language l handler h; -- create-trusted-procedural-language
create user mapping if not exists for public server s options (user 'x'); -- create-user-mapping
alter user mapping for current_user server s options (add a 'b', set c 'd', drop e); -- alter-user-mapping
drop user mapping if exists for user server s; -- drop-object
create statistics on a, b from t; -- create-statistics
create statistics if not exists s (ndistinct, mcv) on (a + 1), lower(b) from only t; -- create-statistics
alter statistics s set statistics default; -- alter-statistics
alter statistics if exists s set statistics 100; -- alter-statistics
alter default privileges for role r, current_user in schema s, t revoke grant option for all privileges on tables from public cascade; -- alter-default-privileges
alter default privileges grant usage on schemas to r with grant option; -- alter-default-privileges
alter default privileges grant select on large objects to r; -- alter-default-privileges
alter large object 5 owner to r; -- alter-large-object
comment on large object 5 is null; -- comment
grant select on large object 5, 6 to r; -- grant
grant set, alter system on parameter work_mem to r; -- grant
grant a, b to c with admin true, inherit false granted by current_user; -- grant
revoke inherit option for a from b granted by c cascade; -- revoke
grant select (a, b), update (c) on t, only_t to public with grant option; -- grant
grant maintain on all tables in schema s to r; -- grant
grant usage on foreign data wrapper w to r; -- grant
grant all on domain d to r; -- grant
alter system set a.b = 'x', 'y'; -- alter-system
alter system reset all; -- alter-system
alter database d set tablespace t; -- alter-database
alter database d refresh collation version; -- alter-database
alter database d with connection limit 5 is_template true; -- alter-database
alter database d reset all; -- alter-database
create database d with owner = r encoding 'UTF8' strategy file_copy builtin_locale 'C'; -- create-database
create tablespace t owner r location '/x' with (random_page_cost = 1); -- create-tablespace
alter tablespace t reset (seq_page_cost); -- alter-tablespace
drop database if exists d with (force); -- drop-database
call p(1, a => 2); -- call
call s.p(); -- call
prepare q (int, text) as insert into t values ($1, $2); -- prepare
prepare q as values (1); -- prepare
execute q (1, 'x'); -- execute
create temp table x as execute q (1) with no data; -- create-table-as
deallocate prepare all; -- deallocate
listen x; -- listen
unlisten *; -- unlisten
notify x, 'payload'; -- notify
load 'x'; -- load
checkpoint; -- checkpoint
security label for p on column t.a is 'x'; -- comment
security label on role r is null; -- comment
security label on event trigger e is 'x'; -- comment
import foreign schema s limit to (a, b) from server x into y options (a 'b'); -- import-foreign-schema
import foreign schema s except (a) from server x into y; -- import-foreign-schema
create collation if not exists c (provider = icu, locale = 'x', rules = '&a < b'); -- create-collation
create collation c from "de_DE"; -- create-collation
alter collation c refresh version; -- alter-collation
create default conversion c for 'A' to 'B' from f; -- create-conversion
create access method a type table handler h; -- create-access-method
create aggregate f(int) (sfunc = g, stype = int, parallel = safe); -- create-aggregate
create aggregate f(int order by int) (sfunc = g, stype = int, hypothetical); -- create-aggregate
create aggregate f (basetype = int, sfunc = g, stype = int); -- create-aggregate
alter aggregate f(*) rename to g; -- alter-aggregate
alter aggregate f(int order by int) owner to r; -- alter-aggregate
alter function f(in a int, out b int) strict immutable cost 5 set a = b reset all support g; -- alter-function
alter procedure p depends on extension e; -- alter-procedure
alter routine f rename to g; -- alter-routine
create or replace function f(a int default 1, variadic b int[]) returns table (x int, y text) language sql window leakproof security definer cost 1 rows 2 support s set search_path to a, b return 1; -- create-function
create procedure p(inout a int) language sql begin atomic insert into t values (1); select case when true then 1 else 2 end; end; -- create-procedure
create trigger t instead of insert or update of a, b or delete on v referencing old table as o new table n for each row when (new.a > 1) execute function f('x', 1); -- create-trigger
create constraint trigger t after insert on t from u deferrable initially deferred for each row execute function f(); -- create-trigger
alter trigger t on u no depends on extension e; -- alter-trigger
create or replace rule r as on insert to t where new.a > 1 do also (insert into u values (1); delete from u); -- create-rule
create rule r as on select to t do instead select 1; -- create-rule
create policy p on t as restrictive for update to current_user, r using (true) with check (false); -- create-policy
alter policy p on t to public using (a); -- alter-policy
alter policy if exists p on t rename to q; -- alter-policy
create view v (a, b) with (security_invoker) as select 1, 2 with cascaded check option; -- create-view
create recursive view v (n) as select 1; -- create-view
create or replace temporary view v as table t; -- create-view
alter view v alter column a set default 1; -- alter-view SetDefault
alter view if exists v set (security_barrier = true); -- alter-view SetOptions
alter materialized view v no depends on extension e; -- alter-materialized-view DependsOnExtension
alter materialized view v set without cluster, cluster on i; -- alter-materialized-view SetWithoutCluster ClusterOn
create materialized view v using heap with (fillfactor = 70) tablespace t as select 1 with no data; -- create-materialized-view
create unlogged materialized view v as select 1; -- create-materialized-view
refresh materialized view v with data; -- refresh-materialized-view
create sequence if not exists s as bigint increment by 1 no minvalue maxvalue 9 start 1 cache 1 cycle owned by none; -- create-sequence
alter sequence s set logged; -- alter-sequence SetLogged
alter sequence if exists s owned by t.a; -- alter-sequence SequenceOptions
alter sequence s owner to r; -- alter-sequence OwnerTo
alter index i attach partition j; -- alter-index AttachPartition
alter index if exists i alter column 1 set statistics 5; -- alter-index SetStatistics
alter index i depends on extension e; -- alter-index DependsOnExtension
alter type t add attribute a int collate "C" cascade, drop attribute if exists b, alter attribute c set data type text restrict; -- alter-type
alter type t rename attribute a to b cascade; -- alter-type
alter type e rename value 'a' to 'b'; -- alter-type
alter type t set (receive = f, subscript = g); -- alter-type
create type t as range (subtype = float8, multirange_type_name = m); -- create-type
create type t as (); -- create-type
create type t (input = a, output = b, like = int); -- create-type
alter domain d add constraint c check (value > 0) not valid; -- alter-domain
alter domain d add not null; -- alter-domain
alter domain d add constraint n not null; -- alter-domain
alter domain d drop constraint if exists c cascade; -- alter-domain
alter domain d rename constraint a to b; -- alter-domain
alter domain d validate constraint c; -- alter-domain
create domain d as varchar(3)[] collate "C" default 'x' constraint c not null check (value <> ''); -- create-domain
reindex (verbose, tablespace t, concurrently) index i; -- reindex
reindex database; -- reindex
reindex system concurrently d; -- reindex
reindex table concurrently t; -- reindex
cluster (verbose) t using i; -- cluster
cluster i on t; -- cluster
cluster verbose; -- cluster
truncate only t, u * restart identity cascade; -- truncate
truncate table t continue identity restrict; -- truncate
lock table only t, u in share update exclusive mode nowait; -- lock-table
lock t; -- lock-table
do language plpgsql $$ begin null; end $$; -- do
do $$ begin end $$ language plpgsql; -- do
set constraints all deferred; -- set-constraints
set constraints a, s.b immediate; -- set-constraints
set local time zone interval '1' hour to minute; -- set
set session authorization default; -- reset
set xml option document; -- set
set transaction snapshot 'x'; -- set-transaction
set session characteristics as transaction read only, deferrable; -- set-session-characteristics
begin isolation level serializable read only, not deferrable; -- begin
start transaction; -- begin
commit and chain; -- commit
rollback work and no chain; -- rollback
abort; -- rollback
end transaction; -- commit
savepoint a; -- savepoint
release a; -- release-savepoint
rollback to savepoint a; -- rollback-to-savepoint
prepare transaction 'x'; -- prepare-transaction
commit prepared 'x'; -- prepare-transaction
rollback prepared 'x'; -- prepare-transaction
declare c binary insensitive no scroll cursor with hold for select 1; -- select
fetch backward 5 from c; -- fetch
fetch absolute -1 in c; -- fetch
move forward all in c; -- move
close all; -- close
discard all; -- discard
discard plans; -- discard
discard sequences; -- discard
discard temp; -- discard
reset session authorization; -- reset
reset a.b; -- reset
show all; -- show
show time zone; -- show
reassign owned by current_user, r to session_user; -- reassign-owned
drop owned by current_role, r restrict; -- drop-owned
drop function if exists f(int, out text), g(), h cascade; -- drop-function
drop aggregate f(*), g(int order by int); -- drop-function
drop operator @@ (none, int), s.- (int, int); -- drop-object
drop operator class if exists o using btree cascade; -- drop-object
drop operator family f using hash; -- drop-object
drop routine f; -- drop-function
drop procedure p(int); -- drop-function
drop cast if exists (int as s.t); -- drop-object
drop text search configuration c; -- drop-object
drop access method a; -- drop-object
drop event trigger e; -- drop-object
drop foreign data wrapper w cascade; -- drop-object
drop server if exists s; -- drop-object
drop domain d, varchar(3); -- drop-domain
drop type double precision, x[]; -- drop-type
drop trigger if exists t on s.u cascade; -- drop-trigger
drop rule r on t; -- drop-rule
drop policy if exists p on t; -- drop-policy
drop materialized view if exists a, b; -- drop-materialized-view
drop foreign table f; -- drop-foreign-table
drop conversion c; -- drop-object
drop collation c; -- drop-object
drop language if exists l; -- drop-object
drop procedural language l; -- drop-object
drop index concurrently if exists a, b restrict; -- drop-index
drop sequence s; -- drop-sequence
drop schema a, b cascade; -- drop-schema
drop extension e; -- drop-extension
drop publication a, b; -- drop-publication
drop subscription if exists s; -- drop-subscription
drop statistics a, b; -- drop-statistics
drop tablespace if exists t; -- drop-tablespace
drop role a, current_user; -- drop-role
drop group g; -- drop-role
drop user u; -- drop-role
alter extension e add table t; -- alter-extension
alter extension e drop function f(int); -- alter-extension
alter extension e update to '2'; -- alter-extension
alter extension e set schema s; -- alter-extension
alter extension e add operator class o using btree; -- alter-extension
alter extension e add cast (a as b); -- alter-extension
alter extension e add transform for t language l; -- alter-extension
alter foreign data wrapper w handler h no validator options (set a 'b'); -- alter-foreign-data-wrapper
create foreign data wrapper w handler a.b validator c options (x 'y'); -- create-foreign-data-wrapper
alter server s version '2' options (drop a); -- alter-server
create server s type 'x' version 'y' foreign data wrapper w options (a 'b'); -- create-server
alter foreign table f alter column a options (set x 'y'), options (add a 'b'), add column z int options (x 'y') not null; -- alter-foreign-table ForeignOptions ForeignOptions AddColumn
alter group g add user a, current_user; -- alter-group
alter group g drop user a; -- alter-group
alter user u with password null valid until 'x'; -- alter-user
alter role r in database d set a from current; -- alter-role
alter role all in database d reset all; -- alter-role
create role r with superuser in role a, b role c admin d sysid 5 encrypted password 'x'; -- create-role
create table t (a int) partition by list ((a % 2) collate "C" int4_ops, b); -- create-table
create table t partition of p for values with (modulus 4, remainder 1) partition by range (a); -- create-table
create table t partition of p (a default 1 not null, constraint c check (a > 0)) for values from (minvalue, 1) to (maxvalue, 'x') using heap with (fillfactor = 70) tablespace t; -- create-table
create table t partition of p default; -- create-table
create table t of s.ty (a with options primary key, unique (b)); -- create-table
create temp table t (a) on commit drop as select 1; -- create-table-as
create global temporary table t (a int) inherits (u, v) with (oids = false) on commit preserve rows; -- create-table
create table t (a int storage plain compression lz4 collate "C" constraint p primary key using index tablespace x deferrable, like u including all excluding indexes, exclude using gist (a with =, (b + 1) collate "C" opc (siglen = 3) desc nulls last with operator(pg_catalog.&&)) include (c) with (fillfactor = 70) where (a > 0) initially deferred); -- create-table
create table t (); -- create-table
create table if not exists t as table u with no data; -- create-table-as
select * into unlogged table t from u; -- create-table-as
create unique index concurrently if not exists i on only t using gin (a opc (x = 1) asc nulls first, lower(b) collate "C", (c || d) desc) include (e) nulls not distinct with (fastupdate = off) tablespace x where a > 0; -- create-index
create index on t (f(a)); -- create-index
alter table if exists only s.t disable trigger all, enable always rule r, enable replica trigger x, no force row level security, replica identity using index i, cluster on i, set without oids, of ty, not of, inherit p, no inherit p, reset (a, toast.b), set (x.y = 1, z), options (a 'b'); -- alter-table Trigger Rule Trigger RowSecurity ReplicaIdentity ClusterOn SetWithoutOids OfType NotOf Inherit NoInherit ResetOptions SetOptions ForeignOptions
alter table t detach partition p finalize; -- alter-table DetachPartition
alter table t attach partition p for values in (1, null, 'x'::text); -- alter-table AttachPartition
alter table t add constraint c primary key using index i not deferrable; -- alter-table AddConstraint
alter table t add column if not exists a int generated by default as identity (start 5 increment 2) unique nulls not distinct; -- alter-table AddColumn
alter table t alter a add generated always as identity (start with 4), alter b set generated always set start with 4 restart with 5, alter c drop identity if exists, alter d type int collate "C" using d::int, alter e set compression default, alter f reset (n_distinct), alter g set (n_distinct = 5); -- alter-table AddIdentity SetIdentity DropIdentity AlterColumnType SetCompression SetAttributeOptions SetAttributeOptions
alter table all in tablespace a owned by b, current_user set tablespace c nowait; -- alter-table
alter table t rename constraint a to b; -- alter-table RenameConstraint
alter table t rename a to b; -- alter-table RenameColumn
table t; -- select
values (1, 2), (3, 4) order by 1 limit 1; -- select
with recursive a as (select 1 union all select n from a) search depth first by n set x cycle n set y to true default false using z select * from a; -- select
insert into t as x (a, b[1].c) overriding system value select 1, 2 on conflict on constraint c do update set a = excluded.a where t.a > 1 returning *; -- insert
delete from only t using u where current of c; -- delete
select * from json_table(j, '$[*]' columns (a int path '$.a', nested path '$.b' columns (c text))); -- select
select xmltable.* from t, xmltable('/a' passing b columns c int path 'd'); -- select
select distinct on (a) a, count(*) filter (where b) over w from t tablesample bernoulli (5) repeatable (1) cross join lateral f(a) with ordinality as g(x, y) where a between symmetric 1 and 2 group by grouping sets ((a), ()), rollup (b) having true window w as (partition by a order by b groups between 1 preceding and current row exclude ties) for no key update of t skip locked; -- select
alter role r; -- alter-role
alter database d; -- alter-database
alter index all in tablespace a set tablespace b; -- alter-index
comment on constraint c on domain d is 'a'
'b'; -- comment
create index on t (a) include ((b), c); -- create-index
create table t (a int not enforced); -- create-table
create domain d as int constraint c check (value > 0) not enforced; -- create-domain
copy (select 1 into t) to 'f'; -- copy
declare c cursor for select 1 into t; -- declare
create statistics s on a from (values (1)) as v; -- create-statistics
drop owned by session_user; -- drop-owned
comment on table U&"d!0061ta" uescape '!' is U&'\0041'; -- comment
