//! Django: operations that have a form for which nobody waits, and migrations of their own where that takes them.

mod files;
mod form;
mod module;
mod parts;
mod python;
mod written;

use super::apart::PutOff;
use super::lines::Ending;
use super::pending::Pending;
use super::words::Words;
use crate::finding::{Edit, Finding, Fix};
use crate::ir::Migration;
use files::files;
use form::Form;
use module::{Module, Operation};
use written::Written;

/// One fix for these findings about a migration of Django's.
pub(super) fn plan(
    pending: &Pending,
    at: usize,
    findings: &[&Finding],
) -> Result<Fix, &'static str> {
    let migration = &pending.migrations[at];
    let text = migration.file.text();
    let module =
        Module::read(text).ok_or("its class of operations is not written out as a list")?;
    let operations = module.operations.iter();
    let forms = operations
        .filter_map(|operation| Some((operation, Form::of(migration, operation, findings)?)));
    let forms: Vec<(&Operation<'_>, Form)> = forms.collect();
    if forms.is_empty() {
        return Err("Django has no other form of its operations, or none is written yet");
    }
    let is_whole = forms.len() == module.operations.len();
    let mut written = Written::default();
    let mut put_off = Vec::new();
    for (nth, (operation, form)) in forms.iter().enumerate() {
        // What runs outside a transaction can stay where nothing else does.
        let is_alone = match form {
            Form::InParts(_) => module.operations.len() == 1,
            _ => is_whole && nth == 0,
        };
        let waiting = form.put_off(migration, operation, is_alone);
        may_wait(migration, pending.words(at), operation, &waiting)?;
        put_off.extend(waiting);
        written.add(&module, operation, form, is_alone)?;
    }
    written.finish(&module);
    let files = files(pending, at, &module, &written.drafts)?;
    let are_last = files.first().is_none_or(|(_, is_last)| *is_last);
    if !are_last && pending.is_needed_behind(at, &put_off) {
        return Err("the migrations behind it need what would run behind them");
    }
    let ending = Ending::of(text);
    let edits = written.edits.iter().map(|(span, text)| Edit {
        file: migration.file.clone(),
        span: *span,
        text: ending.of_text(text),
    });
    Ok(Fix {
        safety: written.safety,
        text: written.sentence(),
        edits: edits.collect(),
        files: files.into_iter().map(|(file, _)| file).collect(),
    })
}

/// Nothing that follows an operation in the migration may need what it does later.
fn may_wait(
    migration: &Migration,
    words: &Words,
    operation: &Operation<'_>,
    put_off: &[PutOff],
) -> Result<(), &'static str> {
    let own = |at: usize| migration.statements[at].span == operation.span;
    let first = (0..migration.statements.len()).find(|at| own(*at));
    let first = first.ok_or("it runs no SQL")?;
    let behind = |at: usize| at > first && !own(at);
    let mut put_off = put_off.iter();
    if put_off.any(|it| it.is_needed(migration, words, behind)) {
        return Err("what follows it in the migration needs it");
    }
    Ok(())
}
