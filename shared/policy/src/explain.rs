//! A rule in words: its values, where they come from, what they replace.

use std::fmt::Write as _;

use crate::{Policy, entry::Entry};

impl Policy {
    /// One rule in words, or `None` when there is no such rule.
    pub fn explain(&self, rule: &str) -> Option<String> {
        let entry = self.entries.get(rule)?;
        let Policy { head, .. } = self;
        let mut text = format!("{rule} · {} {} ({})\n", head.id, head.title.zh, head.title.en);
        let mut line = |label: &str, value: &str| {
            writeln!(text, "  {label}: {value}").expect("writing to a String cannot fail");
        };
        line("规定 value", &entry.shown());
        line("出处 source", &entry.source);
        line("载于 set by", &set_by(entry));
        if let Some(note) = &entry.note {
            line("说明 note", note);
        }
        if entry.in_principle {
            line("原则上 in principle", "可以说明理由免除 / may be waived with a reason");
        }
        if let Some(may) = entry.may {
            let (zh, en) = may.words();
            line("下级 packs below", &format!("只能{zh} / may {en}"));
        }
        let mut above = entry.replaces.as_deref();
        while let Some(replaced) = above {
            let words = format!("{}；{}；{}", replaced.shown(), replaced.source, set_by(replaced));
            line("取代 replaces", &words);
            above = replaced.replaces.as_deref();
        }
        Some(text)
    }

    /// Every rule with its values and its source, a line each.
    pub fn summary(&self) -> String {
        let mut text = format!(
            "{} {} ({})\n版本 version: {}\n施行 in force: {}{}\n",
            self.id(),
            self.title().zh,
            self.title().en,
            self.version_hash(),
            self.in_force().from,
            self.in_force().until.map(|until| format!(" – {until}")).unwrap_or_default(),
        );
        for (path, entry) in &self.entries {
            writeln!(text, "  {path}: {}  [{}; {}]", entry.shown(), entry.source, entry.pack)
                .expect("writing to a String cannot fail");
        }
        text
    }
}

fn set_by(entry: &Entry) -> String {
    match &entry.written {
        Some(written) => format!("{} ({}:{})", entry.pack, written.place.file, written.place.line),
        None => entry.pack.clone(),
    }
}
