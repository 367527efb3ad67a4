//! Whether what would leave was approved by everybody who has to see it (R36).

use std::collections::BTreeSet;

use super::variants::VariantText;
use crate::model::approval::{Approval, Role};
use crate::model::mailing::Mailing;
use crate::model::settings::{Member, Settings};

/// The roles that have to approve a mailing: what the settings ask of it by id, and of its kind.
pub fn required(settings: &Settings, mailing: &Mailing) -> BTreeSet<Role> {
    let asked = [mailing.id.as_str(), mailing.kind.name()].map(|key| settings.approval.get(key));
    asked.into_iter().flatten().flatten().cloned().collect()
}

/// The roles a member of the team holds.
pub fn roles_of(member: &Member) -> BTreeSet<Role> {
    let named = member.roles.iter().cloned();
    let ceo = member.ceo.then(|| Role::Named("ceo".into()));
    named.chain(ceo).chain(member.languages.iter().map(|&language| Role::Reader(language))).collect()
}

/// The approvals of those who are on the team and hold the role they gave them in; what stands there in anybody else's name is none.
pub fn of_holders(settings: &Settings, approvals: Vec<Approval>) -> Vec<Approval> {
    let holds = |approval: &Approval| {
        let member = settings.team.iter().find(|member| member.id.as_str() == approval.by);
        member.is_some_and(|member| roles_of(member).iter().any(|role| role.to_string() == approval.role))
    };
    approvals.into_iter().filter(holds).collect()
}

/// An approval that is still needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// Whose.
    pub role: Role,
    /// The variants they have not approved as they are now.
    pub variants: Vec<String>,
    /// The last approval of the role, which was of other bytes.
    pub before: Option<Approval>,
}

/// Which approvals are missing. What was approved before and came back is approved, whatever it is called.
pub fn missing(required: &BTreeSet<Role>, approvals: &[Approval], variants: &[VariantText]) -> Vec<Missing> {
    let mut missing = Vec::new();
    for role in required {
        let own: Vec<&Approval> = approvals.iter().filter(|approval| approval.role == role.to_string()).collect();
        let approved: BTreeSet<&str> =
            own.iter().flat_map(|approval| approval.variants.values()).map(String::as_str).collect();
        let unseen = |variant: &&VariantText| {
            role.reads(variant.language) && !approved.contains(variant.digest.to_string().as_str())
        };
        let unseen: Vec<String> = variants.iter().filter(unseen).map(|variant| variant.name.clone()).collect();
        if !unseen.is_empty() {
            let before = own.iter().max_by_key(|approval| approval.t).map(|approval| (*approval).clone());
            missing.push(Missing { role: role.clone(), variants: unseen, before });
        }
    }
    missing
}
