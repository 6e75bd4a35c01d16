//! What rules ask of one statement again and again, put in order once.

use super::Blocking;
use crate::effects::{Age, Effect, Step, Work};
use crate::schema::RelationId;
use std::sync::Arc;

/// The work of a step, and its effects by relation.
#[derive(Debug)]
pub struct Digest<'a> {
    /// Work that grows with a table which was there before, effect by effect.
    work: Vec<Blocking<'a>>,
    /// What of it reads or writes have to wait for, effect by effect, and by subcommand.
    blocking: Vec<Blocking<'a>>,
    by_command: Vec<Blocking<'a>>,
    by_id: Vec<(RelationId, &'a Arc<Effect>)>,
}

impl<'a> Digest<'a> {
    /// The digest of a step.
    #[must_use]
    pub fn new(step: &'a Step) -> Self {
        let earlier = step
            .effects
            .iter()
            .filter(|effect| effect.age == Age::Earlier);
        let work: Vec<Blocking<'a>> = earlier.flat_map(work_of).collect();
        let delays = |work: &&Blocking<'_>| work.effect.delays_users();
        let blocking: Vec<Blocking<'a>> = work.iter().filter(delays).copied().collect();
        let mut by_command = blocking.clone();
        by_command.sort_by_key(|work| work.part.command);
        let ids = step.effects.iter().map(|effect| (effect.id, effect));
        let mut by_id: Vec<_> = ids.collect();
        by_id.sort_by_key(|(id, _)| *id);
        Self {
            work,
            blocking,
            by_command,
            by_id,
        }
    }

    pub(super) fn work(&self) -> &[Blocking<'a>] {
        &self.work
    }

    pub(super) fn blocking(&self) -> &[Blocking<'a>] {
        &self.blocking
    }

    /// The part of [`Self::blocking`] that one subcommand does.
    pub(super) fn blocking_of(&self, command: usize) -> &[Blocking<'a>] {
        let all = &self.by_command;
        let from = all.partition_point(|work| work.part.command < command);
        let rest = &all[from..];
        &rest[..rest.partition_point(|work| work.part.command == command)]
    }

    /// [`Self::blocking`], subcommand by subcommand.
    pub(super) fn by_command(&self) -> &[Blocking<'a>] {
        &self.by_command
    }

    pub(super) fn effect(&self, id: RelationId) -> Option<&'a Arc<Effect>> {
        let found = self.by_id.binary_search_by_key(&id, |(id, _)| *id);
        found.ok().map(|at| self.by_id[at].1)
    }
}

fn work_of(effect: &Arc<Effect>) -> impl Iterator<Item = Blocking<'_>> {
    let parts = effect.parts.iter().filter(|part| part.work > Work::None);
    parts.map(move |part| Blocking {
        effect,
        part,
        lock: effect.effective_lock(),
    })
}
