//! Reads a file of any size in bounded memory: whole where it is small, else as overlapping windows of decoded text.

use std::io::{self, Read};

use encoding_rs::Decoder;

use super::Why;
use crate::span::Position;
use crate::text::{Encoding, SourceText};

/// Reads one file after the other into the same buffers. Each worker has one.
#[derive(Debug)]
pub struct Reader {
    /// Grows to the largest file that was read whole, and is never cleared: how much of it counts is told beside it.
    raw: Vec<u8>,
    sizes: Sizes,
}

/// How much is held at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sizes {
    /// Up to here a file is read whole.
    pub(crate) whole: usize,
    /// How much of a larger one is read at once.
    pub(crate) step: usize,
    /// How much of a window is looked at again in the next.
    pub(crate) overlap: usize,
}

/// What a reader hands on.
#[derive(Debug)]
pub enum Piece<'a> {
    /// All bytes of a file.
    Whole(&'a [u8]),
    /// A part of one. What starts in `core` is told; the rest is there for what lies around it, and starts in the core
    /// of another window.
    Window {
        /// The text.
        text: &'a SourceText,
        /// The first byte that belongs to this window, and the first that belongs to the next.
        core: std::ops::Range<u32>,
    },
}

impl Default for Reader {
    fn default() -> Self {
        Self::sized(Sizes { whole: 4 << 20, step: 2 << 20, overlap: 64 << 10 })
    }
}

impl Reader {
    /// A reader of other windows than the usual ones.
    pub(crate) const fn sized(sizes: Sizes) -> Self {
        Self { raw: Vec::new(), sizes }
    }

    /// Reads `input` to its end and hands each piece to `look`. Gives the number of bytes read.
    ///
    /// # Errors
    /// [`Why`] it was not read, or not to its end.
    pub fn read(
        &mut self,
        input: &mut dyn Read,
        look: &mut dyn FnMut(Piece<'_>) -> Result<(), Why>,
    ) -> Result<u64, Why> {
        let (held, ended) = self.fill(input, 0, self.sizes.whole)?;
        if ended {
            look(Piece::Whole(&self.raw[..held]))?;
            return Ok(held as u64);
        }
        self.windows(input, held, look)
    }

    /// Reads behind the `held` bytes until the buffer holds `most`; how many it holds, and whether the input ended.
    fn fill(&mut self, input: &mut dyn Read, mut held: usize, most: usize) -> Result<(usize, bool), Why> {
        while held < most {
            if self.raw.len() == held {
                self.raw.resize((held * 2).max(FIRST_READ).min(most), 0);
            }
            let room = self.raw.len().min(most);
            match input.read(&mut self.raw[held..room]) {
                Ok(0) => return Ok((held, true)),
                Ok(more) => held += more,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Why::Unreadable(error.to_string())),
            }
        }
        Ok((held, false))
    }

    fn windows(
        &mut self,
        input: &mut dyn Read,
        mut held: usize,
        look: &mut dyn FnMut(Piece<'_>) -> Result<(), Why>,
    ) -> Result<u64, Why> {
        let head = &self.raw[..whole_characters(&self.raw[..held])];
        let encoding = Encoding::detect(head).map_err(|_| Why::Binary)?;
        let mut decoding = Decoding::new(encoding);
        let mut total = held as u64;
        let (mut start, mut offset, mut first) = (Position::START, 0_u64, 0_usize);
        let mut text = String::new();
        let mut ended = false;
        loop {
            let taken = decoding.push(&self.raw[..held], ended, &mut text);
            let window = SourceText::window(std::mem::take(&mut text), encoding, start, offset);
            let seen = window.as_str();
            let last =
                if ended { seen.len() } else { boundary(seen, seen.len().saturating_sub(self.sizes.overlap / 2)) };
            let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
            look(Piece::Window { text: &window, core: clamp(first)..clamp(last) })?;
            if ended {
                return Ok(total);
            }
            let cut = boundary(seen, last.saturating_sub(self.sizes.overlap / 2));
            start = start.after(&seen[..cut]);
            offset += cut as u64;
            first = last - cut;
            seen[cut..].clone_into(&mut text);
            self.raw.copy_within(taken..held, 0);
            let kept = held - taken;
            (held, ended) = self.fill(input, kept, kept + self.sizes.step)?;
            total += (held - kept) as u64;
        }
    }
}

/// Decodes piece after piece; what a piece's end cuts through waits for the next.
struct Decoding {
    encoding: Encoding,
    decoder: Option<Decoder>,
    begun: bool,
}

impl Decoding {
    fn new(encoding: Encoding) -> Self {
        let decoder = match encoding {
            Encoding::Utf16Le => Some(encoding_rs::UTF_16LE.new_decoder_with_bom_removal()),
            Encoding::Utf16Be => Some(encoding_rs::UTF_16BE.new_decoder_with_bom_removal()),
            Encoding::ShiftJis => Some(encoding_rs::SHIFT_JIS.new_decoder_without_bom_handling()),
            Encoding::Gb18030 => Some(encoding_rs::GB18030.new_decoder_without_bom_handling()),
            _ => None,
        };
        Self { encoding, decoder, begun: false }
    }

    /// Adds what `raw` holds to `text`, and gives how many bytes that were; what is left starts a cut character.
    fn push(&mut self, raw: &[u8], last: bool, text: &mut String) -> usize {
        if let Some(decoder) = &mut self.decoder {
            text.reserve(decoder.max_utf8_buffer_length(raw.len()).unwrap_or(raw.len() * 3));
            let _ = decoder.decode_to_string(raw, text, last);
            return raw.len();
        }
        let end = match self.encoding {
            _ if last => raw.len(),
            Encoding::Utf32Le | Encoding::Utf32Be => raw.len() & !3,
            Encoding::Utf8 => whole_characters(raw),
            _ => raw.len(),
        };
        match std::str::from_utf8(&raw[..end]) {
            Ok(piece) if matches!(self.encoding, Encoding::Utf8) => {
                let marked = !std::mem::replace(&mut self.begun, true);
                text.push_str(piece.strip_prefix('\u{feff}').filter(|_| marked).unwrap_or(piece));
            }
            // UTF-8 with a fault far from its head: the piece is read as what every byte string fits.
            _ if matches!(self.encoding, Encoding::Utf8) => text.push_str(&Encoding::Windows1252.decode(&raw[..end])),
            _ => text.push_str(&self.encoding.decode(&raw[..end])),
        }
        end
    }
}

/// How many bytes are left when a UTF-8 character that is cut off at the end is left out.
fn whole_characters(bytes: &[u8]) -> usize {
    let tail = bytes.len().saturating_sub(3);
    for at in (tail..bytes.len()).rev() {
        let length = match bytes[at] {
            0xC0..=0xDF => 2,
            0xE0..=0xEF => 3,
            0xF0..=0xFF => 4,
            0x80..=0xBF => continue,
            _ => 1,
        };
        return if at + length > bytes.len() { at } else { bytes.len() };
    }
    bytes.len()
}

/// The nearest place at or before an offset that neither cuts a character nor a CR LF.
fn boundary(text: &str, offset: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = offset.min(text.len());
    while at > 0 && (!text.is_char_boundary(at) || bytes[at - 1] == b'\r') {
        at -= 1;
    }
    at
}

const FIRST_READ: usize = 64 << 10;

#[cfg(test)]
mod tests {
    use super::{Piece, Reader, Sizes};

    /// What starts in the cores of all windows, with its absolute offset, line and column.
    fn marks(bytes: &[u8], sizes: Sizes) -> Vec<(u64, u32, u32)> {
        let mut found = Vec::new();
        let mut reader = Reader::sized(sizes);
        let read = reader.read(&mut &bytes[..], &mut |piece| {
            let mut take = |text: &crate::text::SourceText, core: std::ops::Range<u32>| {
                for (at, _) in text.as_str().match_indices("MARK") {
                    let at = u32::try_from(at).expect("windows are small");
                    if core.contains(&at) {
                        let place = text.position(at);
                        found.push((text.offset() + u64::from(at), place.line, place.column));
                    }
                }
            };
            match piece {
                Piece::Whole(bytes) => {
                    let text = crate::text::SourceText::decode(bytes).expect("this is text");
                    take(&text, 0..u32::MAX);
                }
                Piece::Window { text, core } => take(text, core),
            }
            Ok(())
        });
        assert_eq!(read, Ok(bytes.len() as u64));
        found
    }

    #[test]
    fn windows_tell_each_thing_once_and_at_its_place() {
        let whole = Sizes { whole: 1 << 20, step: 0, overlap: 0 };
        let mut text = String::new();
        for number in 0..400 {
            text.push_str(["é", "a\r\n", "😀 ", "xyz", "\n", "\r"][number % 6]);
            text.push_str(&"-".repeat(number % 11));
            if number % 3 == 0 {
                text.push_str("MARK");
            }
        }
        let expected = marks(text.as_bytes(), whole);
        assert!(expected.len() > 100);
        for step in 64..140 {
            let sizes = Sizes { whole: step + 7, step, overlap: 32 };
            assert_eq!(marks(text.as_bytes(), sizes), expected, "windows of {step}");
        }
        let units: Vec<u8> = [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        for step in 64..140 {
            let sizes = Sizes { whole: step + 7, step, overlap: 32 };
            assert_eq!(marks(&units, sizes), expected, "UTF-16 in windows of {step}");
        }
        let japanese = [b"# coding: cp932\n".as_slice(), &b"\x93\xfa\x96\x7b MARK\n".repeat(60)].concat();
        let expected = marks(&japanese, whole);
        for step in 64..140 {
            let sizes = Sizes { whole: step + 7, step, overlap: 32 };
            assert_eq!(marks(&japanese, sizes), expected, "Shift-JIS in windows of {step}");
        }
    }
}
