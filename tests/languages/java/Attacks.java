import java.io.*;
import java.lang.reflect.*;
import java.net.*;
import java.nio.channels.*;
import java.nio.file.*;
import java.util.*;
import java.util.concurrent.*;

// Each kind tries one thing; "ESCAPED" says that it could be done.
class Attacks {
  interface Try {
    boolean tried() throws Throwable;
  }

  static String held(Try one) {
    try {
      return one.tried() ? "ESCAPED" : "held";
    } catch (Throwable error) {
      return "held";
    }
  }

  static boolean reads(String path) throws IOException {
    try (InputStream in = new FileInputStream(path)) {
      return in.read() >= 0;
    }
  }

  static boolean writes(String path) throws IOException {
    try (OutputStream out = new FileOutputStream(path)) {
      out.write(1);
      return true;
    }
  }

  static boolean starts(String... command) throws Exception {
    return new ProcessBuilder(command).start().waitFor() >= 0;
  }

  static Object unsafe() throws Exception {
    Field field = Class.forName("sun.misc.Unsafe").getDeclaredField("theUnsafe");
    field.setAccessible(true);
    return field.get(null);
  }

  static String attack(String kind, String outside, int server) {
    switch (kind) {
      case "read": return held(() -> reads(outside));
      case "passwd": return held(() -> reads("/etc/passwd") || reads("/etc/shadow"));
      case "proc": return held(() -> reads("/proc/1/environ") || reads("/proc/" + server + "/environ"));
      case "home": return held(() -> new File("/root").list() != null && new File("/root").list().length > 0);
      case "list": return held(() -> Files.list(Path.of(outside).getParent()).count() > 0);
      case "nio read": return held(() -> Files.readAllBytes(Path.of(outside)).length > 0);
      case "random access": return held(() -> new RandomAccessFile(outside, "rw").length() >= 0);
      case "write": return held(() -> writes(outside + ".new"));
      case "write here": return held(() -> writes("left") || writes("/tmp/left"));
      case "temporary": return held(() -> File.createTempFile("a", "b").exists());
      case "delete": return held(() -> new File(outside).delete());
      case "rename": return held(() -> new File(outside).renameTo(new File(outside + ".old")));
      case "link": return held(() -> Files.createSymbolicLink(Path.of("link"), Path.of("/etc/passwd")) != null);
      case "permissions": return held(() -> new File(outside).setWritable(false));
      case "exec": return held(() -> Runtime.getRuntime().exec("true").waitFor() >= 0);
      case "process builder": return held(() -> starts("/bin/sh", "-c", "true") || starts("/usr/bin/true"));
      case "another java": return held(() -> starts(System.getProperty("java.home") + "/bin/java", "-version"));
      case "tcp": return held(() -> new Socket("127.0.0.1", 22).isBound());
      case "listen": return held(() -> new ServerSocket(0).isBound());
      case "udp": return held(() -> new DatagramSocket().isBound());
      case "channel": return held(() -> SocketChannel.open() != null);
      case "url": return held(() -> new URL("http://127.0.0.1/").openStream().read() >= 0);
      case "resolve": return held(() -> !InetAddress.getByName("example.com").isLoopbackAddress());
      case "file url": return held(() -> new URL("file://" + outside).openStream().read() >= 0);
      case "load": return held(() -> { System.load(outside); return true; });
      case "load library": return held(() -> { System.loadLibrary("escape"); return true; });
      case "kill": return held(() -> ProcessHandle.of(server).map(ProcessHandle::destroyForcibly).orElse(false));
      case "all processes": return held(() -> ProcessHandle.allProcesses().count() > 50);
      case "attach": return held(() -> {
        Class<?> machine = Class.forName("com.sun.tools.attach.VirtualMachine");
        Object one = machine.getMethod("attach", String.class).invoke(null, Long.toString(ProcessHandle.current().pid()));
        return one != null;
      });
      case "reflection": return held(() -> {
        Field value = String.class.getDeclaredField("value");
        value.setAccessible(true);
        return reads(outside);
      });
      case "unsafe file": return held(() -> {
        Object unsafe = unsafe();
        return unsafe != null && reads(outside);
      });
      case "driver": return held(() -> Class.forName("algosmith.Driver") != null);
      case "environment": return held(() -> System.getenv().keySet().stream().anyMatch(n -> n.contains("ALGOSMITH")));
      case "compiler": return held(() -> {
        Object tool = Class.forName("javax.tools.ToolProvider").getMethod("getSystemJavaCompiler").invoke(null);
        return tool != null && reads(outside);
      });
      case "hook": return held(() -> {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> { try { writes(outside); } catch (IOException e) { } }));
        return false;
      });
      case "threads": return held(() -> {
        for (int i = 0; i < 2000; i++) {
          Thread one = new Thread(() -> { try { Thread.sleep(100_000); } catch (InterruptedException e) { } });
          one.setDaemon(true);
          one.start();
        }
        return true;
      });
      case "crash": return held(() -> {
        Object unsafe = unsafe();
        unsafe.getClass().getMethod("putAddress", long.class, long.class).invoke(unsafe, 0L, 0L);
        return false;
      });
      case "memory": {
        List<long[]> all = new ArrayList<>();
        while (true) all.add(new long[1 << 20]);
      }
      case "direct memory": {
        List<Object> all = new ArrayList<>();
        while (true) all.add(java.nio.ByteBuffer.allocateDirect(1 << 24));
      }
      case "native memory": return held(() -> {
        Object unsafe = unsafe();
        Method take = unsafe.getClass().getMethod("allocateMemory", long.class);
        for (int i = 0; i < 64; i++) take.invoke(unsafe, 1L << 30);
        return true;
      });
      case "loop": while (true) outside.length();
      case "wait": try { new CountDownLatch(1).await(); } catch (InterruptedException error) { }
      case "stack": return attack(kind, outside, server) + kind;
      case "flood": while (true) System.out.println(outside);
      case "raw flood": {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out));
        while (true) out.println(outside);
      }
      case "exit": System.exit(0);
      case "halt": Runtime.getRuntime().halt(0);
      case "long answer": return "a".repeat(40_000_000);
      case "forged answer": return held(() -> {
        Constructor<FileDescriptor> numbered = FileDescriptor.class.getDeclaredConstructor(int.class);
        numbered.setAccessible(true);
        OutputStream out = new FileOutputStream(numbered.newInstance(4));
        out.write("[0,\"value\",\"sforged\",null,\"\",false]\n[1,\"value\",\"sforged\",null,\"\",false]\n".getBytes());
        out.flush();
        return false;
      });
      default: return "unknown";
    }
  }
}
