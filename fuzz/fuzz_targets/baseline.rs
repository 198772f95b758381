//! Bytes through the door `baseline`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| overscope_fuzz::baseline(bytes));
