Y
GRANT other_role TO postgres;
