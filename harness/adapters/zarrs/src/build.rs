//! Tells the worker which compiler it was built with.

use std::process::Command;

fn main() {
    let rustc = std::env::var("RUSTC").expect("cargo says which compiler it uses");
    let said = Command::new(rustc).arg("--version").output().expect("the compiler says its version");
    let version = String::from_utf8_lossy(&said.stdout);
    println!("cargo:rustc-env=RUSTC_VERSION={}", version.split(' ').nth(1).unwrap_or("unknown"));
}
