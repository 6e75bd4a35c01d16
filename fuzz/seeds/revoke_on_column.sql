M
GRANT SELECT (b) ON t TO other_role;
REVOKE SELECT (b) ON t FROM other_role;
