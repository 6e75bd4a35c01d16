//! What a migration takes away that nothing brings back: rows, columns, tables with all in them.

use crate::effects::Age;
use crate::engine::Prediction;
use crate::ir::{Action, AlterAction, DmlKind, ExprNode, ObjectKind, RelationKind};
use serde::Serialize;

/// One thing that is gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Gone {
    pub kind: Kind,
    /// The table, or the table and its column.
    pub name: String,
}

/// What kind of thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A table with all its rows.
    Table,
    /// A column with all its values.
    Column,
    /// Rows that are deleted.
    Rows,
    /// What columns held before they were written.
    Values,
}

/// What these statements take away of tables of this age or older.
pub(super) fn gone(predictions: &[&Prediction], age: Age) -> Vec<Gone> {
    let mut all: Vec<Gone> = Vec::new();
    for prediction in predictions {
        let held = |name: &str| {
            let mut effects = prediction.effects.iter();
            effects.any(|effect| effect.relation == name && effect.age >= age)
        };
        let mut add = |kind, table: &str, name: String| {
            let one = Gone { kind, name };
            if held(table) && !all.contains(&one) {
                all.push(one);
            }
        };
        match &prediction.action {
            Action::Drop(drop) if is_table(drop.kind) => {
                for name in &drop.names {
                    add(Kind::Table, &name.name, name.to_string());
                }
            }
            Action::Truncate { tables, .. } => {
                for name in tables {
                    add(Kind::Rows, &name.name, name.to_string());
                }
            }
            Action::AlterTable(alter) => {
                for command in &alter.commands {
                    let AlterAction::DropColumn { column, .. } = &command.action else {
                        continue;
                    };
                    let name = format!("{}.{column}", alter.name);
                    add(Kind::Column, &alter.name.name, name);
                }
            }
            Action::Dml(dml) => {
                let Some(target) = &dml.target else { continue };
                match dml.kind {
                    DmlKind::Delete => add(Kind::Rows, &target.name, target.to_string()),
                    DmlKind::Update => {
                        // What was NULL is no loss.
                        let kept = |column: &&String| {
                            let mut tested = dml.predicate.iter().map(|it| &it.node);
                            tested.any(|node| match node {
                                ExprNode::IsNull(tested) => {
                                    matches!(&**tested, ExprNode::Column(it) if it.name == **column)
                                }
                                _ => false,
                            })
                        };
                        for column in dml.sets.iter().filter(|column| !kept(column)) {
                            add(Kind::Values, &target.name, format!("{target}.{column}"));
                        }
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }
    all
}

const fn is_table(kind: ObjectKind) -> bool {
    matches!(kind, ObjectKind::Relation(RelationKind::Table))
}
