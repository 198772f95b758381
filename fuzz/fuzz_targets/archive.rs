//! Bytes through the door `archive`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| overscope_fuzz::archive(bytes));
