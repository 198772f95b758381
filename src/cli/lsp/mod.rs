//! The door of the language server: messages in on standard input, answers out on standard output.

pub mod desk;
pub mod look;
pub mod offer;
pub mod place;
pub mod wire;

use std::io::{self, BufReader};
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::thread;

use serde_json::{Value, json};

use self::desk::Desk;
use super::exit::{Exit, Failure};
use super::policy_args::WholeArgs;
use super::stream::Streams;

/// `lsp`: answers an editor until it says good-bye.
///
/// # Errors
/// A folder that is not there, rules that cannot be used, an editor that went without a word.
pub fn run(args: &WholeArgs, streams: &Streams) -> Result<Exit, Failure> {
    let (send, receive) = channel();
    thread::spawn(move || {
        let mut input = BufReader::new(io::stdin());
        while let Ok(Some(message)) = wire::read(&mut input) {
            if send.send(message).is_err() {
                break;
            }
        }
    });
    serve(&receive, &mut Desk::new(args, streams), &mut |message| wire::write(&mut io::stdout().lock(), message))
        .map_err(|error| Failure::incomplete(format!("the editor is gone: {error}"), "start it again"))
}

/// Answers requests in their order; looks at what was typed once nothing more is waiting.
fn serve(
    messages: &Receiver<Value>,
    desk: &mut Desk<'_>,
    say: &mut dyn FnMut(&Value) -> io::Result<()>,
) -> io::Result<Exit> {
    let mut closing = false;
    loop {
        let message = match messages.try_recv() {
            Ok(message) => message,
            Err(TryRecvError::Disconnected) => return Ok(Exit::Clean),
            Err(TryRecvError::Empty) => {
                for told in desk.news() {
                    say(&told)?;
                }
                match messages.recv() {
                    Ok(message) => message,
                    Err(_) => return Ok(Exit::Clean),
                }
            }
        };
        let (method, id) = (message["method"].as_str().unwrap_or_default(), &message["id"]);
        match method {
            // The protocol wants 1 where nobody has asked to close.
            "exit" => return Ok(if closing { Exit::Clean } else { Exit::Findings }),
            "shutdown" => closing = true,
            _ => {}
        }
        let answer = desk.hear(method, &message["params"]);
        if id.is_null() {
            if message.is_null() {
                say(&json!({"jsonrpc": "2.0", "id": null, "error": {"code": -32700, "message": "this is no JSON"}}))?;
            }
            continue;
        }
        match answer {
            Some(result) => say(&json!({"jsonrpc": "2.0", "id": id, "result": result}))?,
            None if method.is_empty() => {}
            None => {
                let error = json!({"code": -32601, "message": format!("there is no method `{method}`")});
                say(&json!({"jsonrpc": "2.0", "id": id, "error": error}))?;
            }
        }
    }
}
