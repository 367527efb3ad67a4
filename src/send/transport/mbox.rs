//! An mbox file (RFC 4155): one message after the other.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::PathBuf;

use super::{Pass, Transport};
use crate::send::outbox::Dispatch;
use mail::address::EmailAddress;
use mail::mbox;
use mail::smtp::fault::{Cause, Fault, Phase};

/// A file that messages are appended to.
pub struct Mbox {
    path: PathBuf,
    sender: EmailAddress,
    file: Option<File>,
}

impl Mbox {
    /// A transport into the file at `path`, for mail of `sender`.
    pub fn new(path: PathBuf, sender: EmailAddress) -> Self {
        Mbox { path, sender, file: None }
    }

    fn open_file(&self) -> io::Result<File> {
        let file = OpenOptions::new().append(true).create(true).open(&self.path)?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(io::Error::other("somebody else has locked it")),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// Appends a whole message or nothing; `Err(true)` where not even that is certain.
    fn append(&mut self, message: &[u8]) -> Result<(), (io::Error, bool)> {
        let Some(file) = &mut self.file else { return Err((io::ErrorKind::NotConnected.into(), false)) };
        let mut bytes = Vec::with_capacity(message.len() + 128);
        mbox::append(message, &self.sender, &mut bytes);
        let before = file.seek(SeekFrom::End(0)).map_err(|error| (error, false))?;
        let written = file.write_all(&bytes).and_then(|()| file.sync_data());
        written.map_err(|error| {
            let taken_back = file.set_len(before).is_ok();
            (error, !taken_back)
        })
    }
}

impl Transport for Mbox {
    fn open(&mut self) -> Result<(), Fault> {
        if self.file.is_none() {
            let file = self.open_file().map_err(|error| {
                Fault::new(Phase::Connect, Cause::Unreachable(format!("cannot open {}: {error}", self.path.display())))
            })?;
            self.file = Some(file);
        }
        Ok(())
    }

    fn send_body(&mut self, _pass: Pass, _dispatch: &Dispatch, message: &[u8]) -> Result<String, Fault> {
        self.append(message).map(|()| "appended".to_owned()).map_err(|(error, in_doubt)| {
            let phase = if in_doubt { Phase::Body } else { Phase::Connect };
            Fault::new(phase, Cause::Unreachable(format!("cannot write {}: {error}", self.path.display())))
        })
    }
}
