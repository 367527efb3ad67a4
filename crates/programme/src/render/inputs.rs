//! What a mailing is made of, as a digest: the same inputs give the same messages, letters and findings.

use std::sync::Arc;

use source::SourceFile;
use store::digest::Digest;

use crate::model::contact::Origin;
use crate::model::content::ContentFile;
use crate::model::mailing::Mailing;
use crate::model::programme::Programme;

/// The digests of a programme's mailings.
#[derive(Clone, Copy)]
pub struct Inputs<'p> {
    programme: &'p Programme,
    /// What every mailing is made of.
    common: Digest,
}

impl<'p> Inputs<'p> {
    /// Takes in what the mailings have in common: settings, contacts, ledgers, templates, standing text, pictures, the addresses of
    /// pages. `key` is a digest of the key that codes and tokens are derived with.
    pub fn new(programme: &'p Programme, key: Digest) -> Self {
        let lists = programme.files.iter().filter(|file| !file.path().starts_with("content/plan/"));
        Inputs::over(programme, &key.to_string(), lists)
    }

    /// The same without those who read them: what the texts alone are made of.
    pub fn of_texts(programme: &'p Programme) -> Self {
        let ours =
            |file: &&Arc<SourceFile>| file.path().starts_with("content/") && !file.path().starts_with("content/plan/");
        Inputs::over(programme, "", programme.files.iter().filter(ours))
    }

    fn over<'f>(programme: &'p Programme, key: &str, lists: impl Iterator<Item = &'f Arc<SourceFile>>) -> Self {
        let mut inputs = Digest::builder();
        inputs.add(env!("CARGO_PKG_VERSION"));
        inputs.add(&format!("{key} {:?}", programme.settings));
        let standing = programme.keep_in_mind.variants.values().map(|content| &content.file);
        let templates = programme.templates.values();
        for file in lists.map(Arc::clone).chain(templates.map(Arc::clone)).chain(standing.map(Arc::clone)) {
            inputs.add(file.path());
            inputs.add_bytes(&file.digest().unwrap_or_else(|| Digest::of(file.text().as_bytes()).bytes()));
        }
        inputs.add(&format!("{:?}", programme.strings));
        for (path, asset) in &programme.assets {
            inputs.add(path);
            inputs.add(&asset.digest);
        }
        for (name, page) in &programme.pages {
            for ((language, _), content) in &page.variants {
                inputs.add(&format!("{name} {language} {:?}", content.front.slug));
            }
        }
        Inputs { programme, common: inputs.finish() }
    }

    /// What one mailing is made of: what all have in common, its line in the plan and its texts.
    pub fn of(&self, mailing: &Mailing) -> Digest {
        let mut inputs = Digest::builder();
        // Where its line stands changes nothing.
        let line = Mailing { origin: Origin::default(), ..mailing.clone() };
        inputs.add(&format!("{} {line:?}", self.common));
        for content in self.programme.content(mailing).variants.values() {
            inputs.add(content.file.path());
            inputs.add(content.file.text());
        }
        inputs.finish()
    }

    /// What the messages of one mailing are made of whose text this is. The others count by their names: without one of them its
    /// readers would get another.
    pub fn of_text(&self, mailing: &Mailing, text: &ContentFile) -> Digest {
        let mut inputs = Digest::builder();
        let line = Mailing { origin: Origin::default(), ..mailing.clone() };
        inputs.add(&format!("{} {line:?}", self.common));
        inputs.add(text.file.path());
        inputs.add(text.file.text());
        for content in self.programme.content(mailing).variants.values() {
            inputs.add(content.file.path());
        }
        inputs.finish()
    }
}
