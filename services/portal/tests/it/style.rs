//! The colours of the stylesheet can be told apart by everybody: WCAG 2, level AA.

use std::collections::BTreeMap;

fn colours() -> BTreeMap<String, [f64; 3]> {
    let sheet = include_str!("../../assets/huiyin.css");
    let root = sheet.split_once(":root {").and_then(|(_, rest)| rest.split_once('}')).expect("the palette").0;
    let mut colours: BTreeMap<String, [f64; 3]> = root
        .split(';')
        .filter_map(|line| line.trim().split_once(": "))
        .map(|(name, value)| (name.trim_start_matches("--").to_owned(), luminance(value)))
        .collect();
    colours.insert("white".to_owned(), luminance("#ffffff"));
    colours
}

fn luminance(text: &str) -> [f64; 3] {
    let digits = text.trim().trim_start_matches('#');
    let long: String =
        if digits.len() == 3 { digits.chars().flat_map(|c| [c, c]).collect() } else { digits.to_owned() };
    [0, 2, 4].map(|at| {
        let part = f64::from(u8::from_str_radix(&long[at..at + 2], 16).expect("a colour")) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    })
}

fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let light = |c: [f64; 3]| 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2] + 0.05;
    let (a, b) = (light(one), light(other));
    a.max(b) / a.min(b)
}

#[test]
fn text_stands_out_from_what_is_behind_it() {
    let colours = colours();
    let pairs = [
        ("ink", "paper"),
        ("ink", "ground"),
        ("soft", "paper"),
        ("soft", "ground"),
        ("brand", "paper"),
        ("brand", "ground"),
        ("white", "brand"),
        ("white", "brand-deep"),
        ("late", "paper"),
        ("late", "ground"),
        ("late", "late-ground"),
        ("soon", "paper"),
        ("soon", "ground"),
        ("soon", "soon-ground"),
        ("calm", "paper"),
        ("calm", "calm-ground"),
        ("ink", "soon-ground"),
        ("ink", "late-ground"),
        ("ink", "calm-ground"),
    ];
    for (text, behind) in pairs {
        let found = contrast(colours[text], colours[behind]);
        assert!(found >= 4.5, "{text} on {behind}: {found:.2}");
    }
    assert!(contrast(colours["ink"], colours["focus"]) >= 3.0, "the focus ring is seen");
}
