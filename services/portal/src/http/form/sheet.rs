//! A form with its sections and its list of mistakes.

use huiyin_web::{FieldProblem, Problem};

use super::{Field, Posted};

/// Fields under one heading.
#[derive(Clone, Debug, Default)]
pub(crate) struct Section {
    pub(crate) legend: String,
    pub(crate) legend_en: String,
    pub(crate) intro: String,
    pub(crate) fields: Vec<Field>,
    /// May stay closed: few people need it.
    pub(crate) folded: bool,
}

impl Section {
    pub(crate) fn new(legend: &str, legend_en: &str, fields: Vec<Field>) -> Self {
        Self { legend: legend.to_owned(), legend_en: legend_en.to_owned(), fields, ..Self::default() }
    }

    #[must_use]
    pub(crate) fn intro(mut self, intro: &str) -> Self {
        intro.clone_into(&mut self.intro);
        self
    }

    #[must_use]
    pub(crate) const fn folded(mut self) -> Self {
        self.folded = true;
        self
    }

    /// Open when there is something in it, or wrong with it.
    pub(crate) fn is_open(&self) -> bool {
        self.fields.iter().any(|field| !field.value.is_empty() || field.mistake.is_some())
    }
}

/// A line of the list of mistakes on top of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// The id of the field, to jump to; empty when it is about none.
    pub(crate) anchor: String,
    pub(crate) text: String,
}

/// A form.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sheet {
    pub(crate) hidden: Vec<Field>,
    pub(crate) sections: Vec<Section>,
    pub(crate) mistakes: Vec<Mistake>,
}

impl Sheet {
    pub(crate) fn new(sections: Vec<Section>) -> Self {
        Self { sections, ..Self::default() }
    }

    /// One section without a heading of its own.
    pub(crate) fn plain(fields: Vec<Field>) -> Self {
        Self::new(vec![Section { fields, ..Section::default() }])
    }

    #[must_use]
    pub(crate) fn hide(mut self, name: &str, value: &str) -> Self {
        self.hidden.push(Field::hidden(name, value));
        self
    }

    /// Gives every field's id a prefix: for several forms on one page.
    #[must_use]
    pub(crate) fn prefixed(mut self, prefix: &str) -> Self {
        for field in self.fields_mut() {
            field.prefix = format!("{prefix}-");
        }
        self
    }

    /// Puts in what was sent before, so that nobody types twice.
    #[must_use]
    pub(crate) fn filled(mut self, form: &Posted) -> Self {
        for field in self.fields_mut() {
            field.fill(form);
        }
        self
    }

    /// Puts a value into a field that nobody has filled in yet.
    #[must_use]
    pub(crate) fn put(mut self, name: &str, value: &str) -> Self {
        for field in self.fields_mut().filter(|field| field.name == name) {
            value.clone_into(&mut field.value);
        }
        self
    }

    /// Shows why it was not taken: beside the fields it is about, and in a list on top that leads to them.
    #[must_use]
    pub(crate) fn refused(mut self, problem: &Problem) -> Self {
        if problem.fields().is_empty() {
            let ((title, _), (next, _)) = (problem.title(), problem.next_step());
            self.mistakes.push(Mistake { anchor: String::new(), text: format!("{title} {next}") });
        }
        for field in problem.fields() {
            self = self.mistaken(field);
        }
        self
    }

    #[must_use]
    pub(crate) fn mistaken(mut self, problem: &FieldProblem) -> Self {
        let blamed =
            self.fields_mut().find_map(|field| field.blame(problem).then(|| (field.id(), field.label.clone())));
        let mistake = match blamed {
            Some((anchor, label)) => Mistake { anchor, text: format!("{label}：{}", problem.rule) },
            // About something this form does not ask by that name: said on top all the same.
            None => Mistake { anchor: String::new(), text: problem.rule.clone() },
        };
        self.mistakes.push(mistake);
        self
    }

    fn fields_mut(&mut self) -> impl Iterator<Item = &mut Field> {
        self.sections.iter_mut().flat_map(|section| section.fields.iter_mut())
    }
}
