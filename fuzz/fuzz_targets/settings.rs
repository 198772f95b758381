//! Bytes through the door `settings`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| overscope_fuzz::settings(bytes));
