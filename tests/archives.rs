//! What stands in archives, and what is said of those that cannot be read.
#![allow(clippy::tests_outside_test_module, clippy::disallowed_methods, reason = "integration tests run programs")]

mod repository;

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output};

use repository::{Repository, scrub, token};
use serde_json::Value;

fn scan(directory: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_overscope"));
    let command = scrub(&mut command).current_dir(directory).args(["scan", "--format", "json"]);
    command.args(args).output().expect("it starts")
}

/// The findings as `path:line origin`, and what was not read as `path: why`.
fn told(output: &Output) -> (Vec<String>, Vec<String>) {
    let report: Value = serde_json::from_slice(&output.stdout).expect("the output is JSON");
    let list = |key: &str| report[key].as_array().expect("a list").clone();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let place = |finding: &Value| {
        let place = &finding["place"];
        format!("{}:{} {}", text(&place["path"]), place["start"]["line"], text(&place["origin"]["kind"]))
    };
    let unread = |skipped: &Value| format!("{}: {}", text(&skipped["path"]), text(&skipped["why"]));
    (list("findings").iter().map(place).collect(), list("skipped").iter().map(unread).collect())
}

/// A zip of files, packed, as simple tools write it; `encrypted` only says so.
fn zip(files: &[(&str, &[u8])], encrypted: bool) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in files {
        let mut packed = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(content).expect("written");
        let packed = packed.finish().expect("written");
        let at = u32::try_from(out.len()).expect("small");
        let size = |bytes: &[u8]| u32::try_from(bytes.len()).expect("small").to_le_bytes();
        let mut head = Vec::new();
        head.extend([20, 0, u8::from(encrypted), 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        head.extend(size(&packed));
        head.extend(size(content));
        head.extend(u16::try_from(name.len()).expect("short").to_le_bytes());
        head.extend([0, 0]);
        out.extend(b"PK\x03\x04");
        out.extend(&head);
        out.extend(name.as_bytes());
        out.extend(&packed);
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&head);
        directory.extend([0; 10]);
        directory.extend(at.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let at = u32::try_from(out.len()).expect("small");
    let count = u16::try_from(files.len()).expect("few").to_le_bytes();
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend([count, count].concat());
    out.extend(u32::try_from(directory.len()).expect("small").to_le_bytes());
    out.extend(at.to_le_bytes());
    out.extend([0, 0]);
    out
}

fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let files: Vec<_> = files.iter().map(|(name, content)| (b'0', *name, *content)).collect();
    tar_of_kinds(&files)
}

fn tar_of_kinds(files: &[(u8, &str, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut add = |kind: u8, name: &str, content: &[u8]| {
        let mut head = [0_u8; 512];
        head[..name.len().min(100)].copy_from_slice(&name.as_bytes()[..name.len().min(100)]);
        head[124..135].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
        head[148..156].fill(b' ');
        head[156] = kind;
        let sum: u32 = head.iter().map(|&byte| u32::from(byte)).sum();
        head[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        out.extend(head);
        out.extend(content);
        out.resize(out.len().next_multiple_of(512), 0);
    };
    for (kind, name, content) in files {
        if name.len() > 100 {
            add(b'L', "././@LongLink", name.as_bytes());
        }
        add(*kind, name, content);
    }
    out.resize(out.len() + 1024, 0);
    out
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(content).expect("written");
    packed.finish().expect("written")
}

fn bzip2(content: &[u8]) -> Vec<u8> {
    let mut packed = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    packed.write_all(content).expect("written");
    packed.finish().expect("written")
}

fn zstd(content: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(content, ruzstd::encoding::CompressionLevel::Fastest)
}

#[test]
fn members_of_every_kind_are_read_and_named() {
    let home = tempfile::tempdir().expect("a temporary directory");
    let write = |name: &str, content: &[u8]| fs::write(home.path().join(name), content).expect("written");
    let secret = |seed: &str| format!("x = 1\n{}", token(seed)).into_bytes();
    let long = format!("{}/c.py", "long/".repeat(30));
    let inner = zip(&[("deep/a.py", &secret("inner")), ("b.txt", b"nothing")], false);
    write("a.zip", &zip(&[("dir/b.py", &secret("zip")), ("inner.jar", &inner), (".env", &secret("env"))], false));
    write("behind.whl", &[b"#!/bin/sh\n".as_slice(), &zip(&[("m.py", &secret("whl"))], false)].concat()[10..]);
    write("a.tar", &tar(&[("t.py", &secret("tar")), (&long, &secret("long"))]));
    write("a.tgz", &gzip(&tar(&[("g.py", &secret("tgz")), ("more.zip", &inner)])));
    write("a.tar.zst", &zstd(&tar(&[("z.py", &secret("zst"))])));
    write("twice.zst", &[zstd(b"one\n"), zstd(&secret("second frame"))].concat());
    write("a.tar.bz2", &bzip2(&tar(&[("2.py", &secret("bz2"))])));
    write("app.log.gz", &gzip(&secret("log")));
    write("named.zip", &secret("no zip at all"));
    let output = scan(home.path(), &[]);
    let (found, unread) = told(&output);
    let expected = [
        "a.tar!t.py:2 archive",
        "a.tar.bz2!a.tar!2.py:2 archive",
        "a.tar.zst!a.tar!z.py:2 archive",
        "a.tgz!a.tar!g.py:2 archive",
        "a.tgz!a.tar!more.zip!deep/a.py:2 archive",
        "a.zip!.env:2 archive",
        "a.zip!dir/b.py:2 archive",
        "a.zip!inner.jar!deep/a.py:2 archive",
        "app.log.gz!app.log:2 archive",
        "behind.whl!m.py:2 archive",
        "named.zip:2 work-tree",
        "twice.zst!twice:3 archive",
    ];
    let long = format!("a.tar!{}:2 archive", long.replace("//", "/"));
    let mut expected: Vec<String> = expected.map(str::to_owned).into_iter().chain([long]).collect();
    expected.sort();
    let mut found = found;
    found.sort();
    assert_eq!(found, expected);
    assert_eq!(unread, [""; 0]);
    let (found, unread) = told(&scan(home.path(), &["--no-archives"]));
    assert_eq!(found, ["named.zip:2 work-tree"]);
    assert!(unread.iter().all(|unread| unread.ends_with(": binary")), "{unread:?}");
}

#[test]
fn what_cannot_be_read_of_an_archive_is_told() {
    let home = tempfile::tempdir().expect("a temporary directory");
    let write = |name: &str, content: &[u8]| fs::write(home.path().join(name), content).expect("written");
    let secret = token("secret");
    let whole = zip(&[("a.py", secret.as_bytes())], false);
    write("locked.zip", &zip(&[("a.py", secret.as_bytes())], true));
    write("cut.zip", &whole[..whole.len() - 30]);
    write("cut.tar", &tar(&[("a.py", &[b'x'; 2000])])[..1500]);
    write("cut.tar.gz", &gzip(&tar(&[("a.py", secret.as_bytes())]))[..40]);
    write("up.zip", &zip(&[("../../up.py", secret.as_bytes())], false));
    let output = scan(home.path(), &[]);
    assert_eq!(output.status.code(), Some(5));
    let (found, unread) = told(&output);
    assert_eq!(found, ["up.zip!up.py:1 archive"]);
    for path in ["locked.zip!a.py: over a limit", "cut.zip: unreadable", "cut.tar: unreadable", "cut.tar.gz"] {
        assert!(unread.iter().any(|unread| unread.starts_with(path)), "{path} is not in {unread:?}");
    }
}

#[test]
fn bombs_are_bounded() {
    let home = tempfile::tempdir().expect("a temporary directory");
    let write = |name: &str, content: &[u8]| fs::write(home.path().join(name), content).expect("written");
    // Zeros that unpack to ten thousand times their size, twice over.
    let mut zeros = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    for _ in 0..400 {
        zeros.write_all(&[b'a'; 1 << 20]).expect("written");
    }
    write("bomb.txt.gz", &gzip(&zeros.finish().expect("written")));
    let mut deep = zip(&[("a.py", token("deep").as_bytes())], false);
    for _ in 0..7 {
        deep = zip(&[("in.zip", &deep)], false);
    }
    write("deep.zip", &deep);
    let mut own = tar(&[("x", b"y")]);
    own.truncate(512);
    own[124..136].copy_from_slice(b"77777777777\0");
    write("size.tar", &own);
    let output = scan(home.path(), &[]);
    assert_eq!(output.status.code(), Some(5));
    let (found, unread) = told(&output);
    assert_eq!(found, [""; 0]);
    assert!(unread.iter().any(|unread| unread.starts_with("deep.zip!in.zip") && unread.ends_with("over a limit")));
    assert!(unread.iter().any(|unread| unread.starts_with("size.tar: unreadable")), "{unread:?}");
}

#[test]
fn a_file_of_any_kind_that_a_tar_knows_is_read() {
    let home = tempfile::tempdir().expect("a temporary directory");
    let secret = |seed: &str| token(seed).into_bytes();
    let kinds = [
        (b'7', "in one piece.py", secret("a")),
        // What a kind that nobody knows holds is a file, as POSIX has it.
        (b'Z', "of some vendor.py", secret("b")),
        (b'K', "././@LongLink", b"where a link leads".to_vec()),
        (b'2', "link.py", Vec::new()),
        (b'5', "folder/", Vec::new()),
        (b'g', "of all", b"22 comment=nothing here\n".to_vec()),
        (b'0', "after.py", secret("c")),
    ];
    let kinds: Vec<_> = kinds.iter().map(|(kind, name, content)| (*kind, *name, content.as_slice())).collect();
    fs::write(home.path().join("kinds.tar"), tar_of_kinds(&kinds)).expect("written");
    // A file with holes keeps what is between them, behind a map that goes on in blocks of its own.
    let mut holes =
        tar_of_kinds(&[(b'S', "holes.py", &[vec![b'\n'; 512], secret("d")].concat()), (b'0', "z.py", &secret("e"))]);
    holes[482] = 1;
    holes[483..495].copy_from_slice(b"77777777777\0");
    let sum = |head: &[u8]| {
        head.iter().map(|&byte| u32::from(byte)).sum::<u32>()
            - head[148..156].iter().map(|&byte| u32::from(byte)).sum::<u32>()
            + 256
    };
    let proof = format!("{:06o}\0 ", sum(&holes[..512]));
    holes[148..156].copy_from_slice(proof.as_bytes());
    let map = [vec![b'0'; 504], vec![1], vec![0; 7], vec![0; 512]].concat();
    holes.splice(512..512, map);
    fs::write(home.path().join("holes.tar"), holes).expect("written");
    let (found, unread) = told(&scan(home.path(), &[]));
    let expected = [
        "holes.tar!holes.py:513 archive",
        "holes.tar!z.py:1 archive",
        "kinds.tar!after.py:1 archive",
        "kinds.tar!in one piece.py:1 archive",
        "kinds.tar!of some vendor.py:1 archive",
    ];
    assert_eq!((found, unread), (expected.map(str::to_owned).to_vec(), Vec::new()));
}

/// Archives that come to very much.
#[cfg(target_os = "linux")]
fn bombs(home: &Path) {
    let large = vec![b'a'; 16 << 20];
    // Many members that are all the same bytes.
    let one = zip(&[("0", &large)], false);
    let end = one.len() - 22;
    let from = u32::from_le_bytes(one[end + 16..end + 20].try_into().expect("four")) as usize;
    let entry = &one[from..end];
    let mut same = [&one[..from], &entry.repeat(5_000)].concat();
    let size = u32::try_from(entry.len() * 5_000).expect("small").to_le_bytes();
    same.extend(
        [&one[end..end + 8], &5_000_u16.to_le_bytes(), &5_000_u16.to_le_bytes(), &size, &one[end + 16..]].concat(),
    );
    fs::write(home.join("same.zip"), &same).expect("written");
    // Sixteen in each of sixteen, and so on.
    let mut many = zip(&[("0", &large[..1 << 20])], false);
    for _ in 0..4 {
        let names: Vec<String> = (0..16).map(|number| format!("{number}.zip")).collect();
        let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), many.as_slice())).collect();
        many = zip(&files, false);
    }
    fs::write(home.join("many.zip"), &many).expect("written");
}

/// Sizes that nobody has the memory or the time for, in a process that may not have the memory.
#[cfg(target_os = "linux")]
#[test]
fn what_an_archive_says_of_its_size_is_not_believed_and_bombs_go_off_in_bounded_memory() {
    let home = tempfile::tempdir().expect("a temporary directory");
    let write = |name: &str, content: &[u8]| fs::write(home.path().join(name), content).expect("written");
    // What goes off comes to 256 MiB: seconds as it is handed out, minutes as it is built for tests.
    let full = std::env::var_os("OVERSCOPE_TORTURE").is_some_and(|size| size == "full");
    if full {
        bombs(home.path());
    }
    let secret = token("said");
    let mut said = zip(&[("a.py", secret.as_bytes())], false);
    let end = said.len() - 22;
    let from = u32::from_le_bytes(said[end + 16..end + 20].try_into().expect("four")) as usize;
    // Both sizes, as the head of the member and as the directory have them.
    said[18..26].fill(0xFE);
    said[from + 20..from + 28].fill(0xFE);
    write("said.zip", &said);
    let mut long = zip(&[("a.py", secret.as_bytes())], false);
    let end = long.len() - 22;
    long[end + 12..end + 16].fill(0xFE);
    write("long.zip", &long);
    // A window of 4 GiB in xz, one of 2 TiB in Zstandard.
    let sum = |bytes: &[u8]| {
        let mut sum = flate2::Crc::new();
        sum.update(bytes);
        sum.sum().to_le_bytes()
    };
    let (flags, filter) = ([0, 4], [2, 0, 0x21, 1, 40, 0, 0, 0]);
    write(
        "window.xz",
        &[b"\xfd7zXZ\0".as_slice(), &flags, &sum(&flags), &filter, &sum(&filter), &[1, 0, 0, b'a'], &[0; 64]].concat(),
    );
    write("window.zst", b"\x28\xb5\x2f\xfd\0\xff\x09\0\0a");
    write("a.py", token("beside").as_bytes());
    let mut command = Command::new("bash");
    let command = scrub(&mut command).current_dir(home.path()).env("PROGRAM", env!("CARGO_BIN_EXE_overscope"));
    let started = std::time::Instant::now();
    let output = command
        .args(["-c", "ulimit -v 700000; exec \"$PROGRAM\" scan -j 2 --format json"])
        .output()
        .expect("bash is there");
    assert_eq!(output.status.code(), Some(5), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(started.elapsed() < std::time::Duration::from_secs(300), "{:?}", started.elapsed());
    let (found, unread) = told(&output);
    assert_eq!(found, ["a.py:1 work-tree", "said.zip!a.py:1 archive"], "{unread:?}");
    let always = [("long.zip", "unreadable"), ("window.xz", ""), ("window.zst", "")];
    let bombs = [("same.zip", "over a limit"), ("many.zip", "over a limit")];
    for (path, why) in always.into_iter().chain(bombs.into_iter().filter(|_| full)) {
        assert!(unread.iter().any(|one| one.starts_with(path) && one.ends_with(why)), "{path}: {unread:?}");
    }
}

#[test]
fn archives_of_the_past_are_read_and_staged_ones_too() {
    let repository = Repository::new();
    let packed = zip(&[("a.py", token("packed").as_bytes())], false);
    fs::write(repository.path().join("a.zip"), packed).expect("written");
    repository.git(&["add", "."]);
    assert_eq!(repository.seen(&["scan", "--staged"]), ["a.zip!a.py:1 staged"]);
    repository.commit();
    repository.git(&["rm", "-q", "a.zip"]);
    repository.commit();
    assert_eq!(repository.seen(&["scan", "--history"]), ["a.zip!a.py:1 history"]);
}

#[test]
fn hostile_archives_end_without_a_panic() {
    let home = tempfile::tempdir().expect("a temporary directory");
    let seeds = [
        ("zip", zip(&[("a.py", token("a").as_bytes()), ("b", b"c")], false)),
        ("tar", tar(&[("a.py", token("a").as_bytes()), ("b", b"c")])),
        ("gz", gzip(token("a").as_bytes())),
        ("zst", zstd(token("a").as_bytes())),
        ("bz2", bzip2(token("a").as_bytes())),
    ];
    let mut state = 1_u64;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).expect("31 bits") % below.max(1)
    };
    for (end, whole) in &seeds {
        for number in 0..60 {
            let mut bytes = whole.clone();
            for _ in 0..=next(4) {
                let at = next(bytes.len());
                bytes[at] = u8::try_from(next(256)).expect("a byte");
            }
            bytes.truncate(bytes.len() - if number % 3 == 0 { next(bytes.len()) } else { 0 });
            fs::write(home.path().join(format!("{number}.{end}")), bytes).expect("written");
        }
    }
    let code = scan(home.path(), &[]).status.code();
    assert!(matches!(code, Some(1 | 5)), "{code:?}");
}

#[test]
fn strings_of_binary_files_are_read_where_that_is_wanted() {
    let home = tempfile::tempdir().expect("a temporary directory");
    let binary = [b"\x7fELF\x02\x01\0\0\0\xff".as_slice(), token("built in").as_bytes(), b"\0\0"].concat();
    fs::write(home.path().join("program"), &binary).expect("written");
    let (found, unread) = told(&scan(home.path(), &[]));
    assert_eq!((found.len(), unread), (0, vec!["program: binary".to_owned()]));
    let output = scan(home.path(), &["--binary"]);
    let report: Value = serde_json::from_slice(&output.stdout).expect("the output is JSON");
    let offset = report["findings"][0]["place"]["start"]["offset"].as_u64().expect("a number");
    let at = usize::try_from(offset).expect("small");
    assert!(binary[at..].starts_with(b"1000."), "the offset is that of the file");
}

#[cfg(unix)]
#[test]
fn an_interrupted_scan_ends_at_once_and_leaves_no_file() {
    use std::os::unix::process::ExitStatusExt;
    // Whoever starts the tests in the background may have had the signal ignored, and that is inherited.
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| u64::from_str_radix(line.strip_prefix("SigIgn:")?.trim(), 16).ok());
    if ignored.is_some_and(|signals| signals & 2 != 0) {
        return;
    }
    let home = tempfile::tempdir().expect("a temporary directory");
    let mut command = Command::new(env!("CARGO_BIN_EXE_overscope"));
    let command = scrub(&mut command).current_dir(home.path()).args(["scan", "--stdin", "--output", "json=out.json"]);
    let mut child =
        command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::null()).spawn().expect("it starts");
    std::thread::sleep(std::time::Duration::from_millis(300));
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().is_ok_and(|status| status.success()));
    // A shell tells a program that was ended by signal 2 as 130.
    assert_eq!(child.wait().expect("it ends").signal(), Some(2));
    assert_eq!(fs::read_dir(home.path()).expect("it is there").count(), 0);
}
