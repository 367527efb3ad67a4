//! `content/reviews/questions.yaml`: the question bank (R15).

use std::collections::{BTreeSet, HashSet};

use super::node_path::{NodePath, Required};
use crate::load::kind::Kind;
use crate::load::scalar::{Lit, Texts};
use crate::load::{Folder, wire};
use crate::model::id::QuestionId;
use crate::model::programme::People;
use crate::model::review::{Area, Question};
use crate::model::text::Localised;
use source::diagnostic::Diagnostic;
use yaml::{Document, Read, Step};

/// Where the questions stand.
const FILE: &str = "content/reviews/questions.yaml";

/// Reads the question bank; a programme need not have one.
pub fn questions(folder: &Folder, found: &mut Vec<Diagnostic>) -> Vec<Question> {
    let Some(file) = folder.of(Kind::Questions).next() else { return Vec::new() };
    let document = Document::whole(file);
    let mut questions: Vec<Question> = Vec::new();
    let mut ids: HashSet<QuestionId> = HashSet::new();
    let before = found.len();
    document.read_list::<wire::Question>(found, |first, read, found| {
        let Read { value, faulty } = read;
        let read = Read { value: (), faulty };
        for (index, wire) in value.into_iter().enumerate() {
            let spot = NodePath::root(&document).item(first + index);
            let Some(question) = question(wire, &spot, &read, &[Step::Item(index)], found) else { continue };
            if ids.insert(question.id.clone()) {
                questions.push(question);
            } else {
                found.push(spot.key("id").error("duplicate-id", format!("the id `{}` is taken", question.id)));
            }
        }
    });
    // What could not be read is not missing as well.
    if found.len() == before {
        found.extend(missing_areas(&questions));
    }
    questions
}

fn question(
    wire: wire::Question,
    spot: &NodePath<'_>,
    read: &Read<()>,
    path: &[Step],
    found: &mut Vec<Diagnostic>,
) -> Option<Question> {
    let wire::Question { id, area, text } = wire;
    let mut need = Required { spot, read, path, found };
    let id = need.take(id, "id", "an id, like `needs-next-year`");
    let area = need.take(area, "area", "opening, feelings, needs, competitors or closing");
    let text = need.take(text, "text", "the question, a text a language");
    let (Lit(id), Lit(area), Texts(text)) = (id?, area?, text?);
    Some(Question { id, area, text })
}

/// A review asks how they feel, what they need and who else they look at.
fn missing_areas(questions: &[Question]) -> impl Iterator<Item = Diagnostic> {
    let missing = Area::REQUIRED.into_iter().filter(|area| questions.iter().all(|question| question.area != *area));
    missing.map(|area| {
        let warning =
            Diagnostic::warning("r15-questions", format!("there is no question with `area: {}`", area.name()));
        warning
            .in_file(FILE)
            .hint("a review asks how they feel about us, what they need and who else they look at (R15)")
    })
}

/// R15: a question that names a competitor of somebody's asks too directly; it is said once a question.
pub fn direct_questions(folder: &Folder, questions: &[Question], contacts: &People) -> Vec<Diagnostic> {
    let Some(file) = folder.text(FILE).filter(|_| !questions.is_empty()) else { return Vec::new() };
    let names = contacts.iter().flat_map(|contact| &contact.details.competitors);
    let names: BTreeSet<String> = names.map(|name| name.as_str().to_lowercase()).collect();
    let document = Document::whole(file);
    let direct = |(index, question): (usize, &Question)| {
        let texts = match &question.text {
            Localised::Same(text) => vec![text.as_str()],
            Localised::Each(texts) => texts.values().map(|text| text.as_str()).collect(),
        };
        let lower: Vec<String> = texts.into_iter().map(str::to_lowercase).collect();
        let named = names.iter().find(|name| lower.iter().any(|text| has_word(text, name)))?;
        let spot = NodePath::root(&document).item(index).key("text");
        let message = format!("`{}` asks about a competitor by name (`{named}`)", question.id);
        let warning = spot.warning("r15-direct", message);
        Some(warning.hint("ask indirectly: whom they have met lately, and what they liked there"))
    };
    questions.iter().enumerate().filter_map(direct).collect()
}

/// True where `word` stands in `text` by itself.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let is_letter = |neighbour: Option<char>| neighbour.is_some_and(char::is_alphanumeric);
        !is_letter(text[..at].chars().next_back()) && !is_letter(text[at + word.len()..].chars().next())
    })
}
