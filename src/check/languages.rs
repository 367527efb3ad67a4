//! What a language of the programme lacks: words of the settings and public pages that readers of it get in another language.

use crate::load::places;
use crate::model::language::Language;
use crate::model::programme::Programme;
use crate::model::text::Localised;
use source::diagnostic::Diagnostic;

/// The public pages that every language has.
const PAGES: [&str; 2] = ["index", "refer"];

/// A warning for each language, with all that it lacks. Texts of mailings and templates are missed where they are read.
pub fn findings(programme: &Programme) -> Vec<Diagnostic> {
    let languages = &programme.settings.languages.all;
    let default = programme.settings.languages.default();
    languages
        .iter()
        .enumerate()
        .filter_map(|(index, &language)| {
            let lacks = lacking(programme, language);
            let (first, more) = lacks.split_first()?;
            let listed = more.iter().fold(format!("`{first}`"), |listed, name| format!("{listed}, `{name}`"));
            let place = places::of_setting(programme, &["languages".into(), index.into()]);
            let warning = Diagnostic::warning("untranslated", format!("`{language}` lacks {listed}")).place(place);
            Some(
                warning.hint(format!(
                    "its readers get them in `{default}`, or not at all; docs/languages.md has the list"
                )),
            )
        })
        .collect()
}

/// The names of what has no text in a language or in what stands in for it.
fn lacking(programme: &Programme, language: Language) -> Vec<String> {
    let languages = &programme.settings.languages;
    let words = words(programme).into_iter().filter(|(_, text)| !text.is_written(language, languages));
    let chain = languages.chain(language);
    let pages = PAGES.into_iter().filter(|name| {
        let written = |language: &Language| {
            programme.pages.get(*name).is_some_and(|page| page.pick(&[*language], None).is_some())
        };
        written(&languages.default()) && !chain.iter().any(written)
    });
    words.map(|(name, _)| name).chain(pages.map(|name| format!("content/pages/{name}.{language}.md"))).collect()
}

/// The words of the settings that readers see, by name.
fn words(programme: &Programme) -> Vec<(String, &Localised)> {
    let settings = &programme.settings;
    let roles = settings.team.iter().map(|member| (format!("role of {}", member.id), member.role.as_ref()));
    let refer = [
        ("refer.ideal_client", &settings.refer.ideal_client),
        ("refer.reward", &settings.refer.reward),
        ("refer.share_text", &settings.refer.share_text),
        ("brand.tagline", &settings.brand.tagline),
    ];
    let refer = refer.into_iter().map(|(name, text)| (name.to_owned(), text.as_ref()));
    let options = settings.reward.iter().flat_map(|reward| &reward.options);
    let options = options.map(|option| (format!("reward option {}", option.id), Some(&option.label)));
    roles.chain(refer).chain(options).filter_map(|(name, text)| Some((name, text?))).collect()
}
