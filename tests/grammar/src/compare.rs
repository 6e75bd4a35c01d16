//! What PostgreSQL's grammar calls a statement, in the linter's words, and whether the linter says the same.

use crate::labels;
use mig_lint::ir::{Action, AlterAction};
use pg_query::NodeEnum as N;
use pg_query::protobuf::{
    AlterTableType, ExplainStmt, Node, ObjectType as O, TransactionStmtKind, VariableSetKind,
};

/// A statement as PostgreSQL reads it.
pub struct Theirs {
    /// The node of its parse tree: `AlterTableStmt`, `IndexStmt`, ...
    pub node: String,
    /// What the linter may call it.
    kinds: Vec<String>,
    /// The subcommands of ALTER TABLE.
    commands: Vec<AlterTableType>,
}

/// How the linter's reading compares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Same,
    Unknown,
    Differs(String),
}

/// What PostgreSQL makes of the text; `None` where it refuses it or sees no statement, or several.
pub fn theirs(text: &str) -> Option<Theirs> {
    let parsed = pg_query::parse(text, pg_query::ParserOptions::default()).ok()?;
    let [statement] = parsed.protobuf.stmts.as_slice() else {
        return None;
    };
    let node = statement.stmt.as_ref()?.node.as_ref()?;
    let written = format!("{node:?}");
    let end = written.find('(').unwrap_or(written.len());
    Some(Theirs {
        node: written[..end].to_owned(),
        kinds: kinds(node),
        commands: commands(node),
    })
}

impl Theirs {
    /// Compares with what the linter made of the same text.
    pub fn compare(&self, ours: &Action) -> Verdict {
        if *ours == Action::Unknown {
            return Verdict::Unknown;
        }
        let kind = ours.kind();
        if !self.kinds.iter().any(|known| known == kind) {
            return Verdict::Differs(format!("{kind}, not {}", self.kinds.join(" or ")));
        }
        let Action::AlterTable(alter) = ours else {
            return Verdict::Same;
        };
        if alter
            .commands
            .iter()
            .any(|c| c.action == AlterAction::Unknown)
        {
            return Verdict::Unknown;
        }
        if self.node != "AlterTableStmt" {
            return Verdict::Same;
        }
        let fits = |(ours, theirs): (&mig_lint::ir::AlterCommand, &AlterTableType)| {
            labels::labels(&ours.action).contains(theirs)
        };
        let pairs = alter.commands.iter().zip(&self.commands);
        if alter.commands.len() == self.commands.len() && pairs.into_iter().all(fits) {
            Verdict::Same
        } else {
            let theirs: Vec<_> = self
                .commands
                .iter()
                .map(AlterTableType::as_str_name)
                .collect();
            Verdict::Differs(format!("subcommands are {}", theirs.join(", ")))
        }
    }
}

fn commands(node: &N) -> Vec<AlterTableType> {
    let N::AlterTableStmt(alter) = node else {
        return Vec::new();
    };
    let subtype = |command: &Node| match &command.node {
        Some(N::AlterTableCmd(command)) => command.subtype(),
        _ => AlterTableType::Undefined,
    };
    alter.cmds.iter().map(subtype).collect()
}

/// The linter's words for a node.
fn kinds(node: &N) -> Vec<String> {
    let one = |word: &str| vec![word.to_owned()];
    match node {
        N::AlterTableStmt(s) => altered(s.objtype()),
        N::RenameStmt(s) => match s.rename_type() {
            O::ObjectColumn | O::ObjectAttribute => altered(s.relation_type()),
            kind => altered(kind),
        },
        N::AlterOwnerStmt(s) => altered(s.object_type()),
        N::AlterObjectSchemaStmt(s) => altered(s.object_type()),
        N::AlterObjectDependsStmt(s) => altered(s.object_type()),
        N::AlterTableMoveAllStmt(s) => altered(s.objtype()),
        N::AlterFunctionStmt(s) => altered(s.objtype()),
        N::CreateTableAsStmt(s) if s.objtype() == O::ObjectMatview => {
            one("create-materialized-view")
        }
        N::SelectStmt(s) if s.into_clause.is_some() => one("create-table-as"),
        N::SelectStmt(_) => vec!["select".into(), "set".into()],
        N::ExplainStmt(s) => explained(s),
        N::DefineStmt(s) => vec![format!("create-{}", word(s.kind()))],
        N::DropStmt(s) => one(dropped(s.remove_type())),
        N::GrantStmt(s) => one(if s.is_grant { "grant" } else { "revoke" }),
        N::GrantRoleStmt(s) => one(if s.is_grant { "grant" } else { "revoke" }),
        N::CreateFunctionStmt(s) => one(if s.is_procedure {
            "create-procedure"
        } else {
            "create-function"
        }),
        N::VacuumStmt(s) => one(if s.is_vacuumcmd { "vacuum" } else { "analyze" }),
        N::VariableSetStmt(s) => match s.kind() {
            VariableSetKind::VarSetDefault | VariableSetKind::VarReset => one("reset"),
            VariableSetKind::VarResetAll => one("reset"),
            VariableSetKind::VarSetMulti => {
                vec![
                    "set-transaction".into(),
                    "set-session-characteristics".into(),
                ]
            }
            _ => one("set"),
        },
        N::TransactionStmt(s) => one(controlled(s.kind())),
        N::CopyStmt(s) => copied(s.query.as_deref()),
        N::AlterEnumStmt(s) if s.old_val.is_empty() => one("alter-enum-add-value"),
        N::AlterEnumStmt(_) => one("alter-type"),
        _ => plain(node),
    }
}

/// Nodes that have one word each.
fn plain(node: &N) -> Vec<String> {
    let words: &[&str] = match node {
        N::CreateStmt(_) => &["create-table"],
        N::CreateForeignTableStmt(_) => &["create-foreign-table"],
        N::CreateTableAsStmt(_) => &["create-table-as"],
        N::IndexStmt(_) => &["create-index"],
        N::ViewStmt(_) => &["create-view"],
        N::CreateSeqStmt(_) => &["create-sequence"],
        N::AlterSeqStmt(_) => &["alter-sequence"],
        N::CreateTrigStmt(_) => &["create-trigger"],
        N::RuleStmt(_) => &["create-rule"],
        N::CreatePolicyStmt(_) => &["create-policy"],
        N::AlterPolicyStmt(_) => &["alter-policy"],
        N::CreateStatsStmt(_) => &["create-statistics"],
        N::AlterStatsStmt(_) => &["alter-statistics"],
        N::InsertStmt(_) => &["insert"],
        N::UpdateStmt(_) => &["update"],
        N::DeleteStmt(_) => &["delete"],
        N::MergeStmt(_) => &["merge"],
        N::TruncateStmt(_) => &["truncate"],
        N::LockStmt(_) => &["lock-table"],
        N::ReindexStmt(_) => &["reindex"],
        N::RefreshMatViewStmt(_) => &["refresh-materialized-view"],
        N::ClusterStmt(_) => &["cluster"],
        N::CommentStmt(_) => &["comment"],
        N::SecLabelStmt(_) => &["comment", "security-label"],
        N::DoStmt(_) => &["do"],
        N::CallStmt(_) => &["call"],
        N::PrepareStmt(_) => &["prepare"],
        N::ExecuteStmt(_) => &["execute"],
        N::DeallocateStmt(_) => &["deallocate"],
        N::DeclareCursorStmt(_) => &["select", "declare"],
        N::FetchStmt(_) => &["fetch", "move"],
        N::ClosePortalStmt(_) => &["close"],
        N::NotifyStmt(_) => &["notify"],
        N::ListenStmt(_) => &["listen"],
        N::UnlistenStmt(_) => &["unlisten"],
        N::LoadStmt(_) => &["load"],
        N::VariableShowStmt(_) => &["show"],
        N::CheckPointStmt(_) => &["checkpoint"],
        N::DiscardStmt(_) => &["discard"],
        N::ConstraintsSetStmt(_) => &["set-constraints"],
        _ => return of_objects(node),
    };
    words.iter().map(|&word| word.to_owned()).collect()
}

/// CREATE, ALTER and DROP of objects that have nodes of their own.
fn of_objects(node: &N) -> Vec<String> {
    let words: &[&str] = match node {
        N::CompositeTypeStmt(_) | N::CreateRangeStmt(_) => &["create-type"],
        N::CreateEnumStmt(_) => &["create-enum"],
        N::AlterTypeStmt(_) => &["alter-type"],
        N::CreateDomainStmt(_) => &["create-domain"],
        N::AlterDomainStmt(_) => &["alter-domain"],
        N::CreateSchemaStmt(_) => &["create-schema"],
        // CREATE LANGUAGE without a handler is an extension to PostgreSQL.
        N::CreateExtensionStmt(_) => &[
            "create-extension",
            "create-language",
            "create-procedural-language",
            "create-trusted-language",
            "create-trusted-procedural-language",
        ],
        N::AlterExtensionStmt(_) | N::AlterExtensionContentsStmt(_) => &["alter-extension"],
        N::CreateFdwStmt(_) => &["create-foreign-data-wrapper"],
        N::AlterFdwStmt(_) => &["alter-foreign-data-wrapper"],
        N::CreateForeignServerStmt(_) => &["create-server"],
        N::AlterForeignServerStmt(_) => &["alter-server"],
        N::CreateUserMappingStmt(_) => &["create-user-mapping"],
        N::AlterUserMappingStmt(_) => &["alter-user-mapping"],
        N::DropUserMappingStmt(_) => &["drop-object"],
        N::ImportForeignSchemaStmt(_) => &["import-foreign-schema"],
        N::CreateAmStmt(_) => &["create-access-method"],
        N::CreateEventTrigStmt(_) => &["create-event-trigger"],
        N::AlterEventTrigStmt(_) => &["alter-event-trigger"],
        N::CreateRoleStmt(_) => &["create-role", "create-user", "create-group"],
        N::AlterRoleStmt(_) | N::AlterRoleSetStmt(_) => {
            &["alter-role", "alter-user", "alter-group"]
        }
        N::DropRoleStmt(_) => &["drop-role"],
        N::CreateTableSpaceStmt(_) => &["create-tablespace"],
        N::AlterTableSpaceOptionsStmt(_) => &["alter-tablespace"],
        N::DropTableSpaceStmt(_) => &["drop-tablespace"],
        N::CreatedbStmt(_) => &["create-database"],
        N::AlterDatabaseStmt(_)
        | N::AlterDatabaseSetStmt(_)
        | N::AlterDatabaseRefreshCollStmt(_) => &["alter-database"],
        N::DropdbStmt(_) => &["drop-database"],
        N::AlterSystemStmt(_) => &["alter-system"],
        N::AlterDefaultPrivilegesStmt(_) => &["alter-default-privileges"],
        N::ReassignOwnedStmt(_) => &["reassign-owned"],
        N::DropOwnedStmt(_) => &["drop-owned"],
        N::CreatePublicationStmt(_) => &["create-publication"],
        N::AlterPublicationStmt(_) => &["alter-publication"],
        N::CreateSubscriptionStmt(_) => &["create-subscription"],
        N::AlterSubscriptionStmt(_) => &["alter-subscription"],
        N::DropSubscriptionStmt(_) => &["drop-subscription"],
        N::CreateCastStmt(_) => &["create-cast"],
        N::CreateTransformStmt(_) => &["create-transform"],
        N::CreateConversionStmt(_) => &["create-conversion"],
        N::CreateOpClassStmt(_) => &["create-operator-class"],
        N::CreateOpFamilyStmt(_) => &["create-operator-family"],
        N::AlterOpFamilyStmt(_) => &["alter-operator-family"],
        N::AlterOperatorStmt(_) => &["alter-operator"],
        N::AlterCollationStmt(_) => &["alter-collation"],
        N::AlterTsdictionaryStmt(_) => &["alter-text-search-dictionary"],
        N::AlterTsconfigurationStmt(_) => &["alter-text-search-configuration"],
        N::CreatePlangStmt(_) => &[
            "create-language",
            "create-procedural-language",
            "create-trusted-language",
            "create-trusted-procedural-language",
        ],
        _ => &[],
    };
    words.iter().map(|&word| word.to_owned()).collect()
}

/// EXPLAIN is itself, or with ANALYZE the statement that it runs.
fn explained(explain: &ExplainStmt) -> Vec<String> {
    let mut words = vec!["explain".to_owned()];
    if let Some(inner) = explain.query.as_ref().and_then(|query| query.node.as_ref()) {
        words.extend(kinds(inner));
    }
    words
}

/// COPY of a statement that writes is that statement.
fn copied(query: Option<&Node>) -> Vec<String> {
    let mut words = vec!["copy".to_owned()];
    if let Some(inner) = query.and_then(|query| query.node.as_ref()) {
        words.extend(kinds(inner));
    }
    words
}

fn controlled(kind: TransactionStmtKind) -> &'static str {
    use TransactionStmtKind as K;
    match kind {
        K::TransStmtBegin | K::TransStmtStart => "begin",
        K::TransStmtCommit => "commit",
        K::TransStmtRollback => "rollback",
        K::TransStmtSavepoint => "savepoint",
        K::TransStmtRelease => "release-savepoint",
        K::TransStmtRollbackTo => "rollback-to-savepoint",
        _ => "prepare-transaction",
    }
}

fn altered(kind: O) -> Vec<String> {
    match kind {
        O::ObjectRole => ["role", "user", "group"]
            .iter()
            .map(|word| format!("alter-{word}"))
            .collect(),
        O::ObjectLanguage => vec!["alter-language".into(), "alter-procedural-language".into()],
        O::ObjectTabconstraint => vec!["alter-table".into()],
        O::ObjectDomconstraint => vec!["alter-domain".into()],
        _ => vec![format!("alter-{}", word(kind))],
    }
}

/// What the linter calls a kind of object.
fn word(kind: O) -> &'static str {
    match kind {
        O::ObjectTable => "table",
        O::ObjectForeignTable => "foreign-table",
        O::ObjectIndex => "index",
        O::ObjectView => "view",
        O::ObjectMatview => "materialized-view",
        O::ObjectSequence => "sequence",
        O::ObjectTrigger => "trigger",
        O::ObjectRule => "rule",
        O::ObjectPolicy => "policy",
        O::ObjectFunction => "function",
        O::ObjectProcedure => "procedure",
        O::ObjectRoutine => "routine",
        O::ObjectAggregate => "aggregate",
        O::ObjectType => "type",
        O::ObjectDomain => "domain",
        O::ObjectSchema => "schema",
        O::ObjectExtension => "extension",
        O::ObjectPublication => "publication",
        O::ObjectSubscription => "subscription",
        O::ObjectStatisticExt => "statistics",
        O::ObjectDatabase => "database",
        O::ObjectTablespace => "tablespace",
        O::ObjectAccessMethod => "access-method",
        O::ObjectCollation => "collation",
        O::ObjectConversion => "conversion",
        O::ObjectEventTrigger => "event-trigger",
        O::ObjectFdw => "foreign-data-wrapper",
        O::ObjectForeignServer => "server",
        O::ObjectLargeobject => "large-object",
        O::ObjectOpclass => "operator-class",
        O::ObjectOpfamily => "operator-family",
        O::ObjectOperator => "operator",
        O::ObjectTsconfiguration => "text-search-configuration",
        O::ObjectTsdictionary => "text-search-dictionary",
        O::ObjectTsparser => "text-search-parser",
        O::ObjectTstemplate => "text-search-template",
        _ => "object",
    }
}

/// The word for DROP of a kind, where fewer are told apart.
fn dropped(kind: O) -> &'static str {
    match kind {
        O::ObjectTable => "drop-table",
        O::ObjectForeignTable => "drop-foreign-table",
        O::ObjectIndex => "drop-index",
        O::ObjectView => "drop-view",
        O::ObjectMatview => "drop-materialized-view",
        O::ObjectSequence => "drop-sequence",
        O::ObjectTrigger => "drop-trigger",
        O::ObjectRule => "drop-rule",
        O::ObjectPolicy => "drop-policy",
        O::ObjectFunction | O::ObjectProcedure | O::ObjectRoutine | O::ObjectAggregate => {
            "drop-function"
        }
        O::ObjectType => "drop-type",
        O::ObjectDomain => "drop-domain",
        O::ObjectSchema => "drop-schema",
        O::ObjectExtension => "drop-extension",
        O::ObjectPublication => "drop-publication",
        O::ObjectStatisticExt => "drop-statistics",
        _ => "drop-object",
    }
}
