use std::collections::BTreeMap;

/// The code of a topic (热点问题分类; QL-17), such as `labour_social_security`: lower-case letters and underscores.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TopicCode(String);

impl TopicCode {
    /// Reads a code of 2 to 40 lower-case letters, digits and underscores.
    pub fn parse(text: &str) -> Option<Self> {
        let shaped = (2..=40).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        shaped.then(|| Self(text.to_owned()))
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One topic of the taxonomy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// Its code.
    pub code: TopicCode,
    /// 中文名称
    pub name_zh: String,
    /// English name.
    pub name_en: String,
    /// False once retired: old petitions keep it, new ones cannot take it.
    pub active: bool,
}

/// The taxonomy, in the order people see it.
#[derive(Clone, Debug, Default)]
pub struct Topics {
    order: Vec<Topic>,
    by_name: BTreeMap<String, usize>,
}

impl Topics {
    /// The taxonomy of these topics.
    pub fn new(order: Vec<Topic>) -> Self {
        let by_name = order
            .iter()
            .enumerate()
            .flat_map(|(at, topic)| [(topic.code.as_str().to_owned(), at), (topic.name_zh.clone(), at)])
            .collect();
        Self { order, by_name }
    }

    /// An active topic by its code or its Chinese name.
    pub fn active(&self, name: &str) -> Option<&Topic> {
        self.by_name.get(name.trim()).map(|at| &self.order[*at]).filter(|topic| topic.active)
    }

    /// Every topic.
    pub fn iter(&self) -> impl Iterator<Item = &Topic> {
        self.order.iter()
    }

    /// The first active topic's code, to show what a code looks like.
    pub fn example(&self) -> &str {
        self.order.iter().find(|topic| topic.active).map_or("labour_social_security", |topic| topic.code.as_str())
    }
}
