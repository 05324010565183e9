//! Just enough HTML to look at our own pages: tags with attributes, in order, and the text between them.

/// A start tag.
#[derive(Clone, Debug)]
pub(crate) struct Tag {
    pub(crate) name: String,
    attributes: Vec<(String, String)>,
    /// Everything up to the end tag of the same name, tags left out.
    pub(crate) text: String,
}

impl Tag {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.attributes.iter().map(|(name, _)| name.as_str())
    }
}

/// A page.
#[derive(Clone, Debug)]
pub(crate) struct Html {
    pub(crate) tags: Vec<Tag>,
}

impl Html {
    pub(crate) fn read(page: &str) -> Self {
        let mut tags = Vec::new();
        let mut rest = page;
        while let Some(at) = rest.find('<') {
            rest = &rest[at + 1..];
            let end = tag_end(rest);
            let (inside, after) = rest.split_at(end);
            let after = after.strip_prefix('>').unwrap_or(after);
            if inside.starts_with(|c: char| c.is_ascii_alphabetic()) {
                let name: String =
                    inside.chars().take_while(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
                let close = after.find(&format!("</{name}>")).unwrap_or(0);
                let text = strip(&after[..close]);
                tags.push(Tag { attributes: attributes(&inside[name.len()..]), name, text });
            }
            rest = after;
        }
        Self { tags }
    }

    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Tag> {
        self.tags.iter().filter(move |tag| tag.name == name)
    }

    /// The value of a hidden field.
    pub(crate) fn hidden(&self, name: &str) -> Option<String> {
        let field = self.all("input").find(|tag| tag.get("type") == Some("hidden") && tag.get("name") == Some(name))?;
        field.get("value").map(str::to_owned)
    }

    /// What a form field holds: the value of an input, the text of an area, the chosen option.
    pub(crate) fn value(&self, name: &str) -> Option<String> {
        let named: Vec<&Tag> = self.tags.iter().filter(|tag| tag.get("name") == Some(name)).collect();
        let checked = named.iter().find(|tag| tag.get("checked").is_some());
        let first = checked.or(named.first())?;
        match first.name.as_str() {
            "textarea" => Some(decode(first.text.trim_start_matches('\n'))),
            "select" => {
                let at = self.tags.iter().position(|tag| std::ptr::eq(tag, *first))?;
                let options =
                    self.tags[at + 1..].iter().take_while(|tag| matches!(tag.name.as_str(), "option" | "optgroup"));
                options.filter(|tag| tag.get("selected").is_some()).find_map(|tag| tag.get("value").map(str::to_owned))
            }
            _ => first.get("value").map(decode),
        }
    }
}

fn tag_end(text: &str) -> usize {
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '>' if !quoted => return at,
            _ => {}
        }
    }
    text.len()
}

fn attributes(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let end = rest.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        if let Some(value) = after.strip_prefix("=\"") {
            let close = value.find('"').unwrap_or(value.len());
            found.push((name.to_owned(), decode(&value[..close])));
            rest = value[close..].trim_start_matches('"').trim_start();
        } else {
            found.push((name.to_owned(), String::new()));
            rest = after.trim_start_matches('=').trim_start();
        }
    }
    found
}

fn strip(text: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for c in text.chars() {
        match c {
            '<' => inside = true,
            '>' if inside => inside = false,
            _ if !inside => out.push(c),
            _ => {}
        }
    }
    out
}

pub(crate) fn decode(text: &str) -> String {
    text.replace("&#60;", "<").replace("&#62;", ">").replace("&#34;", "\"").replace("&#39;", "'").replace("&#38;", "&")
}
