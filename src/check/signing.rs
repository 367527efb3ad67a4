//! Whether mail can be signed as `dkim:` of `bevara.yaml` wants it: the key, the name it is published under, the domain.

use std::path::Path;

use crate::load::places;
use crate::model::programme::Programme;
use crate::model::settings::Dkim;
use source::diagnostic::Diagnostic;

use super::apply_levels;

/// Longest name in the DNS, in characters (RFC 1035 §2.3.4).
const MAX_NAME: usize = 253;

/// What is wrong with the signing of mail; nothing where no `dkim:` is set. `key_file` is what the environment names.
pub fn findings(programme: &Programme, key_file: Option<&Path>) -> Vec<Diagnostic> {
    let Some(dkim) = &programme.settings.dkim else { return Vec::new() };
    let mut found: Vec<Diagnostic> = [selector(programme, dkim), alignment(programme, dkim), key(programme, key_file)]
        .into_iter()
        .flatten()
        .collect();
    apply_levels(&programme.settings.severity, &mut found);
    found
}

/// A selector is a row of labels (RFC 6376 §3.1) and makes a DNS name with the domain.
fn selector(programme: &Programme, dkim: &Dkim) -> Option<Diagnostic> {
    let selector = dkim.selector.as_str();
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let hint = match selector.split('.').all(label) {
        true if dkim.record_name().len() <= MAX_NAME => return None,
        true => "it is too long for a name in the DNS",
        false => "a selector is letters, digits and hyphens, like `2027a`",
    };
    let error = Diagnostic::error("dkim-selector", format!("`{selector}` cannot be published as a selector"));
    Some(error.place(places::of_setting(programme, &["dkim".into(), "selector".into()])).hint(hint))
}

/// A signature counts for DMARC only where its domain is the sender's or one above it (RFC 7489 §3.1.1).
fn alignment(programme: &Programme, dkim: &Dkim) -> Option<Diagnostic> {
    let sender = programme.settings.sender.email.domain();
    let aligned = sender.strip_suffix(&*dkim.domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    if aligned {
        return None;
    }
    let message = format!("`{}` signs for mail from `{sender}`", dkim.domain);
    let warning = Diagnostic::warning("dkim-alignment", message);
    let place = places::of_setting(programme, &["dkim".into(), "domain".into()]);
    Some(warning.place(place).hint("receivers count a signature for the sender only where the domains agree (DMARC)"))
}

fn key(programme: &Programme, file: Option<&Path>) -> Option<Diagnostic> {
    let error = mail::dkim::Key::load(file).err()?;
    let diagnostic = Diagnostic::error(error.code(), error.to_string()).hint(error.hint());
    Some(diagnostic.place(places::of_setting(programme, &["dkim".into()])))
}
