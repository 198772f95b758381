//! Bytes through the door `policy`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| overscope_fuzz::policy(bytes));
