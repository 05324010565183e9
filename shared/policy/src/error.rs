//! What is wrong with a pack, and exactly where.

use std::{fmt, path::PathBuf};

use thiserror::Error;

/// A place in a pack file, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file, as it was named to the reader.
    pub file: String,
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

impl Place {
    /// Where byte `offset` of `text` stands.
    pub(crate) fn of(file: &str, text: &str, offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self {
            file: file.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// One thing that is wrong with a pack.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{place}: {problem}")]
pub struct PackError {
    /// Where.
    pub place: Place,
    /// What.
    pub problem: Problem,
}

/// What can be wrong with a pack.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Problem {
    /// Not TOML, or a value of the wrong shape.
    #[error("无法读取：{0}。 / not readable: {0}.")]
    Unreadable(String),
    /// A value stands alone.
    #[error(
        "“{0}”没有出处，请在同一表内写明 source = \"…\"。 / \"{0}\" has no source; write source = \"…\" beside it."
    )]
    NoSource(String),
    /// Nothing reads this rule.
    #[error("没有“{path}”这条规则；可用：{known}。 / there is no rule \"{path}\"; known here: {known}.")]
    UnknownRule {
        /// What was written.
        path: String,
        /// What could have been meant.
        known: String,
    },
    /// A rule no pack of the chain sets.
    #[error(
        "缺少规则“{0}”，本包及其上级均未规定。 / rule \"{0}\" is missing: neither this pack nor those above set it."
    )]
    MissingRule(String),
    /// A pack without a parent that is not the law's own.
    #[error(
        "每个政策包都必须写明 extends，最终承接法规本身的政策包（如 extends = \"national-2022\"）。 / every pack extends another, in the end the law's own; write for example extends = \"national-2022\"."
    )]
    NoParent,
    /// The parent is not there.
    #[error("找不到上级政策包“{0}”。 / the pack \"{0}\" it extends is not there.")]
    UnknownParent(String),
    /// The chain comes back to its start.
    #[error("政策包“{0}”的承接关系成环。 / pack \"{0}\" extends itself in a circle.")]
    Circle(String),
    /// The law's own pack, altered.
    #[error(
        "“{0}”是法规本身的政策包，不能改动；请另写政策包并写明 extends = \"{0}\"。 / \"{0}\" is the law's own pack and cannot be altered; write a pack of your own with extends = \"{0}\"."
    )]
    TheLaw(String),
    /// In force before the pack it rests on.
    #[error("施行日期早于其所承接的“{0}”。 / it is in force before \"{0}\", on which it rests.")]
    BeforeItsLaw(String),
    /// Two files carry the same id.
    #[error("已有编号为“{0}”的政策包。 / there is another pack with the id \"{0}\".")]
    Duplicate(String),
    /// The value goes beyond what a pack above allows.
    #[error("{0}")]
    BeyondBound(Box<Bound>),
    /// A value that makes no sense by itself.
    #[error("{zh} / {en}")]
    Nonsense {
        /// In Chinese.
        zh: String,
        /// In English.
        en: String,
    },
}

/// A bound that a pack above sets and a pack below oversteps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The rule.
    pub path: String,
    /// The pack that sets the bound.
    pub above: String,
    /// What it sets.
    pub limit: String,
    /// Its article.
    pub source_above: String,
    /// What is allowed, in Chinese.
    pub may_zh: &'static str,
    /// What is allowed, in English.
    pub may_en: &'static str,
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, above, limit, source_above, may_zh, may_en } = self;
        write!(
            f,
            "“{path}”不得如此规定：上级政策包 {above} 规定为 {limit}（{source_above}），下级只能{may_zh}。 / \
             \"{path}\" goes too far: pack {above} sets {limit} ({source_above}), and packs below may {may_en}."
        )
    }
}

/// Everything that is wrong with a pack, in order of place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackErrors(pub Vec<PackError>);

impl fmt::Display for PackErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, error) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str("\n")?;
            }
            error.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for PackErrors {}

/// Why no policy comes out.
#[derive(Debug, Error)]
pub enum PolicyError {
    /// No pack has this id.
    #[error("没有政策包“{id}”；现有：{known}。 / there is no pack \"{id}\"; there are: {known}.")]
    UnknownPack {
        /// What was asked for.
        id: String,
        /// The packs there are.
        known: String,
    },
    /// No rule has this name.
    #[error(
        "政策包“{pack}”没有规则“{rule}”；现有：{known}。 / pack \"{pack}\" has no rule \"{rule}\"; there are: {known}."
    )]
    UnknownRule {
        /// The pack.
        pack: String,
        /// What was asked for.
        rule: String,
        /// The rules there are.
        known: String,
    },
    /// The pack is wrong.
    #[error(transparent)]
    Refused(#[from] PackErrors),
    /// A file or folder cannot be read.
    #[error("无法读取 {}。 / cannot read {}.", path.display(), path.display())]
    Unreadable {
        /// Which one.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}
