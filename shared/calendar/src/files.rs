//! Calendars of a folder, beside those compiled in.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::calendar::{BUNDLED, Calendar, CalendarError};

/// Where calendars lie in a folder of policies.
pub const FOLDER: &str = "calendars";

/// Of which year a line speaks, and whether of the festivals themselves.
fn listed(line: &str) -> Option<(&str, bool)> {
    let (date, rest) = line.trim_start().split_once(',')?;
    let year = date.split_once('-')?.0;
    year.bytes().all(|byte| byte.is_ascii_digit()).then(|| (year, rest.trim_start().starts_with("statutory")))
}

fn read(path: &Path) -> Result<String, CalendarError> {
    std::fs::read_to_string(path).map_err(|source| CalendarError::Unreadable { path: path.to_owned(), source })
}

/// The CSV files of a folder in the order of their names; none where there is no folder.
fn files(folder: &Path) -> Result<Vec<(PathBuf, String)>, CalendarError> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let unreadable = |source| CalendarError::Unreadable { path: folder.to_owned(), source };
    let mut paths = std::fs::read_dir(folder)
        .and_then(|entries| entries.map(|entry| entry.map(|e| e.path())).collect::<Result<Vec<_>, _>>())
        .map_err(unreadable)?;
    paths.retain(|path| path.extension().is_some_and(|e| e == "csv"));
    paths.sort();
    paths.into_iter().map(|path| Ok((path.clone(), read(&path)?))).collect()
}

impl Calendar {
    /// The calendar of a folder of policies: the files of its part `calendars` with those compiled in, or these alone when there is no
    /// such part. A file that lists days off or made-up days of a year takes the place of what was compiled in for that year, which is how
    /// a correction comes in: the year's notice, whole, once more.
    pub fn of_policies(policies: &Path) -> Result<Self, CalendarError> {
        Self::from_files(&files(&policies.join(FOLDER))?)
    }

    /// The same as it would be with one more file, which takes the place of one of its name.
    pub fn with_file(policies: &Path, file: &Path) -> Result<Self, CalendarError> {
        let mut files = files(&policies.join(FOLDER))?;
        files.retain(|(path, _)| path.file_name() != file.file_name());
        files.push((file.to_owned(), read(file)?));
        Self::from_files(&files)
    }

    fn from_files(files: &[(PathBuf, String)]) -> Result<Self, CalendarError> {
        let replaced: BTreeSet<(&str, bool)> =
            files.iter().flat_map(|(_, text)| text.lines().filter_map(listed)).collect();
        let bundled = BUNDLED.map(|(name, text)| {
            let kept = text.lines().filter(|line| listed(line).is_none_or(|listed| !replaced.contains(&listed)));
            (name.to_owned(), kept.collect::<Vec<_>>().join("\n"))
        });
        let texts =
            bundled.into_iter().chain(files.iter().map(|(path, text)| (path.display().to_string(), text.clone())));
        let texts: Vec<_> = texts.collect();
        Self::from_sources(&texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect::<Vec<_>>())
    }
}
