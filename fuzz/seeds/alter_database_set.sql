M
ALTER DATABASE postgres SET work_mem='8MB';
