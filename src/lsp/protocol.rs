//! What goes over the wire: JSON-RPC 2.0 messages, each behind its length (Language Server Protocol 3.17, base protocol).

use std::io::{self, BufRead, Write};

use serde_json::{Value, json};

/// Longest message that is read, in octets: a file has at most as many.
const MAX_LENGTH: usize = 128 * 1024 * 1024;

/// The code of an answer to a method we do not have.
const METHOD_NOT_FOUND: i32 = -32601;
/// The code of an answer to a request that cannot be met.
const REQUEST_FAILED: i32 = -32803;

/// A message from the editor.
#[derive(Debug)]
pub enum Message {
    /// It waits for an answer.
    Request {
        /// What the answer has to carry.
        id: Value,
        /// What is asked.
        method: String,
        /// About what.
        params: Value,
    },
    /// It does not.
    Notification {
        /// What happened.
        method: String,
        /// To what.
        params: Value,
    },
    /// An answer to something we asked.
    Answer,
}

/// The next message; `None` where the editor has gone.
///
/// # Errors
/// What was read is no message, or the system does not let us read.
pub fn read(input: &mut impl BufRead) -> io::Result<Option<Message>> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if input.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        match line.trim_end() {
            "" => break,
            header => {
                let (name, value) = header.split_once(':').unwrap_or((header, ""));
                if name.eq_ignore_ascii_case("content-length") {
                    length = value.trim().parse::<usize>().ok();
                }
            }
        }
    }
    let length = length.filter(|length| *length <= MAX_LENGTH);
    let length = length.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "a message without a length"))?;
    let mut body = vec![0; length];
    input.read_exact(&mut body)?;
    let Value::Object(mut message) = serde_json::from_slice(&body)? else {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "a message that is no object"));
    };
    let params = message.remove("params").unwrap_or(Value::Null);
    let method = message.remove("method").and_then(|method| method.as_str().map(str::to_owned));
    Ok(Some(match (method, message.remove("id")) {
        (Some(method), Some(id)) => Message::Request { id, method, params },
        (Some(method), None) => Message::Notification { method, params },
        (None, _) => Message::Answer,
    }))
}

/// Sends a message.
///
/// # Errors
/// The editor has gone.
pub fn write(output: &mut impl Write, message: &Value) -> io::Result<()> {
    let body = message.to_string();
    write!(output, "Content-Length: {}\r\n\r\n{body}", body.len())?;
    output.flush()
}

/// The answer to a request: what was asked for, or why it cannot be had.
pub fn answer(id: &Value, result: Result<Value, String>) -> Value {
    match result {
        Ok(result) => json!({ "jsonrpc": "2.0", "id": id, "result": result }),
        Err(why) => json!({ "jsonrpc": "2.0", "id": id, "error": { "code": REQUEST_FAILED, "message": why } }),
    }
}

/// The answer to a request for something we do not have.
pub fn unknown(id: &Value, method: &str) -> Value {
    let message = format!("there is no `{method}` here");
    json!({ "jsonrpc": "2.0", "id": id, "error": { "code": METHOD_NOT_FOUND, "message": message } })
}

/// A message that waits for no answer.
pub fn notification(method: &str, params: Value) -> Value {
    json!({ "jsonrpc": "2.0", "method": method, "params": params })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_read_one_after_the_other() {
        let mut out = Vec::new();
        write(&mut out, &json!({ "jsonrpc": "2.0", "id": 1, "method": "å", "params": [1] })).expect("written");
        write(&mut out, &notification("exit", Value::Null)).expect("written");
        let mut input = &out[..];
        let first = read(&mut input).expect("a message");
        assert!(matches!(first, Some(Message::Request { id, method, .. }) if id == 1 && method == "å"));
        assert!(matches!(read(&mut input), Ok(Some(Message::Notification { method, .. })) if method == "exit"));
        assert!(matches!(read(&mut input), Ok(None)));
        assert!(read(&mut &b"Content-Type: x\r\n\r\n"[..]).is_err());
    }
}
