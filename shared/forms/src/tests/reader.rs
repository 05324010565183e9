//! Reads the pages of a document: which text stands where, and in which shapes.

use std::sync::LazyLock;

use typst::layout::{Abs, Frame, FrameItem, Point};
use typst::text::TextItem;
use typst_layout::PagedDocument;

use crate::fonts::Fonts;
use crate::form::Form;
use crate::typeset::lay_out;

pub(super) static FONTS: LazyLock<Fonts> =
    LazyLock::new(|| Fonts::find(None).expect("script/bootstrap installs the fonts"));

/// Of sums of lengths, in points.
const ROUNDING: f64 = 0.01;

/// One run of text on a page.
struct Run {
    /// Distances from the page's left and upper edge, in points.
    left: f64,
    right: f64,
    /// Where the shapes end: before `right`, when there is room behind the last one.
    end: f64,
    top: f64,
    text: String,
    /// Characters without a shape.
    without_shape: usize,
}

pub(super) struct Pages(Vec<(f64, Vec<Run>)>);

impl Pages {
    pub(super) fn of(form: &Form) -> Self {
        Self::read(&lay_out(form, &FONTS).unwrap_or_else(|error| panic!("{error}")))
    }

    fn read(document: &PagedDocument) -> Self {
        let pages = document.pages().iter().map(|page| {
            let mut runs = Vec::new();
            collect(&page.frame, Point::zero(), &mut runs);
            (page.frame.width().to_pt(), runs)
        });
        Self(pages.collect())
    }

    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// The text line by line, pages divided by a rule.
    pub(super) fn text(&self) -> String {
        let pages = self.0.iter().map(|(_, runs)| {
            let mut lines: Vec<(f64, Vec<&Run>)> = Vec::new();
            for run in runs {
                match lines.iter_mut().find(|(top, _)| (*top - run.top).abs() < 2.0) {
                    Some((_, line)) => line.push(run),
                    None => lines.push((run.top, vec![run])),
                }
            }
            lines.sort_by(|(a, _), (b, _)| a.total_cmp(b));
            let lines = lines.into_iter().map(|(_, mut line)| {
                line.sort_by(|a, b| a.left.total_cmp(&b.left));
                let mut text = String::new();
                let mut end = None;
                for run in line {
                    // What stands well apart is another cell.
                    if end.is_some_and(|end| run.left - end > 6.0) {
                        text.push_str(" | ");
                    }
                    text.push_str(&run.text);
                    end = Some(run.right);
                }
                text
            });
            lines.collect::<Vec<_>>().join("\n")
        });
        pages.collect::<Vec<_>>().join("\n────────\n")
    }

    /// All text in the order of the pages, without the places where lines may break.
    pub(super) fn run_on(&self) -> String {
        let runs = self.0.iter().flat_map(|(_, runs)| runs);
        runs.map(|run| run.text.replace(['\u{200B}', '\n'], "")).collect()
    }

    pub(super) fn without_shape(&self) -> usize {
        self.0.iter().flat_map(|(_, runs)| runs).map(|run| run.without_shape).sum()
    }

    /// Text beyond the right margin (26 mm).
    pub(super) fn beyond_margin(&self) -> Vec<&str> {
        let margin = 26.0 / 25.4 * 72.0;
        let beyond = |width: f64| move |run: &&Run| run.end > width - margin + ROUNDING && !run.text.trim().is_empty();
        self.0
            .iter()
            .flat_map(|(width, runs)| runs.iter().filter(beyond(*width)))
            .map(|run| run.text.as_str())
            .collect()
    }
}

/// Where the last shape of a run ends, from where the run begins. A line that is set to the full width carries a part of the room it was given
/// behind its last character, and a stroke may reach a hair beyond the square its character stands in: neither is text beyond the margin.
fn end(text: &TextItem) -> f64 {
    let (mut at, mut end) = (Abs::zero(), Abs::zero());
    for glyph in &text.glyphs {
        let alone = TextItem { glyphs: vec![glyph.clone()], ..text.clone() };
        let square = text.font.x_advance(glyph.id).unwrap_or(glyph.x_advance) + glyph.x_offset;
        end = end.max(at + alone.bbox().max.x.min(square.at(text.size)));
        at += glyph.x_advance.at(text.size);
    }
    end.to_pt()
}

fn collect(frame: &Frame, at: Point, runs: &mut Vec<Run>) {
    for (position, item) in frame.items() {
        let place = at + *position;
        match item {
            FrameItem::Group(group) => collect(&group.frame, place, runs),
            FrameItem::Text(text) => runs.push(Run {
                left: place.x.to_pt(),
                right: (place.x + text.width()).to_pt(),
                end: place.x.to_pt() + end(text),
                top: place.y.to_pt(),
                text: text.text.to_string(),
                without_shape: text.glyphs.iter().filter(|glyph| glyph.id == 0).count(),
            }),
            FrameItem::Shape(..) | FrameItem::Image(..) | FrameItem::Link(..) | FrameItem::Tag(_) => {}
        }
    }
}
