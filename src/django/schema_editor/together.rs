//! Sets of fields that are unique or indexed together.

use super::catalogue::KnownKind;
use super::ddl::{Ddl, DdlKind, DdlName, Index};
use super::editor::Editor;
use super::table::unique;
use crate::django::operation::Together;
use crate::django::state::{Model, State, name_of};

impl Editor<'_, '_> {
    pub(super) fn alter_together(
        &mut self,
        app: &str,
        name: &str,
        which: Together,
        before: &State,
        after: &State,
    ) {
        let Some(new) = self.table_of(after, app, name) else {
            return;
        };
        let Some(old) = before.get(&new.key).cloned() else {
            return;
        };
        let sets = |model: &Model| match which {
            Together::Unique => model.options.unique_together.clone(),
            Together::Index => model.options.index_together.clone(),
        };
        let (was, is) = (sets(&old), sets(&new));
        let table = new.table();
        for set in was.iter().filter(|set| !is.contains(set)) {
            match which {
                Together::Unique => {
                    let columns = self.columns(&new, set, after);
                    self.drop_unique_together(&new, &columns);
                }
                Together::Index => match self.index_on(&new, set, after) {
                    Some(name) => self.drop_index(&table, &name),
                    None => self.missing(self.span, "the index that goes is not known".to_owned()),
                },
            }
        }
        for set in is.iter().filter(|set| !was.contains(set)) {
            let columns = self.columns(&new, set, after);
            match which {
                Together::Unique => self.run(&unique(&table, columns)),
                Together::Index => self.run(&Ddl {
                    table: table.clone(),
                    columns,
                    name: DdlName::Made("_idx"),
                    kind: DdlKind::Index(Index::default()),
                }),
            }
        }
    }

    fn drop_unique_together(&mut self, model: &Model, columns: &[String]) {
        let table = model.table();
        let own = unique(&table, columns.to_vec()).name();
        let constraints = model
            .options
            .constraints
            .iter()
            .chain(&model.options.indexes);
        let named: Vec<&str> = constraints.filter_map(name_of).collect();
        let found: Vec<String> = self
            .catalogue
            .on(&table, columns)
            .filter(|known| known.kind.is_unique() && !named.contains(&known.name.as_str()))
            .map(|known| known.name.clone())
            .collect();
        let name = if found.contains(&own) {
            Some(own)
        } else {
            found.into_iter().next()
        };
        match name {
            Some(name) => self.drop_constraint(&table, &name),
            None => self.missing(
                self.span,
                "the unique constraint that goes is not known".to_owned(),
            ),
        }
    }

    /// The name of the one index on these fields.
    pub(super) fn index_on(
        &mut self,
        model: &Model,
        fields: &[String],
        state: &State,
    ) -> Option<String> {
        let columns = self.columns(model, fields, state);
        let indexes = model.options.indexes.iter().filter_map(name_of);
        let named: Vec<&str> = indexes.collect();
        let known = self.catalogue.on(&model.table(), &columns).find(|known| {
            matches!(known.kind, KnownKind::Index { unique: false, .. })
                && !named.contains(&known.name.as_str())
        });
        known.map(|known| known.name.clone())
    }
}
