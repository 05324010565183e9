//! The whole road of an event as a model: every interleaving of a few publications with crashes, lost answers and rolled-back
//! streams is tried, with the decisions that the product itself takes ([`relay::decide`](crate::relay), [`inbox::plan`](crate::inbox)).
//!
//! A model that cannot fail shows nothing: each rule is also left out once, and the checker must find what goes wrong then.

mod bus;
mod reader;
mod road;
mod tests;
