//! What templates see whoever reads: made once a language, and handed to every reader.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use tera::{Context, Value};

use crate::model::id::TeamId;
use crate::model::language::Language;
use crate::model::programme::Programme;
use crate::model::settings::Member;
use crate::render::strings::strings_for;
use crate::render::view::quotes::quotes;
use crate::render::view::settings::{MemberView, ProgrammeView, RewardView, brand};
use crate::render::view::words::own_words;

/// What is known of the languages so far.
#[derive(Default)]
pub(super) struct Bases {
    languages: Mutex<HashMap<Language, Context>>,
    members: Mutex<HashMap<(Language, TeamId), Value>>,
}

impl Bases {
    /// The programme itself, its words and its quotes, in a language.
    pub(super) fn of(&self, programme: &Programme, language: Language) -> Context {
        let mut known = self.languages.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry(language).or_insert_with(|| base(programme, language)).clone()
    }

    /// Somebody of the team, in a language.
    pub(super) fn member(&self, programme: &Programme, member: &Member, language: Language) -> Value {
        let mut known = self.members.lock().unwrap_or_else(PoisonError::into_inner);
        let view = || Value::from_serializable(&MemberView::new(member, language, &programme.settings.languages));
        known.entry((language, member.id.clone())).or_insert_with(view).clone()
    }
}

fn base(programme: &Programme, language: Language) -> Context {
    let settings = &programme.settings;
    let mut context = Context::new();
    context.insert("programme", &ProgrammeView::new(settings, language));
    context.insert_value("brand", brand(settings, language));
    context.insert_value("language", own_words(&language.tag(), &[]));
    context.insert("strings", strings_for(programme, language).as_ref());
    context.insert("reward", &RewardView::new(settings, language));
    context.insert("quotes", &quotes(programme, language));
    context
}
