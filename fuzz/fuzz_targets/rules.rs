//! Bytes through the door `rules`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| overscope_fuzz::rules(bytes));
