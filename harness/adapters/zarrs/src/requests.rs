//! What the harness asks (docs/protocol.md), as types.

use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Deserialize)]
#[serde(tag = "operation", rename_all = "snake_case")]
pub enum Request {
    Hello {
        settings: Map<String, Value>,
    },
    Null,
    List {
        store: Place,
    },
    Inspect {
        store: Place,
    },
    Open {
        store: Place,
        level: usize,
    },
    OpenArray {
        store: Place,
        path: String,
    },
    Read {
        handle: String,
        region: Vec<Part>,
        save_to: Option<String>,
    },
    Write(Box<Write>),
    Close {
        handle: String,
    },
    Bye,
    #[serde(other)]
    Unknown,
}

/// Where an image is; its group is right there.
#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Place {
    File { path: String },
    Http { url: String },
    S3(Bucket),
}

#[derive(Deserialize)]
pub struct Bucket {
    pub endpoint: String,
    pub bucket: String,
    pub key: String,
    pub region: String,
    pub access_key: String,
    pub secret_key: String,
}

/// What is selected along one axis. Numbers may be negative or outside: they are the tool's to judge.
#[derive(Deserialize)]
#[serde(untagged)]
pub enum Part {
    /// Drops the axis.
    Index(i64),
    /// Start, stop, step; half-open.
    Slice(i64, i64, i64),
    #[allow(dead_code)] // not every tool picks
    Pick { pick: Vec<i64> },
}

#[derive(Deserialize)]
pub struct Write {
    pub store: Place,
    pub input: RawInput,
    pub image: AskedImage,
    /// An older image may be there, which is to be replaced.
    #[serde(default)]
    pub overwrite: bool,
}

/// The pixels to write: a raw file, little-endian, C order.
#[derive(Deserialize)]
pub struct RawInput {
    pub path: String,
    pub dtype: String,
    pub shape: Vec<u64>,
}

/// What a written image must be. Lists are in the order of `axes`.
#[derive(Deserialize)]
pub struct AskedImage {
    pub ome_zarr: String,
    pub name: String,
    pub axes: Vec<Axis>,
    /// Of level 0.
    pub scale: Vec<f64>,
    pub chunks: Vec<u64>,
    pub shards: Option<Vec<u64>>,
    pub codec: Codec,
    pub separator: String,
    pub levels: usize,
    /// From one level to the next.
    pub factor: Vec<usize>,
    pub method: Method,
}

#[derive(Deserialize)]
pub struct Axis {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub unit: Option<String>,
}

/// `cname` and `shuffle` belong to blosc, `checksum` to zstd.
#[derive(Deserialize)]
pub struct Codec {
    pub name: String,
    pub level: u8,
    pub cname: String,
    pub shuffle: String,
    pub checksum: bool,
    pub crc32c: bool,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    Mean,
    Nearest,
}
