//! A plan as edits and files of its history, in the way of its runner.

use super::lines::Ending;
use super::name::{Place, place};
use super::pending::Pending;
use super::plan::Plan;
use super::{atlas, liquibase, runner, sqitch};
use crate::finding::{Edit, Fix, Safety};
use crate::source::{Framework, TransactionMode};
use std::path::PathBuf;

impl Plan<'_> {
    /// The fix that it comes to.
    pub(super) fn fix(mut self, pending: &Pending, at: usize) -> Result<Fix, &'static str> {
        let migration = self.migration;
        let framework = migration.framework;
        let ending = Ending::of(migration.file.text());
        let wraps = !matches!(
            migration.transaction,
            TransactionMode::None | TransactionMode::PerStatement
        );
        let mut files = Vec::new();
        if self.is_unwrapped && wraps {
            let (edit, file) = runner::unwrapped(migration)?;
            self.edits.extend(edit);
            files.extend(file);
        }
        let guessed = self.is_outside() && !migration.is_transaction_known;
        let text = self.sentence(guessed);
        if framework == Framework::Liquibase {
            let changesets = liquibase::changesets(migration, &self.drafts)?;
            self.edits.extend(changesets);
        } else {
            let places = self.places(pending, at)?;
            for (draft, path) in self.drafts.iter().zip(&places) {
                files.extend(runner::files(pending, migration, path, draft)?);
            }
        }
        self.edits.sort_by_key(|(span, _)| (span.start, span.end));
        let mut pairs = self.edits.windows(2);
        if pairs.any(|two| two[0].0.end > two[1].0.start) {
            return Err("two changes meet in one place");
        }
        let edits = self.edits.iter().map(|(span, text)| Edit {
            file: migration.file.clone(),
            span: *span,
            text: ending.of_text(text),
        });
        let decides = self.is_unsafe || guessed || runner::afterwards(framework).is_some();
        let mut fix = Fix {
            safety: if decides {
                Safety::Unsafe
            } else {
                Safety::Safe
            },
            text: match runner::afterwards(framework) {
                Some(more) => format!("{text}; {more}"),
                None => text,
            },
            edits: edits.collect(),
            files,
        };
        let listed = match framework {
            Framework::Atlas => Some(atlas::sum(pending, migration, &fix)?),
            Framework::Sqitch if !self.drafts.is_empty() => {
                Some(sqitch::planned(pending, migration, &fix)?)
            }
            _ => None,
        };
        fix.edits.extend(listed);
        Ok(fix)
    }

    /// The paths of the drafts.
    fn places(&self, pending: &Pending, at: usize) -> Result<Vec<PathBuf>, &'static str> {
        if self.drafts.is_empty() {
            return Ok(Vec::new());
        }
        let framework = self.migration.framework;
        if let Some(why) = runner::refuses_files(framework) {
            return Err(why);
        }
        let words: Vec<&str> = self.drafts.iter().map(|draft| draft.word).collect();
        let own = self.migration.file.path();
        if framework == Framework::Sqitch {
            return Ok(sqitch::paths(pending, own, &words));
        }
        let found = place(own, framework, &pending.history, &words);
        let Place {
            paths,
            is_right_behind,
        } = found.ok_or("its name tells no version that another could come behind")?;
        let has_rest = words.last() == Some(&"rest");
        if is_right_behind || !has_rest && !pending.is_needed_behind(at, &self.put_off) {
            Ok(paths)
        } else {
            Err("no version is free before the next migration, which has to run behind this")
        }
    }

    /// Whether some of it must not run in a transaction.
    fn is_outside(&self) -> bool {
        self.is_unwrapped || self.drafts.iter().any(|it| it.is_outside)
    }

    fn sentence(&self, is_guessed: bool) -> String {
        let mut said = Vec::new();
        if !self.edits.is_empty() {
            said.push("changes the migration".to_owned());
        }
        let words: Vec<&str> = self.drafts.iter().map(|draft| draft.word).collect();
        match words.as_slice() {
            [] => {}
            [one] => said.push(format!("adds one behind it ({one})")),
            more => {
                let count = more.len();
                said.push(format!("adds {count} behind it ({})", more.join(", ")));
            }
        }
        let guess = if is_guessed {
            "; whoever runs these files must not wrap them in a transaction"
        } else {
            ""
        };
        said.join(", ") + guess
    }
}
