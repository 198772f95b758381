//! Streams that are packed, as the streams they stand for.

use std::io::{self, BufRead, Read};

use super::Packing;

/// Unpacks while it is read; no more than a window is held.
///
/// # Errors
/// A stream that does not begin as it should.
pub fn unpack<'r>(packing: Packing, input: impl BufRead + 'r) -> io::Result<Box<dyn Read + 'r>> {
    Ok(match packing {
        Packing::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(input)),
        Packing::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(input)),
        Packing::Xz => Box::new(lzma_rust2::XzReader::new_mem_limit(input, true, WINDOW_KIB)),
        Packing::Zstd => Box::new(Frames { input: Some(input), frame: None }),
    })
}

/// What a member of a zip is packed with, by the number of its method; `None` for one that is not known.
///
/// # Errors
/// As [`unpack`].
pub fn method<'r>(number: u16, input: impl BufRead + 'r) -> Option<io::Result<Box<dyn Read + 'r>>> {
    Some(match number {
        0 => Ok(Box::new(input)),
        8 => Ok(Box::new(flate2::bufread::DeflateDecoder::new(input))),
        12 => unpack(Packing::Bzip2, input),
        93 => unpack(Packing::Zstd, input),
        95 => unpack(Packing::Xz, input),
        _ => return None,
    })
}

/// Frames of Zstandard one after the other, as its own tools write them for large inputs.
struct Frames<R: BufRead> {
    input: Option<R>,
    frame: Option<ruzstd::decoding::StreamingDecoder<R, ruzstd::decoding::FrameDecoder>>,
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(frame) = &mut self.frame {
                let read = frame.read(into)?;
                if read > 0 || into.is_empty() {
                    return Ok(read);
                }
                self.input = self.frame.take().map(ruzstd::decoding::StreamingDecoder::into_inner);
            }
            let Some(mut input) = self.input.take() else { return Ok(0) };
            if input.fill_buf()?.is_empty() {
                return Ok(0);
            }
            let frame = ruzstd::decoding::StreamingDecoder::new(input);
            self.frame = Some(frame.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error.to_string()))?);
        }
    }
}

/// A stream that wants a larger window is refused: it would be held for it.
const WINDOW_KIB: u32 = 100 << 10;
