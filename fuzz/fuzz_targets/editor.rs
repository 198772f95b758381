//! Bytes through the door `editor`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| overscope_fuzz::editor(bytes));
