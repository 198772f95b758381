//! Bytes through the door `syntax`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| overscope_fuzz::syntax(bytes));
