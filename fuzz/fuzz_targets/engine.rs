//! Bytes through the door `engine`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| overscope_fuzz::engine(bytes));
