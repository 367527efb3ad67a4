//! The pictures of messages and letters, as large as they are shown and no larger. A copy is named by what it is made from, so it is made
//! when somebody writes it, and once; so are the pictures that the site makes.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::model::content::Asset;
use picture::copies;

/// A picture as a message or letter shows it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ShownPicture {
    /// Its path below `content/`.
    pub path: String,
    /// The width in pixels of the copy that stands for it; `None` where it is shown itself.
    pub copy: Option<usize>,
}

/// Where copies are kept from one command to the next.
pub trait Kept: Send + Sync {
    /// What is kept under this name.
    fn get(&self, name: &str) -> Option<Vec<u8>>;
    /// Keeps it under this name, if it can.
    fn put(&self, name: &str, bytes: &[u8]);
}

/// Makes copies of pictures, each once.
#[derive(Default)]
pub struct Copier {
    kept: Option<Box<dyn Kept>>,
    made: Mutex<BTreeMap<String, Made>>,
}

/// A copy, made by whoever asks first; the others wait for it.
type Made = Arc<OnceLock<Arc<[u8]>>>;

impl Copier {
    /// One that looks here before it makes a copy.
    pub fn keeping(kept: impl Kept + 'static) -> Self {
        Copier { kept: Some(Box::new(kept)), made: Mutex::default() }
    }

    /// The picture, or the copy of this width that stands for it. A picture that cannot be read stands in for its copy.
    pub fn bytes(&self, asset: &Asset, copy: Option<usize>) -> Arc<[u8]> {
        let Some(width) = copy else { return Arc::clone(&asset.bytes) };
        let name = format!("{}-{width}-{}", asset.digest, copies::EDITION);
        let made =
            Arc::clone(self.made.lock().unwrap_or_else(PoisonError::into_inner).entry(name.clone()).or_default());
        Arc::clone(made.get_or_init(|| {
            let copy = self.kept(&name, || copies::light_copy(asset.original(), width));
            copy.map_or_else(|| Arc::clone(&asset.bytes), Arc::from)
        }))
    }

    /// What is kept under `name`, else what `make` makes, which is kept then. The name tells all that it is made from.
    pub fn kept(&self, name: &str, make: impl FnOnce() -> Option<Vec<u8>>) -> Option<Vec<u8>> {
        self.kept.as_ref().and_then(|kept| kept.get(name)).or_else(|| {
            let made = make()?;
            self.kept.iter().for_each(|kept| kept.put(name, &made));
            Some(made)
        })
    }
}
