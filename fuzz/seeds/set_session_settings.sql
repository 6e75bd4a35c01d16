S
SET lock_timeout='1s';
SET statement_timeout='5s';
SET search_path=public;
