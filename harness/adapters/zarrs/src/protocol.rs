//! The worker's side of the protocol (docs/protocol.md), for a tool driven from Rust.
//!
//! A worker implements `Tool` and calls `serve`, which times, digests and answers. A method that returns
//! `Refusal::Unsupported` is answered `unsupported`; any other error, and a panic, is the tool's error. What a
//! library prints goes to stderr, and never into an answer; what it logs as a warning is part of the answer.

use std::any::type_name;
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write as _};
use std::os::fd::AsFd;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::measure::{PeakMemory, timed};
use crate::requests::{AskedImage, Part, Place, Request, Write};

const PROTOCOL: u64 = 1;
const MAX_LINE: usize = 1024 * 1024;
const MAX_WARNINGS: usize = 20;
const MAX_WARNING_LENGTH: usize = 500;
const MAX_MESSAGE_LENGTH: usize = 2000;

pub type Answered<T> = Result<T, Refusal>;

/// Why there is no result.
pub enum Refusal {
    /// The tool cannot do what was asked: one sentence of why.
    Unsupported(String),
    /// The tool raised: the type of its error, and what it says.
    Raised(String, String),
}

impl<E: std::error::Error> From<E> for Refusal {
    fn from(problem: E) -> Self {
        let kind = type_name::<E>().rsplit("::").next().unwrap_or_default();
        Self::Raised(kind.to_owned(), problem.to_string())
    }
}

pub fn unsupported<T>(why: &str) -> Answered<T> {
    Err(Refusal::Unsupported(why.to_owned()))
}

/// An array in memory: little-endian, C order, without padding.
pub struct Raw {
    pub dtype: String,
    pub shape: Vec<u64>,
    pub bytes: Vec<u8>,
}

/// A tool that reads and writes. Only what is named in `OPERATIONS` is asked of it.
pub trait Tool {
    const NAME: &'static str;
    const OPERATIONS: &'static [&'static str];
    /// What `open` returns and `read` is given.
    type Array;
    /// What `read` returns, as the tool returns it.
    type Elements;
    /// What `write` is given, as the tool wants it.
    type Pixels;

    /// The packages whose versions matter, the tool's own first.
    fn packages(&self) -> Vec<(String, String)>;
    /// Apply settings; return those in effect.
    fn configure(&mut self, settings: Map<String, Value>) -> Answered<Value>;
    fn open(&self, place: &Place, level: usize) -> Answered<Self::Array>;
    /// Open an array by its path below the place; "": the place itself.
    fn open_array(&self, place: &Place, path: &str) -> Answered<Self::Array>;
    /// Return shape and data type.
    fn facts(&self, array: &Self::Array) -> (Vec<u64>, String);
    fn read(&self, array: &Self::Array, region: &[Part]) -> Answered<Self::Elements>;
    /// Return what was read as it is digested; not timed.
    fn raw(&self, array: &Self::Array, elements: Self::Elements) -> Answered<Raw>;
    /// Return the image as the protocol has it.
    fn inspect(&self, place: &Place) -> Answered<Value>;
    /// Return the paths of arrays.
    fn list(&self, place: &Place) -> Answered<Vec<String>>;
    /// Take in what is to be written; not timed.
    fn load(&self, raw: Raw) -> Answered<Self::Pixels>;
    fn write(&self, place: &Place, pixels: Self::Pixels, image: &AskedImage, overwrite: bool)
    -> Answered<()>;
}

/// Answer requests until `bye` or the end of stdin.
pub fn serve<T: Tool>(tool: T) -> io::Result<()> {
    let (requests, mut answers) = private_pipes()?;
    log::set_logger(&HEARD).expect("nobody else has set a logger");
    log::set_max_level(log::LevelFilter::Warn);
    let mut worker = Worker { tool, opened: HashMap::new(), handles: 0, peak: PeakMemory::new() };
    for line in requests.lines() {
        let request: Value = serde_json::from_str(&line?)?;
        let id = request["id"].clone();
        let last = request["operation"] == "bye";
        answers.write_all(&encode(id, worker.answer(request)))?;
        if last {
            break;
        }
    }
    Ok(())
}

struct Worker<T: Tool> {
    tool: T,
    opened: HashMap<String, T::Array>,
    handles: usize,
    peak: PeakMemory,
}

impl<T: Tool> Worker<T> {
    /// Return the answer to a request, whatever happens; warnings are part of it.
    fn answer(&mut self, request: Value) -> Value {
        HEARD.take();
        let done = catch_unwind(AssertUnwindSafe(|| self.named(request)));
        let mut body = match done {
            Ok(Ok(body)) => body,
            Ok(Err(Refusal::Unsupported(why))) => json!({ "unsupported": why }),
            Ok(Err(Refusal::Raised(kind, message))) => error(&kind, &message),
            Err(panic) => error("panic", panic_message(&*panic)),
        };
        body["warnings"] = HEARD.take().into();
        body
    }

    fn named(&mut self, request: Value) -> Answered<Value> {
        let name = request["operation"].as_str().unwrap_or_default();
        if !["hello", "bye", "close"].contains(&name) && !T::OPERATIONS.contains(&name) {
            return unsupported("unknown operation");
        }
        self.answered(serde_json::from_value(request)?)
    }

    fn answered(&mut self, request: Request) -> Answered<Value> {
        match request {
            Request::Hello { settings } => self.hello(settings),
            Request::Null => Ok(json!({ "timing": timed(&self.peak, || ()).1 })),
            Request::Open { store, level } => self.keep(|tool| tool.open(&store, level)),
            Request::OpenArray { store, path } => self.keep(|tool| tool.open_array(&store, &path)),
            Request::Read { handle, region, save_to } => self.read(&handle, &region, save_to.as_deref()),
            Request::List { store } => {
                let (paths, timing) = timed(&self.peak, || self.tool.list(&store));
                let mut paths = paths?;
                paths.sort();
                Ok(json!({ "timing": timing, "arrays": paths }))
            }
            Request::Inspect { store } => {
                let (image, timing) = timed(&self.peak, || self.tool.inspect(&store));
                Ok(json!({ "timing": timing, "image": image? }))
            }
            Request::Write(asked) => self.write(*asked),
            Request::Close { handle } => {
                self.held(&handle)?;
                self.opened.remove(&handle);
                Ok(json!({}))
            }
            Request::Bye => Ok(json!({})),
            Request::Unknown => unsupported("unknown operation"),
        }
    }

    fn hello(&mut self, settings: Map<String, Value>) -> Answered<Value> {
        let settings = self.tool.configure(settings)?;
        let packages = self.tool.packages();
        Ok(json!({
            "protocol": PROTOCOL,
            "tool": T::NAME,
            "version": packages[0].1,
            "language": concat!("Rust ", env!("RUSTC_VERSION")),
            "packages": packages.into_iter().collect::<HashMap<_, _>>(),
            "operations": T::OPERATIONS,
            "settings": settings,
        }))
    }

    fn keep(&mut self, open: impl FnOnce(&T) -> Answered<T::Array>) -> Answered<Value> {
        let (array, timing) = timed(&self.peak, || open(&self.tool));
        let array = array?;
        let (shape, dtype) = self.tool.facts(&array);
        self.handles += 1;
        let handle = format!("h{}", self.handles);
        self.opened.insert(handle.clone(), array);
        Ok(json!({ "timing": timing, "handle": handle, "shape": shape, "dtype": dtype }))
    }

    fn held(&self, handle: &str) -> Answered<&T::Array> {
        let nothing = || Refusal::Raised("KeyError".into(), format!("no array is open under {handle}"));
        self.opened.get(handle).ok_or_else(nothing)
    }

    fn read(&self, handle: &str, region: &[Part], save_to: Option<&str>) -> Answered<Value> {
        let array = self.held(handle)?;
        let (elements, timing) = timed(&self.peak, || self.tool.read(array, region));
        let raw = self.tool.raw(array, elements?)?;
        if let Some(path) = save_to {
            std::fs::write(path, &raw.bytes)?;
        }
        let digest: String = Sha256::digest(&raw.bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(json!({ "timing": timing, "dtype": raw.dtype, "shape": raw.shape, "sha256": digest }))
    }

    fn write(&self, asked: Write) -> Answered<Value> {
        let Write { store, input, image, overwrite } = asked;
        let bytes = std::fs::read(&input.path)?;
        let pixels = self.tool.load(Raw { dtype: input.dtype, shape: input.shape, bytes })?;
        let (done, timing) = timed(&self.peak, || self.tool.write(&store, pixels, &image, overwrite));
        done.map(|()| json!({ "timing": timing }))
    }
}

/// Keeps what libraries log, to be answered as warnings.
struct Heard(Mutex<Vec<String>>);

static HEARD: Heard = Heard(Mutex::new(Vec::new()));

impl Heard {
    /// Return what was heard, once each, and forget it.
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().expect("no thread panics while it logs"))
    }
}

impl log::Log for Heard {
    fn enabled(&self, metadata: &log::Metadata) -> bool {
        metadata.level() <= log::Level::Warn
    }

    fn log(&self, record: &log::Record) {
        let message = cut(&format!("{}: {}", record.level(), record.args()), MAX_WARNING_LENGTH);
        let mut messages = self.0.lock().expect("no thread panics while it logs");
        if self.enabled(record.metadata()) && messages.len() < MAX_WARNINGS && !messages.contains(&message) {
            messages.push(message);
        }
    }

    fn flush(&self) {}
}

fn error(kind: &str, message: &str) -> Value {
    let message = if message.is_empty() { kind } else { message };
    eprintln!("{kind}: {message}");
    json!({ "error": { "type": kind, "message": cut(message, MAX_MESSAGE_LENGTH) } })
}

fn cut(text: &str, length: usize) -> String {
    text.chars().take(length).collect()
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> &str {
    let literal = panic.downcast_ref::<&str>().copied();
    literal.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}

fn encode(id: Value, mut answer: Value) -> Vec<u8> {
    answer["id"] = id.clone();
    let mut line = answer.to_string();
    if line.len() >= MAX_LINE {
        let message = format!("the answer has {} bytes, allowed are {MAX_LINE}", line.len() + 1);
        let mut answer = error("AnswerTooLong", &message);
        answer["id"] = id;
        line = answer.to_string();
    }
    line.push('\n');
    line.into_bytes()
}

/// Return stdin and stdout for us alone: what others print goes to stderr, what they read is empty.
fn private_pipes() -> io::Result<(BufReader<File>, File)> {
    let requests = io::stdin().as_fd().try_clone_to_owned()?;
    let answers = io::stdout().as_fd().try_clone_to_owned()?;
    rustix::stdio::dup2_stdin(File::open("/dev/null")?)?;
    rustix::stdio::dup2_stdout(io::stderr())?;
    Ok((BufReader::new(requests.into()), answers.into()))
}
