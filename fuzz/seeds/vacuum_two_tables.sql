Y
VACUUM t, p;
