package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
	"unsafe"
)

// Each kind tries one thing; "ESCAPED" says that it could be done.
func held(escaped bool) string {
	if escaped {
		return "ESCAPED"
	}
	return "held"
}

func canRead(path string) bool {
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer file.Close()
	one := make([]byte, 1)
	count, _ := file.Read(one)
	return count == 1
}

func canMake(path string) bool {
	file, err := os.Create(path)
	if err == nil {
		file.Close()
	}
	return err == nil
}

func called(number uintptr, given ...uintptr) bool {
	given = append(given, 0, 0, 0, 0, 0, 0)
	made, _, problem := syscall.RawSyscall6(number, given[0], given[1], given[2], given[3], given[4], given[5])
	return problem == 0 && int64(made) >= 0
}

func text(value string) uintptr {
	pointer, _ := syscall.BytePtrFromString(value)
	return uintptr(unsafe.Pointer(pointer))
}

func socket(domain, kind, protocol int) bool {
	_, err := syscall.Socket(domain, kind, protocol)
	return err == nil
}

// A child that this makes ends at once.
func child(number uintptr, given ...uintptr) string {
	given = append(given, 0, 0, 0, 0, 0)
	made, _, problem := syscall.RawSyscall6(number, given[0], given[1], given[2], given[3], given[4], 0)
	if problem == 0 && made == 0 {
		syscall.RawSyscall(syscall.SYS_EXIT_GROUP, 0, 0, 0)
	}
	return held(problem == 0)
}

func deep(n int) int {
	var room [512]int
	room[n%512] = n
	return deep(n+1) + room[(n+1)%512]
}

func flood(descriptor int, line string) {
	for i := 0; i < 50_000_000; i++ {
		if _, err := syscall.Write(descriptor, []byte(line)); err != nil {
			return
		}
	}
}

func tell(line string) {
	syscall.Write(4, []byte(line))
}

var kept [][]byte

func attack(kind string, outside string, server int) string {
	if files(kind, outside, server) != "" {
		return files(kind, outside, server)
	}
	switch kind {
	case "tcp":
		return held(socket(2, 1, 0))
	case "udp":
		return held(socket(2, 2, 0) || socket(10, 2, 0))
	case "unix":
		return held(socket(1, 1, 0))
	case "unix pair":
		_, err := syscall.Socketpair(1, 1, 0)
		return held(err == nil)
	case "netlink":
		return held(socket(16, 3, 0))
	case "raw":
		return held(socket(2, 3, 1) || socket(17, 3, 0))
	case "command":
		return held(exec.Command("/bin/sh", "-c", "true").Run() == nil)
	case "go":
		return held(exec.Command("go", "version").Run() == nil)
	case "itself":
		return held(exec.Command("./program").Start() == nil)
	case "start":
		_, err := os.StartProcess("/bin/true", []string{"true"}, &os.ProcAttr{})
		return held(err == nil)
	case "fork":
		return child(57)
	case "vfork":
		return child(58)
	case "clone":
		return child(56, 17)
	case "clone namespaces":
		return child(56, 17|0x10000000|0x20000000)
	case "clone3":
		return held(called(435, text(strings.Repeat("\x00", 88)), 88))
	case "exec":
		return held(syscall.Exec("/bin/sh", []string{"sh"}, nil) == nil)
	case "ptrace":
		return held(called(101, 0))
	case "attach":
		return held(called(101, 16, uintptr(syscall.Getppid())))
	case "kill server":
		return held(syscall.Kill(server, 0) == nil)
	case "kill parent":
		return held(syscall.Getppid() > 1 && syscall.Kill(syscall.Getppid(), 0) == nil)
	case "session":
		_, err := syscall.Setsid()
		return held(err == nil)
	case "root":
		return held(syscall.Setuid(0) == nil && canMake("/etc/left"))
	case "mount":
		return held(syscall.Mount("none", "/", "tmpfs", 0, "") == nil)
	case "unshare":
		return held(syscall.Unshare(0x10000000) == nil)
	case "chroot":
		return held(syscall.Chroot("/") == nil)
	case "bpf":
		return held(called(321))
	case "io_uring":
		return held(called(425, 1, text(strings.Repeat("\x00", 200))))
	case "perf":
		return held(called(298, text(strings.Repeat("\x00", 200)), 0))
	case "userfaultfd":
		return held(called(323))
	case "memfd":
		return held(called(319, text("x")))
	case "process memory":
		return held(called(310, uintptr(server)))
	case "limits":
		most := syscall.Rlimit{Cur: 1 << 40, Max: 1 << 40}
		return held(syscall.Setrlimit(syscall.RLIMIT_AS, &most) == nil)
	case "environment":
		for _, one := range os.Environ() {
			if strings.Contains(one, "KEY") || strings.Contains(one, "ALGOSMITH") {
				return held(true)
			}
		}
		return held(false)
	}
	return ends(kind)
}

func files(kind, outside string, server int) string {
	switch kind {
	case "read":
		return held(canRead(outside))
	case "passwd":
		return held(canRead("/etc/passwd") || canRead("/etc/shadow"))
	case "proc":
		return held(canRead("/proc/self/environ") || canRead("/proc/1/cmdline") ||
			canRead(fmt.Sprintf("/proc/%d/environ", server)) || canRead("/proc/self/mem"))
	case "sys":
		return held(canRead("/sys/kernel/mm/transparent_hugepage/enabled"))
	case "home":
		return held(canRead("/root/.bashrc") || canRead("/root/.profile"))
	case "list":
		here, err := os.ReadDir(filepath.Dir(outside))
		homes, _ := os.ReadDir("/home")
		return held((err == nil && len(here) > 0) || len(homes) > 0)
	case "write":
		return held(canMake(outside + ".new"))
	case "append":
		_, err := os.OpenFile(outside, os.O_APPEND|os.O_WRONLY, 0)
		return held(err == nil)
	case "write here":
		return held(canMake("left") || canMake("/tmp/left") || canMake("/scratch/left"))
	case "overwrite itself":
		_, err := os.OpenFile("./program", os.O_WRONLY, 0)
		return held(err == nil)
	case "unlink":
		return held(os.Remove("./program") == nil || os.Remove(outside) == nil)
	case "symlink":
		return held(os.Symlink("/etc/passwd", "link") == nil)
	case "hard link":
		return held(os.Link(outside, "link") == nil)
	case "rename":
		return held(os.Rename(outside, outside+".moved") == nil)
	case "folder":
		return held(os.Mkdir("made", 0o777) == nil)
	case "chmod":
		return held(os.Chmod(outside, 0) == nil)
	case "temporary":
		_, err := os.CreateTemp("", "left")
		return held(err == nil)
	case "sources":
		file, err := os.OpenFile(filepath.Join(runtime.GOROOT(), "VERSION"), os.O_WRONLY, 0)
		if err == nil {
			file.Close()
		}
		return held(err == nil)
	}
	return ""
}

func ends(kind string) string {
	switch kind {
	case "memory":
		for {
			kept = append(kept, bytes.Repeat([]byte{1}, 64<<20))
		}
	case "memory at once":
		kept = append(kept, make([]byte, 100<<30))
	case "map memory":
		_, err := syscall.Mmap(-1, 0, 100<<30, 3, 0x22)
		return held(err == nil)
	case "loop":
		for {
		}
	case "sleep":
		time.Sleep(10 * time.Minute)
	case "goroutines":
		for {
			go func() { select {} }()
		}
	case "threads":
		for i := 0; i < 100_000; i++ {
			go func() {
				runtime.LockOSThread()
				syscall.Pause()
			}()
			runtime.Gosched()
		}
	case "deadlock":
		<-make(chan int)
	case "stop":
		syscall.Kill(syscall.Getpid(), syscall.SIGSTOP)
		time.Sleep(10 * time.Minute)
	case "stack":
		return fmt.Sprint(deep(1))
	case "flood":
		flood(1, strings.Repeat("x", 1<<16))
	case "flood errors":
		flood(2, strings.Repeat("x", 1<<16))
	case "flood answers":
		flood(4, "0 v N - - -\n")
	case "long answer":
		return strings.Repeat("x", 64<<20)
	case "early answer":
		tell("0 v #1 - - - \n1 v #1 - - - \n")
	case "wrong number":
		tell("7 v #1 - - - \n")
	case "half an answer":
		tell("0 v \"61")
		os.Exit(0)
	case "no answer":
		syscall.Close(4)
		for {
			time.Sleep(time.Second)
		}
	case "exit":
		os.Exit(3)
	case "exit well":
		os.Exit(0)
	case "goexit":
		runtime.Goexit()
	case "abort":
		syscall.Kill(syscall.Getpid(), syscall.SIGABRT)
		time.Sleep(time.Second)
	case "nil":
		var place *int
		return fmt.Sprint(*place)
	case "segfault":
		return fmt.Sprint(*(*int)(unsafe.Pointer(uintptr(8))))
	case "double panic":
		defer func() { panic("again") }()
		panic("once")
	case "panic elsewhere":
		go func() { panic("elsewhere") }()
		time.Sleep(time.Second)
	case "races":
		all := map[int]int{}
		for i := 0; i < 4; i++ {
			go func() {
				for {
					all[1]++
				}
			}()
		}
		time.Sleep(10 * time.Minute)
	case "signals":
		signal.Ignore()
		for {
			time.Sleep(time.Second)
		}
	}
	return "unknown"
}
