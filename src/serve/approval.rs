//! How far the approval of a mailing is, who may approve it, and which words changed since somebody did (R36).

use std::fmt::Write as _;

use super::html::Text;
use super::snapshot::Loaded;
use super::state::State;
use crate::load::approvals;
use crate::model::approval::{Approval, Review, ReviewState, Role};
use crate::model::language::Language;
use crate::model::mailing::Mailing;
use crate::model::settings::Member;
use crate::render::locale::{DateStyle, format_date};
use crate::review::approvals::{given, is_open, of_holders, review};
use crate::review::compare::words;
use crate::review::variants::{VariantText, digest_of};
use crate::review::wording::Change;

/// Changes of words that are shown.
const MAX_CHANGES: usize = 12;

/// What somebody says yes to: the digest of what they saw.
pub(super) struct Yes {
    /// The variant; none where it is all of them.
    pub variant: Option<String>,
    /// Its digest, or that of all.
    pub digest: String,
}

impl<'p> Loaded<'p> {
    /// How far the approval of a mailing is; `None` where nobody has to approve it, or it has begun to leave.
    pub fn review(&self, mailing: &'p Mailing) -> Option<Review> {
        is_open(self.composer, mailing).then(|| {
            // Lines that cannot be read are findings of their own; they approve nothing.
            let known = approvals::read(self.root, &mailing.id, &mut Vec::new()).unwrap_or_default();
            let known = of_holders(&self.programme.settings, known);
            review(&self.programme.settings.approvers(mailing), &known, &self.variants(mailing))
        })
    }

    /// The member of the team with git's address.
    pub fn me(&self, state: &State) -> Result<&'p Member, String> {
        let Some(email) = state.host.me() else {
            return Err("git does not say who you are: set user.email to your address in the team.".to_owned());
        };
        let member = self.programme.settings.team.iter();
        let mut member = member.filter(|member| member.email.as_str().eq_ignore_ascii_case(&email));
        member.next().ok_or_else(|| format!("Nobody on the team has the address {email}, which git calls you."))
    }

    /// The roles in which somebody may approve a mailing.
    pub fn roles(&self, member: &Member, mailing: &Mailing) -> Result<Vec<Role>, String> {
        let asked = self.programme.settings.approvers(mailing);
        let roles: Vec<Role> = member.approves_as().intersection(&asked).cloned().collect();
        match roles.is_empty() {
            true => Err(format!("{} holds no role that this mailing waits for.", member.name.as_str())),
            false => Ok(roles),
        }
    }

    /// The approvals that say yes to what somebody saw.
    ///
    /// # Errors
    /// They may not, or it has changed since they saw it.
    pub fn approvals(&self, state: &State, mailing: &'p Mailing, yes: &Yes) -> Result<Vec<Approval>, String> {
        if self.review(mailing).is_none() {
            return Err("This mailing waits for nobody's approval.".to_owned());
        }
        let member = self.me(state)?;
        let roles = self.roles(member, mailing)?;
        let all = self.variants(mailing);
        let chosen: Vec<&VariantText> = match &yes.variant {
            None => all.iter().collect(),
            Some(name) => all.iter().filter(|variant| variant.name == *name).collect(),
        };
        let digest = match (&yes.variant, chosen.as_slice()) {
            (None, _) => digest_of(&all).to_string(),
            (Some(_), [one]) => one.digest.to_string(),
            (Some(_), _) => String::new(),
        };
        if digest != yes.digest {
            return Err("It has changed since this page was shown: look at it again.".to_owned());
        }
        let approvals = given(member, &roles, &chosen, &all, state.host.commit().as_deref(), state.host.now());
        match approvals.is_empty() {
            true => Err(format!("{} reads another language.", member.name.as_str())),
            false => Ok(approvals),
        }
    }
}

/// The words of a mailing that changed since somebody approved it, as a list; a sentence where they cannot be told.
pub(super) fn changed_words(state: &State, mailing: &Mailing, review: &Review, now: &[VariantText]) -> String {
    let mut changes: Vec<(String, Change)> = Vec::new();
    for missing in &review.missing {
        let Some(commit) = missing.before.as_ref().and_then(|before| before.commit.as_deref()) else { continue };
        let Some(then) = state.variants_at(commit, &mailing.id) else { continue };
        for name in &missing.variants {
            let of = |variants: &'_ [VariantText]| variants.iter().find(|variant| variant.name == *name).cloned();
            if let (Some(then), Some(now)) = (of(&then), of(now)) {
                for change in words(&then, &now) {
                    match changes.iter_mut().find(|(_, known)| *known == change) {
                        Some((names, _)) if !names.split(", ").any(|known| known == *name) => {
                            let _ = write!(names, ", {name}");
                        }
                        Some(_) => {}
                        None => changes.push((name.clone(), change)),
                    }
                }
            }
        }
    }
    if changes.is_empty() {
        return "<p class=\"quiet\">No words: what differs is in layout or pictures, or lies before the first commit.</p>"
            .to_owned();
    }
    let mut html = String::from("<ul class=\"words\">");
    for (names, Change { before, removed, added, after }) in changes.iter().take(MAX_CHANGES) {
        let _ = write!(html, "<li><span class=\"quiet\">{}</span> {} ", Text(names), Text(before));
        if !removed.is_empty() {
            let _ = write!(html, "<del>{}</del> ", Text(removed));
        }
        if !added.is_empty() {
            let _ = write!(html, "<ins>{}</ins> ", Text(added));
        }
        let _ = write!(html, "{}</li>", Text(after));
    }
    html.push_str("</ul>");
    if changes.len() > MAX_CHANGES {
        let _ = write!(html, "<p class=\"quiet\">and {} more</p>", changes.len() - MAX_CHANGES);
    }
    html
}

/// How far it is, in a few words.
pub(super) fn label(loaded: &Loaded<'_>, review: &Review) -> String {
    match (review.state, review.since()) {
        (ReviewState::Approved, _) => "Approved".to_owned(),
        (ReviewState::Changed, Some(before)) => {
            let team = &loaded.programme.settings.team;
            let by = team.iter().find(|member| member.id.as_str() == before.by);
            let by = by.map_or(before.by.as_str(), |member| member.name.as_str());
            let day = before.t.to_zoned(loaded.programme.settings.timezone.clone()).date();
            format!("Changed since {by} approved on {}", format_date(day, DateStyle::DayMonth, Language::En))
        }
        (ReviewState::Draft, _) => format!("Draft, waits for {}", waits_for(review)),
        _ => format!("Waits for {}", waits_for(review)),
    }
}

fn waits_for(review: &Review) -> String {
    review.waits_for().collect::<Vec<_>>().join(", ")
}
