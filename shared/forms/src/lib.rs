#![doc = include_str!("../README.md")]

mod fonts;
mod form;
mod press;
mod printable;
mod typeset;

#[cfg(test)]
mod tests;

pub use fonts::{Fonts, FontsMissing, PLACES};
pub use form::*;
pub use press::{Press, PressError};
pub use typeset::{FormError, render};
