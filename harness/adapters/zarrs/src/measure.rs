//! Wall time, CPU time of all threads, and peak memory, around one operation alone.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::time::Instant;

use rustix::time::{ClockId, clock_gettime};
use serde_json::{Value, json};

/// The kernel's VmHWM, by files held open; none where there is no such thing, or where it is forbidden.
pub struct PeakMemory {
    files: Option<(File, File)>,
}

impl PeakMemory {
    pub fn new() -> Self {
        let clear_refs = OpenOptions::new().write(true).open("/proc/self/clear_refs");
        let status = File::open("/proc/self/status");
        Self { files: clear_refs.ok().zip(status.ok()) }
    }

    fn reset(&self) {
        if let Some((clear_refs, _)) = &self.files {
            clear_refs.write_at(b"5", 0).expect("the kernel resets the peak of memory");
        }
    }

    fn bytes(&self) -> Option<u64> {
        let (_, status) = self.files.as_ref()?;
        let mut text = vec![0; 8192];
        let length = status.read_at(&mut text, 0).ok()?;
        let text = String::from_utf8_lossy(&text[..length]);
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        Some(line.split_whitespace().next()?.parse::<u64>().ok()? * 1024)
    }
}

/// Run the operation; return what it returned, and the timing of it alone.
pub fn timed<T>(peak: &PeakMemory, operation: impl FnOnce() -> T) -> (T, Value) {
    peak.reset();
    let cpu = cpu_ns();
    let wall = Instant::now();
    let result = operation();
    let wall_ns = wall.elapsed().as_nanos() as u64;
    let cpu_ns = cpu_ns() - cpu;
    (result, json!({"wall_ns": wall_ns, "cpu_ns": cpu_ns, "peak_rss_bytes": peak.bytes()}))
}

fn cpu_ns() -> i64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec * 1_000_000_000 + time.tv_nsec
}
