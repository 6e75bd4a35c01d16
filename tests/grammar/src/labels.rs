//! What PostgreSQL calls each subcommand of ALTER TABLE (`AlterTableType` in its `parsenodes.h`).

use mig_lint::ir::{AlterAction, RowSecurity, TriggerSet, TriggerState};
use pg_query::protobuf::AlterTableType as T;

/// The labels that an action may have in PostgreSQL's tree; none for what PostgreSQL has no subcommand for.
pub fn labels(action: &AlterAction) -> &'static [T] {
    match action {
        AlterAction::AddColumn { .. } => &[T::AtAddColumn],
        AlterAction::DropColumn { .. } => &[T::AtDropColumn],
        AlterAction::AlterColumnType { .. } => &[T::AtAlterColumnType],
        AlterAction::SetDefault { .. } | AlterAction::DropDefault { .. } => &[T::AtColumnDefault],
        AlterAction::SetNotNull { .. } => &[T::AtSetNotNull],
        AlterAction::DropNotNull { .. } => &[T::AtDropNotNull],
        AlterAction::SetExpression { .. } => &[T::AtSetExpression],
        AlterAction::DropExpression { .. } => &[T::AtDropExpression],
        AlterAction::AddIdentity { .. } => &[T::AtAddIdentity],
        AlterAction::SetIdentity { .. } => &[T::AtSetIdentity],
        AlterAction::DropIdentity { .. } => &[T::AtDropIdentity],
        AlterAction::SetStatistics { .. } => &[T::AtSetStatistics],
        AlterAction::SetStorage { .. } => &[T::AtSetStorage],
        AlterAction::SetCompression { .. } => &[T::AtSetCompression],
        AlterAction::SetAttributeOptions { .. } => &[T::AtSetOptions, T::AtResetOptions],
        AlterAction::AddConstraint(_) => &[T::AtAddConstraint],
        AlterAction::AlterConstraint { .. } => &[T::AtAlterConstraint],
        AlterAction::ValidateConstraint { .. } => &[T::AtValidateConstraint],
        AlterAction::DropConstraint { .. } => &[T::AtDropConstraint],
        AlterAction::Trigger { state, which } => trigger(*state, which),
        AlterAction::Rule { state, .. } => rule(*state),
        AlterAction::RowSecurity(security) => row_security(*security),
        AlterAction::ForeignOptions => &[T::AtGenericOptions, T::AtAlterColumnGenericOptions],
        _ => of_the_table(action),
    }
}

fn of_the_table(action: &AlterAction) -> &'static [T] {
    match action {
        AlterAction::ClusterOn { .. } => &[T::AtClusterOn],
        AlterAction::SetWithoutCluster => &[T::AtDropCluster],
        AlterAction::SetWithoutOids => &[T::AtDropOids],
        AlterAction::SetAccessMethod(_) => &[T::AtSetAccessMethod],
        AlterAction::SetTablespace(_) => &[T::AtSetTableSpace],
        AlterAction::SetLogged => &[T::AtSetLogged],
        AlterAction::SetUnlogged => &[T::AtSetUnLogged],
        AlterAction::SetOptions(_) => &[T::AtSetRelOptions],
        AlterAction::ResetOptions(_) => &[T::AtResetRelOptions],
        AlterAction::Inherit(_) => &[T::AtAddInherit],
        AlterAction::NoInherit(_) => &[T::AtDropInherit],
        AlterAction::OfType(_) => &[T::AtAddOf],
        AlterAction::NotOf => &[T::AtDropOf],
        AlterAction::OwnerTo(_) => &[T::AtChangeOwner],
        AlterAction::ReplicaIdentity(_) => &[T::AtReplicaIdentity],
        AlterAction::AttachPartition { .. } => &[T::AtAttachPartition],
        AlterAction::DetachPartition { finalize: true, .. } => &[T::AtDetachPartitionFinalize],
        AlterAction::DetachPartition { .. } => &[T::AtDetachPartition],
        _ => &[],
    }
}

fn trigger(state: TriggerState, which: &TriggerSet) -> &'static [T] {
    match (state, which) {
        (TriggerState::Enable, TriggerSet::All) => &[T::AtEnableTrigAll],
        (TriggerState::Enable, TriggerSet::User) => &[T::AtEnableTrigUser],
        (TriggerState::Enable, TriggerSet::Named(_)) => &[T::AtEnableTrig],
        (TriggerState::EnableReplica, _) => &[T::AtEnableReplicaTrig],
        (TriggerState::EnableAlways, _) => &[T::AtEnableAlwaysTrig],
        (TriggerState::Disable, TriggerSet::All) => &[T::AtDisableTrigAll],
        (TriggerState::Disable, TriggerSet::User) => &[T::AtDisableTrigUser],
        (TriggerState::Disable, TriggerSet::Named(_)) => &[T::AtDisableTrig],
    }
}

fn rule(state: TriggerState) -> &'static [T] {
    match state {
        TriggerState::Enable => &[T::AtEnableRule],
        TriggerState::EnableReplica => &[T::AtEnableReplicaRule],
        TriggerState::EnableAlways => &[T::AtEnableAlwaysRule],
        TriggerState::Disable => &[T::AtDisableRule],
    }
}

fn row_security(security: RowSecurity) -> &'static [T] {
    match security {
        RowSecurity::Enable => &[T::AtEnableRowSecurity],
        RowSecurity::Disable => &[T::AtDisableRowSecurity],
        RowSecurity::Force => &[T::AtForceRowSecurity],
        RowSecurity::NoForce => &[T::AtNoForceRowSecurity],
    }
}
