//! Rows for tables, on a live server: what was asked for arrives, any table can be filled, and it stays what it was.

mod database;
mod derive;
mod load;
