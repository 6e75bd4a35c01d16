//! From a statement's first word to the families that may know it.

use super::cursor::Cursor;
use super::token::TokenKind;
use super::{
    alter_table, comment, create_table, dml, drop, grant, index, maintenance, nested, object,
    procedural, publication, session, transaction, trigger, user_type, utility, view,
};
use crate::ir::{Action, Origin, Problem, ProblemKind, Statement};
use crate::postgres::keywords::starts_statement;
use crate::source::Span;

/// Reads a whole statement, which the cursor stands at the start of; `None` where it is of another family or not understood.
type Family = fn(&mut Cursor) -> Option<Action>;

/// The families that a statement with this first word may belong to. The first that reads all of it wins.
fn families(first_word: &str) -> &'static [Family] {
    match first_word {
        "alter" => &[
            alter_table::alter_table,
            user_type::alter_type,
            user_type::alter_domain,
            trigger::alter_on,
            publication::alter_publication,
            grant::default_privileges,
            object::alter_object,
        ],
        "create" => &[
            create_table::create_table,
            index::create_index,
            view::create_view,
            view::create_materialized_view,
            user_type::create_type,
            user_type::create_domain,
            user_type::create_sequence,
            trigger::create_on,
            publication::create_publication,
            procedural::create_routine,
            object::create_object,
        ],
        "drop" => &[drop::drop],
        "(" | "select" | "values" | "table" | "with" | "insert" | "update" | "delete" | "merge" => {
            &[dml::dml]
        }
        "begin" | "start" | "commit" | "end" | "rollback" | "abort" | "savepoint" | "release" => {
            &[transaction::transaction]
        }
        "comment" => &[comment::comment],
        "security" => &[comment::security_label],
        "grant" | "revoke" => &[grant::grant],
        "set" => &[session::set],
        "reset" => &[session::reset],
        "discard" => &[session::discard],
        _ => other_families(first_word),
    }
}

fn other_families(first_word: &str) -> &'static [Family] {
    match first_word {
        "vacuum" => &[maintenance::vacuum],
        "analyze" | "analyse" => &[maintenance::analyze],
        "cluster" => &[maintenance::cluster],
        "reindex" => &[maintenance::reindex],
        "truncate" => &[maintenance::truncate],
        "lock" => &[maintenance::lock],
        "refresh" => &[view::refresh],
        "copy" => &[dml::copy],
        "do" => &[procedural::do_block],
        "call" => &[procedural::call],
        "import" => &[object::import_foreign_schema],
        "reassign" => &[object::reassign_owned],
        "notify" | "listen" | "unlisten" => &[utility::notification],
        "show" | "checkpoint" | "load" => &[utility::server],
        "prepare" => &[transaction::transaction, nested::prepared],
        "execute" | "deallocate" => &[nested::prepared],
        "declare" => &[nested::declare],
        "fetch" | "move" | "close" => &[utility::cursors],
        "explain" => &[nested::explain],
        _ => &[],
    }
}

/// Reads one statement; an error where no PostgreSQL statement starts so.
pub(super) fn statement(cursor: Cursor) -> Result<Statement, Problem> {
    let first = cursor
        .peek()
        .map_or(TokenKind::Template, |token| token.kind);
    let action = match (first, cursor.word()) {
        (_, Some(word)) if starts_statement(word) => action(cursor),
        (TokenKind::Symbol(b'('), _) => action(cursor),
        (TokenKind::Template, _) => Action::Unknown,
        _ => return Err(no_statement(cursor)),
    };
    Ok(Statement {
        span: cursor.span(),
        action,
        origin: Origin::File,
        query: None,
        perhaps: false,
        known: None,
    })
}

/// What a statement does; EXPLAIN ANALYZE asks it of the statement inside.
pub(super) fn action(cursor: Cursor) -> Action {
    let first_word = cursor.word().unwrap_or("(").to_ascii_lowercase();
    families(&first_word)
        .iter()
        .find_map(|family| {
            let mut attempt = cursor;
            family(&mut attempt).filter(|_| attempt.is_empty())
        })
        .unwrap_or(Action::Unknown)
}

fn no_statement(cursor: Cursor) -> Problem {
    let first = cursor.peek().map_or(Span::default(), |token| token.span);
    let word = &cursor.source()[first.start..first.end];
    let short = word.chars().take(40).collect::<String>();
    Problem {
        span: first,
        kind: ProblemKind::Syntax,
        message: format!("\"{short}\" does not start any PostgreSQL statement"),
        help: "check the spelling, and that the statement before it ends with a semicolon"
            .to_string(),
    }
}
