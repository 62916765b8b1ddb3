package algosmith;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** A compiler that stays warm: a source in, its classes or its errors out; no file is written. */
final class Compiler {
  private static final List<String> OPTIONS =
      Arrays.asList("-proc:none", "-implicit:none", "-nowarn", "-g:source,lines", "-Xmaxerrs", "60", "-classpath", "");
  private static final int MOST_BYTES = 4 << 20;
  private static final int MOST_ERRORS = 40;

  public static void main(String[] given) throws Exception {
    Wire wire = new Wire();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StandardJavaFileManager files = compiler.getStandardFileManager(null, Locale.ROOT, null);
    wire.send(Arrays.asList("sealed"));
    for (Map<?, ?> asked = wire.next(); asked != null; asked = wire.next()) {
      List<Object> answer = new ArrayList<>();
      boolean spent = false;
      try {
        answer = compiled(compiler, files, (String) asked.get("source"));
      } catch (StackOverflowError error) {
        answer = Arrays.asList("limit", "is nested too deeply to compile");
      } catch (OutOfMemoryError error) {
        answer = Arrays.asList("limit", "takes too much memory to compile");
        spent = true;
      } catch (Throwable error) {
        boolean deep = error.getCause() instanceof StackOverflowError;
        spent = !deep;
        answer = Arrays.asList("limit", deep ? "is nested too deeply to compile" : "the compiler failed: " + error);
      }
      wire.send(answer);
      if (spent) Runtime.getRuntime().halt(3);
    }
  }

  private static List<Object> compiled(JavaCompiler compiler, JavaFileManager files, String source) throws IOException {
    DiagnosticCollector<JavaFileObject> told = new DiagnosticCollector<>();
    Memory memory = new Memory(files);
    JavaFileObject unit = new SimpleJavaFileObject(URI.create("string:///Candidate.java"), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreErrors) {
        return source;
      }

      @Override
      public boolean isNameCompatible(String name, Kind kind) {
        return true;
      }
    };
    StringWriter said = new StringWriter();
    boolean done = compiler.getTask(said, memory, told, OPTIONS, null, Arrays.asList(unit)).call();
    List<Object> answer = new ArrayList<>();
    if (done) {
      answer.add("classes");
      for (Map.Entry<String, ByteArrayOutputStream> one : memory.made.entrySet()) {
        answer.add(one.getKey());
        answer.add(Base64.getEncoder().encodeToString(one.getValue().toByteArray()));
      }
      return answer;
    }
    answer.add("errors");
    for (Diagnostic<?> one : told.getDiagnostics()) {
      if (one.getKind() != Diagnostic.Kind.ERROR || answer.size() > 2 * MOST_ERRORS) continue;
      String text = one.getMessage(Locale.ROOT);
      answer.add((int) Math.min(99999999, one.getLineNumber()));
      answer.add(text.length() > 1000 ? text.substring(0, 1000) : text);
    }
    if (answer.size() == 1) {
      String text = said.toString();
      return Arrays.asList("limit", text.contains("StackOverflow") ? "is nested too deeply to compile"
          : "the compiler failed: " + text.substring(0, Math.min(300, text.length())));
    }
    return answer;
  }

  /** Keeps the classes in memory. */
  private static final class Memory extends ForwardingJavaFileManager<JavaFileManager> {
    final Map<String, ByteArrayOutputStream> made = new TreeMap<>();
    private int bytes;

    Memory(JavaFileManager files) {
      super(files);
    }

    @Override
    public JavaFileObject getJavaFileForOutput(Location where, String name, JavaFileObject.Kind kind, FileObject sibling) {
      return new SimpleJavaFileObject(URI.create("memory:///" + name.replace('.', '/') + ".class"), kind) {
        @Override
        public OutputStream openOutputStream() {
          ByteArrayOutputStream data = new ByteArrayOutputStream() {
            @Override
            public synchronized void write(byte[] given, int from, int count) {
              bytes += count;
              if (bytes > MOST_BYTES) throw new OutOfMemoryError("classes");
              super.write(given, from, count);
            }
          };
          made.put(name, data);
          return data;
        }
      };
    }
  }
}
