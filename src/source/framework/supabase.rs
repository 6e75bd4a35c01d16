//! Supabase: `supabase/migrations/<timestamp>_<name>.sql`, one pipelined batch a file.

use super::super::folder::{Folder, Member};
use super::super::order::digits;
use super::super::path::name;
use super::super::{Delivery, Framework, Script, TransactionMode};
use super::convention::{Convention, Habit, numbered, stem};
use super::plain::is_down;

pub(super) const CONVENTION: Convention = Convention {
    claims: |folder| {
        let root = std::path::absolute(&folder.root).unwrap_or_default();
        name(&root) == "migrations" && root.parent().map(name) == Some("supabase")
    },
    scripts,
    habit: Habit {
        framework: Framework::Supabase,
        transaction: TransactionMode::Implicit,
        delivery: Delivery::OneQuery,
        separators: &[],
    },
    home: |folder| folder.root.parent().map(Into::into),
};

fn scripts(folder: &Folder, habit: &Habit) -> Vec<Script> {
    let runs = |member: &Member| !digits(member.name()).is_empty() && !is_down(member.path());
    numbered(folder, runs)
        .into_iter()
        .map(|member| habit.script(member, stem(member.name())))
        .collect()
}
