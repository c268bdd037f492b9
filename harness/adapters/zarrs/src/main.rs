//! The worker of zarrs.

mod elements;
mod measure;
mod ome;
mod pixels;
mod protocol;
mod requests;
mod stores;
mod tool;
mod write;

fn main() -> std::io::Result<()> {
    protocol::serve(tool::Zarrs::default())
}
