//! Operations of django-pgtrigger, which django-pghistory writes into migrations too.
//!
//! Source: `pgtrigger/migrations.py` and `pgtrigger/compiler.py` of django-pgtrigger 4.

use super::arguments::{Arguments, not_known};
use crate::django::operation::OperationKind;
use crate::django::value::{Call, Opaque, Value};

pub(super) const MODULE: &str = "pgtrigger.migrations.";

/// The operation that a call of a class of that module makes.
pub(super) fn operation(class: &str, call: &Call) -> Result<OperationKind, Opaque> {
    match class {
        "AddTrigger" => add(call),
        "RemoveTrigger" => {
            let given = Arguments::new(call, &["model_name", "name"]);
            Ok(OperationKind::RemoveTrigger {
                model_name: given.text("model_name")?,
                name: given.text("name")?,
            })
        }
        _ => Err(not_known(call)),
    }
}

fn add(call: &Call) -> Result<OperationKind, Opaque> {
    let given = Arguments::new(call, &["model_name", "trigger"]);
    let Value::Call(trigger) = given.need("trigger")? else {
        return Err(not_known(call));
    };
    let trigger = Arguments::new(trigger, &["name", "sql"]);
    let Value::Call(sql) = trigger.need("sql")? else {
        return Err(not_known(call));
    };
    let part = |name: &str| match sql.keyword(name) {
        None | Some(Value::None) => Ok(String::new()),
        Some(Value::Str(text)) => Ok(text.text.clone()),
        Some(_) => Err(not_known(call)),
    };
    let (pgid, table) = (part("pgid")?, part("table")?);
    if pgid.is_empty() || table.is_empty() {
        return Err(not_known(call));
    }
    let level = Some(part("level")?).filter(|level| !level.is_empty());
    let level = level.unwrap_or_else(|| "ROW".to_owned());
    let table = quoted(table);
    let words = [
        format!("CREATE {} TRIGGER {pgid}", part("constraint")?),
        format!("{} {} ON {table}", part("when")?, part("operation")?),
        part("referencing")?,
        part("timing")?,
        format!("FOR EACH {level} {}", part("condition")?),
        format!("EXECUTE PROCEDURE {pgid}()"),
    ];
    let words: Vec<&str> = words
        .iter()
        .flat_map(|part| part.split_whitespace())
        .collect();
    let statements = vec![
        format!(
            "CREATE OR REPLACE FUNCTION {pgid}() RETURNS TRIGGER AS $$ {} BEGIN {} END; $$ LANGUAGE plpgsql",
            part("declare")?,
            part("func")?
        ),
        format!("DROP TRIGGER IF EXISTS {pgid} ON {table}"),
        words.join(" "),
        format!(
            "COMMENT ON TRIGGER {pgid} ON {table} IS '{}'",
            part("hash")?
        ),
    ];
    Ok(OperationKind::AddTrigger {
        model_name: given.text("model_name")?,
        name: trigger.text("name")?,
        uninstall: format!("DROP TRIGGER IF EXISTS {pgid} ON {table}"),
        statements,
    })
}

/// The table's name in quotes, unless some stand at an end of it: those of `erc"."rates`, a table in a schema of its own, do not.
///
/// Source: `quote` in `pgtrigger/utils.py`.
fn quoted(table: String) -> String {
    if table.starts_with('"') || table.ends_with('"') {
        table
    } else {
        format!("\"{table}\"")
    }
}
