//! A look over a JSON text before it is read into a type: depth, size, names given twice, NUL.
//!
//! `serde` would take the last of two equal names, and a reader before it the first: a text with two meanings is refused.

use std::{cell::RefCell, collections::HashSet, fmt};

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::FieldProblem;

const DEEPEST: usize = 32;
const MOST_VALUES: usize = 200_000;

/// Looks over the text. What it finds is a problem of a field; what is not JSON is left to the reading that follows.
pub(crate) fn look_over(text: &str) -> Result<(), FieldProblem> {
    let state = State { values: RefCell::new(0), path: RefCell::new(Vec::new()), found: RefCell::new(None) };
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let _ = Look { state: &state }.deserialize(&mut deserializer);
    state.found.into_inner().map_or(Ok(()), Err)
}

struct State {
    values: RefCell<usize>,
    path: RefCell<Vec<String>>,
    found: RefCell<Option<FieldProblem>>,
}

impl State {
    fn report<E: Error>(&self, rule: &str, rule_en: &str, example: &str) -> E {
        let path = self.path.borrow();
        let mut field = String::new();
        for part in path.iter() {
            if !field.is_empty() && !part.starts_with('[') {
                field.push('.');
            }
            field.extend(part.chars().take(64));
            if field.len() > 256 {
                break;
            }
        }
        let field = if field.is_empty() { "body".to_owned() } else { field };
        *self.found.borrow_mut() = Some(FieldProblem::new(field, rule, rule_en, example));
        E::custom("refused")
    }

    fn text<E: Error>(&self, text: &str) -> Result<(), E> {
        if text.contains('\0') {
            return Err(self.report("不得包含空字符（U+0000）", "must not contain the character U+0000", "普通文字"));
        }
        Ok(())
    }
}

#[derive(Clone, Copy)]
struct Look<'a> {
    state: &'a State,
}

impl Look<'_> {
    fn enter<E: Error>(self, part: String) -> Result<(), E> {
        let mut path = self.state.path.borrow_mut();
        path.push(part);
        if path.len() > DEEPEST {
            path.truncate(2);
            drop(path);
            return Err(self.state.report("嵌套不得超过32层", "must not be nested more than 32 deep", "{\"a\": 1}"));
        }
        Ok(())
    }

    fn leave(self) {
        self.state.path.borrow_mut().pop();
    }
}

impl<'de> DeserializeSeed<'de> for Look<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        *self.state.values.borrow_mut() += 1;
        if *self.state.values.borrow() > MOST_VALUES {
            return Err(self.state.report("内容项过多", "has too many values", "至多20万项 / at most 200,000"));
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Look<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.state.text(text)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        for at in 0.. {
            self.enter(format!("[{at}]"))?;
            if items.next_element_seed(self)?.is_none() {
                self.leave();
                break;
            }
            self.leave();
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let mut seen = HashSet::new();
        while let Some(name) = entries.next_key::<String>()? {
            self.state.text(&name)?;
            self.enter(name.clone())?;
            if !seen.insert(name) {
                return Err(self.state.report("同一字段不得出现两次", "must not be given twice", "{\"a\": 1}"));
            }
            entries.next_value_seed(self)?;
            self.leave();
        }
        Ok(())
    }
}
