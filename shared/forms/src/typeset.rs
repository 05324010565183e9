//! From a form to its pages: typst sees the templates, the fonts and the form's values, and nothing else of the world.

use chrono::Datelike;
use serde_json::Value as Json;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Dict, Duration, Smart, Value};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::fonts::Fonts;
use crate::form::{Form, TEMPLATES};
use crate::printable::printable;

/// A form could not be made into pages: a fault of its template.
#[derive(Debug, thiserror::Error)]
#[error(
    "文书“{form}”无法排版，请联系系统维护人员。The form cannot be typeset; tell those who maintain the system: {reason}"
)]
pub struct FormError {
    form: &'static str,
    reason: String,
}

/// A form as PDF/A-2b. The same form and fonts give the same bytes. Takes tens to hundreds of milliseconds of one core: keep it off
/// async threads.
///
/// # Errors
/// The template is at fault; no content can bring that about.
pub fn render(form: &Form, fonts: &Fonts) -> Result<Vec<u8>, FormError> {
    let document = lay_out(form, fonts)?;
    let fail = |reason: String| FormError { form: form.title(), reason };
    let date = form.imprint().date;
    let day = Datetime::from_ymd_hms(date.year(), date.month() as u8, date.day() as u8, 0, 0, 0);
    let standards = PdfStandards::new(&[PdfStandard::A_2b]).map_err(|error| fail(error.message().to_string()))?;
    let options = PdfOptions {
        ident: Smart::Custom(format!("{} {} {}", form.title(), form.imprint().unit, form.imprint().number)),
        creator: Smart::Custom(Some("Huiyin 回音".to_owned())),
        // Midnight in Beijing of the day the paper bears.
        timestamp: day.and_then(|day| Timestamp::new_local(day, 8 * 60)),
        standards,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(&document, &options).map_err(|faults| fail(told(&faults)))
}

/// Line pitches in points: what GB/T 9704 asks for, and closer ones for when a few lines more keep a seal from a page of its own.
const PITCHES: [f64; 3] = [29.0, 27.0, 25.0];
/// Papers of more pages, all copies together, are not worth another try.
const SHORT: usize = 6;

pub(crate) fn lay_out(form: &Form, fonts: &Fonts) -> Result<PagedDocument, FormError> {
    let [usual, closer @ ..] = PITCHES;
    let mut document = set(form, fonts, usual)?;
    for pitch in closer {
        let pages = document.pages().len();
        if pages == 1 || pages > SHORT {
            break;
        }
        let closer = set(form, fonts, pitch)?;
        if closer.pages().len() < pages {
            document = closer;
            break;
        }
    }
    // Typst remembers what it has set, to be quick the next time: here that would be people's words.
    typst::comemo::evict(0);
    Ok(document)
}

fn set(form: &Form, fonts: &Fonts, pitch: f64) -> Result<PagedDocument, FormError> {
    let fail = |reason: String| FormError { form: form.title(), reason };
    let desk = Desk::new(form, fonts, pitch).map_err(|error| fail(error.to_string()))?;
    typst::compile::<PagedDocument>(&desk).output.map_err(|faults| fail(told(&faults)))
}

fn told(faults: &[SourceDiagnostic]) -> String {
    faults.iter().map(|fault| fault.message.as_str()).collect::<Vec<_>>().join("; ")
}

/// All that a template can reach.
struct Desk<'f> {
    library: LazyHash<Library>,
    fonts: &'f Fonts,
    main: FileId,
}

impl<'f> Desk<'f> {
    fn new(form: &Form, fonts: &'f Fonts, pitch: f64) -> Result<Self, serde_json::Error> {
        let mut values = form.values()?;
        make_printable(&mut values, fonts);
        let values: Dict = serde_json::from_value::<Value>(values)?.cast().unwrap_or_default();
        let mut inputs = Dict::new();
        inputs.insert("form".into(), Value::Dict(values));
        inputs.insert("pitch".into(), Value::Float(pitch));
        inputs.insert("title".into(), Value::Str(form.title().into()));
        inputs.insert("fonts".into(), Value::Array(fonts.families().map(|name| Value::Str(name.into())).collect()));
        let library = LazyHash::new(Library::builder().with_inputs(inputs).build());
        Ok(Self { library, fonts, main: file(form.template()).ok_or_else(|| missing(form.template()))? })
    }
}

fn missing(name: &str) -> serde_json::Error {
    serde::ser::Error::custom(format!("no template {name}"))
}

fn file(name: &str) -> Option<FileId> {
    Some(RootedPath::new(VirtualRoot::Project, VirtualPath::new(name).ok()?).intern())
}

fn make_printable(value: &mut Json, fonts: &Fonts) {
    match value {
        Json::String(text) => *text = printable(text, fonts),
        Json::Array(values) => values.iter_mut().for_each(|value| make_printable(value, fonts)),
        Json::Object(values) => values.values_mut().for_each(|value| make_printable(value, fonts)),
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}

impl World for Desk<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.fonts.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        let name = id.vpath().get_without_slash();
        let template = TEMPLATES.iter().find(|(file, _)| *file == name);
        let (_, text) = template.ok_or_else(|| FileError::NotFound(name.into()))?;
        Ok(Source::new(id, (*text).to_owned()))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        Err(FileError::NotFound(id.vpath().get_without_slash().into()))
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.fonts.get(index).cloned()
    }

    /// The day is the form's: a template that asks for another gets none.
    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
