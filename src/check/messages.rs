//! Every message of a mailing, looked at without being written: it can be rendered for each of its readers, and stamping it
//! gives the same as rendering it in full.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::diagnostic::{Diagnostic, Place};
use crate::load::places;
use crate::model::programme::Programme;
use crate::plan::audience::Audience;
use crate::plan::{Recipient, Route};
use crate::render::compose::{Composer, LONGEST_SUBJECT};
use crate::render::stamp::{Key, Press};

/// What is wrong with one mailing's messages; what goes wrong in one place is said once, with how many it concerns.
pub fn findings<'p>(programme: &'p Programme, composer: &'p Composer<'p>, audience: &Audience<'p>) -> Vec<Diagnostic> {
    let press = Press::new(composer, audience.mailing);
    let by_mail = |recipient: &&Recipient<'_>| matches!(recipient.route(), Route::Email(_));
    let readers: Vec<&Recipient<'p>> = audience.recipients.iter().filter(by_mail).collect();
    let keys: Vec<Option<Key>> =
        readers.par_iter().map(|recipient| press.key(recipient, &press.reader(recipient))).collect();
    let mut groups: BTreeMap<Option<Key>, Vec<&Recipient<'p>>> = BTreeMap::new();
    for (recipient, key) in readers.into_iter().zip(keys) {
        groups.entry(key).or_default().push(recipient);
    }
    let mut groups: Vec<(Option<Key>, Vec<&Recipient<'p>>)> = groups.into_iter().collect();
    // What concerns many is said of the first of them in the order of the contacts.
    groups.sort_by_key(|(_, readers)| readers[0].contact().origin);
    let looked_at: Vec<Group<'p>> =
        groups.par_iter().map(|(key, readers)| look_at(&press, key.as_ref(), readers)).collect();
    let mut failed: Vec<(Diagnostic, usize)> = Vec::new();
    let mut long = None;
    for group in looked_at {
        long = long.or(group.long);
        for (error, count) in group.failed {
            match failed.iter_mut().find(|(known, _)| known.place == error.place && known.code == error.code) {
                Some((_, more)) => *more += count,
                None => failed.push((error, count)),
            }
        }
    }
    let with_count = failed.into_iter().map(|(mut error, count)| {
        if count > 1 {
            error.message = format!("{} and {} more", error.message, count - 1);
        }
        error
    });
    with_count.chain(long.map(|(recipient, subject)| long_subject(programme, audience, &recipient, &subject))).collect()
}

/// What came of the readers of one variant.
#[derive(Default)]
struct Group<'p> {
    /// Each error with how many readers it concerns.
    failed: Vec<(Diagnostic, usize)>,
    /// The first subject that is too long, and whose.
    long: Option<(Recipient<'p>, String)>,
}

fn look_at<'p>(press: &Press<'p>, key: Option<&Key>, readers: &[&Recipient<'p>]) -> Group<'p> {
    let mut group = Group::default();
    let Some(variant) = key.and_then(|key| press.variant(key, readers[0])) else {
        return in_full(press, readers, key.is_some());
    };
    if let Some(error) = differs(press, &variant, readers[0]) {
        group.failed.push((error, readers.len()));
        return group;
    }
    let mut rest = Vec::new();
    for recipient in readers {
        let reader = press.reader(recipient);
        match variant.values(&reader) {
            Some(values) => {
                let subject = variant.subject.fill(&|number| crate::render::stamp::look_up(&values, number).to_owned());
                note_long(&mut group, recipient, subject);
            }
            None => rest.push(*recipient),
        }
    }
    let full = in_full(press, &rest, false);
    group.failed.extend(full.failed);
    group.long = group.long.or(full.long);
    group
}

/// Renders each reader in full. Where all are `alike`, the first one's failure is everybody's.
fn in_full<'p>(press: &Press<'p>, readers: &[&Recipient<'p>], alike: bool) -> Group<'p> {
    let mut group = Group::default();
    if let (true, Some(first)) = (alike, readers.first())
        && let Err(error) = press.full(first)
    {
        group.failed.push((*error, readers.len()));
        return group;
    }
    let made: Vec<_> =
        readers.par_iter().map(|recipient| press.full(recipient).map(|composed| composed.subject)).collect();
    for (recipient, made) in readers.iter().zip(made) {
        match made {
            Ok(subject) => note_long(&mut group, recipient, subject),
            Err(error) => {
                match group.failed.iter_mut().find(|(known, _)| known.place == error.place && known.code == error.code)
                {
                    Some((_, count)) => *count += 1,
                    None => group.failed.push((*error, 1)),
                }
            }
        }
    }
    group
}

/// A finding where the stamped message of a reader is not the one rendered in full: a fault of bevara itself.
fn differs<'p>(
    press: &Press<'p>,
    variant: &crate::render::stamp::Variant<'p>,
    recipient: &Recipient<'p>,
) -> Option<Diagnostic> {
    let filled = variant.fill(&press.reader(recipient))?;
    let full = match press.full(recipient) {
        Ok(full) => full,
        Err(error) => return Some(*error),
    };
    let same = filled.subject == full.subject && filled.html == full.sealed.html() && filled.text == full.sealed.text();
    (!same).then(|| {
        Diagnostic::error(
            "stamp-differs",
            format!("stamped and rendered in full differ for `{}`", recipient.contact().id),
        )
        .hint("this is a fault of bevara: `build --reference` renders everything in full; please report it")
    })
}

fn note_long<'p>(group: &mut Group<'p>, recipient: &Recipient<'p>, subject: String) {
    if group.long.is_none() && subject.chars().count() > LONGEST_SUBJECT {
        group.long = Some((*recipient, subject));
    }
}

fn long_subject(
    programme: &Programme,
    audience: &Audience<'_>,
    recipient: &Recipient<'_>,
    subject: &str,
) -> Diagnostic {
    let length = subject.chars().count();
    let message = format!("the subject has {length} characters for `{}`: {subject}", recipient.contact().id);
    let chain = programme.settings.languages.chain(recipient.contact().language);
    let content = programme.content(audience.mailing).pick(&chain, Some(recipient.tier()));
    let place = content.map_or_else(
        || places::of_mailing(programme, audience.mailing, "content"),
        |(_, content)| Place::File(content.file.path().to_owned()),
    );
    Diagnostic::warning("long-subject", message)
        .place(place)
        .hint(format!("mail programs cut it at about {LONGEST_SUBJECT}"))
}
