//! Statements that make others run: what these do is found out by trying them, one after the other, and going back.

use super::touched::{Touched, TouchedList};
use super::{Fold, made_by};
use crate::effects::code::{Run, RunStep};
use crate::effects::{Certainty, Part, Piece, Refusal, Step};
use crate::ir::{Action, Name, Origin, RelationKind, Statement};
use crate::schema::{Made, Mark, RelationId};
use crate::source::SourceFile;
use rustc_hash::FxHashMap;

impl Fold<'_> {
    /// What a statement and all that it makes run do; `ask` is told each of them.
    pub(super) fn look_at_run(
        &mut self,
        file: &SourceFile,
        statement: &Statement,
        run: &Run,
        ask: &mut dyn FnMut(Piece<'_>),
    ) -> Step {
        if matches!(
            statement.action,
            Action::Do { .. } | Action::Call { .. } | Action::Execute { .. }
        ) {
            let mut alone = self.step(file, Vec::new(), &statement.action);
            alone.unread.clone_from(&run.unread);
            ask(Piece {
                catalog: &self.catalog,
                statement,
                step: &alone,
            });
        }
        let touched = self.touched_by_run(file, run, statement, ask);
        Step {
            commits: run.commits(&statement.action),
            opaque: run.opaque,
            ..self.step(file, touched, &statement.action)
        }
    }

    /// What a run of statements touches, each in the state after the one before it; relations that it makes itself are left out.
    fn touched_by_run<'s>(
        &mut self,
        file: &SourceFile,
        run: &'s Run,
        statement: &'s Statement,
        ask: &mut dyn FnMut(Piece<'_>),
    ) -> Vec<Touched<'s>> {
        let mut found: Vec<(RelationId, Part, &'s Action)> = Vec::new();
        let commits = run.commits(&statement.action);
        let renumbered = self.try_out(run, &statement.action, |fold, step, refusals| {
            let action = step.action(&statement.action);
            // Code is one transaction, unless it ends that itself.
            let parts = fold.touches(action, fold.block.is_open() && !commits);
            let mut touched = TouchedList::default();
            for (id, mut part) in parts {
                if step.conditional {
                    part.certainty = part.certainty.max(Certainty::Assumed);
                }
                touched.add(id, part.clone(), action);
                part.command = 0;
                found.push((id, part, action));
            }
            let mut alone = fold.step(file, touched.into_list(), action);
            alone.refusals = refusals;
            alone.in_code = step.is_in_code();
            if !alone.in_code {
                alone.unread.clone_from(&run.unread);
            }
            let inside = inside(statement, step);
            ask(Piece {
                catalog: &fold.catalog,
                statement: inside.as_ref().unwrap_or(statement),
                step: &alone,
            });
            Some((alone, inside))
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
        mut look: impl FnMut(&Self, &'s RunStep, Vec<Refusal>) -> Option<(Step, Option<Statement>)>,
    ) -> Renumbered {
        let mark = self.catalog.mark();
        let place = self.block.enter_code();
        let now = self.catalog.now;
        let mut noted: Vec<(RelationId, Name, RelationKind)> = Vec::new();
        for step in &run.steps {
            let action = step.action(statement);
            // What cannot be seen of the code may stand before this, and change all.
            let seen = !step.is_in_code() || run.unread.is_empty();
            let refusals = if step.is_sure() && seen {
                self.refusals(action)
            } else {
                Vec::new()
            };
            let new = self.catalog.note(action);
            noted.extend(new.into_iter().map(|id| {
                let relation = self.catalog.get(id);
                (id, relation.full_name(), relation.kind)
            }));
            self.block.set_code(step.is_in_code());
            let looked = look(self, step, refusals);
            if let Some((alone, Some(inside))) = &looked {
                self.hold(inside, alone);
            }
            if step.is_sure() {
                self.defer(action);
            }
            match action {
                Action::Transaction(_) => self.block.commit_in_code(),
                Action::Set(_) => self.apply_one(action),
                other => {
                    self.catalog.guess(!step.is_sure());
                    self.catalog.apply(other);
                    self.catalog.guess(false);
                }
            }
            if let Some((alone, Some(_))) = &looked {
                self.watch(&alone.effects, made_by(action).into_iter().collect());
            }
        }
        self.block.leave_code(&place);
        self.catalog.now = now;
        self.follow_search_path();
        self.catalog.undo(&mark, Made::Forget);
        self.catalog.release(&mark);
        let mut known = FxHashMap::default();
        for (id, name, kind) in noted {
            known.insert(id, self.catalog.note_name(&name, kind));
        }
        Renumbered { mark, known }
    }
}

/// A step of code as a statement of the migration: in its place, or where the call stands.
fn inside(statement: &Statement, step: &RunStep) -> Option<Statement> {
    let written = step.written()?;
    let in_file = statement.origin == Origin::File;
    let span = step.place.filter(|_| in_file).unwrap_or(statement.span);
    let mut action = step.action(&statement.action).clone();
    let own = written.span.is_some() && step.place == written.span;
    let origin = if in_file && own && written.in_place {
        Origin::File
    } else {
        if written.in_place {
            let start = written.span.map_or(0, |span| span.start);
            action.move_places(start);
        }
        Origin::Code(written.text.clone())
    };
    Some(Statement {
        span,
        action,
        origin,
        query: statement.query,
        perhaps: statement.perhaps,
        known: None,
    })
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
