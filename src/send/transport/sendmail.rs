//! A local `sendmail`: the command that every mail system of this kind brings.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use super::{Pass, Transport};
use crate::send::outbox::Dispatch;
use mail::address::EmailAddress;
use mail::smtp::fault::{Cause, Fault, Phase};
use mail::smtp::reply::Reply;

/// Where the command is where nothing else is said.
pub const USUAL: &str = "/usr/sbin/sendmail";

/// Exit code of a failure that passes (sysexits.h).
const EX_TEMPFAIL: i32 = 75;

/// The command, run for each message.
pub struct Sendmail {
    program: PathBuf,
    sender: EmailAddress,
    /// How long it may take for one message.
    patience: Duration,
}

/// How often it is asked whether the command has ended.
const PAUSE: Duration = Duration::from_millis(5);

impl Sendmail {
    /// A transport into the command `program`, for mail of `sender`.
    pub fn new(program: PathBuf, sender: EmailAddress, patience: Duration) -> Self {
        Sendmail { program, sender, patience }
    }

    fn run(&self, recipient: &EmailAddress, message: &[u8]) -> Result<ExitStatus, Fault> {
        let failed = |phase: Phase, what: String| Fault::new(phase, Cause::Unreachable(what));
        let program = self.program.display();
        // `--` keeps an address that begins with a hyphen from being an option.
        let mut command = Command::new(&self.program);
        // An interruption is for us: what is under way ends in peace.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command
            .args(["-i", "-f", self.sender.as_str(), "--", recipient.as_str()])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| failed(Phase::Connect, format!("cannot run {program}: {error}")))?;
        let (input, bytes) = (child.stdin.take(), with_local_line_ends(message));
        // A command that does not read would never let go of whoever writes.
        let writing = thread::spawn(move || {
            // It may have refused before it read everything: its exit code tells.
            input.map(|mut input| input.write_all(&bytes))
        });
        let mut waited = Duration::ZERO;
        while waited < self.patience {
            match child.try_wait() {
                Ok(Some(status)) => {
                    // Whoever still reads keeps it; it ends with them.
                    drop(writing);
                    return Ok(status);
                }
                Ok(None) => {
                    thread::sleep(PAUSE);
                    waited += PAUSE;
                }
                Err(error) => return Err(failed(Phase::Body, format!("{program} was lost: {error}"))),
            }
        }
        // It may have done its work, or not.
        let _ = child.kill();
        let _ = child.wait();
        Err(Fault::new(Phase::Body, Cause::Timeout(self.patience.as_secs())))
    }
}

/// Line ends as the commands of this system have them.
fn with_local_line_ends(message: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(message.len());
    for line in message.split_inclusive(|&byte| byte == b'\n') {
        match line.strip_suffix(b"\r\n") {
            Some(line) => {
                out.extend_from_slice(line);
                out.push(b'\n');
            }
            None => out.extend_from_slice(line),
        }
    }
    out
}

/// What an exit code means (sysexits.h); a command that was killed may have done its work or not.
fn judge(status: ExitStatus, program: &Path) -> Result<(), Fault> {
    let program = program.display();
    let answer = |code: u16, text: String| {
        let reply = Reply::in_our_words(code, &text);
        Fault::new(Phase::Body, reply.map_or(Cause::Garbage(text), Cause::Reply))
    };
    match status.code() {
        Some(0) => Ok(()),
        Some(EX_TEMPFAIL) => Err(answer(451, format!("{program} ended with 75: try later"))),
        Some(code @ 64..=78) => Err(answer(554, format!("{program} ended with {code}"))),
        Some(code) => Err(Fault::new(Phase::Body, Cause::Lost(format!("{program} ended with {code}")))),
        None => Err(Fault::new(Phase::Body, Cause::Lost(format!("{program} was killed")))),
    }
}

/// True where somebody may run a file.
#[cfg(unix)]
fn may_run(found: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    found.permissions().mode() & 0o111 != 0
}

#[cfg(not(unix))]
fn may_run(_: &std::fs::Metadata) -> bool {
    true
}

impl Transport for Sendmail {
    fn open(&mut self) -> Result<(), Fault> {
        let why = match std::fs::metadata(&self.program) {
            Ok(found) if found.is_file() && may_run(&found) => return Ok(()),
            Ok(_) => format!("{} is no program that this account may run", self.program.display()),
            Err(_) => format!("there is no program {}", self.program.display()),
        };
        Err(Fault::new(Phase::Connect, Cause::Unreachable(why)))
    }

    fn send_body(&mut self, _pass: Pass, dispatch: &Dispatch, message: &[u8]) -> Result<String, Fault> {
        self.run(&dispatch.to, message).and_then(|status| judge(status, &self.program))?;
        Ok(format!("{} has it", self.program.display()))
    }
}
