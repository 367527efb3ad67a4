//! What a programme makes, side by side: [`mail`], [`post`], the public [`site`], the private [`report`] and the [`calendar`]s.
//!
//! Each product renders, lints and writes its own, and none imports another: what two of them need lies in [`render`](crate::render)
//! or below. Whoever changes letters opens one folder.

use crate::model::id::MailingId;
use source::diagnostic::Diagnostic;
use store::StoreError;

pub mod calendar;
pub mod mail;
pub mod post;
pub mod report;
pub mod site;

/// Why a file was not written.
#[derive(Debug)]
pub enum ProductError {
    /// It cannot be rendered.
    Render(Box<Diagnostic>),
    /// It cannot be stored.
    Store(StoreError),
}

impl From<Box<Diagnostic>> for ProductError {
    fn from(diagnostic: Box<Diagnostic>) -> Self {
        ProductError::Render(diagnostic)
    }
}

impl From<StoreError> for ProductError {
    fn from(error: StoreError) -> Self {
        ProductError::Store(error)
    }
}

/// Who is told how long work gets on.
pub trait Steps: Sync {
    /// So many messages of a mailing are about to be written, or files of its letters printed.
    fn begin(&self, mailing: &MailingId, count: usize);
    /// One more of them is.
    fn step(&self);
}
