//! Sequences and the columns that own them.

use crate::ir::{Expr, ExprNode, Name, RelationKind};
use crate::schema::link::Link;
use crate::schema::{Catalog, Column, Relation, RelationId, naming, takes_own_sequence};

impl Catalog {
    /// The name that the sequence of a new serial or identity column gets.
    #[must_use]
    pub fn sequence_name(&self, table: &Relation, column: &str) -> String {
        self.free_name(table, naming::sequence_name(&table.name, column), false)
    }

    /// The sequence behind a serial or identity column.
    pub(super) fn own_sequence(&mut self, table: RelationId, column: &str) {
        let on = self.get(table);
        let name = Name {
            schema: on.schema.clone(),
            name: self.sequence_name(on, column),
        };
        let id = self.create(&name, RelationKind::Sequence);
        let sequence = self.get_mut(id);
        sequence.table = Some(table);
        sequence.column = Some(column.to_owned());
        self.link(table, Link::Sequence, id);
    }

    /// A sequence becomes the property of a column.
    pub(super) fn own(&mut self, sequence: &Name, owner: Option<&(Name, String)>) {
        if let Some((table, column)) = owner {
            let table = self.resolve(table, RelationKind::Table);
            let id = self.resolve(sequence, RelationKind::Sequence);
            self.name_in_defaults(id);
            let relation = self.get_mut(id);
            relation.table = Some(table);
            relation.column = Some(column.clone());
            self.link(table, Link::Sequence, id);
        }
    }

    /// A serial column that loses its sequence to another goes on to count by it.
    fn name_in_defaults(&mut self, sequence: RelationId) {
        let known = self.get(sequence);
        let (Some(table), Some(column)) = (known.table, known.column.clone()) else {
            return;
        };
        let name = known.full_name().to_string();
        let default = Expr {
            text: format!("nextval('{name}')"),
            node: ExprNode::Call {
                function: Name::bare("nextval"),
                arguments: vec![ExprNode::Constant(name)],
            },
        };
        for table in self.descendants(table).into_iter().chain([table]) {
            let own = |known: &Column| {
                let default = known.default.as_ref();
                default.is_some_and(|default| takes_own_sequence(&default.node))
            };
            if self.get(table).column(&column).is_some_and(own) {
                let default = Some(default.clone());
                self.change_column(table, &column, |known| known.default = default);
            }
        }
    }
}
