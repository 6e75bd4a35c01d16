//! Keys that run out: a sequence that counts no further than integer.

use crate::finding::{Finding, Harm, Level};
use crate::ir::{Action, AlterAction, AlterTable, ColumnDef, CreateTable, Family, Name, TypeName};
use crate::postgres::Version;
use crate::rule::{Category, Context, Kind, Rule, Severity};

pub const RULE: Rule = Rule {
    category: Category::Failure,
    severity: Severity::Always(Level::Info),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::On(&[Family::CreateRelation, Family::AlterTable], check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    match &cx.statement.action {
        Action::CreateTable(create) if !create.temporary => created(cx, create),
        Action::CreateSequence {
            name, ty: Some(ty), ..
        } => shortened(cx, name, 0, ty).into_iter().collect(),
        Action::AlterTable(alter) => {
            let commands = alter.commands.iter().enumerate();
            let found = commands.filter_map(|(at, command)| match &command.action {
                AlterAction::AddColumn { column, .. } => added(cx, alter, at, column),
                AlterAction::SequenceOptions(options) => {
                    shortened(cx, &alter.name, at, options.ty.as_ref()?)
                }
                _ => None,
            });
            found.collect()
        }
        _ => Vec::new(),
    }
}

fn created(cx: &Context<'_>, create: &CreateTable) -> Vec<Finding> {
    let short = create.columns.iter().find(|column| is_short(column));
    let name = cx.display(&create.name);
    let found = short.map(|column| finding(cx, 0, &name, &column.name));
    found.into_iter().collect()
}

fn added(cx: &Context<'_>, alter: &AlterTable, at: usize, column: &ColumnDef) -> Option<Finding> {
    let name = cx.display(&alter.name);
    is_short(column).then(|| finding(cx, at, &name, &column.name))
}

/// A sequence that is to count no further.
fn shortened(cx: &Context<'_>, name: &Name, at: usize, ty: &TypeName) -> Option<Finding> {
    let name = cx.display(name);
    is_short_type(ty).then(|| {
        let found = cx.finding_of_statement(Harm::Fails).says(
            format!("{name} ends at {}: the INSERT after that fails", last(ty)),
            "counts no further from here on",
        );
        found.at(cx.span_of(at)).help("let it count bigint").build()
    })
}

fn is_short(column: &ColumnDef) -> bool {
    column.has_sequence() && column.ty.as_ref().is_some_and(is_short_type)
}

fn is_short_type(ty: &TypeName) -> bool {
    matches!(&*ty.name.name, "int2" | "int4" | "serial" | "smallserial")
}

fn last(ty: &TypeName) -> &'static str {
    match &*ty.name.name {
        "int2" | "smallserial" => "32,767",
        _ => "2,147,483,647",
    }
}

fn finding(cx: &Context<'_>, command: usize, table: &str, column: &str) -> Finding {
    let found = cx.finding_of_statement(Harm::Fails).says(
        format!("{table}.{column} runs out: it counts no further than its type, and rolled back or failed INSERTs count too"),
        "counts up to the end of its type",
    );
    found
        .at(cx.span_of(command))
        .help("make it bigint while the table is small: later every row is rewritten, and in what refers to it too")
        .build()
}
