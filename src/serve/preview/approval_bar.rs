//! The bar above a message that somebody has to approve: how far it is, which variant this one is, and the buttons (R36).

use std::fmt::Write as _;

use super::View;
use crate::model::approval::{Missing, Review, ReviewState, Role};
use crate::plan::Recipient;
use crate::review::variants::{VariantText, digest_of};
use crate::serve::approval::label;
use crate::serve::html::Text;

impl<'p> View<'_, 'p> {
    /// The bar above a message that somebody has to approve.
    pub(super) fn approval(&self, recipient: Option<&Recipient<'p>>, out: &mut String) {
        out.push_str("<div id=\"live-approval\">");
        let review = self.loaded.review(self.mailing);
        self.state.set_review(&self.mailing.id, review.clone());
        if let Some(review) = review {
            self.bar(&review, recipient, out);
        }
        out.push_str("</div>");
    }

    fn bar(&self, review: &Review, recipient: Option<&Recipient<'p>>, out: &mut String) {
        let all = self.loaded.variants(self.mailing);
        let shown = recipient.and_then(|recipient| self.loaded.variant_of(self.mailing, recipient));
        let me = self.loaded.me(self.state);
        let roles = me.as_ref().map_err(String::clone).and_then(|me| self.loaded.roles(me, self.mailing));
        let own = |missing: &&Missing| roles.as_ref().map_or(true, |roles| roles.contains(&missing.role));
        let unseen: Vec<&VariantText> = all
            .iter()
            .filter(|variant| review.missing.iter().filter(own).any(|one| one.variants.contains(&variant.name)))
            .collect();
        let state = review.state.name();
        let _ = write!(
            out,
            "<section class=\"approval {state}\" aria-label=\"Approval\"><p class=\"state {state}\">{}</p>",
            Text(label(self.loaded, review))
        );
        self.stepper(shown.as_ref(), &all, &unseen, out);
        match &roles {
            Ok(roles) => {
                let me = me.map(|me| me.name.as_str()).unwrap_or_default();
                self.buttons(me, roles, shown.as_ref(), &all, &unseen, out);
            }
            Err(why) if review.state != ReviewState::Approved => {
                let _ = write!(out, "<p class=\"quiet why\">{}</p>", Text(why));
            }
            Err(_) => {}
        }
        if review.state == ReviewState::Changed {
            let _ = write!(
                out,
                "<details class=\"changed\" open><summary>What changed since</summary>\
                 <div id=\"changed-words\" data-src=\"/changed/{}\"><p class=\"quiet\">…</p></div></details>",
                self.mailing.id
            );
        }
        out.push_str("</section>");
    }

    /// Which variant this is, and the way to those that were not approved.
    fn stepper(&self, shown: Option<&VariantText>, all: &[VariantText], unseen: &[&VariantText], out: &mut String) {
        let place = |variant: &VariantText| all.iter().position(|other| other.name == variant.name).unwrap_or(0);
        let here = shown.map_or(0, place);
        let others = || unseen.iter().filter(|variant| shown.is_none_or(|shown| shown.name != variant.name));
        let next = others().find(|variant| place(variant) > here).or_else(|| others().next());
        let before = others().rfind(|variant| place(variant) < here).or_else(|| others().next_back());
        let step = |variant: Option<&&VariantText>, name: &str, arrow: &str| match variant {
            Some(variant) => format!(
                "<a class=\"step\" href=\"{}\" aria-label=\"{name} to approve, {variant}\" title=\"{name} to approve: {variant}\">{arrow}</a>",
                self.link(self.loaded.at(variant.first()), "", ""),
                variant = variant.name,
            ),
            None => format!("<span class=\"step\" aria-hidden=\"true\">{arrow}</span>"),
        };
        let name = shown.map_or("on paper", |shown| shown.name.as_str());
        let left = match unseen.len() {
            0 => format!("all {} seen", all.len()),
            left => format!("{left} of {} to see", all.len()),
        };
        let _ = write!(
            out,
            "<div class=\"stepper\" role=\"group\" aria-label=\"Variants\">{}<span class=\"variant\"><strong>{name}</strong> \
             <span class=\"quiet\">{left}</span></span>{}</div>",
            step(before, "Previous", "‹"),
            step(next, "Next", "›"),
        );
    }

    fn buttons(
        &self,
        me: &str,
        roles: &[Role],
        shown: Option<&VariantText>,
        all: &[VariantText],
        unseen: &[&VariantText],
        out: &mut String,
    ) {
        let _ = write!(
            out,
            "<form id=\"approve\" method=\"post\" action=\"/approve/{}\"><input type=\"hidden\" name=\"token\" value=\"{}\">",
            self.mailing.id,
            Text(&self.state.token)
        );
        let as_role = roles.iter().map(Role::to_string).collect::<Vec<_>>().join(", ");
        if let Some(shown) = shown {
            match unseen.iter().any(|variant| variant.name == shown.name) {
                true => {
                    let _ = write!(
                        out,
                        "<button type=\"submit\" name=\"yes\" value=\"{}\" data-variant=\"{name}\" title=\"As {}\">Approve {name} as {}</button>",
                        shown.digest,
                        Text(&as_role),
                        Text(me),
                        name = shown.name,
                    );
                }
                false => _ = write!(out, "<span class=\"done\">✓ {} approved</span>", shown.name),
            }
        }
        if unseen.len() > 1 || (shown.is_none() && !unseen.is_empty()) {
            let _ = write!(
                out,
                "<button type=\"submit\" class=\"plain\" name=\"yes\" value=\"{}\" title=\"As {}\">Approve all {}</button>",
                digest_of(all),
                Text(&as_role),
                all.len()
            );
        }
        out.push_str("<span id=\"approve-said\" role=\"status\"></span></form>");
    }
}
