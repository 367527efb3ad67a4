//! Noticing that something below the programme's folder has changed.
//!
//! An event only wakes us: what has changed is found by looking at the files. So it does not matter in how many steps an editor
//! saves, or what its platform calls them.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};

use notify::event::{AccessKind, AccessMode, EventKind, ModifyKind, RenameMode};
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::load::{FOLDERS, MARKER, is_left_behind};

/// What was noticed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Notice {
    /// A file is complete: whoever wrote it has closed it or moved it into its place.
    Saved,
    /// Something of the programme may have changed.
    Change,
    /// One of its folders came or went, or events were lost: it has to be watched anew.
    Upheaval,
}

/// Watches the folders of a programme, and their root for those that come and go.
pub(super) struct Watcher {
    notices: Receiver<Notice>,
    /// Held while it watches; none where changes are looked for instead.
    watcher: Option<RecommendedWatcher>,
    sender: Sender<Notice>,
    root: PathBuf,
}

impl Watcher {
    /// A watcher that has not begun.
    pub fn new(root: &Path) -> Self {
        let (sender, notices) = channel();
        Watcher { notices, watcher: None, sender, root: root.to_owned() }
    }

    /// What was noticed.
    pub fn notices(&self) -> &Receiver<Notice> {
        &self.notices
    }

    /// Watches what is there now.
    ///
    /// # Errors
    /// What the system says, mostly that it watches too much already.
    pub fn begin(&mut self) -> notify::Result<()> {
        self.watcher = None;
        let (sender, root) = (self.sender.clone(), self.root.clone());
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            if let Some(notice) = meaning(&root, event) {
                // Nobody listens any more where the server is about to end.
                let _ = sender.send(notice);
            }
        })?;
        watcher.watch(&self.root, RecursiveMode::NonRecursive)?;
        for folder in FOLDERS.iter().map(|name| self.root.join(name)).filter(|folder| folder.is_dir()) {
            watcher.watch(&folder, RecursiveMode::Recursive)?;
        }
        self.watcher = Some(watcher);
        Ok(())
    }
}

/// What an event means for us; `None` for reading, for what editors leave behind, and for folders that are not ours.
fn meaning(root: &Path, event: notify::Result<notify::Event>) -> Option<Notice> {
    let Ok(event) = event else { return Some(Notice::Upheaval) };
    if event.need_rescan() {
        return Some(Notice::Upheaval);
    }
    if matches!(event.kind, EventKind::Access(kind) if kind != AccessKind::Close(AccessMode::Write)) {
        return None;
    }
    let is_complete = matches!(
        event.kind,
        EventKind::Access(AccessKind::Close(AccessMode::Write)) | EventKind::Modify(ModifyKind::Name(RenameMode::To))
    );
    let notices = event.paths.iter().filter_map(|path| {
        let below = path.strip_prefix(root).ok()?;
        let mut names = below.components().filter_map(|part| part.as_os_str().to_str());
        let first = names.next()?;
        let changed = if is_complete { Notice::Saved } else { Notice::Change };
        if first == MARKER {
            return Some(changed);
        }
        if !FOLDERS.contains(&first) {
            return None;
        }
        match names.next_back() {
            None => Some(Notice::Upheaval),
            Some(name) => (!is_left_behind(name)).then_some(changed),
        }
    });
    notices.reduce(|one, other| if one == Notice::Upheaval { one } else { other })
}
