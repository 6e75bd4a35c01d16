//! Supabase: `supabase/migrations/<timestamp>_<name>.sql`, one pipelined batch a file.

use super::super::folder::{Folder, Member};
use super::super::order::digits;
use super::super::path::name;
use super::super::{Delivery, Framework, Outside, Script, TransactionMode, WayBack};
use super::convention::{Convention, Habit, numbered, stem};
use super::facts::Facts;
use super::twin::is_down;

pub(super) const CONVENTION: Convention = Convention {
    claims: |folder| {
        let root = std::path::absolute(&folder.root).unwrap_or_default();
        name(&root) == "migrations" && root.parent().map(name) == Some("supabase")
    },
    scripts,
    way_back: |_, _| WayBack::Unsupported,
    habit: Habit {
        framework: Framework::Supabase,
        transaction: TransactionMode::Implicit,
        delivery: Delivery::Batches,
        separators: &[],
    },
    home: |folder| folder.root.parent().map(Into::into),
    facts: Facts {
        known_by: "`supabase/migrations/`",
        unit: "file",
        order: "by number",
        switch: "none: since 2.109.0 what no transaction can hold is sent alone",
        outside: Outside::Alone,
        version: "1d1e7191268e, v2.109.0",
        source: "supabase/cli pkg/migration/file.go; pull requests 5671 and 6276",
    },
    ..Convention::USUAL
};

fn scripts(folder: &Folder, habit: &Habit) -> Vec<Script> {
    let runs = |member: &Member| !digits(member.name()).is_empty() && !is_down(member.path());
    numbered(folder, runs)
        .into_iter()
        .map(|member| habit.script(member, stem(member.name())))
        .collect()
}
