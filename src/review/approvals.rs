//! Whether what would leave was approved by everybody who has to see it (R36).

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::variants::{VariantText, digest_of, variants};
use crate::model::approval::{Approval, Missing, Review, ReviewState, Reviews, Role};
use crate::model::channel::Channel;
use crate::model::mailing::Mailing;
use crate::model::settings::{Member, Settings};
use crate::plan::audience::Roster;
use crate::render::compose::Composer;

/// The approvals of those who are on the team and hold the role they gave them in; what stands there in anybody else's name is none.
pub fn of_holders(settings: &Settings, approvals: Vec<Approval>) -> Vec<Approval> {
    let holds = |approval: &Approval| {
        let member = settings.team.iter().find(|member| member.id.as_str() == approval.by);
        member.is_some_and(|member| member.approves_as().iter().any(|role| role.to_string() == approval.role))
    };
    approvals.into_iter().filter(holds).collect()
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
            let of_other_words = |approval: &&&Approval| unseen.iter().any(|name| approval.variants.contains_key(name));
            let before = own.iter().filter(of_other_words).max_by_key(|approval| approval.t);
            let before = before.map(|approval| (*approval).clone());
            missing.push(Missing { role: role.clone(), variants: unseen, before });
        }
    }
    missing
}

/// How far the approval of a mailing is.
pub fn review(required: &BTreeSet<Role>, approvals: &[Approval], variants: &[VariantText]) -> Review {
    let missing = missing(required, approvals, variants);
    let state = match missing.iter().any(|missing| missing.before.is_some()) {
        _ if missing.is_empty() => ReviewState::Approved,
        true => ReviewState::Changed,
        false if approvals.is_empty() => ReviewState::Draft,
        false => ReviewState::Waiting,
    };
    Review { state, missing }
}

/// What a member of the team says yes to at a moment: an approval for each of the roles that reads any of the chosen variants.
pub fn given(
    by: &Member,
    roles: &[Role],
    chosen: &[&VariantText],
    all: &[VariantText],
    commit: Option<&str>,
    t: Timestamp,
) -> Vec<Approval> {
    let of_role = |role: &Role| Approval {
        t,
        by: by.id.as_str().to_owned(),
        role: role.to_string(),
        sha256: digest_of(all).to_string(),
        commit: commit.map(str::to_owned),
        variants: chosen
            .iter()
            .filter(|variant| role.reads(variant.language))
            .map(|variant| (variant.name.clone(), variant.digest.to_string()))
            .collect(),
    };
    roles.iter().map(of_role).filter(|approval| !approval.variants.is_empty()).collect()
}

/// True where somebody still has to approve a mailing: it goes by mail, somebody is asked, and no message of it has left.
pub fn is_open(composer: &Composer<'_>, mailing: &Mailing) -> bool {
    let programme = composer.programme();
    mailing.channel != Channel::Post
        && !programme.is_begun_by_mail(&mailing.id)
        && !programme.settings.approvers(mailing).is_empty()
}

/// How far each mailing is that somebody has to approve and of which nothing has left; `read` finds its approvals.
///
/// # Errors
/// What `read` says.
pub fn reviews<'p, E>(
    composer: &'p Composer<'p>,
    roster: &Roster<'p>,
    mut read: impl FnMut(&Mailing) -> Result<Vec<Approval>, E>,
) -> Result<Reviews, E> {
    let programme = composer.programme();
    let mut reviews = Reviews::new();
    for mailing in programme.mailings().filter(|mailing| is_open(composer, mailing)) {
        let variants = variants(composer, &roster.audience(mailing));
        let approvals = of_holders(&programme.settings, read(mailing)?);
        let own = review(&programme.settings.approvers(mailing), &approvals, &variants);
        reviews.insert(mailing.id.clone(), own);
    }
    Ok(reviews)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::model::contact::Tier;
    use crate::model::language::Language;
    use store::digest::Digest;

    fn variant(name: &str, language: Language, words: &str) -> VariantText {
        VariantText {
            name: name.to_owned(),
            tier: Tier::A,
            language,
            readers: 1,
            members: vec![0],
            subject: String::new(),
            preheader: String::new(),
            text: words.to_owned(),
            html: String::new(),
            is_source: false,
            head: String::new(),
            pictures: BTreeSet::new(),
            attachments: BTreeSet::new(),
            shown: BTreeSet::new(),
            digest: Digest::of(words.as_bytes()),
        }
    }

    fn approval(role: &str, seen: &[&VariantText]) -> Approval {
        let variants: BTreeMap<String, String> =
            seen.iter().map(|variant| (variant.name.clone(), variant.digest.to_string())).collect();
        let t = "2026-11-20T09:00:00Z".parse().expect("a moment");
        Approval { t, by: "elin".into(), role: role.into(), sha256: String::new(), commit: None, variants }
    }

    #[test]
    fn r36_a_mailing_is_a_draft_then_waits_then_is_approved_then_changed() {
        let required: BTreeSet<Role> = ["ceo", "language:et"].map(|role| role.parse().expect("a role")).into();
        let (sv, et) = (variant("A/sv", Language::Sv, "hej"), variant("A/et", Language::Et, "tere"));
        let all = [sv.clone(), et.clone()];
        let state = |approvals: &[Approval], variants: &[VariantText]| review(&required, approvals, variants).state;
        assert_eq!(state(&[], &all), ReviewState::Draft);
        let part = approval("ceo", &[&sv]);
        assert_eq!(state(std::slice::from_ref(&part), &all), ReviewState::Waiting, "one variant of two");
        let whole = [part, approval("ceo", &[&et]), approval("language:et", &[&et])];
        assert_eq!(state(&whole, &all), ReviewState::Approved);
        let other = review(&required, &whole, &[variant("A/sv", Language::Sv, "hejsan"), et]);
        assert_eq!(other.state, ReviewState::Changed);
        assert_eq!(other.waits_for().collect::<Vec<_>>(), ["ceo"]);
        assert_eq!(other.since().map(|approval| approval.by.as_str()), Some("elin"));
    }
}
