//! A programme that somebody else made: opening it runs nothing of theirs, and reads nothing without end.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::programme::Programme;
use crate::run::{bevara, finish};

const DAY: [&str; 2] = ["--today", "2026-11-25"];

/// A program of the programme's that leaves a trace when it runs, and the trace.
fn program_of(programme: &Programme) -> (PathBuf, PathBuf) {
    let (program, trace) = (programme.path("evil.sh"), programme.path("RAN"));
    fs::write(&program, format!("#!/bin/sh\ntouch {}\nexit 0\n", trace.display())).expect("written");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("a program");
    (program, trace)
}

fn git(programme: &Programme, arguments: &[&str]) {
    let identity = ["-c", "user.name=Elin", "-c", "user.email=elin@ek-ask.example", "-c", "commit.gpgsign=false"];
    let mut command = Command::new("git");
    command.arg("-C").arg(programme.root()).args(identity).args(arguments);
    let done = command.env("GIT_CONFIG_NOSYSTEM", "1").output().expect("git");
    assert!(done.status.success(), "{arguments:?} {done:?}");
}

fn run(programme: &Programme, arguments: &[&str]) -> crate::run::Run {
    let mut command = bevara(programme.root());
    command.env_remove("BEVARA_CHROMIUM").args(DAY).args(arguments);
    finish(&mut command, programme.root())
}

#[test]
fn a_programme_names_no_program_to_run() {
    let programme = Programme::new();
    let (program, trace) = program_of(&programme);
    let program = program.to_str().expect("UTF-8");
    fs::write(programme.path(".env"), format!("BEVARA_CHROMIUM={program}\nPATH={program}\n")).expect("written");
    let build = run(&programme, &["build", "--all"]).succeeds();
    assert!(build.stderr.contains("`BEVARA_CHROMIUM` has no effect in .env"), "{}", build.stderr);
    assert!(!trace.exists());

    git(&programme, &["init", "-q", "-b", "main"]);
    fs::write(programme.path(".gitattributes"), "*.md filter=evil diff=evil\n*.yaml filter=evil\n").expect("written");
    git(&programme, &["add", "."]);
    git(&programme, &["commit", "-qm", "Begin"]);
    for name in [
        "core.fsmonitor",
        "core.sshCommand",
        "core.alternateRefsCommand",
        "core.pager",
        "core.askPass",
        "filter.evil.clean",
        "filter.evil.process",
        "diff.evil.textconv",
        "diff.external",
        "credential.helper",
        "remote.origin.uploadpack",
    ] {
        git(&programme, &["config", name, program]);
    }
    for hook in ["post-index-change", "reference-transaction", "pre-auto-gc", "post-checkout"] {
        fs::create_dir_all(programme.path(".git/hooks")).expect("made");
        fs::copy(program, programme.path(".git/hooks").join(hook)).expect("copied");
    }
    git(&programme, &["config", "branch.main.remote", "origin"]);
    git(&programme, &["config", "branch.main.merge", "refs/heads/main"]);
    git(&programme, &["config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*"]);
    fs::create_dir_all(programme.path(".git/refs/remotes/origin")).expect("made");
    fs::copy(programme.path(".git/refs/heads/main"), programme.path(".git/refs/remotes/origin/main")).expect("copied");
    for url in [&format!("ext::{program}"), "ssh://nowhere.invalid/x", &programme.root().display().to_string()] {
        git(&programme, &["config", "remote.origin.url", url]);
        let _ = fs::remove_file(&trace);
        for confirm in [&[][..], &["--confirm", "6"]] {
            run(&programme, &[&["send", "2026-11-newsletter", "--via", "mbox:out.mbox"], confirm].concat());
            assert!(!trace.exists(), "{url}: a program of the repository was run");
        }
    }
}

#[test]
fn settings_beside_a_programme_are_a_small_text() {
    let long = "#".repeat(64 * 1024 + 1);
    let ways: [&dyn Fn(&Programme); 5] = [
        &|programme| symlink("/dev/zero", programme.path(".env")).expect("linked"),
        &|programme| fs::create_dir(programme.path(".env")).expect("made"),
        &|programme| fs::write(programme.path(".env"), &long).expect("written"),
        &|programme| fs::write(programme.path(".env"), b"BEVARA_LINK_KEY=\xff\n").expect("written"),
        &|programme| {
            let made = Command::new("mkfifo").arg(programme.path(".env")).status().expect("mkfifo");
            assert!(made.success());
        },
    ];
    for way in ways {
        let programme = Programme::new();
        way(&programme);
        let began = Instant::now();
        let checked = run(&programme, &["check"]).ends_with(4);
        assert!(checked.stderr.contains(".env cannot be used"), "{}", checked.stderr);
        assert!(began.elapsed() < Duration::from_secs(5));
    }
}
