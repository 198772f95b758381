//! The strings in what is no text: every byte that is no printable ASCII reads as a line end, so that offsets stay.

use std::io::{self, Read};

/// Reads the strings of something binary.
#[derive(Debug)]
pub struct Strings<R>(pub R);

impl<R: Read> Read for Strings<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read(into)?;
        for byte in &mut into[..read] {
            if !matches!(*byte, b' '..=b'~' | b'\t') {
                *byte = b'\n';
            }
        }
        Ok(read)
    }
}
