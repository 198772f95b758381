//! Messages of the language server protocol: JSON behind a header that tells its length.

use std::io::{self, BufRead, Write};

use serde_json::Value;

/// The next message; `None` where the other side is gone. What is no JSON reads as null.
///
/// # Errors
/// What the system says; a header that tells no length, after which nothing can be trusted.
pub fn read(input: &mut impl BufRead) -> io::Result<Option<Value>> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if input.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse::<usize>().ok();
        }
    }
    let length = length.filter(|length| *length <= MOST).ok_or(io::ErrorKind::InvalidData)?;
    let mut body = vec![0; length];
    input.read_exact(&mut body)?;
    Ok(Some(serde_json::from_slice(&body).unwrap_or(Value::Null)))
}

/// Writes a message.
///
/// # Errors
/// What the system says.
pub fn write(output: &mut impl Write, message: &Value) -> io::Result<()> {
    let body = message.to_string();
    write!(output, "Content-Length: {}\r\n\r\n{body}", body.len())?;
    output.flush()
}

/// No editor sends more at once.
const MOST: usize = 1 << 28;

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{read, write};

    #[test]
    fn what_is_written_is_read_and_what_is_broken_is_told_apart() {
        let mut bytes = Vec::new();
        write(&mut bytes, &json!({"a": "ü"})).expect("memory does not fail");
        bytes.extend_from_slice(b"content-length: 3\r\nX: y\r\n\r\n{a}");
        let mut input = bytes.as_slice();
        assert_eq!(read(&mut input).expect("it is whole"), Some(json!({"a": "ü"})));
        assert_eq!(read(&mut input).expect("it is whole"), Some(Value::Null));
        assert_eq!(read(&mut input).expect("it has ended"), None);
        for wrong in ["X: y\r\n\r\n{}", "Content-Length: 99999999999\r\n\r\n{}", "Content-Length: 9\r\n\r\n{}"] {
            assert!(read(&mut wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}
