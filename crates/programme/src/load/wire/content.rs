//! Values, services, questions, and the front matter of texts.

use crate::load::free::Extra;
use crate::load::scalar::{Day, Flag, Lit, Plain, RelativePath, Texts, Weight, Whole};
use crate::load::word::Slug;
use crate::model::id::{QuestionId, ServiceId, ValueId};
use crate::model::language::Language;
use crate::model::review::Area;
use crate::model::text::Line;

wire! {
    /// An entry of `content/values.yaml`
    Value {
        id: Lit<ValueId>,
        text: Texts,
        segments: Vec<Lit<Line>>,
        size: SizeRange,
        evidence: Lit<Line>,
        said_by: Texts,
        permitted: Permitted,
    }
    /// `size:` of a value point.
    SizeRange {
        from: Lit<Whole>,
        to: Lit<Whole>,
    }
    /// `permitted:`
    Permitted {
        on: Lit<Day>,
        how: Lit<Line>,
        until: Lit<Day>,
    }
    /// An entry of `content/services.yaml`
    Service {
        id: Lit<ServiceId>,
        name: Texts,
        what: Texts,
    }
    /// An entry of `content/reviews/questions.yaml`
    Question {
        id: Lit<QuestionId>,
        area: Lit<Area>,
        text: Texts,
    }
    /// Front matter of mailings and pages.
    Front {
        subject: Lit<Plain>,
        preheader: Lit<Plain>,
        summary: Lit<Plain>,
        attachments: Vec<Lit<RelativePath>>,
        reward_block: Lit<Flag>,
        title: Lit<Plain>,
        description: Lit<Plain>,
        slug: Lit<Slug>,
        language: Lit<Language>,
        weight: Lit<Weight>,
        html: Lit<Flag>,
        card: Lit<Flag>,
        extra: Extra,
    }
}
