//! Distrust: what is known of relations is of no use once something has run that nobody has read.

use super::catalog::Catalog;
use super::relation::Relation;
use crate::ir::ConstraintKind;

impl Catalog {
    /// Whether something has run that nobody has read, so that tables may have more to them than the history tells of.
    #[must_use]
    pub const fn has_overlooked(&self) -> bool {
        self.blind || self.sight > 0
    }

    /// Keeps what relations there are and how they hang together, and forgets whatever would show that a statement does no harm.
    pub fn distrust(&mut self) {
        self.blind = true;
        self.lose_sight();
        for at in 0..self.relations.len() {
            let id = self.relations[at].id;
            if !self.relations[at].dropped {
                distrust(self.get_mut(id));
            }
        }
    }
}

fn distrust(relation: &mut Relation) {
    relation.complete = false;
    relation.created = None;
    let columns = relation.columns.iter();
    let columns: Vec<String> = columns.map(|column| column.name.clone()).collect();
    for name in columns {
        relation.columns.change(&name, |column| {
            column.ty = None;
            column.not_null = false;
            column.default = None;
            column.created = None;
        });
    }
    // A key makes work for others, a CHECK only proves something.
    let proofs = relation.constraints.iter().filter(|constraint| {
        matches!(
            constraint.kind,
            ConstraintKind::Check(_) | ConstraintKind::NotNull { .. }
        )
    });
    let proofs: Vec<String> = proofs.map(|proof| proof.name.clone()).collect();
    for name in proofs {
        relation.constraints.remove(&name);
    }
}
