//! Where things stand on paper, and what the templates of letters, labels and packing lists see of it.

use jiff::civil::Date;
use serde::Serialize;

use crate::model::language::Language;
use crate::model::post::{Envelope, GreetingAs, LabelSheet, Length, Paper, Post, Window};
use crate::render::view::MoneyView;
use html::hole;
use picture::qr;

/// From the upper edge of a page to what it says, in tenths of a millimetre: a letter's own measures count from here.
const TOP: u32 = 200;

/// Width and height of a card, A6 upright, in tenths of a millimetre.
const CARD: (u32, u32) = (1050, 1480);

/// `post`: the measures of the style sheet, in millimetres without the unit. Those of a letter count from the page's upper
/// margin (`top`) and from the paper's left edge.
#[derive(Debug, Clone, Serialize)]
pub struct PostView {
    paper: &'static str,
    window: &'static str,
    envelope: &'static str,
    crop_marks: bool,
    top: Length,
    page: Sides,
    /// The sender's line for letters that come back, and the address below it.
    sender_top: Length,
    address: Field,
    /// Where the letter begins, with place and date.
    text_top: Length,
    folds: Vec<Length>,
    card: Sides,
    /// The paper of cards: A5 lying, or a whole sheet with marks.
    sheet: Sides,
    /// From the sheet's edges to the first card.
    card_left: Length,
    card_top: Length,
    labels: LabelsView,
    label_paper: Sides,
}

#[derive(Debug, Clone, Copy, Serialize)]
struct Sides {
    width: Length,
    height: Length,
}

#[derive(Debug, Clone, Copy, Serialize)]
struct Field {
    left: Length,
    top: Length,
    width: Length,
    height: Length,
}

#[derive(Debug, Clone, Copy, Serialize)]
struct LabelsView {
    columns: u32,
    rows: u32,
    width: Length,
    height: Length,
    left: Length,
    top: Length,
    gap_x: Length,
    gap_y: Length,
}

impl Serialize for Length {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl PostView {
    /// The measures of a programme's paper.
    pub fn new(post: &Post) -> Self {
        let (width, height) = post.paper.size();
        let field = address_field(post.window);
        let (sheet, first) = card_sheet(post);
        let label_paper = if post.own_labels { post.paper } else { Paper::A4 }.size();
        PostView {
            paper: post.paper.name(),
            window: post.window.name(),
            envelope: post.envelope.name(),
            crop_marks: post.crop_marks,
            top: Length(TOP),
            page: Sides { width, height },
            sender_top: Length(sender_top(post.window) - TOP),
            address: Field { top: Length(field.top.0 - TOP), ..field },
            text_top: Length(text_top(post.window) - TOP),
            folds: folds(post).into_iter().map(|fold| Length(fold - TOP)).collect(),
            card: Sides { width: Length(CARD.0), height: Length(CARD.1) },
            sheet,
            card_left: first.0,
            card_top: first.1,
            labels: labels(&post.labels),
            label_paper: Sides { width: label_paper.0, height: label_paper.1 },
        }
    }
}

fn labels(sheet: &LabelSheet) -> LabelsView {
    let LabelSheet { columns, rows, width, height, left, top, gap_x, gap_y } = *sheet;
    LabelsView { columns, rows, width, height, left, top, gap_x, gap_y }
}

/// The part of the page that is seen through the window wherever the paper lies in the envelope.
///
/// DIN 5008 form B: the zone for the address, below the one for the sender's line (62.7 to 90 mm), as wide as it shows in C65.
/// The Nordic envelopes have their windows 39 to 44 mm from the top and 15 mm from the left: what shows in all of them is 44 to
/// 66 mm.
fn address_field(window: Window) -> Field {
    let (left, top, width, height) = match window {
        Window::DinB => (250, 627, 660, 273),
        Window::Nordic => (250, 443, 650, 212),
        Window::None => (250, 460, 850, 273),
    };
    Field { left: Length(left), top: Length(top), width: Length(width), height: Length(height) }
}

fn sender_top(window: Window) -> u32 {
    match window {
        Window::DinB => 582,
        Window::Nordic => 402,
        Window::None => 418,
    }
}

/// Below the window of any envelope.
fn text_top(window: Window) -> u32 {
    match window {
        Window::DinB => 985,
        Window::Nordic => 880,
        Window::None => 850,
    }
}

/// Where the paper is folded, from its upper edge: in the middle for C5, else so that the address lies in the uppermost part.
fn folds(post: &Post) -> Vec<u32> {
    match post.envelope {
        Envelope::C5 => vec![post.paper.size().1.0 / 2],
        Envelope::C65 | Envelope::Dl => vec![1050, 2100],
    }
}

/// The sheet that two cards are printed on, and the place of the first: in the middle of the paper where there are marks.
fn card_sheet(post: &Post) -> (Sides, (Length, Length)) {
    let pair = (2 * CARD.0, CARD.1);
    if !post.crop_marks {
        let sheet = Sides { width: Length(pair.0), height: Length(pair.1) };
        return (sheet, (Length(0), Length(0)));
    }
    let (height, width) = post.paper.size();
    let middle = |whole: Length, part: u32| Length((whole.0 - part) / 2);
    (Sides { width, height }, (middle(width, pair.0), middle(height, pair.1)))
}

/// `letter`, which only paper has.
#[derive(Debug, Clone, Serialize)]
pub struct LetterView<'a> {
    /// `letter` or `card`.
    pub form: &'static str,
    /// The recipient's address, a line each.
    pub address: Vec<String>,
    /// They are many or long, and have to be set smaller to be seen through the window.
    pub tight: bool,
    /// The sender's in one line.
    pub sender_line: String,
    /// How one opts out of letters.
    pub opt_out: String,
    /// The town it is posted in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<&'a str>,
    /// The day it is posted, ISO 8601.
    pub date: String,
    /// The QR code of the refer link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub qr: Option<String>,
    /// The refer link as it is typed.
    pub link: String,
}

/// Where a letter goes, and when: what stands over its text.
#[derive(Debug, Clone)]
pub struct Heading {
    /// The lines of the address.
    pub lines: Vec<String>,
    /// See [`LetterView::tight`].
    pub tight: bool,
    /// The day it is handed to the post.
    pub day: Date,
    /// The language in which a post abroad reads who sent it; `None` where it stays in the country.
    pub abroad: Option<Language>,
}

impl LetterView<'_> {
    /// A link as it is typed.
    pub fn typed(link: &str) -> &str {
        link.strip_prefix("https://").or_else(|| link.strip_prefix("http://")).unwrap_or(link)
    }

    /// The same for all whose address has as many lines, with holes for what is a reader's own.
    pub fn with_holes(self) -> Self {
        let holes = (hole::LINES..).map(|number| hole::hole(number).to_string());
        LetterView {
            address: holes.take(self.address.len()).collect(),
            link: hole::hole(hole::LINK).to_string(),
            qr: Some(qr::framed(hole::hole(hole::QR_SIDE), hole::hole(hole::QR_PATH))),
            ..self
        }
    }
}

/// Letters of the address on one line of the window, in its usual size and in the small one.
const USUAL: usize = 35;
const SMALL: usize = 40;

/// True where the lines of an address fill the window only when they are set smaller.
pub fn is_tight(lines: &[String]) -> bool {
    const LINES: usize = 5;
    lines.len() > LINES || lines.iter().any(|line| line.chars().count() > USUAL)
}

/// The lines that an address takes in its small size, and how many the window shows; long ones run on below.
pub fn window_lines(lines: &[String], window: Window) -> (usize, usize) {
    /// The height of a small line, in tenths of a millimetre.
    const LINE: u32 = 35;
    let taken = lines.iter().map(|line| line.chars().count().div_ceil(SMALL)).sum();
    (taken, (address_field(window).height.0 / LINE) as usize)
}

/// The words of ours in a [`LetterView`].
pub const LETTER_WORDS: [&str; 3] = ["form", "date", "qr"];

/// What is holes in one that was made [`with_holes`](LetterView::with_holes).
pub const LETTER_HOLES: [&str; 2] = ["address", "link"];

/// `packing`: what the packing list shows.
#[derive(Serialize)]
pub struct PackingView<'a> {
    /// What is given.
    pub item: &'a str,
    /// Why it is ours to give.
    pub why_ours: &'a str,
    /// What one costs.
    pub unit_cost: MoneyView,
    /// How many.
    pub count: usize,
    /// What all of them cost.
    pub total: MoneyView,
    /// What they may cost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget: Option<MoneyView>,
    /// What is left of that; what is over, where `over` says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left: Option<MoneyView>,
    /// They cost more than they may.
    pub over: bool,
    /// The last day to pack, ISO 8601.
    pub print_by: String,
    /// The last day to post, ISO 8601.
    pub post_by: String,
    /// By owner or country.
    pub groups: Vec<PackingGroup>,
}

/// The part of a packing list that one person packs, or that goes to one country.
#[derive(Serialize)]
pub struct PackingGroup {
    /// Whose part, or the country.
    pub name: String,
    /// What it costs.
    pub cost: MoneyView,
    /// Who gets one.
    pub rows: Vec<PackingRow>,
}

/// A line to tick.
#[derive(Serialize)]
pub struct PackingRow {
    /// The contact's id, for `bevara log touch`.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Their firm.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// Where it goes: street, postal code and town.
    pub address: String,
    /// The contact person.
    pub owner: String,
    /// The country.
    pub country: String,
    /// The last day to post this one, ISO 8601.
    pub post_by: String,
    /// How many.
    pub quantity: u32,
    /// What they cost.
    pub cost: MoneyView,
}

/// True where greetings are cards.
pub fn is_card(post: &Post, kind: crate::model::mailing::MailingKind) -> bool {
    post.greetings == GreetingAs::Card && kind == crate::model::mailing::MailingKind::Greeting
}

/// How full a card is, in percent, estimated from the amount of text.
///
/// An average letter of a text serif is half an em wide. The words on the back of a card are set in 9 pt on lines of 4.4 mm and
/// 89 mm, the standing text on lines of 4.1 mm; between paragraphs stand 1.6 mm. The signature takes 20 mm, the sender 10 mm.
pub fn card_fill(body: &str, keep: &str) -> u32 {
    // All in hundredths of a millimetre.
    const ROOM: usize = 14_800 - 900 - 700;
    const WIDTH: usize = 8_900;
    let lines = |text: &str, letter: usize, line: usize, between: usize| -> usize {
        let paragraphs = text.split('\n').map(|paragraph| paragraph.trim().chars().count()).filter(|&count| count > 0);
        paragraphs.map(|count| (count * letter).div_ceil(WIDTH) * line + between).sum()
    };
    let words = lines(body, 159, 440, 160) + lines(keep, 159, 410, 100);
    u32::try_from((words + 2_000 + 1_000) * 100 / ROOM).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r12_the_address_lies_in_the_window_and_the_letter_below_it() {
        for window in [Window::DinB, Window::Nordic] {
            let field = address_field(window);
            assert!(sender_top(window) < field.top.0 && field.top.0 + field.height.0 < text_top(window));
        }
        let post = Post { envelope: Envelope::C5, ..Post::default() };
        assert_eq!(folds(&post), [1485]);
        let lines =
            ["Wilhelmina Charlotta von Gyllenkrok-Silfverstråhle", "Gatan 1", "111 20  STOCKHOLM"].map(str::to_owned);
        assert!(is_tight(&lines) && !is_tight(&lines[1..]));
        assert_eq!((window_lines(&lines, Window::DinB), window_lines(&lines, Window::Nordic)), ((4, 7), (4, 6)));
        let view = PostView::new(&Post::default());
        assert_eq!((view.address.top.to_string().as_str(), view.text_top.to_string().as_str()), ("42.7", "78.5"));
    }

    #[test]
    fn cards_with_marks_stand_in_the_middle_of_the_paper() {
        let (sheet, first) = card_sheet(&Post { crop_marks: true, ..Post::default() });
        assert_eq!((sheet.width, sheet.height), (Length(2970), Length(2100)));
        assert_eq!(first, (Length(435), Length(310)));
        assert_eq!(card_sheet(&Post::default()).1, (Length(0), Length(0)));
    }

    #[test]
    fn a_card_holds_a_few_lines_and_no_letter() {
        let greeting = format!("Kära Anna,\n{}\n{}", "ord ".repeat(40), "ord ".repeat(30));
        let keep = "Vi gör kaffe. ".repeat(30);
        assert!(card_fill(&greeting, &keep) < 100);
        assert!(card_fill(&"ord ".repeat(400), &keep) > 100);
    }
}
