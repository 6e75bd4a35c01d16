//! Which actions change what all databases of a server share.

use super::{Action, Code, ObjectKind};

impl Action {
    /// Whether it changes more than the database that it is run in: roles, databases, tablespaces, settings of the server, what another server publishes.
    ///
    /// Source: PostgreSQL documentation, "System Catalogs": the catalogs that are shared across all databases of a cluster.
    #[must_use]
    pub fn reaches_beyond_database(&self) -> bool {
        match self {
            Self::Drop(drop) => is_shared(drop.kind),
            Self::CreateObject(object) => is_shared(object.kind),
            Self::Comment { kind, .. } => is_shared(*kind),
            Self::Grant {
                database,
                membership,
                ..
            } => *database || *membership,
            Self::Owned { .. } => true,
            Self::Utility(utility) => matches!(
                utility.label.as_str(),
                "alter-system"
                    | "create-database"
                    | "alter-database"
                    | "create-tablespace"
                    | "create-subscription"
                    | "alter-subscription"
            ),
            Self::Do { code, .. } => reaches_out(code),
            Self::CreateRoutine(routine) => reaches_out(&routine.code),
            _ => false,
        }
    }
}

fn reaches_out(code: &Code) -> bool {
    let mut steps = code.steps.iter();
    steps.any(|step| step.action.reaches_beyond_database())
}

fn is_shared(kind: ObjectKind) -> bool {
    matches!(
        kind,
        ObjectKind::Role | ObjectKind::Database | ObjectKind::Tablespace | ObjectKind::Subscription
    )
}
