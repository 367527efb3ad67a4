use std::collections::BTreeMap;

use rayon::prelude::*;
use tempfile::TempDir;

use super::*;

fn build(root: &Path, files: &[(&str, &str)]) -> Summary {
    let store = Store::open(root).expect("opens");
    for (path, text) in files {
        store.put(path, text.as_bytes()).expect("puts");
    }
    store.finish().expect("finishes")
}

/// Every file below the folder and what it holds, the store's own left out.
fn files(root: &Path) -> BTreeMap<String, String> {
    let entries = walkdir::WalkDir::new(root).into_iter().map(|entry| entry.expect("an entry"));
    let name = |path: &Path| path.strip_prefix(root).expect("below").to_string_lossy().into_owned();
    let found = entries
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| (name(entry.path()), String::from_utf8(fs::read(entry.path()).expect("reads")).expect("text")));
    found.filter(|(name, _)| name != MANIFEST && name != LOCK).collect()
}

fn of(files: &[(&str, &str)]) -> BTreeMap<String, String> {
    files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

#[test]
fn a_second_build_writes_nothing_and_a_third_deletes_only_its_own() {
    let root = TempDir::new().expect("a folder");
    let root = root.path();
    fs::write(root.join(".gitkeep"), "").expect("writes");
    let first = [("site/index.html", "a"), ("site/old/page.html", "b"), ("mail/x.eml", "c")];
    assert_eq!(build(root, &first), Summary { written: 3, ..Summary::default() });
    fs::write(root.join("site/mine.txt"), "mine").expect("writes");

    let changed = |root: &Path| fs::metadata(root.join(MANIFEST)).and_then(|found| found.modified()).expect("a time");
    let before = changed(root);
    assert_eq!(build(root, &first), Summary { skipped: 3, ..Summary::default() });
    assert_eq!(changed(root), before);

    let third = build(root, &[("site/index.html", "a"), ("site/new.html", "d")]);
    assert_eq!(third, Summary { written: 1, skipped: 1, deleted: 2, kept: 0 });
    let left = [(".gitkeep", ""), ("site/index.html", "a"), ("site/mine.txt", "mine"), ("site/new.html", "d")];
    assert_eq!(files(root), of(&left));
    assert!(!root.join("site/old").exists() && !root.join("mail").exists() && !root.join(STAGING).exists());
    let manifest = fs::read_to_string(root.join(MANIFEST)).expect("reads");
    assert_eq!(
        manifest,
        format!(
            "{{\n  \"site/index.html\": \"{}\",\n  \"site/new.html\": \"{}\"\n}}\n",
            Digest::of(b"a"),
            Digest::of(b"d")
        )
    );
}

#[test]
fn a_build_that_fails_leaves_the_last_good_output() {
    let root = TempDir::new().expect("a folder");
    let root = root.path();
    let good = [("a.txt", "one"), ("b/c.txt", "two")];
    build(root, &good);
    let store = Store::open(root).expect("opens");
    store.put("a.txt", b"three").expect("puts");
    store.put("new/d.txt", b"four").expect("puts");
    drop(store);
    assert_eq!(files(root), of(&good));
    assert!(!root.join("new").exists());
    assert_eq!(build(root, &good).skipped, 2);
}

#[test]
fn after_a_crash_while_files_moved_no_digest_is_trusted() {
    let root = TempDir::new().expect("a folder");
    let root = root.path();
    build(root, &[("a.txt", "one"), ("b.txt", "two")]);
    // A build that stopped when it had replaced one file and made another.
    fs::write(root.join("a.txt"), "TWO").expect("writes");
    fs::write(root.join("gone.txt"), "x").expect("writes");
    fs::write(root.join(BUILDING), "gone.txt\n").expect("writes");
    let store = Store::open(root).expect("opens");
    assert!(!store.keep("a.txt").expect("reads"), "its bytes are not those of the manifest");
    assert!(store.keep("b.txt").expect("reads"));
    store.put("a.txt", b"one").expect("puts");
    assert_eq!(store.finish().expect("finishes"), Summary { written: 1, kept: 1, deleted: 1, skipped: 0 });
    assert_eq!(files(root), of(&[("a.txt", "one"), ("b.txt", "two")]));
}

#[test]
fn what_was_streamed_is_not_moved_where_it_lies_also_without_a_manifest() {
    let root = TempDir::new().expect("a folder");
    let root = root.path();
    let streamed = |text: &str| {
        let store = Store::open(root).expect("opens");
        let mut stream = store.stream("a.jsonl").expect("begins");
        stream.write(text.as_bytes()).expect("writes");
        stream.finish().expect("ends");
        store.finish().expect("finishes")
    };
    let (written, skipped) =
        (Summary { written: 1, ..Summary::default() }, Summary { skipped: 1, ..Summary::default() });
    assert_eq!(streamed("one"), written);
    assert_eq!(streamed("one"), skipped);
    fs::remove_file(root.join(MANIFEST)).expect("it is there");
    assert_eq!(streamed("one"), skipped);
    fs::remove_file(root.join(MANIFEST)).expect("it is there");
    assert_eq!(streamed("two"), written);
}

#[test]
fn a_failure_while_files_move_is_mended_by_the_next_build() {
    let root = TempDir::new().expect("a folder");
    let root = root.path();
    build(root, &[("a.txt", "one")]);
    fs::create_dir_all(root.join("m.txt/inside")).expect("a folder where a file should be");
    let store = Store::open(root).expect("opens");
    for path in ["a.txt", "b.txt", "m.txt", "z.txt"] {
        store.put(path, b"new").expect("puts");
    }
    let error = store.finish().expect_err("a folder is in the way");
    assert!(error.to_string().contains("m.txt"), "{error}");
    fs::remove_dir_all(root.join("m.txt")).expect("removes");
    assert_eq!(build(root, &[("a.txt", "one")]), Summary { written: 1, deleted: 1, ..Summary::default() });
    assert_eq!(files(root), of(&[("a.txt", "one")]));
}

#[test]
fn files_of_an_earlier_build_are_kept_on_request() {
    let root = TempDir::new().expect("a folder");
    let root = root.path();
    build(root, &[("mail/1/a.eml", "a"), ("mail/1/b.eml", "b"), ("mail/10/c.eml", "c"), ("d", "d")]);
    let store = Store::open(root).expect("opens");
    assert_eq!(store.earlier("mail/1").collect::<Vec<_>>(), ["mail/1/a.eml", "mail/1/b.eml"]);
    assert!(store.keep("mail/1/a.eml").expect("reads"));
    assert!(!store.keep("mail/2/a.eml").expect("reads"));
    assert_eq!(store.finish().expect("finishes"), Summary { kept: 1, deleted: 3, ..Summary::default() });
    assert_eq!(files(root), of(&[("mail/1/a.eml", "a")]));
}

#[test]
fn two_builds_do_not_interleave() {
    let root = TempDir::new().expect("a folder");
    let first = Store::open(root.path()).expect("opens");
    let error = Store::open(root.path()).expect_err("it is held");
    assert_eq!(error.to_string(), format!("another build is writing to `{}`", root.path().display()));
    drop(first);
    assert!(Store::open(root.path()).is_ok());
}

#[test]
fn nothing_leaves_the_output_folder() {
    let root = TempDir::new().expect("a folder");
    let outside = TempDir::new().expect("another");
    let store = Store::open(root.path()).expect("opens");
    for path in ["", "/a", "../a", "a/../b", "a//b", "a/", "./a", "a\\b", "c:a", "a\nb", "manifest.json", ".staging/x"]
    {
        assert!(matches!(store.put(path, b""), Err(StoreError::Outside { .. })), "{path:?}");
    }
    store.put("twice", b"1").expect("puts");
    store.put("twice", b"1").expect("the same again is no harm");
    assert!(matches!(store.put("twice", b"2"), Err(StoreError::PutTwice { .. })));
    drop(store);

    let hostile = format!("{{\"../x\": \"{}\"}}", Digest::of(b""));
    fs::write(root.path().join(MANIFEST), hostile).expect("writes");
    assert!(matches!(Store::open(root.path()), Err(StoreError::Damaged { .. })));
    fs::remove_file(root.path().join(MANIFEST)).expect("removes");

    #[cfg(unix)]
    {
        build(root.path(), &[("site/a", "1"), ("b", "1")]);
        fs::rename(root.path().join("site"), outside.path().join("site")).expect("renames");
        std::os::unix::fs::symlink(outside.path().join("site"), root.path().join("site")).expect("links");
        let deletes = Store::open(root.path()).expect("opens").finish();
        assert!(matches!(deletes, Err(StoreError::Symlink { .. })), "{deletes:?}");
        let store = Store::open(root.path()).expect("opens");
        store.put("site/a", b"2").expect("only staged");
        assert!(matches!(store.finish(), Err(StoreError::Symlink { .. })));
        assert_eq!(fs::read(outside.path().join("site/a")).expect("reads"), b"1");
        assert!(root.path().join("b").exists(), "nothing was deleted before the link was found");
    }
}

#[test]
fn many_threads_put_at_once() {
    let root = TempDir::new().expect("a folder");
    let put_all = || {
        let store = Store::open(root.path()).expect("opens");
        (0..500).into_par_iter().for_each(|n: u32| {
            store.put(&format!("mail/{}/{n}.eml", n % 7), n.to_string().as_bytes()).expect("puts");
        });
        store.finish().expect("finishes")
    };
    assert_eq!(put_all().written, 500);
    assert_eq!(put_all(), Summary { skipped: 500, ..Summary::default() });
}

/// A build whose folder `mail/1/messages` is new as a whole, where that can be.
fn build_fresh(root: &Path, files: &[(&str, &str)]) -> (bool, Summary) {
    let store = Store::open(root).expect("opens");
    store.put("mail/1/messages.mbox", b"m").expect("puts");
    store.put("mail/1/refusals", b"r").expect("puts");
    let fresh = store.fresh("mail/1/messages").expect("looks");
    let is_fresh = fresh.is_some();
    for (name, text) in files {
        match &fresh {
            Some(fresh) => fresh.put(name, text.as_bytes()).expect("puts"),
            None => store.put(&format!("mail/1/messages/{name}"), text.as_bytes()).expect("puts"),
        };
    }
    fresh.into_iter().for_each(Fresh::finish);
    (is_fresh, store.finish().expect("finishes"))
}

#[test]
fn a_new_folder_is_as_one_whose_files_were_put() {
    let (one, other) = (TempDir::new().expect("a folder"), TempDir::new().expect("another"));
    let messages = [("b.eml", "b"), ("a.eml", "a")];
    assert_eq!(build_fresh(one.path(), &messages), (true, Summary { written: 4, ..Summary::default() }));
    let paths = messages.map(|(name, text)| (format!("mail/1/messages/{name}"), text));
    let beside = [("mail/1/messages.mbox", "m"), ("mail/1/refusals", "r")];
    let all: Vec<_> = paths.iter().map(|(path, text)| (path.as_str(), *text)).chain(beside).collect();
    build(other.path(), &all);
    assert_eq!(files(one.path()), files(other.path()));
    let manifest = |root: &TempDir| fs::read_to_string(root.path().join(MANIFEST)).expect("reads");
    assert_eq!(manifest(&one), manifest(&other));
    // The second time some of it lies there.
    let changed = [("b.eml", "B"), ("c.eml", "c")];
    assert_eq!(
        build_fresh(one.path(), &changed),
        (false, Summary { written: 2, deleted: 1, skipped: 2, ..Summary::default() })
    );
}

#[test]
fn a_new_folder_comes_to_nothing_where_it_is_not_finished() {
    let root = TempDir::new().expect("a folder");
    let root = root.path();
    let store = Store::open(root).expect("opens");
    let fresh = store.fresh("mail/1/messages").expect("looks").expect("nothing is there");
    fresh.put("a.eml", b"a").expect("puts");
    assert!(matches!(fresh.put("a.eml", b"a"), Err(StoreError::PutTwice { .. })));
    assert!(matches!(fresh.put("../a.eml", b"a"), Err(StoreError::Outside { .. })));
    drop(fresh);
    assert_eq!(store.finish().expect("finishes"), Summary::default());
    assert!(!root.join("mail").exists() && !root.join(STAGING).exists());
}

#[test]
fn a_folder_is_not_new_where_something_lies_or_may_lie() {
    let root = TempDir::new().expect("a folder");
    let root = root.path();
    let is_new = |folder: &str| Store::open(root).expect("opens").fresh(folder).expect("looks").is_some();
    fs::create_dir_all(root.join("mail/1/messages")).expect("makes");
    fs::write(root.join("mail/1/messages/mine.txt"), "mine").expect("writes");
    assert!(!is_new("mail/1/messages"), "somebody's own file");
    // A build was stopped after the folder had moved.
    fs::write(root.join(BUILDING), "mail/2/messages/a.eml\n").expect("writes");
    assert!(!is_new("mail/2/messages"), "files of an unfinished build");
    assert!(is_new("mail/3/messages"));
}

#[test]
fn what_a_stopped_build_moved_is_known_as_its_own() {
    let root = TempDir::new().expect("a folder");
    let root = root.path();
    // A folder stands where the manifest is to be: files move, and then the build fails.
    let store = Store::open(root).expect("opens");
    fs::create_dir_all(root.join("manifest.json/inside")).expect("makes");
    let fresh = store.fresh("mail/1/messages").expect("looks").expect("nothing is there");
    fresh.put("a.eml", b"a").expect("puts");
    fresh.finish();
    store.finish().expect_err("something is in the way");
    assert!(root.join("mail/1/messages/a.eml").exists());
    fs::remove_dir_all(root.join("manifest.json")).expect("removes");
    fs::write(root.join("mail/1/messages/mine.txt"), "mine").expect("writes");
    assert_eq!(build(root, &[]), Summary { deleted: 1, ..Summary::default() });
    assert_eq!(files(root), of(&[("mail/1/messages/mine.txt", "mine")]));
}
