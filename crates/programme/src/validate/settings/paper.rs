//! Letters, cards and labels: `post:`.

use super::super::node_path::{NodePath, Required};
use super::SettingsReader;
use crate::load::scalar::{Flag, Lit, Whole};
use crate::load::wire;
use crate::model::post::{LabelSheet, Length, Paper, Post};
use yaml::{Read, Step};

/// Most labels in a row or a column: what is more is a slip of the pen.
const MAX_LABELS: u32 = 50;

impl SettingsReader<'_, '_> {
    pub(super) fn post(&mut self, wire: Option<&wire::Post>, read: &Read<wire::Settings>) -> Option<Post> {
        let usual = Post::default();
        let Some(wire) = wire else { return Some(usual) };
        let wire::Post { paper, window, envelope, greetings, crop_marks, labels, packing } = wire;
        let paper = paper.as_ref().map_or(usual.paper, |Lit(paper)| *paper);
        let own_labels = matches!(labels, Some(wire::Labels::Own(_)));
        let labels = match labels {
            None => Some(usual.labels),
            Some(wire::Labels::Known(sheet)) => Some(*sheet),
            Some(wire::Labels::Own(size)) => self.label_size(size, paper, read),
        };
        Some(Post {
            paper,
            window: window.as_ref().map_or(usual.window, |Lit(window)| *window),
            envelope: envelope.as_ref().map_or(usual.envelope, |Lit(envelope)| *envelope),
            greetings: greetings.as_ref().map_or(usual.greetings, |Lit(form)| *form),
            crop_marks: matches!(crop_marks, Some(Lit(Flag(true)))),
            labels: labels?,
            own_labels,
            packing: packing.as_ref().map_or(usual.packing, |Lit(order)| *order),
        })
    }

    /// A sheet of the programme's own, which must fit on its paper.
    fn label_size(&mut self, wire: &wire::LabelSize, paper: Paper, read: &Read<wire::Settings>) -> Option<LabelSheet> {
        let spot = self.spot.key("post").key("labels");
        let wire::LabelSize { columns, rows, width, height, left, top, gap_x, gap_y } = wire;
        let path = [Step::from("post"), "labels".into()];
        let mut need = Required { spot: &spot, read, path: &path, found: self.found };
        let columns = need.take(columns.as_ref(), "columns", "how many labels stand beside each other");
        let rows = need.take(rows.as_ref(), "rows", "how many stand below each other");
        let width = need.take(width.as_ref(), "width", "of one label, in millimetres");
        let height = need.take(height.as_ref(), "height", "of one label, in millimetres");
        let left = need.take(left.as_ref(), "left", "from the paper's edge to the first label, in millimetres");
        let top = need.take(top.as_ref(), "top", "from the paper's edge to the first label, in millimetres");
        let gap = |gap: &Option<Lit<Length>>| gap.as_ref().map_or(Length::default(), |Lit(gap)| *gap);
        let (columns, rows) = (self.labels(columns, &spot, "columns"), self.labels(rows, &spot, "rows"));
        let (width, height) = (self.side(width, &spot, "width"), self.side(height, &spot, "height"));
        let sheet = LabelSheet {
            columns: columns?,
            rows: rows?,
            width: width?,
            height: height?,
            left: left?.0,
            top: top?.0,
            gap_x: gap(gap_x),
            gap_y: gap(gap_y),
        };
        let ((right, bottom), (across, down)) = (sheet.reach(), paper.size());
        if right > across || bottom > down {
            let message = format!("these labels take {right} × {bottom} mm, {} has {across} × {down} mm", paper.name());
            self.found.push(spot.error("label-sheet", message).hint("measure the sheet again, gaps and margins too"));
            return None;
        }
        Some(sheet)
    }

    fn labels(&mut self, count: Option<&Lit<Whole>>, spot: &NodePath<'_>, key: &str) -> Option<u32> {
        let Lit(Whole(count)) = count?;
        if (1..=MAX_LABELS).contains(count) {
            return Some(*count);
        }
        let error = spot.key(key).error("label-sheet", format!("{count} {key} of labels"));
        self.found.push(error.hint(format!("between 1 and {MAX_LABELS}")));
        None
    }

    fn side(&mut self, length: Option<&Lit<Length>>, spot: &NodePath<'_>, key: &str) -> Option<Length> {
        let Lit(length) = length?;
        if *length > Length::default() {
            return Some(*length);
        }
        self.found.push(spot.key(key).error("label-sheet", "a label of no size").hint("in millimetres, like 63.5"));
        None
    }
}
