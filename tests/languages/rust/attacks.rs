use std::ffi::CString;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::fd::FromRawFd;
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::Command;

// Each kind tries one thing; "ESCAPED" says that it could be done.
extern "C" {
    fn fork() -> i32;
    fn kill(pid: i32, signal: i32) -> i32;
    fn getppid() -> i32;
    fn setsid() -> i32;
    fn setuid(id: u32) -> i32;
    fn ptrace(request: i64, pid: i32, at: usize, data: usize) -> i64;
    fn mount(from: *const i8, to: *const i8, kind: *const i8, flags: u64, data: *const i8) -> i32;
    fn unshare(flags: i32) -> i32;
    fn syscall(number: i64, ...) -> i64;
    fn system(command: *const i8) -> i32;
    fn signal(number: i32, handler: usize) -> usize;
    fn pause() -> i32;
    fn socket(domain: i32, kind: i32, protocol: i32) -> i32;
    fn chroot(path: *const i8) -> i32;
    fn dlopen(path: *const i8, flags: i32) -> *mut u8;
}

fn held(escaped: bool) -> String {
    if escaped { "ESCAPED".into() } else { "held".into() }
}

fn can_read(path: &str) -> bool {
    let mut one = [0];
    File::open(path).and_then(|mut file| file.read(&mut one)).is_ok_and(|count| count == 1)
}

fn can_make(path: &str) -> bool {
    File::create(path).is_ok()
}

fn text(value: &str) -> CString {
    CString::new(value).unwrap()
}

fn deep(n: u64) -> u64 {
    let room = std::hint::black_box([n; 512]);
    deep(n + 1) + room[(n % 512) as usize]
}

fn flood(file: i32, line: &str) {
    let mut out = unsafe { File::from_raw_fd(file) };
    for _ in 0..50_000_000 {
        if out.write_all(line.as_bytes()).is_err() {
            break;
        }
    }
}

fn tell(line: &str) {
    let mut out = std::mem::ManuallyDrop::new(unsafe { File::from_raw_fd(4) });
    let _ = out.write_all(line.as_bytes());
}

pub fn attack(kind: String, outside: String, server: i32) -> String {
    match kind.as_str() {
        "read" => held(can_read(&outside)),
        "passwd" => held(can_read("/etc/passwd") || can_read("/etc/shadow")),
        "proc" => held(
            can_read("/proc/self/environ")
                || can_read("/proc/1/cmdline")
                || can_read(&format!("/proc/{server}/environ")),
        ),
        "sys" => held(can_read("/sys/kernel/mm/transparent_hugepage/enabled")),
        "home" => held(can_read("/root/.bashrc") || can_read("/root/.cargo/env")),
        "list" => held(
            fs::read_dir(std::path::Path::new(&outside).parent().unwrap()).is_ok()
                || fs::read_dir("/home").is_ok_and(|found| found.count() > 0),
        ),
        "write" => held(can_make(&format!("{outside}.new"))),
        "append" => held(OpenOptions::new().append(true).open(&outside).is_ok()),
        "write here" => held(can_make("left") || can_make("/tmp/left") || can_make("/scratch/left")),
        "overwrite itself" => held(OpenOptions::new().write(true).open("./program").is_ok()),
        "unlink" => held(fs::remove_file("./program").is_ok() || fs::remove_file(&outside).is_ok()),
        "symlink" => held(std::os::unix::fs::symlink("/etc/passwd", "link").is_ok()),
        "hard link" => held(fs::hard_link(&outside, "link").is_ok()),
        "rename" => held(fs::rename(&outside, format!("{outside}.moved")).is_ok()),
        "folder" => held(fs::create_dir("made").is_ok()),
        "chmod" => {
            use std::os::unix::fs::PermissionsExt;
            held(fs::set_permissions(&outside, fs::Permissions::from_mode(0)).is_ok())
        }
        "tcp" => held(TcpStream::connect("127.0.0.1:80").is_ok() || unsafe { socket(2, 1, 0) } >= 0),
        "listen" => held(TcpListener::bind("127.0.0.1:0").is_ok()),
        "udp" => held(UdpSocket::bind("127.0.0.1:0").is_ok() || unsafe { socket(10, 2, 0) } >= 0),
        "unix" => held(UnixListener::bind("here").is_ok() || unsafe { socket(1, 1, 0) } >= 0),
        "unix pair" => held(UnixStream::pair().is_ok()),
        "netlink" => held(unsafe { socket(16, 3, 0) } >= 0),
        "lookup" => held(std::net::ToSocketAddrs::to_socket_addrs("localhost:80").is_ok_and(|a| a.count() > 9)),
        "command" => held(Command::new("/bin/sh").arg("-c").arg("true").status().is_ok()),
        "rustc" => held(Command::new("rustc").arg("--version").output().is_ok()),
        "itself" => held(Command::new("./program").spawn().is_ok()),
        "system" => held(unsafe { system(text("true").as_ptr().cast()) } == 0),
        "fork" => {
            let child = unsafe { fork() };
            if child == 0 {
                std::process::exit(0);
            }
            held(child > 0)
        }
        "clone" => {
            let child = unsafe { syscall(56, 17, 0, 0, 0, 0) };
            if child == 0 {
                std::process::exit(0);
            }
            held(child > 0)
        }
        "exec" => {
            use std::os::unix::process::CommandExt;
            let _ = Command::new("/bin/sh").exec();
            "held".into()
        }
        "ptrace" => held(unsafe { ptrace(0, 0, 0, 0) } == 0),
        "attach" => held(unsafe { ptrace(16, getppid(), 0, 0) } == 0),
        "kill server" => held(unsafe { kill(server, 0) } == 0),
        "kill parent" => held(unsafe { getppid() > 1 && kill(getppid(), 0) == 0 }),
        "session" => held(unsafe { setsid() } >= 0),
        "root" => held(unsafe { setuid(0) == 0 && can_make("/etc/left") }),
        "mount" => held(
            unsafe {
                mount(text("none").as_ptr().cast(), text("/").as_ptr().cast(), text("tmpfs").as_ptr().cast(), 0, std::ptr::null())
            } == 0,
        ),
        "unshare" => held(unsafe { unshare(0x1000_0000) } == 0),
        "chroot" => held(unsafe { chroot(text("/").as_ptr().cast()) } == 0),
        "bpf" => held(unsafe { syscall(321, 0, 0, 0) } >= 0),
        "io_uring" => held(unsafe { syscall(425, 1, 0) } >= 0),
        "perf" => held(unsafe { syscall(298, 0, 0, -1, -1, 0) } >= 0),
        "userfaultfd" => held(unsafe { syscall(323, 0) } >= 0),
        "memfd" => held(unsafe { syscall(319, text("x").as_ptr(), 0) } >= 0),
        "load" => held(!unsafe { dlopen(text(&outside).as_ptr().cast(), 2) }.is_null()),
        "asm" => {
            let child: i64;
            unsafe { std::arch::asm!("syscall", inlateout("rax") 57i64 => child, out("rcx") _, out("r11") _) };
            if child == 0 {
                std::process::exit(0);
            }
            held(child > 0)
        }
        "environment" => held(std::env::vars().any(|(name, _)| name.contains("KEY") || name.contains("ALGOSMITH"))),
        "memory" => {
            let mut all = Vec::new();
            loop {
                all.push(std::hint::black_box(vec![1u8; 64 << 20]));
            }
        }
        "loop" => loop {
            std::hint::black_box(kind.len());
        },
        "sleep" => {
            std::thread::sleep(std::time::Duration::from_secs(600));
            "held".into()
        }
        "threads" => {
            let many: Vec<_> = (0..100_000)
                .map(|_| std::thread::spawn(|| std::thread::sleep(std::time::Duration::from_secs(600))))
                .collect();
            held(many.len() == 100_000)
        }
        "stop" => {
            unsafe { kill(std::process::id() as i32, 19) };
            loop {
                std::thread::sleep(std::time::Duration::from_secs(1));
            }
        }
        "stack" => deep(1).to_string(),
        "flood" => {
            flood(1, &"x".repeat(1 << 16));
            "held".into()
        }
        "flood errors" => {
            flood(2, &"x".repeat(1 << 16));
            "held".into()
        }
        "flood answers" => {
            flood(4, "0 v N - - -\n");
            "held".into()
        }
        "long answer" => "x".repeat(64 << 20),
        "early answer" => {
            tell("0 v #1 - - - \n1 v #1 - - - \n");
            "held".into()
        }
        "wrong number" => {
            tell("7 v #1 - - - \n");
            "held".into()
        }
        "half an answer" => {
            tell("0 v \"61");
            std::process::exit(0)
        }
        "no answer" => {
            drop(unsafe { File::from_raw_fd(4) });
            loop {
                std::thread::sleep(std::time::Duration::from_secs(1));
            }
        }
        "exit" => std::process::exit(3),
        "abort" => std::process::abort(),
        "segfault" => unsafe { std::ptr::null::<u8>().read_volatile() }.to_string(),
        "double panic" => {
            struct Again;
            impl Drop for Again {
                fn drop(&mut self) {
                    panic!("again");
                }
            }
            let _again = Again;
            panic!("once");
        }
        "signals" => {
            for number in 1..32 {
                unsafe { signal(number, 1) };
            }
            loop {
                unsafe { pause() };
            }
        }
        _ => "unknown".into(),
    }
}
