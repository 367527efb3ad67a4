//! Letters: the public copies of mailings, from their day on (design §7).

use std::collections::BTreeSet;

use jiff::civil::Date;
use rayon::prelude::*;

use crate::load::places;
use crate::model::content::ContentFile;
use crate::model::language::Language;
use crate::model::mailing::Mailing;
use crate::model::programme::Programme;
use crate::plan::dates::Dates;
use crate::render::compose::Composer;
use crate::render::links::archive_path;
use source::diagnostic::Diagnostic;

/// A public mailing in one language.
pub(super) struct ArchivedMailing<'p> {
    /// Which.
    pub(super) mailing: &'p Mailing,
    /// Its text's language.
    pub(super) language: Language,
    /// Its day, the earliest where countries differ.
    pub(super) date: Date,
    /// Where its text stands.
    pub(super) content: &'p ContentFile,
    /// Its subject.
    pub(super) title: String,
    /// Its HTML, with marks.
    pub(super) body: String,
}

impl<'p> ArchivedMailing<'p> {
    /// Its place below its language.
    pub(super) fn place(&self) -> String {
        archive_path(self.mailing)
    }

    /// One sentence on it.
    pub(super) fn summary(&self) -> Option<&'p str> {
        self.content.front.summary.as_deref()
    }

    /// The folder below `content/` that its links start from.
    pub(super) fn folder(&self) -> &'p str {
        self.content.folder()
    }
}

/// Every letter that is public on `today`, newest first; what is wrong with any of them goes to `errors`.
pub(super) fn letters<'p>(
    programme: &'p Programme,
    composer: &Composer<'p>,
    today: Date,
    is_traced: bool,
    errors: &mut Vec<Diagnostic>,
) -> Vec<ArchivedMailing<'p>> {
    let dates = Dates::new(programme);
    let mut wanted = Vec::new();
    for mailing in programme.mailings().filter(|mailing| mailing.public) {
        let Some(days) = dates.days(mailing) else {
            errors.extend(on_personal_days(programme, mailing));
            continue;
        };
        errors.extend(only_for_tiers(programme, mailing));
        if days.first <= today {
            let texts = programme.content(mailing).variants.iter();
            let own = texts
                .filter(|((language, tier), _)| tier.is_none() && programme.settings.languages.all.contains(language));
            wanted.extend(own.map(|((language, _), content)| (mailing, *language, days.first, content)));
        }
    }
    let made: Vec<_> = wanted
        .into_par_iter()
        .map(|(mailing, language, date, content)| {
            let copy = composer.public_copy(mailing, language, date, is_traced)?;
            Ok(ArchivedMailing { mailing, language, date, content, title: copy.title, body: copy.body })
        })
        .collect::<Vec<Result<_, Box<Diagnostic>>>>();
    let mut letters = Vec::new();
    for made in made {
        match made {
            Ok(letter) => letters.push(letter),
            Err(error) => errors.push(*error),
        }
    }
    letters.sort_by(|a, b| (b.date, &b.mailing.id, a.language).cmp(&(a.date, &a.mailing.id, b.language)));
    letters
}

/// A mailing on birthdays has no day from which it could be public.
fn on_personal_days(programme: &Programme, mailing: &Mailing) -> Option<Diagnostic> {
    let error = Diagnostic::error("public-mailing", format!("`{}` has a day of its own for everybody", mailing.id));
    mailing.when.is_personal().then(|| {
        error
            .place(places::of_mailing(programme, mailing, "public"))
            .hint("what is public appears on one day: leave `public` out")
    })
}

/// Readers in a language whose only texts are for single tiers would be sent to a page that is not there.
fn only_for_tiers(programme: &Programme, mailing: &Mailing) -> Option<Diagnostic> {
    let variants = &programme.content(mailing).variants;
    let languages: BTreeSet<Language> = variants.keys().map(|(language, _)| *language).collect();
    let lacking = languages.into_iter().find(|language| !variants.contains_key(&(*language, None)))?;
    let message = format!("`{}` is public, but its text in `{lacking}` is for single tiers only", mailing.id);
    let error = Diagnostic::error("public-mailing", message).place(places::of_mailing(programme, mailing, "public"));
    Some(error.hint(format!("write content/{}.{lacking}.md, or leave `public` out", mailing.content)))
}
