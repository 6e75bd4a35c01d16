//! What rules ask of one statement again and again, put in order once.

use crate::effects::{Age, Effect, Part, Reason, Step, Work};
use crate::postgres::LockMode;
use crate::schema::RelationId;
use std::sync::Arc;

/// Work for which others have to wait, done by one subcommand to one relation.
#[derive(Clone, Copy, Debug)]
pub struct Blocking<'a> {
    pub effect: &'a Arc<Effect>,
    pub part: &'a Part,
    /// The lock under which the work is done: the statement's, or a stronger one that its transaction holds already.
    pub lock: LockMode,
}

/// The work of a step, and its effects by relation.
#[derive(Debug)]
pub struct Digest<'a> {
    /// Work that grows with a table which was there before, effect by effect.
    work: Vec<Blocking<'a>>,
    /// What of it reads or writes have to wait for, effect by effect, and by subcommand.
    blocking: Vec<Blocking<'a>>,
    by_command: Vec<Blocking<'a>>,
    by_id: Vec<(RelationId, &'a Arc<Effect>)>,
    /// Why each subcommand touches a relation, where there is work to wait for.
    reasons: Vec<(RelationId, usize, Reason)>,
}

impl<'a> Digest<'a> {
    /// The digest of a step.
    #[must_use]
    pub fn new(step: &'a Step) -> Self {
        let (mut work, mut blocking) = (Vec::new(), Vec::new());
        let earlier = |effect: &&Arc<Effect>| effect.age == Age::Earlier;
        for effect in step.effects.iter().filter(earlier) {
            if effect.work > Work::None && effect.delays_users() {
                blocking.extend(work_of(effect));
            }
            work.extend(work_of(effect));
        }
        let mut by_command: Vec<Blocking<'a>> = blocking.clone();
        by_command.sort_by_key(|work| work.part.command);
        let ids = step.effects.iter().map(|effect| (effect.id, effect));
        let mut by_id: Vec<_> = ids.collect();
        by_id.sort_by_key(|(id, _)| *id);
        let touched = step.effects.iter().filter(|_| !blocking.is_empty());
        let mut reasons: Vec<_> = touched.flat_map(reasons_of).collect();
        reasons.sort_unstable();
        reasons.dedup();
        Self {
            work,
            blocking,
            by_command,
            by_id,
            reasons,
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

    /// Why a subcommand touches a relation.
    pub(super) fn reasons(
        &self,
        id: RelationId,
        command: usize,
    ) -> impl Iterator<Item = Reason> + use<'_, 'a> {
        let all = &self.reasons;
        let from = all.partition_point(|(other, at, _)| (*other, *at) < (id, command));
        let same = move |it: &&(RelationId, usize, Reason)| (it.0, it.1) == (id, command);
        all[from..]
            .iter()
            .take_while(same)
            .map(|(_, _, reason)| *reason)
    }

    pub(super) fn effect(&self, id: RelationId) -> Option<&'a Arc<Effect>> {
        let found = self.by_id.binary_search_by_key(&id, |(id, _)| *id);
        found.ok().map(|at| self.by_id[at].1)
    }
}

fn reasons_of(effect: &Arc<Effect>) -> impl Iterator<Item = (RelationId, usize, Reason)> {
    let parts = effect.parts.iter();
    parts.map(|part| (effect.id, part.command, part.reason))
}

fn work_of(effect: &Arc<Effect>) -> impl Iterator<Item = Blocking<'_>> {
    let parts = effect.parts.iter().filter(|part| part.work > Work::None);
    parts.map(move |part| Blocking {
        effect,
        part,
        lock: effect.effective_lock(),
    })
}
