//! Timers as a model: every interleaving of runners that look, lock, look again and fire with commands that extend, close and reckon
//! anew, with crashes, failures and rows removed by hand. A rule left out must be found.

mod duty;
mod tests;
