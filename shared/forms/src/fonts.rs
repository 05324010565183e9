//! The fonts on this machine.

use std::fs;
use std::path::{Path, PathBuf};

use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;

/// Where fonts are looked for, one folder after the other, behind the one of the settings (`files.fonts`): what Huiyin's image and
/// the packages of Debian, Fedora, Arch and Alpine use.
pub const PLACES: [&str; 7] = [
    "/usr/share/huiyin/fonts",
    "/usr/share/fonts/opentype/noto",
    "/usr/share/fonts/truetype/hanazono",
    "/usr/share/fonts/google-noto-serif-cjk-fonts",
    "/usr/share/fonts/noto-cjk",
    "/usr/share/fonts/noto",
    "/usr/local/share/fonts",
];

/// The family all forms are set in, with the shapes of the mainland standard.
const FAMILY: &str = "Noto Serif CJK SC";
pub(crate) const NEEDED: [&str; 2] = ["NotoSerifCJK-Regular.ttc", "NotoSerifCJK-Bold.ttc"];
/// 42,711 characters of extension B and all of C to F: names hold them.
pub(crate) const RARE: &str = "HanaMinB.ttf";

/// No form can be set: a font is missing.
#[derive(Debug, thiserror::Error)]
#[error(
    "缺少中文字体文件 {file}，无法生成文书：请安装 fonts-noto-cjk（apt-get install fonts-noto-cjk），或在设置 files.fonts 中指明字体所在文件夹。\
     The font {file} is missing, so no document can be made: install fonts-noto-cjk, or name the folder that holds it in files.fonts. Looked in: {looked}"
)]
pub struct FontsMissing {
    file: &'static str,
    looked: String,
}

/// The fonts that forms are set in: about 55 MB of memory, 31 more with the rare characters. Read once per process and share.
pub struct Fonts {
    pub(crate) book: LazyHash<FontBook>,
    pub(crate) fonts: Vec<Font>,
}

impl std::fmt::Debug for Fonts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.families()).finish()
    }
}

impl Fonts {
    /// Reads the fonts from the folder given, if any, and else from [`PLACES`].
    ///
    /// # Errors
    /// A font that is needed is nowhere: tells which package holds it.
    pub fn find(folder: Option<&Path>) -> Result<Self, FontsMissing> {
        let places = folder.map(Path::to_path_buf).into_iter().chain(PLACES.map(PathBuf::from));
        Self::find_in(&places.collect::<Vec<_>>())
    }

    pub(crate) fn find_in(places: &[PathBuf]) -> Result<Self, FontsMissing> {
        let look = |file| places.iter().find_map(|place| read(&place.join(file)));
        let mut fonts = Vec::new();
        for file in NEEDED {
            fonts.push(look(file).ok_or_else(|| FontsMissing {
                file,
                looked: places.iter().map(|place| place.display().to_string()).collect::<Vec<_>>().join(", "),
            })?);
        }
        fonts.extend(look(RARE));
        Ok(Self { book: LazyHash::new(FontBook::from_fonts(&fonts)), fonts })
    }

    /// The families by preference.
    pub(crate) fn families(&self) -> impl Iterator<Item = &str> {
        let mut families: Vec<&str> = self.fonts.iter().map(|font| font.info().family.as_str()).collect();
        families.dedup();
        families.into_iter()
    }

    /// Can this character be drawn, in ordinary weight and in bold?
    pub(crate) fn draws(&self, character: char) -> bool {
        let has = |font: &Font| font.info().coverage.contains(u32::from(character));
        let (needed, rare) = self.fonts.split_at(NEEDED.len());
        needed.iter().all(has) || rare.iter().any(has)
    }
}

fn read(file: &Path) -> Option<Font> {
    let mut fonts = Font::iter(Bytes::new(fs::read(file).ok()?));
    // A collection holds a font per region; a file of one font is taken as it is.
    let first = fonts.next()?;
    if first.info().family == FAMILY {
        Some(first)
    } else {
        Some(fonts.find(|font| font.info().family == FAMILY).unwrap_or(first))
    }
}
