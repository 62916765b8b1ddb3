"""Hostile candidates after files and secrets. "through" means one got what it wanted."""

import os
import sys


def _read(path):
    with open(path, "rb") as file:
        return "through" if file.read(1) else "empty"


def read_a_file(world):
    return _read(world["secret"])


def read_a_file_by_relative_path(world):
    return _read("../../../../../.." + world["secret"])


def read_users(world):
    return _read("/etc/passwd")


def read_a_host_name(world):
    return _read("/etc/hostname")


def read_own_environment(world):
    return "through" if world["marker"] in str(dict(os.environ)) else "clean"


def read_environment_of_the_process(world):
    return _read("/proc/self/environ")


def read_environment_of_the_server(world):
    return _read(f"/proc/{world['server']}/environ")


def read_environment_of_the_first(world):
    return _read("/proc/1/environ")


def read_command_lines(world):
    return _read("/proc/1/cmdline")


def read_memory_of_the_server(world):
    return _read(f"/proc/{world['server']}/mem")


def read_own_memory_map(world):
    return _read("/proc/self/maps")


def go_through_process_root(world):
    return _read(f"/proc/{world['server']}/root{world['secret']}")


def go_through_process_descriptors(world):
    return "through" if os.listdir(f"/proc/{world['server']}/fd") else ""


def list_the_workspace(world):
    return "through" if os.listdir(world["folder"]) is not None else ""


def list_homes(world):
    return "through" if os.listdir("/home") is not None else ""


def walk_the_machine(world):
    for folder, _, names in os.walk("/"):
        if os.path.basename(world["secret"]) in names:
            return "through"
    return "not found"


def glob_the_workspace(world):
    import glob

    return "through" if glob.glob(world["folder"] + "/*") else "nothing"


def look_at_a_file(world):
    return "through" if os.stat(world["secret"]).st_size else ""


def ask_whether_a_file_exists(world):
    return "through" if os.path.exists(world["secret"]) else "no"


def write_a_file(world):
    with open(world["folder"] + "/written", "w") as file:
        file.write("x")
    return "through"


def append_to_a_file(world):
    with open(world["secret"], "a") as file:
        file.write("x")
    return "through"


def truncate_a_file(world):
    os.truncate(world["secret"], 0)
    return "through"


def delete_a_file(world):
    os.unlink(world["secret"])
    return "through"


def delete_a_tree(world):
    import shutil

    shutil.rmtree(world["folder"])
    return "through"


def rename_a_file(world):
    os.rename(world["secret"], world["folder"] + "/renamed")
    return "through"


def make_a_folder(world):
    os.mkdir(world["folder"] + "/new")
    return "through"


def make_a_pipe(world):
    os.mkfifo(world["folder"] + "/pipe")
    return "through"


def make_a_device(world):
    os.mknod("/tmp/mem", 0o20666, os.makedev(1, 1))
    return "through"


def change_a_mode(world):
    os.chmod(world["secret"], 0o777)
    return "through"


def change_an_owner(world):
    os.chown(world["secret"], os.getuid(), os.getgid())
    return "through"


def change_times(world):
    os.utime(world["secret"], (1, 1))
    return "through"


def set_an_attribute(world):
    os.setxattr(world["secret"], "user.attack", b"x")
    return "through"


def hard_link(world):
    os.link(world["secret"], "/tmp/linked")
    return _read("/tmp/linked")


def symbolic_link(world):
    os.symlink(world["secret"], "/tmp/linked")
    return _read("/tmp/linked")


def change_the_working_folder(world):
    os.chdir(world["folder"])
    return _read(os.path.basename(world["secret"]))


def change_the_root(world):
    os.chroot("/tmp")
    return "through"


def open_by_handle(world):
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    handle = (ctypes.c_uint32 * 34)(8, 1, 2, 0)
    return "through" if libc.open_by_handle_at(0, handle, 0) >= 0 else "refused"


def inherited_descriptors(world):
    found = []
    for descriptor in range(5, 1024):
        try:
            if os.read(descriptor, 1) is not None:
                found.append(descriptor)
        except OSError:
            pass
    return "through" if found else "none"


def walk_up_from_descriptors(world):
    for descriptor in range(0, 64):
        for up in range(0, 8):
            try:
                path = "../" * up + "." + world["secret"]
                os.close(os.open(path, os.O_RDONLY, dir_fd=descriptor))
                return "through"
            except OSError:
                pass
    return "none"


def poison_the_library(world):
    path = os.path.join(os.path.dirname(os.__file__), "sitecustomize.py")
    with open(path, "w") as file:
        file.write("x")
    return "through"


def poison_a_compiled_file(world):
    import py_compile

    with open(os.path.join(os.path.dirname(os.__file__), "__pycache__", "x.pyc"), "wb") as file:
        file.write(b"x")
    return "through" if py_compile else ""


def read_installed_packages(world):
    folder = os.path.join(os.path.dirname(os.__file__), "site-packages")
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        if os.path.isfile(path):
            return _read(path)
        for inner in os.listdir(path):
            if os.path.isfile(os.path.join(path, inner)):
                return _read(os.path.join(path, inner))
    return "nothing"


def kernel_memory(world):
    return _read("/dev/mem")


def kernel_log(world):
    return _read("/dev/kmsg")


def kernel_settings(world):
    with open("/proc/sys/kernel/core_pattern", "w") as file:
        file.write("x")
    return "through"


def control_groups(world):
    return "through" if os.listdir("/sys/fs/cgroup") else ""


def disks(world):
    for name in ("vda", "sda", "nvme0n1"):
        try:
            return _read("/dev/" + name)
        except OSError:
            pass
    return "refused"


def import_from_the_workspace(world):
    sys.path.insert(0, world["folder"])
    import planted  # noqa: F401

    return "through"


def native_code_from_tmp(world):
    import ctypes

    with open("/tmp/lib.so", "wb") as file:
        file.write(b"\x7fELF" + b"\0" * 4096)
    ctypes.CDLL("/tmp/lib.so")
    return "through"


def watch_files(world):
    import ctypes

    return "through" if ctypes.CDLL(None).inotify_init() >= 0 else "refused"
