//! Statements that make others run: what these do is found out by trying them, one after the other, and going back.

use super::Fold;
use super::touched::{Touched, TouchedList};
use crate::effects::code::{Run, RunStep};
use crate::effects::{Certainty, Part};
use crate::ir::{Action, Name, RelationKind};
use crate::schema::{Made, Mark, RelationId};
use rustc_hash::FxHashMap;

impl Fold<'_> {
    /// What a run of statements touches, each in the state after the one before it; relations that it makes itself are left out.
    pub(super) fn touched_by_run<'s>(
        &mut self,
        run: &'s Run,
        statement: &'s Action,
    ) -> Vec<Touched<'s>> {
        let mut found: Vec<(RelationId, Part, &'s Action)> = Vec::new();
        let commits = run.commits(statement);
        let renumbered = self.try_out(run, statement, |fold, step| {
            let action = step.action(statement);
            // Code is one transaction, unless it ends that itself.
            let in_transaction = fold.block.is_open() || step.is_in_code() && !commits;
            for (id, mut part) in fold.touches(action, in_transaction) {
                part.command = 0;
                if step.conditional {
                    part.certainty = part.certainty.max(Certainty::Assumed);
                }
                found.push((id, part, action));
            }
        });
        let mut touched = TouchedList::default();
        for (id, part, action) in found {
            if let Some(id) = renumbered.of(id) {
                touched.add(id, part, action);
            }
        }
        touched.into_list()
    }

    /// Runs the steps, asking `look` before each, and goes back to the state before them. Relations that were named for the first time stay known.
    pub(super) fn try_out<'s>(
        &mut self,
        run: &'s Run,
        statement: &'s Action,
        mut look: impl FnMut(&Self, &'s RunStep),
    ) -> Renumbered {
        let mark = self.catalog.mark();
        let mut noted: Vec<(RelationId, Name, RelationKind)> = Vec::new();
        for step in &run.steps {
            let action = step.action(statement);
            let new = self.catalog.note(action);
            noted.extend(new.into_iter().map(|id| {
                let relation = self.catalog.get(id);
                (id, relation.full_name(), relation.kind)
            }));
            look(self, step);
            if !matches!(action, Action::Transaction(_)) {
                self.catalog.apply(action);
            }
        }
        self.catalog.undo(&mark, Made::Forget);
        self.catalog.release(&mark);
        let mut known = FxHashMap::default();
        for (id, name, kind) in noted {
            known.insert(id, self.catalog.note_name(&name, kind));
        }
        Renumbered { mark, known }
    }
}

/// The ids that relations had while something was tried out, and those that they have now.
pub(super) struct Renumbered {
    mark: Mark,
    known: FxHashMap<RelationId, RelationId>,
}

impl Renumbered {
    /// The relation now; `None` for one that was made there.
    fn of(&self, id: RelationId) -> Option<RelationId> {
        if self.mark.knows(id) {
            Some(id)
        } else {
            self.known.get(&id).copied()
        }
    }
}
