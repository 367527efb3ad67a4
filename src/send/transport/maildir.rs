//! A Maildir: a file a message, for a queue that picks them up.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::PathBuf;

use super::{Pass, Transport};
use crate::send::outbox::Dispatch;
use mail::smtp::fault::{Cause, Fault, Phase};

/// A folder with `tmp`, `new` and `cur`.
pub struct Maildir {
    folder: PathBuf,
}

impl Maildir {
    /// A transport into `folder`, which is made where it is missing.
    pub fn new(folder: PathBuf) -> Self {
        Maildir { folder }
    }

    /// Writes a message under a name that its id gives it, so that one message is one file.
    fn write(&self, name: &str, message: &[u8]) -> io::Result<()> {
        let temporary = self.folder.join("tmp").join(name);
        let mut file = File::create(&temporary)?;
        file.write_all(message)?;
        file.sync_all()?;
        let new = self.folder.join("new");
        fs::rename(&temporary, new.join(name))?;
        // The name is only safe when its folder is.
        if cfg!(unix) { File::open(&new)?.sync_all() } else { Ok(()) }
    }
}

impl Transport for Maildir {
    fn open(&mut self) -> Result<(), Fault> {
        for name in ["tmp", "new", "cur"] {
            let folder = self.folder.join(name);
            fs::create_dir_all(&folder).map_err(|error| {
                Fault::new(Phase::Connect, Cause::Unreachable(format!("cannot make {}: {error}", folder.display())))
            })?;
        }
        Ok(())
    }

    fn send_body(&mut self, _pass: Pass, dispatch: &Dispatch, message: &[u8]) -> Result<String, Fault> {
        let id = &dispatch.message_id;
        let name = format!("{}.bevara", id.split('@').next().unwrap_or(id));
        // One message is one name: were it there already, trying again would put the same in its place.
        let failed = |error| Fault::new(Phase::Connect, Cause::Unreachable(format!("cannot write {name}: {error}")));
        self.write(&name, message).map_err(failed)?;
        Ok(format!("new/{name}"))
    }
}
