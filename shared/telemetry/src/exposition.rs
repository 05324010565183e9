//! Reading what `/metrics` shows: Prometheus' text form, as far as this house writes it.

use std::collections::BTreeMap;

/// One line of numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// Of which series; histograms end in `_bucket`, `_sum` or `_count`.
    pub name: String,
    /// The series' labels.
    pub labels: BTreeMap<String, String>,
    /// Its value.
    pub value: f64,
}

/// The samples of a text; lines that cannot be read are left out.
pub fn samples(text: &str) -> Vec<Sample> {
    text.lines().filter(|line| !line.starts_with('#')).filter_map(sample).collect()
}

fn sample(line: &str) -> Option<Sample> {
    let (series, value) = line.trim_end().rsplit_once(' ')?;
    let (name, labels) = match series.split_once('{') {
        Some((name, labels)) => (name, labels.strip_suffix('}')?),
        None => (series, ""),
    };
    let labels = labels_of(labels)?;
    Some(Sample { name: name.to_owned(), labels, value: value.parse().ok()? })
}

fn labels_of(mut text: &str) -> Option<BTreeMap<String, String>> {
    let mut labels = BTreeMap::new();
    while !text.is_empty() {
        let (name, rest) = text.split_once("=\"")?;
        let mut value = String::new();
        let mut letters = rest.char_indices();
        let end = loop {
            match letters.next()? {
                (at, '"') => break at + 1,
                (_, '\\') => match letters.next()?.1 {
                    'n' => value.push('\n'),
                    other => value.push(other),
                },
                (_, other) => value.push(other),
            }
        };
        labels.insert(name.to_owned(), value);
        text = rest.get(end..)?;
        text = text.strip_prefix(',').unwrap_or(text);
    }
    Some(labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_labels_and_values_are_read() {
        let text = "# HELP a b\na_total 3\nb_bucket{route=\"/x/{id}\",le=\"+Inf\"} 7\nc{why=\"a \\\"b\\\"\\n\"} 0.5\nbroken{ 1\n";
        let read = samples(text);
        assert_eq!(read.len(), 3, "{read:?}");
        assert_eq!((read[0].name.as_str(), read[0].value), ("a_total", 3.0));
        assert_eq!(read[1].labels["route"], "/x/{id}");
        assert_eq!(read[1].labels["le"], "+Inf");
        assert_eq!(read[2].labels["why"], "a \"b\"\n");
    }
}
