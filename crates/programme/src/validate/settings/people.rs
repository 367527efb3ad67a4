//! Who sends, who is on the team, how to opt out, and the refer-us page.

use super::super::node_path::{NodePath, Required};
use super::{SettingsReader, web_url};
use crate::load::scalar::{Day, Flag, Lit, RelativePath, Texts};
use crate::load::wire;
use crate::model::content::{asset_hint, asset_named};
use crate::model::language::Country;
use crate::model::settings::{Member, Refer, Sender, Unsubscribe};
use yaml::{Read, Step};

impl SettingsReader<'_, '_> {
    pub(super) fn sender(
        &mut self,
        wire: &wire::Sender,
        read: &Read<wire::Settings>,
        home: Option<Country>,
    ) -> Option<Sender> {
        let spot = self.spot.key("sender");
        let path = [Step::from("sender")];
        let wire::Sender { name, email, reply_to, postal_address, registered } = wire;
        let mut need = Required { spot: &spot, read, path: &path, found: self.found };
        let name = need.take(name.as_ref(), "name", "the firm's name, as readers see it in From");
        let email = need.take(email.as_ref(), "email", "the address mail is sent from");
        let address =
            need.take(postal_address.as_ref(), "postal_address", "every mailing carries it: {street, postcode, city}");
        let address = address.map(super::postal_address);
        if let Some(address) = &address
            && !address.is_complete()
            && !read.is_faulty(&path, "postal_address")
        {
            let error =
                spot.key("postal_address").error("incomplete-address", "the sender's postal address is incomplete");
            self.found.push(error.hint("it needs street, postcode and city; the law wants it in every mailing"));
        }
        let registered = self.registered(registered.as_ref(), home, &spot, read);
        let mut address = address?;
        address.country = address.country.or(home);
        Some(Sender {
            name: name?.0.clone(),
            email: email?.0.clone(),
            reply_to: reply_to.as_ref().map(|Lit(address)| address.clone()),
            postal_address: address,
            registered,
        })
    }

    pub(super) fn team(&mut self, wires: &[wire::Member], read: &Read<wire::Settings>) -> Option<Vec<Member>> {
        let spot = self.spot.key("team");
        if wires.is_empty() {
            self.found.push(spot.error("team", "the team is empty").hint("somebody has to sign"));
            return None;
        }
        let mut members: Vec<Member> = Vec::new();
        let mut complete = true;
        for (index, wire) in wires.iter().enumerate() {
            match self.member(wire, &spot.item(index), index, read) {
                Some(member) if members.iter().any(|other| other.id == member.id) => {
                    let error =
                        spot.item(index).key("id").error("duplicate-id", format!("the id `{}` is taken", member.id));
                    self.found.push(error.hint("ids on the team are unique"));
                }
                Some(member) => {
                    if member.ceo && members.iter().any(|other| other.ceo) {
                        let error = spot.item(index).key("ceo").error("team", "there is a second `ceo: true`");
                        self.found.push(error.hint("`signed_by: ceo` means one person"));
                    }
                    members.push(member);
                }
                None => complete = false,
            }
        }
        (complete && !members.is_empty()).then_some(members)
    }

    pub(super) fn member(
        &mut self,
        wire: &wire::Member,
        spot: &NodePath<'_>,
        index: usize,
        read: &Read<wire::Settings>,
    ) -> Option<Member> {
        let wire::Member { id, name, role, email, phone, photo, signature, ceo, roles, languages, support, briefed } =
            wire;
        let path = [Step::from("team"), index.into()];
        let mut need = Required { spot, read, path: &path, found: self.found };
        let id = need.take(id.as_ref(), "id", "a short id, like `anna`");
        let name = need.take(name.as_ref(), "name", "the full name, as it stands under a letter");
        let email = need.take(email.as_ref(), "email", "answers go there");
        Some(Member {
            photo: self.picture(photo.as_ref(), &spot.key("photo")),
            signature: self.picture(signature.as_ref(), &spot.key("signature")),
            role: role.as_ref().map(|Texts(role)| role.clone()),
            phone: phone.as_ref().map(|Lit(phone)| phone.clone()),
            ceo: matches!(ceo, Some(Lit(Flag(true)))),
            roles: roles.iter().flatten().map(|Lit(role)| role.clone()).collect(),
            languages: languages.iter().flatten().map(|Lit(language)| *language).collect(),
            support: matches!(support, Some(Lit(Flag(true)))),
            briefed: briefed.as_ref().map(|Lit(Day(day))| *day),
            id: id?.0.clone(),
            name: name?.0.clone(),
            email: email?.0.clone(),
        })
    }

    pub(super) fn picture(&mut self, path: Option<&Lit<RelativePath>>, spot: &NodePath<'_>) -> Option<Box<str>> {
        let Lit(RelativePath(path)) = path?;
        let asset = asset_named(&self.folder.assets, &format!("content/{path}"));
        if let Some((found, _)) = asset {
            return found.strip_prefix("content/").map(Into::into);
        }
        let near = asset_hint(&format!("content/{path}"), &self.folder.assets);
        let near = near.map(|hint| hint.replace("`content/", "`"));
        let hint = near.unwrap_or_else(|| "the path is counted from content/".to_owned());
        self.found.push(spot.error("missing-picture", format!("there is no picture content/{path}")).hint(hint));
        Some(path.clone())
    }

    pub(super) fn unsubscribe(&mut self, wire: &wire::Unsubscribe, read: &Read<wire::Settings>) -> Option<Unsubscribe> {
        let spot = self.spot.key("unsubscribe");
        let wire::Unsubscribe { url, mailto } = wire;
        let path = [Step::from("unsubscribe")];
        let mut need = Required { spot: &spot, read, path: &path, found: self.found };
        let mailto = need.take(mailto.as_ref(), "mailto", "the mailbox that takes opt-outs");
        let url = url.as_ref().map(|Lit(url)| url.as_str());
        if let Some(Err(fault)) = url.map(|url| web_url(url, false)) {
            self.found.push(spot.key("url").fault("url", fault));
        }
        if url.is_some_and(|url| !url.starts_with("https://")) {
            let error = spot.key("url").error("url", "one-click unsubscription needs https (RFC 8058)");
            self.found.push(error.hint("without an https endpoint leave `url` out; the mailbox is enough"));
        }
        Some(Unsubscribe { url: url.map(Into::into), mailto: mailto?.0.clone() })
    }

    pub(super) fn refer(&mut self, wire: Option<&wire::Refer>) -> Refer {
        let none = wire::Refer::default();
        let wire::Refer { form_action, mailto, ideal_client, reward, share_text } = wire.unwrap_or(&none);
        let spot = self.spot.key("refer").key("form_action");
        if let Some(Lit(url)) = form_action
            && let Err(fault) = web_url(url.as_str(), true)
        {
            self.found.push(spot.fault("url", fault));
        }
        let text = |texts: &Option<Texts>| texts.as_ref().map(|Texts(text)| text.clone());
        Refer {
            form_action: form_action.as_ref().map(|Lit(url)| url.as_str().into()),
            mailto: mailto.as_ref().map(|Lit(address)| address.clone()),
            ideal_client: text(ideal_client),
            reward: text(reward),
            share_text: text(share_text),
        }
    }
}
