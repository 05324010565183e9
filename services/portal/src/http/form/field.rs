//! One field: its label, hint, mistake and value always belong together, so that a screen reader says them together.

use askama::Template;
use huiyin_web::FieldProblem;

use super::Posted;

/// One of several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) name: String,
    /// What it means, in plain words.
    pub(crate) hint: String,
    /// Choices of one group stand under its name.
    pub(crate) group: String,
}

impl Choice {
    pub(crate) fn new(value: impl Into<String>, name: impl Into<String>) -> Self {
        Self { value: value.into(), name: name.into(), hint: String::new(), group: String::new() }
    }

    #[must_use]
    pub(crate) fn hint(mut self, hint: &str) -> Self {
        hint.clone_into(&mut self.hint);
        self
    }

    #[must_use]
    pub(crate) fn group(mut self, group: &str) -> Self {
        group.clone_into(&mut self.group);
        self
    }
}

/// How a field is filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One line; the HTML input type.
    Line(&'static str),
    /// Several lines.
    Area(u32),
    /// All choices visible.
    Radio(Vec<Choice>),
    /// Choices in a list.
    Select(Vec<Choice>),
    /// Yes or no.
    Tick,
    /// Not seen.
    Hidden,
}

/// A field of a form.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/field.html")]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) label_en: String,
    pub(crate) hint: String,
    pub(crate) kind: Kind,
    pub(crate) value: String,
    pub(crate) mistake: Option<String>,
    pub(crate) required: bool,
    pub(crate) most: Option<u32>,
    /// Tells a phone which keys to show, and the browser what it may fill in by itself.
    pub(crate) autocomplete: &'static str,
    pub(crate) inputmode: &'static str,
    /// Distinguishes fields of one name in several forms of a page.
    pub(crate) prefix: String,
}

impl Field {
    fn new(kind: Kind, name: &str, label: &str, label_en: &str) -> Self {
        Self {
            name: name.to_owned(),
            label: label.to_owned(),
            label_en: label_en.to_owned(),
            hint: String::new(),
            kind,
            value: String::new(),
            mistake: None,
            required: false,
            most: None,
            autocomplete: "off",
            inputmode: "",
            prefix: String::new(),
        }
    }

    pub(crate) fn line(name: &str, label: &str, label_en: &str) -> Self {
        Self::new(Kind::Line("text"), name, label, label_en)
    }

    pub(crate) fn typed(input: &'static str, name: &str, label: &str, label_en: &str) -> Self {
        Self::new(Kind::Line(input), name, label, label_en)
    }

    pub(crate) fn area(rows: u32, name: &str, label: &str, label_en: &str) -> Self {
        Self::new(Kind::Area(rows), name, label, label_en)
    }

    pub(crate) fn radio(choices: Vec<Choice>, name: &str, label: &str, label_en: &str) -> Self {
        Self::new(Kind::Radio(choices), name, label, label_en)
    }

    pub(crate) fn select(choices: Vec<Choice>, name: &str, label: &str, label_en: &str) -> Self {
        Self::new(Kind::Select(choices), name, label, label_en)
    }

    pub(crate) fn tick(name: &str, label: &str, label_en: &str) -> Self {
        Self::new(Kind::Tick, name, label, label_en)
    }

    pub(crate) fn hidden(name: &str, value: &str) -> Self {
        Self { value: value.to_owned(), ..Self::new(Kind::Hidden, name, "", "") }
    }

    #[must_use]
    pub(crate) fn hint(mut self, hint: &str) -> Self {
        hint.clone_into(&mut self.hint);
        self
    }

    #[must_use]
    pub(crate) const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    #[must_use]
    pub(crate) const fn most(mut self, characters: u32) -> Self {
        self.most = Some(characters);
        self
    }

    #[must_use]
    pub(crate) const fn fills(mut self, autocomplete: &'static str) -> Self {
        self.autocomplete = autocomplete;
        self
    }

    #[must_use]
    pub(crate) const fn keys(mut self, inputmode: &'static str) -> Self {
        self.inputmode = inputmode;
        self
    }

    #[must_use]
    pub(crate) fn value(mut self, value: &str) -> Self {
        value.clone_into(&mut self.value);
        self
    }

    /// Puts in what was sent.
    pub(super) fn fill(&mut self, form: &Posted) {
        if self.kind != Kind::Hidden && self.kind != Kind::Line("password") {
            form.get(&self.name).clone_into(&mut self.value);
        }
    }

    /// Puts the mistake beside the field it is about; true when it is this field.
    pub(super) fn blame(&mut self, problem: &FieldProblem) -> bool {
        let mine = problem.field == self.name;
        if mine && self.kind != Kind::Hidden {
            let example =
                if problem.example.is_empty() { String::new() } else { format!("（例如：{}）", problem.example) };
            self.mistake = Some(format!("{}{example}", problem.rule));
        }
        mine && self.kind != Kind::Hidden
    }

    /// The element's id: letters, digits and dashes of the name.
    pub(crate) fn id(&self) -> String {
        let name: String = self.name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        format!("{}f-{name}", self.prefix)
    }

    /// What belongs to it besides its label.
    fn described_by(&self) -> String {
        let id = self.id();
        let parts = [
            (!self.hint.is_empty()).then(|| format!("{id}-hint")),
            self.mistake.is_some().then(|| format!("{id}-mistake")),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    /// Groups of a list, in order, with their choices.
    fn groups(choices: &[Choice]) -> Vec<(&str, Vec<&Choice>)> {
        let mut groups: Vec<(&str, Vec<&Choice>)> = Vec::new();
        for choice in choices {
            match groups.last_mut() {
                Some((name, members)) if *name == choice.group => members.push(choice),
                _ => groups.push((&choice.group, vec![choice])),
            }
        }
        groups
    }
}
