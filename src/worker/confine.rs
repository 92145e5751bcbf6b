//! Limits of a worker, and its processor time. What the system does not offer is left out; the parent watches all the same.

use std::io;
use std::time::Duration;

/// Address space of a worker, in bytes: 512 MiB to use, and half as much that is only reserved (stacks, the arenas of
/// the allocator, the executable itself).
#[cfg(unix)]
const ADDRESS_SPACE: u64 = 768 << 20;

/// Processor time for any file.
const CPU_BASE: Duration = Duration::from_millis(300);

/// Processor time for every byte of a file on top of [`CPU_BASE`]: some fifty times what parsing costs.
const CPU_BYTE: Duration = Duration::from_micros(10);

/// The processor time that a file of `bytes` bytes may take.
pub(super) fn cpu(bytes: usize) -> Duration {
    CPU_BASE + CPU_BYTE.saturating_mul(u32::try_from(bytes).unwrap_or(u32::MAX))
}

/// Takes from this process what a parser does not need: opening and writing files, dumping core, most of the address
/// space, gaining privileges, the working directory, and outliving its parent.
///
/// # Errors
/// Whatever the system refuses. A process that gets an error here must not read anything.
#[cfg(unix)]
pub fn confine() -> io::Result<()> {
    use rustix::process::Resource;

    std::env::set_current_dir("/")?;
    limit(Resource::Core, 0)?;
    limit(Resource::Fsize, 0)?;
    limit(Resource::Nofile, 0)?;
    #[cfg(target_os = "linux")]
    {
        limit(Resource::As, ADDRESS_SPACE)?;
        rustix::thread::set_no_new_privs(true)?;
        rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?;
    }
    #[cfg(not(any(target_os = "linux", target_os = "openbsd")))]
    let _ = limit(Resource::As, ADDRESS_SPACE);
    Ok(())
}

/// Does nothing: this system has no such limits.
///
/// # Errors
/// None.
#[cfg(not(unix))]
pub fn confine() -> io::Result<()> {
    Ok(())
}

/// Lowers a limit for good. One that is lower already stays.
#[cfg(unix)]
fn limit(resource: rustix::process::Resource, value: u64) -> io::Result<()> {
    use rustix::process::{Rlimit, getrlimit, setrlimit};

    let value = Some(getrlimit(resource).maximum.map_or(value, |maximum| maximum.min(value)));
    Ok(setrlimit(resource, Rlimit { current: value, maximum: value })?)
}

/// Grants this process processor time for one more file of `bytes` bytes, in whole seconds rounded up: it ends by itself
/// if nobody watches it any more.
pub(super) fn allow(bytes: usize) {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        use rustix::time::{ClockId, clock_gettime};

        let used = clock_gettime(ClockId::ProcessCPUTime).tv_sec as u64;
        let maximum = getrlimit(Resource::Cpu).maximum;
        let granted = used + cpu(bytes).as_secs() + 2;
        let current = Some(maximum.map_or(granted, |maximum| maximum.min(granted)));
        // The parent's watch is the limit that counts; this one only backs it up.
        let _ = setrlimit(Resource::Cpu, Rlimit { current, maximum });
    }
    #[cfg(not(unix))]
    let _ = bytes;
}

/// Whether this thread may go on with a file of `bytes` bytes: it may until most of the file's processor time is used, or
/// of `limit` if that is shorter, so that a slow parse is called off and the rest of the time goes into reading the file as
/// plain text.
pub fn within(bytes: usize, limit: Option<Duration>) -> impl FnMut() -> bool {
    let most = limit.map_or(cpu(bytes), |limit| limit.min(cpu(bytes))).mul_f32(0.7);
    let begun = thread_time();
    move || match (begun, thread_time()) {
        (Some(begun), Some(now)) => now.saturating_sub(begun) < most,
        _ => true,
    }
}

/// The processor time of this thread; `None` where the system does not tell.
fn thread_time() -> Option<Duration> {
    #[cfg(unix)]
    {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        Some(Duration::new(u64::try_from(time.tv_sec).ok()?, u32::try_from(time.tv_nsec).ok()?))
    }
    #[cfg(not(unix))]
    None
}

/// Keeps other processes, workers among them, from reading this one's memory and environment, where the system can.
pub(super) fn shield() {
    // Without it a worker is still confined; there is nothing else to be done about a refusal.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}

/// The processor time that process `id` has used, with all its threads; `None` where the system does not tell. It is
/// counted in ticks of, as a rule, 10 ms.
pub(super) fn used(id: u32) -> Option<Duration> {
    #[cfg(target_os = "linux")]
    {
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        ticks(&stat).map(|ticks| Duration::from_secs(ticks) / rustix::param::clock_ticks_per_second().max(1) as u32)
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = id;
        None
    }
}

/// User and system ticks in the text of `/proc/…/stat`. The second field is the program's name in parentheses and may
/// hold anything.
#[cfg(target_os = "linux")]
fn ticks(stat: &str) -> Option<u64> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_ascii_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    user.checked_add(system)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_file_may_take_300_ms_and_10_us_a_byte() {
        assert_eq!(cpu(0), Duration::from_millis(300));
        assert_eq!(cpu(1_000), Duration::from_millis(310));
        assert_eq!(cpu(8 << 20).as_secs(), 84);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn ticks_are_found_behind_any_name() {
        let stat = "7 (a) b) (c) S 1 7 7 0 -1 4194560 101 0 0 0 25 17 0 0 20 0 1 0 99 1 2 3";
        assert_eq!(ticks(stat), Some(42));
        assert_eq!(ticks("7 (a) S 1"), None);
        assert_eq!(ticks(""), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn work_is_seen_in_the_time_used() {
        let before = used(std::process::id()).unwrap();
        let start = std::time::Instant::now();
        while used(std::process::id()).unwrap() < before + Duration::from_millis(20) {
            assert!(start.elapsed() < Duration::from_secs(20));
        }
        assert_eq!(used(u32::MAX), None);
    }
}
