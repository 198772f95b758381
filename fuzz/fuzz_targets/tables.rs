//! Bytes through the door `tables`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| overscope_fuzz::tables(bytes));
