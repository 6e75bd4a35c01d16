//! The graph of a project's migrations: what runs before what, as Django's loader builds it.

use super::migration::{DjangoMigration, MigrationKey};
use std::collections::{BTreeMap, BTreeSet};

/// Something in the graph at which Django stops.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphFault {
    /// The migration to blame.
    pub at: MigrationKey,
    /// The entry of its `dependencies` (or `run_before`) to blame, if one is.
    pub entry: Option<MigrationKey>,
    /// What is wrong, lower case, without a full stop.
    pub message: String,
    pub help: String,
    /// Every migration of its app is as much to blame.
    pub of_app: bool,
}

/// Which of a squashed migration and those that it replaces are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Squashed {
    /// As on an empty database: the squashed one.
    Used,
    /// As where some of the replaced ones are applied already: these.
    Replaced,
}

/// Migrations that were replaced, and the squashed ones that stand for them.
type Replacing<'m> = BTreeMap<&'m MigrationKey, &'m MigrationKey>;

/// Migrations and their order.
#[derive(Debug, Default)]
pub struct Graph {
    parents: BTreeMap<MigrationKey, BTreeSet<MigrationKey>>,
    children: BTreeMap<MigrationKey, BTreeSet<MigrationKey>>,
    pub faults: Vec<GraphFault>,
}

impl Graph {
    /// The graph of these migrations. What depends on apps that are not among them is taken to be there.
    #[must_use]
    pub fn new<'m>(
        migrations: impl Iterator<Item = &'m DjangoMigration> + Clone,
        squashed: Squashed,
    ) -> Self {
        let mut graph = Self::default();
        for migration in migrations.clone() {
            graph.parents.entry(migration.key.clone()).or_default();
            graph.children.entry(migration.key.clone()).or_default();
        }
        let replacing = migrations.clone().flat_map(|migration| {
            let replaced = migration.replaces.iter();
            replaced.map(move |key| (key, &migration.key))
        });
        let replacing: Replacing<'_> = replacing.collect();
        // Those inside an app first: they tell which of its migrations are first and last.
        for inside in [true, false] {
            for migration in migrations.clone() {
                graph.depend(migration, inside, &replacing);
            }
        }
        for migration in migrations.filter(|migration| !migration.replaces.is_empty()) {
            match squashed {
                Squashed::Used => graph.remove_replaced(migration),
                Squashed::Replaced => graph.remove_replacement(migration),
            }
        }
        graph.cut_cycles();
        graph.find_leaves();
        graph
    }

    fn depend(&mut self, migration: &DjangoMigration, inside: bool, squashed: &Replacing<'_>) {
        let is_inside = |key: &&MigrationKey| (key.app == migration.key.app) == inside;
        for entry in migration.dependencies.iter().filter(is_inside) {
            match self.resolve(entry, migration, squashed) {
                Ok(Some(_)) if *entry == migration.key => self.faults.push(itself(entry)),
                Ok(Some(parent)) => self.add(&migration.key, &parent),
                Ok(None) => {}
                Err(fault) => self.faults.push(*fault),
            }
        }
        for entry in migration.run_before.iter().filter(is_inside) {
            match self.resolve(entry, migration, squashed) {
                Ok(Some(child)) => self.add(&child, &migration.key),
                Ok(None) => {}
                Err(fault) => self.faults.push(*fault),
            }
        }
    }

    /// The migration that an entry of `dependencies` means; nothing where it is not of this project.
    fn resolve(
        &self,
        entry: &MigrationKey,
        of: &DjangoMigration,
        squashed: &Replacing<'_>,
    ) -> Result<Option<MigrationKey>, Box<GraphFault>> {
        if self.parents.contains_key(entry) {
            return Ok(Some(entry.clone()));
        }
        let mut known = self
            .parents
            .keys()
            .filter(|key| key.app == entry.app)
            .peekable();
        let is_known = known.peek().is_some();
        // `MigrationLoader.check_key`: an app's reference to its own first or last is passed over.
        match entry.name.as_str() {
            "__first__" | "__latest__" if entry.app == of.key.app || !is_known => return Ok(None),
            "__first__" => return Ok(ends(&entry.app, &self.parents).into_iter().next()),
            "__latest__" => return Ok(ends(&entry.app, &self.children).into_iter().next()),
            _ => {}
        }
        if let Some(other) = squashed.get(entry) {
            return Ok((**other != of.key).then(|| (*other).clone()));
        }
        if is_known {
            let near = known.map(|key| key.name.as_str());
            return Err(Box::new(missing(entry, of, near)));
        }
        let mut keys = self.parents.keys();
        let before = keys.rfind(|key| key.app == of.key.app && **key < of.key);
        let follows_it = before.is_some_and(|before| before.name == entry.name);
        let stands_alone = !of.dependencies.iter().any(|other| other.app == of.key.app);
        let begins_anew = of.initial == Some(true) || !of.replaces.is_empty();
        if follows_it && stands_alone && !begins_anew {
            return Err(Box::new(renamed(entry, of)));
        }
        Ok(None)
    }

    fn add(&mut self, child: &MigrationKey, parent: &MigrationKey) {
        if child == parent {
            return;
        }
        self.parents
            .entry(child.clone())
            .or_default()
            .insert(parent.clone());
        self.children
            .entry(parent.clone())
            .or_default()
            .insert(child.clone());
    }

    fn remove(&mut self, key: &MigrationKey) -> (BTreeSet<MigrationKey>, BTreeSet<MigrationKey>) {
        let parents = self.parents.remove(key).unwrap_or_default();
        let children = self.children.remove(key).unwrap_or_default();
        for parent in &parents {
            if let Some(children) = self.children.get_mut(parent) {
                children.remove(key);
            }
        }
        for child in &children {
            if let Some(parents) = self.parents.get_mut(child) {
                parents.remove(key);
            }
        }
        (parents, children)
    }

    /// `MigrationGraph.remove_replaced_nodes`: the squashed one takes the place of all that it replaces.
    fn remove_replaced(&mut self, migration: &DjangoMigration) {
        for replaced in &migration.replaces {
            if *replaced == migration.key {
                continue;
            }
            let (parents, children) = self.remove(replaced);
            let outside = |key: &&MigrationKey| !migration.replaces.contains(key);
            for parent in parents.iter().filter(outside) {
                self.add(&migration.key, parent);
            }
            for child in children.iter().filter(outside) {
                self.add(child, &migration.key);
            }
        }
    }

    /// `MigrationGraph.remove_replacement_node`: what came after the squashed one comes after the last that it replaces.
    fn remove_replacement(&mut self, migration: &DjangoMigration) {
        let replaced: BTreeSet<&MigrationKey> = migration
            .replaces
            .iter()
            .filter(|key| self.parents.contains_key(key))
            .collect();
        if replaced.is_empty() {
            return;
        }
        let inner: BTreeSet<MigrationKey> = replaced
            .iter()
            .filter_map(|key| self.parents.get(key))
            .flatten()
            .cloned()
            .collect();
        let last: Vec<MigrationKey> = replaced
            .into_iter()
            .filter(|key| !inner.contains(key))
            .cloned()
            .collect();
        let (_, children) = self.remove(&migration.key);
        for child in &children {
            for last in &last {
                self.add(child, last);
            }
        }
    }

    /// Cuts each circle where it closes, and reports it there.
    fn cut_cycles(&mut self) {
        let mut done = BTreeSet::new();
        let keys: Vec<MigrationKey> = self.parents.keys().cloned().collect();
        for start in keys {
            let mut path: Vec<(MigrationKey, Vec<MigrationKey>)> = Vec::new();
            let mut next = Some(start);
            while let Some(key) = next {
                if !done.contains(&key) {
                    if let Some(at) = path.iter().position(|(known, _)| *known == key) {
                        self.cut(&path[at..], &key);
                    } else {
                        let parents = self
                            .parents
                            .get(&key)
                            .into_iter()
                            .flatten()
                            .cloned()
                            .collect();
                        path.push((key, parents));
                    }
                }
                next = loop {
                    match path.last_mut() {
                        None => break None,
                        Some((_, parents)) if !parents.is_empty() => break Some(parents.remove(0)),
                        Some(_) => done.extend(path.pop().map(|(key, _)| key)),
                    }
                };
            }
        }
    }

    fn cut(&mut self, circle: &[(MigrationKey, Vec<MigrationKey>)], closes: &MigrationKey) {
        let Some((last, _)) = circle.last() else {
            return;
        };
        let way: Vec<String> = circle.iter().map(|(key, _)| key.to_string()).collect();
        self.faults.push(GraphFault {
            at: last.clone(),
            entry: Some(closes.clone()),
            message: format!(
                "a circle of dependencies, at which Django stops: {} → {closes}",
                way.join(" → ")
            ),
            help: "take one of the dependencies out; split a migration where both need parts of each other".to_owned(),
            of_app: false,
        });
        if let Some(parents) = self.parents.get_mut(last) {
            parents.remove(closes);
        }
        if let Some(children) = self.children.get_mut(closes) {
            children.remove(last);
        }
    }

    /// Reports apps of which more than one migration is the last.
    fn find_leaves(&mut self) {
        let apps: BTreeSet<String> = self.parents.keys().map(|key| key.app.clone()).collect();
        for app in apps {
            let leaves = ends(&app, &self.children);
            let Some((first, others)) = leaves.split_first() else {
                continue;
            };
            for other in others {
                self.faults.push(GraphFault {
                    at: other.clone(),
                    entry: None,
                    message: format!("two migrations are the last of {app}, at which Django stops: {first} and {other}"),
                    help: "join them: `manage.py makemigrations --merge`".to_owned(),
                    of_app: true,
                });
            }
        }
    }

    /// The migrations that must run for these, themselves included, in the order in which Django runs them.
    #[must_use]
    pub fn plan<'k>(&self, targets: impl Iterator<Item = &'k MigrationKey>) -> Vec<MigrationKey> {
        let (mut order, mut seen) = (Vec::new(), BTreeSet::new());
        for target in targets.filter(|target| self.parents.contains_key(target)) {
            // `MigrationGraph.iterative_dfs`
            let mut stack = vec![(target.clone(), false)];
            while let Some((key, is_ready)) = stack.pop() {
                if seen.contains(&key) {
                    continue;
                }
                if is_ready {
                    seen.insert(key.clone());
                    order.push(key);
                    continue;
                }
                let parents = self.parents.get(&key).into_iter().flatten().cloned();
                let parents: Vec<_> = parents.map(|parent| (parent, false)).collect();
                stack.push((key, true));
                stack.extend(parents);
            }
        }
        order
    }

    /// All migrations in the order in which Django runs them.
    #[must_use]
    pub fn order(&self) -> Vec<MigrationKey> {
        let apps: BTreeSet<&str> = self.parents.keys().map(|key| key.app.as_str()).collect();
        let leaves: Vec<MigrationKey> = apps
            .into_iter()
            .flat_map(|app| ends(app, &self.children))
            .collect();
        self.plan(leaves.iter())
    }

    /// What a migration depends on.
    pub fn parents(&self, key: &MigrationKey) -> impl Iterator<Item = &MigrationKey> {
        self.parents.get(key).into_iter().flatten()
    }

    /// Whether the migration is run at all.
    #[must_use]
    pub fn holds(&self, key: &MigrationKey) -> bool {
        self.parents.contains_key(key)
    }
}

/// The migrations of an app without relatives in it, in order.
fn ends(
    app: &str,
    relatives: &BTreeMap<MigrationKey, BTreeSet<MigrationKey>>,
) -> Vec<MigrationKey> {
    relatives
        .iter()
        .filter(|(key, others)| key.app == app && others.iter().all(|other| other.app != app))
        .map(|(key, _)| key.clone())
        .collect()
}

fn itself(key: &MigrationKey) -> GraphFault {
    GraphFault {
        at: key.clone(),
        entry: Some(key.clone()),
        message: format!(
            "a circle of dependencies, at which Django stops: {key} depends on itself"
        ),
        help: "name the migration before it".to_owned(),
        of_app: false,
    }
}

fn missing<'k>(
    entry: &MigrationKey,
    of: &DjangoMigration,
    names: impl Iterator<Item = &'k str>,
) -> GraphFault {
    let near = names.min_by_key(|name| strsim::levenshtein(name, &entry.name));
    GraphFault {
        at: of.key.clone(),
        entry: Some(entry.clone()),
        message: format!("depends on {entry}, which does not exist: Django stops here"),
        help: near.map_or_else(String::new, |name| format!("did you mean {name}?")),
        of_app: false,
    }
}

fn renamed(entry: &MigrationKey, of: &DjangoMigration) -> GraphFault {
    GraphFault {
        at: of.key.clone(),
        entry: Some(entry.clone()),
        message: format!(
            "depends on {entry}, but {} is a migration of {}: Django stops here unless there is an app {}",
            entry.name, of.key.app, entry.app
        ),
        help: format!(
            "where the app was renamed, give its AppConfig the label {}, or rename it in every migration",
            entry.app
        ),
        of_app: false,
    }
}

#[cfg(test)]
mod tests;
