//! CREATE TABLE and CREATE INDEX: new relations, with the columns, constraints and indexes that come with them.

use crate::ir::{
    ColumnDef, Constraint as NewConstraint, ConstraintKind, CreateIndex, CreateTable,
    CreateTableAs, Expr, ExprNode, LikeClause, LikePart, Name, PartitionBound, RelationKind,
    TypeName,
};
use crate::postgres::types::is_serial;
use crate::schema::link::Link;
use crate::schema::{Catalog, Column, Constraint, RelationId, naming};
use crate::source::Span;
use std::sync::Arc;

impl Catalog {
    pub(super) fn create_table(&mut self, create: &CreateTable) {
        if create.if_not_exists && self.find(&create.name).is_some() {
            return;
        }
        let name = Self::placed(&create.name, create.temporary);
        let perhaps = create.if_not_exists && self.may_hide(&name);
        let table = self.create(&name, create.kind);
        if create.temporary {
            self.is_temporary(table);
        }
        let relation = self.get_mut(table);
        relation.sure &= !perhaps;
        relation.unlogged = create.unlogged;
        relation.partitioned = create.partition_by.is_some();
        relation.partitioning.clone_from(&create.partition_by);
        relation.tablespace.clone_from(&create.tablespace);
        if let Some(name) = &create.of_type {
            let ty = self.resolve(name, RelationKind::CompositeType);
            self.link(ty, Link::Typed, table);
            let relation = self.get_mut(table);
            relation.of_type = Some(ty);
            relation.complete = false;
        }
        if let Some((parent, bound)) = &create.partition_of {
            let parent = self.resolve(parent, RelationKind::Table);
            if self.may_be_child(table, parent) {
                self.set_bound(parent, table, Some(bound));
                self.inherit(table, parent);
                self.trust_constraints(table);
                self.copy_indexes(parent, table);
            }
        }
        for parent in &create.inherits {
            let parent = self.resolve(parent, RelationKind::Table);
            if self.may_be_child(table, parent) {
                self.inherit(table, parent);
                self.trust_constraints(table);
            }
        }
        for like in &create.like {
            self.copy_like(table, like);
        }
        for column in &create.columns {
            self.add_column(table, column);
        }
        for constraint in &create.constraints {
            self.add_constraint(table, constraint);
        }
    }

    pub(super) fn create_table_as(&mut self, create: &CreateTableAs) {
        if create.if_not_exists && self.find(&create.name).is_some() {
            return;
        }
        let reads: Vec<RelationId> = create
            .reads
            .iter()
            .map(|name| self.resolve(name, RelationKind::Table))
            .collect();
        if create.kind == RelationKind::Table && create.with_data {
            self.note_copied(&create.reads);
        }
        let columns = self.columns_of(&create.columns, &reads);
        let name = Self::placed(&create.name, create.temporary);
        let perhaps = create.if_not_exists && self.may_hide(&name);
        let id = self.create(&name, create.kind);
        if create.temporary {
            self.is_temporary(id);
        }
        let relation = self.get_mut(id);
        relation.sure &= !perhaps;
        relation.filled = create.with_data;
        // Its columns are those of a query, which is worked out only where it is a plain list.
        relation.complete = columns.is_some();
        for column in columns.unwrap_or_default() {
            self.put_column(id, Arc::new(column));
        }
        if create.kind == RelationKind::MaterializedView {
            self.reads(id, reads, &create.mentions, &create.named);
        }
    }

    /// The columns of a query with their types: those of the relations that it reads, and casts.
    pub(super) fn columns_of(
        &self,
        list: &[(String, Expr)],
        reads: &[RelationId],
    ) -> Option<Vec<Column>> {
        let mut columns = Vec::new();
        for (name, expr) in list {
            if name == "*" {
                let [read] = reads else { return None };
                let source = self.get(*read);
                if !source.complete || source.columns.is_empty() {
                    return None;
                }
                let plain = source.columns.iter();
                columns.extend(
                    plain.map(|column| self.result_column(&column.name, column.ty.clone())),
                );
                continue;
            }
            let ty = match &expr.node {
                ExprNode::Cast { ty, .. } => Some(ty.clone()),
                ExprNode::Column(source) => self.type_of(&source.name, reads),
                _ => None,
            };
            columns.push(self.result_column(name, ty));
        }
        (!columns.is_empty()).then_some(columns)
    }

    /// The type of a column of one of these relations; nothing where it may be another one's.
    fn type_of(&self, column: &str, reads: &[RelationId]) -> Option<TypeName> {
        let mut having = reads
            .iter()
            .filter_map(|read| self.get(*read).column(column));
        let first = having.next()?.ty.clone();
        having.all(|other| other.ty == first).then_some(first)?
    }

    fn result_column(&self, name: &str, ty: Option<TypeName>) -> Column {
        Column {
            name: name.to_owned(),
            ty,
            collation: None,
            not_null: false,
            default: None,
            generated: None,
            identity: false,
            created: Some(self.now),
        }
    }

    /// Makes `child` a child of `parent`, with its columns and those constraints that every child has.
    pub(super) fn inherit(&mut self, child: RelationId, parent: RelationId) {
        let above = self.get(parent).clone();
        let below = self.get_mut(child);
        below.parents.push(parent);
        below.complete &= above.complete;
        for column in above.columns.shared() {
            if self.get(child).column(&column.name).is_none() {
                self.put_column(child, column.clone());
            }
        }
        for constraint in above.constraints.shared() {
            let passed_on = matches!(
                constraint.kind,
                ConstraintKind::Check(_) | ConstraintKind::NotNull { .. }
            );
            if passed_on && !constraint.no_inherit {
                self.put_constraint(child, constraint.clone());
            }
        }
        self.link(parent, Link::Child, child);
    }

    /// A table without rows breaks none of the constraints that it has from its parents.
    fn trust_constraints(&mut self, table: RelationId) {
        let constraints = &mut self.get_mut(table).constraints;
        let valid = |constraint: &mut Constraint| constraint.valid = constraint.enforced;
        constraints.change_all(|_| true, valid);
    }

    /// Whether one relation can be a child of the other: not where that is a child of it, which a server refuses.
    pub(super) fn may_be_child(&self, child: RelationId, parent: RelationId) -> bool {
        let childless = self.children(child).next().is_none();
        child != parent && (childless || !self.ancestors(parent).contains(&child))
    }

    /// A table becomes a partition with this bound; `None` where it is none any more.
    pub(super) fn set_bound(
        &mut self,
        parent: RelationId,
        partition: RelationId,
        bound: Option<&PartitionBound>,
    ) {
        if bound == Some(&PartitionBound::Default) {
            self.get_mut(parent).default_partition = Some(partition);
        }
        self.get_mut(partition).bound = bound.cloned();
    }

    /// Gives a new partition an index for each of its parent's.
    pub(super) fn copy_indexes(&mut self, parent: RelationId, partition: RelationId) {
        let indexes: Vec<RelationId> = self.indexes(parent).map(|index| index.id).collect();
        for above in indexes {
            self.copy_index(parent, above, partition);
        }
    }

    /// Gives a partition the like of an index of its parent, and its partitions likewise.
    ///
    /// Source: `DefineIndex` in `src/backend/commands/indexcmds.c`.
    pub(super) fn copy_index(
        &mut self,
        parent: RelationId,
        above: RelationId,
        partition: RelationId,
    ) {
        let mut next = vec![(parent, above, partition)];
        while let Some((parent, above, partition)) = next.pop() {
            let Some(index) = self.copy_index_once(parent, above, partition) else {
                continue;
            };
            let below = self.descendants(partition);
            let below = below.into_iter().rev();
            let below = below.filter(|below| self.get(*below).parents.contains(&partition));
            next.extend(below.map(|below| (partition, index, below)));
        }
    }

    /// One index, with the constraint that stands on it: one that the partition has already, or a new one, which is returned.
    fn copy_index_once(
        &mut self,
        parent: RelationId,
        above: RelationId,
        partition: RelationId,
    ) -> Option<RelationId> {
        let mut definition = (**self.get(above).definition.as_ref()?).clone();
        let constraint = self.constraint_on(parent, above).cloned();
        let below = self.free_index_like(partition, &definition);
        if let Some(below) = below {
            self.get_mut(below).parents = vec![above];
            self.link(above, Link::Child, below);
            return None;
        }
        let table = self.get(partition).name.clone();
        definition.table = Name::bare(table.clone());
        let name = match constraint.as_ref().map(|c| &c.kind) {
            Some(ConstraintKind::PrimaryKey { .. }) => naming::primary_key_name(&table),
            Some(ConstraintKind::Unique {
                columns, include, ..
            }) => naming::unique_name(&table, columns, include),
            _ => naming::index_name(&table, &definition.elements, &definition.include),
        };
        let constrains = constraint.is_some();
        let name = self.free_name(self.get(partition), name, constrains);
        definition.name = Some(name.clone());
        let id = self.new_index(partition, definition);
        self.get_mut(id).parents = vec![above];
        self.link(above, Link::Child, id);
        if let Some(constraint) = constraint {
            if let ConstraintKind::PrimaryKey { columns, .. } = &constraint.kind {
                for column in columns {
                    self.set_not_null(partition, column, true);
                }
            }
            let constraint = Constraint {
                name,
                index: Some(id),
                ..constraint
            };
            self.put_constraint(partition, Arc::new(constraint));
        }
        Some(id)
    }

    /// The constraint that stands on an index of a table.
    pub(super) fn constraint_on(
        &self,
        table: RelationId,
        index: RelationId,
    ) -> Option<&Constraint> {
        let mut constraints = self.get(table).constraints.iter();
        constraints.find(|constraint| constraint.index == Some(index))
    }

    fn copy_like(&mut self, table: RelationId, like: &LikeClause) {
        let from = self.resolve(&like.source, RelationKind::Table);
        let source = self.get(from).clone();
        let copies = |what: LikePart| {
            let about = |(_, part): &&(bool, LikePart)| *part == what || *part == LikePart::All;
            let said = like.options.iter().rfind(about);
            said.is_some_and(|(includes, _)| *includes)
        };
        let (defaults, identity) = (copies(LikePart::Defaults), copies(LikePart::Identity));
        let generated = copies(LikePart::Generated);
        let (checks, indexes) = (copies(LikePart::Constraints), copies(LikePart::Indexes));
        self.get_mut(table).complete &= source.complete;
        for column in source.columns.iter() {
            let mut column = column.clone();
            column.default = column.default.filter(|_| defaults);
            column.generated = column.generated.filter(|_| generated);
            column.identity &= identity;
            self.put_column(table, Arc::new(column));
        }
        for constraint in source.constraints.shared() {
            let wanted = match constraint.kind {
                ConstraintKind::Check(_) => checks,
                ConstraintKind::NotNull { .. } => true,
                _ => false,
            };
            if wanted {
                self.put_constraint(table, constraint.clone());
            }
        }
        let identities = self.get(table).columns.iter();
        let identities = identities.filter(|column| column.identity);
        let identities: Vec<String> = identities.map(|column| column.name.clone()).collect();
        for column in identities {
            self.own_sequence(table, &column);
        }
        if indexes {
            self.copy_indexes_like(from, table);
        }
    }

    /// LIKE ... INCLUDING INDEXES: indexes like those of the source under names of their own, and the constraints that stand on them.
    ///
    /// Source: `generateClonedIndexStmt` in `src/backend/parser/parse_utilcmd.c`.
    fn copy_indexes_like(&mut self, source: RelationId, table: RelationId) {
        let indexes = self.indexes(source).map(|index| index.id);
        for index in indexes.collect::<Vec<_>>() {
            if let Some(constraint) = self.constraint_on(source, index) {
                let new = NewConstraint {
                    name: None,
                    kind: constraint.kind.clone(),
                    not_valid: false,
                    not_enforced: false,
                    no_inherit: false,
                    deferrable: false,
                    initially_deferred: false,
                    span: Span::new(0, 0),
                };
                self.add_constraint(table, &new);
            } else if let Some(definition) = self.get(index).definition.clone() {
                let definition = CreateIndex {
                    name: None,
                    table: Name::bare(self.get(table).name.clone()),
                    ..(*definition).clone()
                };
                self.new_index(table, definition);
            }
        }
    }

    /// Adds a column and the constraints that are written on it.
    pub(super) fn add_column(&mut self, table: RelationId, def: &ColumnDef) {
        let mut column = self.column_from(def);
        // A typed table or a partition may say more about a column that it has already.
        if let Some(old) = self.get(table).column(&column.name) {
            column.ty = column.ty.or_else(|| old.ty.clone());
            self.note_column(table, &column);
            let columns = &mut self.get_mut(table).columns;
            columns.change(&def.name, |old| *old = column);
        } else {
            self.put_column(table, Arc::new(column));
        }
        if def.has_sequence() {
            self.own_sequence(table, &def.name);
        }
        for constraint in &def.constraints {
            self.add_constraint(table, constraint);
        }
    }

    /// Gives a relation a further column.
    pub(super) fn put_column(&mut self, id: RelationId, column: Arc<Column>) {
        self.note_column(id, &column);
        self.get_mut(id).columns.push(column);
    }

    /// Gives a relation a further constraint.
    pub(super) fn put_constraint(&mut self, id: RelationId, constraint: Arc<Constraint>) {
        self.note_constraint(id, &constraint);
        self.get_mut(id).constraints.push(constraint);
    }

    fn column_from(&self, def: &ColumnDef) -> Column {
        let serial = def.ty.as_ref().is_some_and(|ty| is_serial(&ty.name.name));
        let ty = def
            .ty
            .clone()
            .map(|ty| if serial { serial_base(&ty) } else { ty });
        let domain = def.ty.as_ref().and_then(|ty| self.domain(ty));
        Column {
            name: def.name.clone(),
            ty,
            collation: def.collation.clone(),
            not_null: def.not_null || def.identity || serial,
            default: def
                .default
                .clone()
                .or_else(|| serial.then(next_value))
                .or_else(|| domain.and_then(|domain| domain.default.clone())),
            generated: def.generated.clone(),
            identity: def.identity,
            created: Some(self.now),
        }
    }
}

/// The integer type behind a serial pseudo-type.
fn serial_base(ty: &TypeName) -> TypeName {
    TypeName::simple(match ty.name.name.as_str() {
        "bigserial" => "int8",
        "smallserial" => "int2",
        _ => "int4",
    })
}

/// The default of a serial column.
fn next_value() -> Expr {
    Expr {
        text: "nextval(...)".to_owned(),
        node: ExprNode::Call {
            function: Name::bare("nextval"),
            arguments: Vec::new(),
        },
    }
}
