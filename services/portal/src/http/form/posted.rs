//! A form as a browser sends it: strictly read, texts only.

use axum::extract::{FromRequest, Request};
use axum::http::header;
use huiyin_web::read_body;

use crate::desk::Desk;
use crate::failure::Failure;

/// More fields than any of our forms has.
const MOST_FIELDS: usize = 200;

/// The fields of a form, in order.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Posted(Vec<(String, String)>);

impl Posted {
    /// Reads a body; `None` for what no browser of ours sends: other encodings, NUL, broken UTF-8, too many fields.
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        let mut fields = Vec::new();
        for (name, value) in url::form_urlencoded::parse(body) {
            let odd = |text: &str| text.contains('\0') || text.contains(char::REPLACEMENT_CHARACTER);
            if fields.len() == MOST_FIELDS || odd(&name) || odd(&value) {
                return None;
            }
            // Browsers send every line break as CRLF; people typed one character.
            fields.push((name.into_owned(), value.replace("\r\n", "\n")));
        }
        Some(Self(fields))
    }

    /// The first value of a field; empty when it was not sent.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(given, _)| given == name).map_or("", |(_, value)| value)
    }

    /// Without blanks around it; `None` when nothing is left.
    pub(crate) fn some(&self, name: &str) -> Option<&str> {
        Some(self.get(name).trim()).filter(|text| !text.is_empty())
    }

    /// Ticked.
    pub(crate) fn ticked(&self, name: &str) -> bool {
        !self.get(name).is_empty()
    }

    /// Every value of a field.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// Fields with a text in them.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter(|(_, value)| !value.trim().is_empty()).map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// Forms hold personal data.
impl std::fmt::Debug for Posted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

impl FromRequest<Desk> for Posted {
    type Rejection = Failure;

    async fn from_request(request: Request, desk: &Desk) -> Result<Self, Failure> {
        let media =
            request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !media.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded") {
            return Err(Failure::bad_form());
        }
        let body = read_body(request.into_body(), desk.body_bytes).await?;
        Self::read(&body).ok_or_else(Failure::bad_form)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_browser_sends_is_read_as_it_was_typed() {
        let form = Posted::read("name=%F0%A0%AE%B7+%E5%AE%89&facts=a%0D%0Ab&step=x&step=y".as_bytes()).expect("a form");
        assert_eq!((form.get("name"), form.get("facts"), form.get("none")), ("𠮷 安", "a\nb", ""));
        assert_eq!(form.all("step").collect::<Vec<_>>(), ["x", "y"]);
        assert_eq!(form.some("name"), Some("𠮷 安"));
    }

    #[test]
    fn what_no_browser_sends_is_refused() {
        assert!(Posted::read(b"a=%00").is_none());
        assert!(Posted::read(b"a=%ff%fe").is_none());
        assert!(Posted::read("a=1&".repeat(201).as_bytes()).is_none());
    }
}
