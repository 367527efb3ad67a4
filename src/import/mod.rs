//! Lists from other programs into contacts, and contacts into lists (R13, R20, R26, R27).
mod days;
mod fields;
mod headings;
mod words;
