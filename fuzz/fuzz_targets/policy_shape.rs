//! Bytes through the door `policy_shape`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| overscope_fuzz::policy_shape(bytes));
