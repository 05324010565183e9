//! Every form, looked at as a reader would: the text of its pages, with nothing missing and nothing over the margin.

mod forms;
mod literal;
mod reader;
mod samples;
