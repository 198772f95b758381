//! Bytes through the door `rules_shape`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| overscope_fuzz::rules_shape(bytes));
