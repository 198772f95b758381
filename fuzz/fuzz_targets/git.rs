//! Bytes through the door `git`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| overscope_fuzz::git(bytes));
