//! `content/reviews/questions.yaml`: the question bank (R15).

use std::collections::HashSet;

use super::node_path::{NodePath, Required};
use crate::load::kind::Kind;
use crate::load::scalar::{Lit, Texts};
use crate::load::{Folder, wire};
use crate::model::id::QuestionId;
use crate::model::review::{Area, Question};
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
