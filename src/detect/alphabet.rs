//! What a run of Base64 or hex says.
//!
//! Nothing is decoded that does not begin as text: whether a run is Base64 is asked of its first bytes.

use std::io::Read as _;

use base64::Engine as _;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use flate2::read::GzDecoder;

/// What a run of hex digits says in plain.
pub(super) fn hex(run: &[u8]) -> Option<String> {
    if !run.len().is_multiple_of(2) || !is_hex(run) {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let plain: Option<Vec<u8>> = run.chunks(2).map(|pair| Some(digit(pair[0])? * 16 + digit(pair[1])?)).collect();
    readable(plain?)
}

/// Whether a run is nothing but hex digits.
pub(super) fn is_hex(run: &[u8]) -> bool {
    run.iter().all(u8::is_ascii_hexdigit)
}

/// Whether a run of Base64 may say something in plain, as its first bytes tell: text, or something that is packed. Two
/// letters say the first byte, and most names already fail by it.
pub(super) fn opens(run: &[u8]) -> bool {
    let first = || Some(sextet(*run.first()?)? << 2 | sextet(*run.get(1)?)? >> 4);
    if !first().is_some_and(|byte| is_plain(byte) || byte == PACKED[0]) {
        return false;
    }
    let head = decoder(run).decode(&run[..run.len().min(16)]).unwrap_or_default();
    !head.is_empty() && (head.starts_with(&PACKED) || head.iter().all(|&byte| is_plain(byte)))
}

/// What a run of Base64 says in plain, and whether it was packed.
pub(super) fn base64(run: &[u8]) -> Option<(String, bool)> {
    let run = run.strip_suffix(b"=").unwrap_or(run);
    let run = run.strip_suffix(b"=").unwrap_or(run);
    if !opens(run) {
        return None;
    }
    let plain = decoder(run).decode(run).ok()?;
    if plain.starts_with(&PACKED) {
        let mut unpacked = Vec::new();
        GzDecoder::new(plain.as_slice()).take(MOST as u64).read_to_end(&mut unpacked).ok()?;
        return Some((readable(unpacked)?, true));
    }
    Some((readable(plain)?, false))
}

/// Bytes as text that people read.
pub(super) fn readable(plain: Vec<u8>) -> Option<String> {
    let text = String::from_utf8(plain).ok()?;
    text.bytes().all(|byte| is_plain(byte) || byte >= 128).then_some(text)
}

/// Whether a byte stands in plain text.
pub(super) const fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\n' | b'\r' | b'\t')
}

/// The six bits that a letter of either alphabet stands for.
const fn sextet(letter: u8) -> Option<u8> {
    Some(match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    })
}

fn decoder(run: &[u8]) -> &'static GeneralPurpose {
    if run.iter().any(|byte| matches!(byte, b'-' | b'_')) { &URL_SAFE } else { &STANDARD }
}

/// The usual alphabet, with or without its filling.
pub(super) static STANDARD: GeneralPurpose = GeneralPurpose::new(&base64::alphabet::STANDARD, LENIENT);
static URL_SAFE: GeneralPurpose = GeneralPurpose::new(&base64::alphabet::URL_SAFE, LENIENT);
const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);

/// What all that a text says in other forms may come to, in bytes.
pub(super) const MOST: usize = 1024 * 1024;
/// How gzip begins.
const PACKED: [u8; 3] = [0x1f, 0x8b, 8];
