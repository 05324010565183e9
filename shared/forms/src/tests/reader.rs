//! Reads the pages of a document: which text stands where, and in which shapes.

use std::sync::LazyLock;

use typst::layout::{Frame, FrameItem, Point};
use typst_layout::PagedDocument;

use crate::fonts::Fonts;
use crate::form::Form;
use crate::typeset::lay_out;

pub(super) static FONTS: LazyLock<Fonts> =
    LazyLock::new(|| Fonts::find(None).expect("script/bootstrap installs the fonts"));

/// One run of text on a page.
struct Run {
    /// Distances from the page's left and upper edge, in points.
    left: f64,
    right: f64,
    /// Where what is drawn ends: before `right`, when the last character has room behind it.
    ink: f64,
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

    /// Text drawn beyond the right margin (26 mm) by a quarter of a character: justified lines miss it by a point, a line that was not broken by much more.
    pub(super) fn beyond_margin(&self) -> Vec<&str> {
        let margin = 26.0 / 25.4 * 72.0;
        let beyond = |width: f64| move |run: &&Run| run.ink > width - margin + 4.0 && !run.text.trim().is_empty();
        self.0
            .iter()
            .flat_map(|(width, runs)| runs.iter().filter(beyond(*width)))
            .map(|run| run.text.as_str())
            .collect()
    }
}

fn collect(frame: &Frame, at: Point, runs: &mut Vec<Run>) {
    for (position, item) in frame.items() {
        let place = at + *position;
        match item {
            FrameItem::Group(group) => collect(&group.frame, place, runs),
            FrameItem::Text(text) => runs.push(Run {
                left: place.x.to_pt(),
                right: (place.x + text.width()).to_pt(),
                ink: (place.x + text.bbox().max.x).to_pt(),
                top: place.y.to_pt(),
                text: text.text.to_string(),
                without_shape: text.glyphs.iter().filter(|glyph| glyph.id == 0).count(),
            }),
            FrameItem::Shape(..) | FrameItem::Image(..) | FrameItem::Link(..) | FrameItem::Tag(_) => {}
        }
    }
}
