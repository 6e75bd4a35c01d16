//! A throwaway PostgreSQL for proofs: find or start a server, seed it, probe it, observe it. Speaks the server's words and knows no linting.
