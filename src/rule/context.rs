//! Everything that a rule may look at: one statement, what it does, and the world before it.

use super::{Blocking, Digest, Entry, Outline, Severity, facts};
use crate::effects::{Age, Effect, Refusal, Step, Work};
use crate::finding::{Builder, Cause, Finding, Harm, Level, Remedy};
use crate::ir::{
    Action, AlterAction, AlterTable, ColumnDef, Constraint, ConstraintKind, Migration, Name,
    RelationKind, Statement,
};
use crate::postgres::{Access, Accesses, Version};
use crate::schema::{Catalog, Relation, RelationId};
use crate::sizes::{Class, Sizes};
use crate::source::Span;
use rustc_hash::FxHashSet;
use std::sync::Arc;

/// The relations that work is done to, each once; all work on one stands together.
#[must_use]
pub fn effects<'a>(work: &[Blocking<'a>]) -> Vec<&'a Arc<Effect>> {
    let mut all: Vec<&Arc<Effect>> = work.iter().map(|work| work.effect).collect();
    all.dedup_by_key(|effect| effect.id);
    all
}

/// One statement as a rule sees it.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    pub entry: &'static Entry,
    pub migration: &'a Migration,
    pub statement: &'a Statement,
    /// Where it stands among the statements of the migration, counted from 0.
    pub at: usize,
    pub step: &'a Step,
    pub digest: &'a Digest<'a>,
    pub outline: &'a Outline,
    /// The catalog before the statement.
    pub catalog: &'a Catalog,
    pub version: Version,
    pub sizes: &'a Sizes,
}

impl<'a> Context<'a> {
    /// Work that grows with a table which was there before, and that reads or writes of it have to wait for; all work on one relation stands together.
    #[must_use]
    pub fn blocking(&self) -> &'a [Blocking<'a>] {
        self.digest.blocking()
    }

    /// The part of it that one subcommand does.
    #[must_use]
    pub fn blocking_of(&self, command: usize) -> &'a [Blocking<'a>] {
        self.digest.blocking_of(command)
    }

    /// The same, a subcommand at a time.
    pub fn blocking_by_command(&self) -> impl Iterator<Item = &'a [Blocking<'a>]> + use<'a> {
        let work = self.digest.by_command();
        work.chunk_by(|one, other| one.part.command == other.part.command)
    }

    /// Work that grows with a table which was there before, and that users of other tables have to wait for, since their locks are held from before.
    #[must_use]
    pub fn work_under_other_locks(&self) -> &'a [Blocking<'a>] {
        if self.step.held.is_empty() {
            return &[];
        }
        self.digest.work()
    }

    /// What the statement does to a relation.
    #[must_use]
    pub fn effect(&self, id: RelationId) -> Option<&'a Arc<Effect>> {
        self.digest.effect(id)
    }

    /// Whether something tells who runs the migration, and how. Of plain files nobody knows.
    #[must_use]
    pub fn is_transaction_known(&self) -> bool {
        self.migration.is_transaction_known
    }

    /// Whether the migration opens a transaction itself.
    #[must_use]
    pub fn begins_transaction(&self) -> bool {
        self.outline.begins(self.migration)
    }

    /// The subcommands of an ALTER TABLE, counted from 0; of any other statement none.
    pub fn subcommands(
        &self,
    ) -> impl Iterator<Item = (usize, &'a AlterTable, &'a AlterAction)> + use<'a> {
        let alter = match &self.statement.action {
            Action::AlterTable(alter) => Some(alter),
            _ => None,
        };
        alter.into_iter().flat_map(|alter| {
            let commands = alter.commands.iter().enumerate();
            commands.map(move |(at, command)| (at, alter, &command.action))
        })
    }

    /// Whether there is work that others wait for and that none of these findings is about.
    #[must_use]
    pub fn has_unexplained(&self, findings: &[Finding]) -> bool {
        let mut waited_for = self
            .blocking()
            .iter()
            .chain(self.work_under_other_locks())
            .peekable();
        if waited_for.peek().is_none() {
            return false;
        }
        let causes = findings.iter().flat_map(|finding| &finding.causes);
        let explained: FxHashSet<&Cause> = causes.collect();
        waited_for.any(|work| {
            let harm = Harm::Wait(work.part.reason);
            !explained.contains(&self.cause(work.part.command, work.effect.id, harm))
        })
    }

    const fn cause(&self, command: usize, relation: RelationId, harm: Harm) -> Cause {
        Cause {
            statement: self.statement.span.start,
            command,
            relation: Some(relation),
            harm,
        }
    }

    /// What the statement does to what it calls so.
    #[must_use]
    pub fn effect_on(&self, name: &Name) -> Option<&'a Arc<Effect>> {
        match self.catalog.find(name) {
            Some(relation) => self.effect(relation.id),
            None => {
                let mut effects = self.step.effects.iter();
                effects.find(|effect| effect.relation == name.name)
            }
        }
    }

    /// What the statement does to a table, view or materialized view that was there before the migration.
    #[must_use]
    pub fn on_earlier(&self, name: &Name) -> Option<&'a Arc<Effect>> {
        let effect = match self.catalog.find(name) {
            Some(relation) => self.effect(relation.id)?,
            None => self.step.effects.first()?,
        };
        (self.is_earlier(effect) && effect.kind.is_queried()).then_some(effect)
    }

    /// Whether everything is known of a table, and it has no such column.
    #[must_use]
    pub fn lacks_column(&self, table: &Name, column: &str) -> bool {
        let table = self.catalog.find(table);
        table.is_some_and(|table| table.complete && table.column(column).is_none())
    }

    /// Whether a new column must have a value in every row, and gets none by itself.
    #[must_use]
    pub fn needs_value(&self, column: &ColumnDef) -> bool {
        let domain = column.ty.as_ref().and_then(|ty| self.catalog.domain(ty));
        let filled = domain.is_some_and(|domain| domain.default.is_some());
        let demands = |constraint: &Constraint| {
            let kind = &constraint.kind;
            matches!(
                kind,
                ConstraintKind::PrimaryKey { .. } | ConstraintKind::NotNull { .. }
            )
        };
        let required = column.not_null || column.constraints.iter().any(demands);
        let value = column.default.is_some() || column.generated.is_some() || column.has_sequence();
        required && !value && !filled
    }

    /// Whether this very migration has removed all rows of a table.
    #[must_use]
    pub fn is_emptied(&self, table: &Name) -> bool {
        let emptied = self.catalog.find(table).and_then(|table| table.emptied);
        emptied.is_some_and(|emptied| emptied.at.migration == self.catalog.now.migration)
    }

    /// Whether what is touched is there for code that runs already.
    #[must_use]
    pub fn is_earlier(&self, effect: &Effect) -> bool {
        let created = self.catalog.get(effect.id).created;
        effect.age == Age::Earlier && self.catalog.is_deployed(created)
    }

    /// Whether a column was added by a migration that is not deployed yet.
    #[must_use]
    pub fn is_new_column(&self, table: &Name, column: &str) -> bool {
        let column = self
            .catalog
            .find(table)
            .and_then(|relation| relation.column(column));
        column
            .and_then(|column| column.created)
            .is_some_and(|created| !self.catalog.is_deployed(Some(created)))
    }

    /// A finding about what the server refuses.
    #[must_use]
    pub fn refused(&self, refusal: &Refusal) -> Finding {
        let found = match refusal.relation {
            Some(relation) => self.finding(refusal.command, relation, Harm::Fails),
            None => self.finding_of_statement(Harm::Fails),
        };
        let detail = refusal.detail.as_ref();
        let detail = detail.map(|detail| format!(": {detail}"));
        let words = format!("{}{}", refusal.message, detail.unwrap_or_default());
        found
            .says(format!("the server refuses this: {words}"), "refused")
            .sqlstate(refusal.sqlstate)
            .effects(&self.step.effects)
            .remedy(Remedy::Refused(refusal.mend.clone()))
            .build()
    }

    /// Starts a finding about a subcommand of the statement.
    #[must_use]
    pub fn finding(&self, command: usize, relation: RelationId, harm: Harm) -> Builder {
        self.finding_of(self.cause(command, relation, harm))
    }

    /// Starts a finding about the statement as a whole, whatever it touches.
    #[must_use]
    pub fn finding_of_statement(&self, harm: Harm) -> Builder {
        self.finding_of(Cause {
            statement: self.statement.span.start,
            command: 0,
            relation: None,
            harm,
        })
    }

    fn finding_of(&self, cause: Cause) -> Builder {
        let command = cause.command;
        let file = self.migration.file.clone();
        let found = self.entry.finding(file, self.statement.span, cause);
        found
            .at(self.span_of(command))
            .sql(self.statement.origin.made_text())
    }

    /// The text of a subcommand, or of the whole statement where it has none.
    #[must_use]
    pub fn span_of(&self, command: usize) -> Span {
        self.statement.span_of(command)
    }

    /// The name that a person knows a relation by, from what a statement calls it.
    #[must_use]
    pub fn display(&self, name: &Name) -> String {
        let found = self.catalog.find(name);
        found.map_or_else(|| name.to_string(), Relation::display_name)
    }

    /// The level that the time for which others wait gives, or where that is not known the size of the table worked on; one higher where a table that is in use all the time has to wait.
    #[must_use]
    pub fn level_by_size(&self, effects: &[&Arc<Effect>]) -> Level {
        let worked_on = effects.iter().filter(|effect| effect.work > Work::None);
        let classes = worked_on.map(|effect| self.sizes.class(effect.size()));
        let by_rows = || classes.max().unwrap_or(Class::Unknown);
        let seconds = self.step.seconds();
        let class = seconds.map_or_else(by_rows, |seconds| self.sizes.class_of_work(seconds));
        let is_hot = |effect: &&Arc<Effect>| effect.size().is_some_and(|it| it.hot);
        let hot = self.step.held.is_hot() || effects.iter().any(is_hot);
        match (class, hot) {
            (Class::Small, false) => Level::Info,
            (Class::Middling, false) | (Class::Small, true) => Level::Warning,
            _ => Level::Error,
        }
    }

    /// A finding about work that others wait for, with its level and its facts; `others` are further relations that it is done to.
    #[must_use]
    pub fn blocking_finding(&self, blocking: &Blocking<'_>, others: &[&Arc<Effect>]) -> Builder {
        let (chief, command) = (blocking.effect, blocking.part.command);
        let further = others.iter().copied().filter(|other| other.id != chief.id);
        let effects: Vec<&Arc<Effect>> = std::iter::once(chief).chain(further).collect();
        let harm = Harm::Wait(blocking.part.reason);
        let mut found = self
            .finding(command, chief.id, harm)
            .facts(
                facts::waits(&effects, &self.step.held),
                facts::sizes(&effects),
            )
            .seconds(self.step.seconds())
            .effects(effects.iter().copied())
            .locked(&self.step.held);
        if self.entry.rule.severity == Severity::BySize {
            found = found.level(self.level_by_size(&effects));
        }
        for effect in others {
            for reason in self.digest.reasons(effect.id, command) {
                found = found.also(self.cause(command, effect.id, Harm::Wait(reason)));
            }
        }
        found
    }
}

impl Effect {
    /// Whether reads or writes of the relation wait for this statement or for the lock that it works under. Where only DELETE does, it is one of a row that others
    /// refer to just now.
    #[must_use]
    pub fn delays_users(&self) -> bool {
        delays(self.waiting())
    }

    /// Whether they would wait for it too, were no lock held from before.
    #[must_use]
    pub fn delays_users_itself(&self) -> bool {
        delays(self.of_users(self.blocks))
    }

    /// Who waits for the relation while the statement works.
    #[must_use]
    pub fn waiting(&self) -> Accesses {
        let under = self.under.map(|under| under.lock.blocks());
        self.of_users(self.blocks | under.unwrap_or_default())
    }

    /// What of it somebody does to such a relation at all.
    const fn of_users(&self, waiting: Accesses) -> Accesses {
        // Only REFRESH writes to a materialized view.
        let written = Accesses::of(&[Access::Insert, Access::Update, Access::Delete]);
        match self.kind {
            RelationKind::MaterializedView => waiting.without(written),
            _ => waiting,
        }
    }
}

const fn delays(waiting: Accesses) -> bool {
    waiting
        .without(Accesses::of(&[Access::Delete]))
        .has_everyday()
}
