//! Labels of an enum that the same transaction has added, and that are used before it has committed.
//!
//! Source: `check_safe_enum_use` in `src/backend/utils/adt/enum.c`; PostgreSQL documentation, `ALTER TYPE`.

use super::refused::{Mend, NEW_LABEL, Refusal};
use super::scene::Scene;
use crate::ir::{
    Action, AlterAction, ColumnDef, Constraint, ConstraintKind, CreateIndex, Dml, ExprNode,
    TypeName,
};
use crate::postgres::Change;
use crate::schema::Relation;

/// A statement that names a label which was added just now.
pub(super) fn refused(scene: Scene<'_>, action: &Action) -> Option<Refusal> {
    // Labels are added rarely, and this looks at every expression.
    if !scene.catalog.has_added_labels() {
        return None;
    }
    match action {
        Action::AlterTable(alter) => {
            let table = scene.catalog.find(&alter.name);
            let uses = Uses { scene, table };
            let mut commands = alter.commands.iter().enumerate();
            commands.find_map(|(at, command)| {
                let refusal = uses.in_subcommand(&command.action)?;
                Some(Refusal {
                    command: at,
                    ..refusal
                })
            })
        }
        Action::CreateTable(create) => {
            let uses = Uses { scene, table: None };
            let constraints = create.constraints.iter();
            let mut columns = create.columns.iter();
            columns
                .find_map(|column| uses.in_column(column))
                .or_else(|| uses.in_constraints(constraints, &create.columns))
        }
        Action::CreateIndex(create) => {
            let table = scene.catalog.find(&create.table);
            Uses { scene, table }.in_index(create)
        }
        Action::Dml(dml) => {
            let target = dml.target.as_ref().or(match &dml.reads[..] {
                [one] => Some(one),
                _ => None,
            });
            let table = target.and_then(|name| scene.catalog.find(name));
            Uses { scene, table }.in_rows(dml)
        }
        _ => None,
    }
}

/// Where labels stand: beside the columns of a table.
struct Uses<'a> {
    scene: Scene<'a>,
    table: Option<&'a Relation>,
}

impl Uses<'_> {
    fn in_subcommand(&self, action: &AlterAction) -> Option<Refusal> {
        match action {
            AlterAction::AddColumn { column, .. } => self.in_column(column),
            AlterAction::SetDefault { column, default } => {
                self.value(self.type_of(column, &[]), &default.node)
            }
            AlterAction::AddConstraint(new) => self.in_constraints([&**new].into_iter(), &[]),
            AlterAction::AlterColumnType {
                using: Some(using), ..
            } => self.inside(&using.node, &[]),
            _ => None,
        }
    }

    fn in_column(&self, column: &ColumnDef) -> Option<Refusal> {
        let default = column.default.as_ref();
        let columns = std::slice::from_ref(column);
        default
            .and_then(|default| self.value(column.ty.as_ref(), &default.node))
            .or_else(|| self.in_constraints(column.constraints.iter(), columns))
    }

    fn in_constraints<'c>(
        &self,
        mut constraints: impl Iterator<Item = &'c Constraint>,
        columns: &[ColumnDef],
    ) -> Option<Refusal> {
        constraints.find_map(|one| match &one.kind {
            ConstraintKind::Check(expr) => self.inside(&expr.node, columns),
            _ => None,
        })
    }

    fn in_index(&self, create: &CreateIndex) -> Option<Refusal> {
        let mut all = create.expressions();
        all.find_map(|expr| self.inside(&expr.node, &[]))
    }

    fn in_rows(&self, dml: &Dml) -> Option<Refusal> {
        let own = self
            .table
            .into_iter()
            .flat_map(|table| table.columns.iter());
        let all: Vec<&str> = own.map(|column| column.name.as_str()).collect();
        let columns: Vec<&str> = if dml.columns.is_empty() {
            all
        } else {
            dml.columns.iter().map(String::as_str).collect()
        };
        let rows = dml.rows.iter().flat_map(|row| columns.iter().zip(row));
        let set = dml
            .assigned
            .iter()
            .map(|(column, value)| (column.as_str(), value));
        let mut given = rows.map(|(column, value)| (*column, value)).chain(set);
        given
            .find_map(|(column, value)| self.value(self.type_of(column, &[]), &value.node))
            .or_else(|| self.inside(&dml.predicate.as_ref()?.node, &[]))
    }

    fn type_of<'t>(&'t self, column: &str, made: &'t [ColumnDef]) -> Option<&'t TypeName> {
        let made = made.iter().find(|one| one.name == column);
        made.and_then(|one| one.ty.as_ref()).or_else(|| {
            let known = self.table?.column(column)?;
            known.ty.as_ref()
        })
    }

    /// A value that becomes one of a type.
    fn value(&self, ty: Option<&TypeName>, node: &ExprNode) -> Option<Refusal> {
        let own = ty.and_then(|ty| self.label(ty, node));
        own.or_else(|| self.inside(node, &[]))
    }

    /// Casts of literals, and literals that are compared with columns.
    fn inside(&self, node: &ExprNode, made: &[ColumnDef]) -> Option<Refusal> {
        let mut found = None;
        node.walk(&mut |node| {
            let here = match node {
                ExprNode::Cast { expr, ty } => self.label(ty, expr),
                ExprNode::Binary { left, right, .. } => self.among(&[left, right], made),
                ExprNode::Other(parts) => self.among(&parts.iter().collect::<Vec<_>>(), made),
                _ => None,
            };
            found = found.take().or(here);
        });
        found
    }

    /// Literals beside a column, which take its type.
    fn among(&self, parts: &[&ExprNode], made: &[ColumnDef]) -> Option<Refusal> {
        let mut types = parts.iter().filter_map(|part| match part {
            ExprNode::Column(column) => self.type_of(&column.name, made),
            _ => None,
        });
        let ty = types.next()?;
        parts.iter().find_map(|part| self.label(ty, part))
    }

    /// A literal that is a label of this type, which is older than the transaction, while the label is not.
    fn label(&self, ty: &TypeName, node: &ExprNode) -> Option<Refusal> {
        let label = node.string()?;
        let (catalog, now) = (self.scene.catalog, self.scene.catalog.now.transaction);
        let added = catalog.label_added(&ty.name.name, &label)?;
        let made = catalog.type_made(&ty.name);
        let new_type = made.is_some_and(|made| made.transaction == now)
            && self.scene.version.has(Change::NewEnumsTakeLabels);
        (added.transaction == now && !new_type && !ty.array).then(|| {
            let message = format!(
                "unsafe use of new value \"{label}\" of enum type {}",
                ty.name.name
            );
            Refusal::new(NEW_LABEL, message, Mend::CommitLabel)
        })
    }
}
