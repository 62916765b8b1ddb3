package algosmith;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lines of JSON from descriptor 3 and to descriptor 4. */
final class Wire {
  private final InputStream in;
  private final OutputStream out;
  private final byte[] chunk = new byte[1 << 16];
  private int from;
  private int until;

  Wire() throws ReflectiveOperationException {
    Constructor<FileDescriptor> numbered = FileDescriptor.class.getDeclaredConstructor(int.class);
    numbered.setAccessible(true);
    in = new FileInputStream(numbered.newInstance(3));
    out = new FileOutputStream(numbered.newInstance(4));
  }

  /** The next line's value; null at the end. */
  Map<?, ?> next() throws IOException {
    StringBuilder line = new StringBuilder();
    while (true) {
      while (from < until) {
        byte one = chunk[from++];
        if (one == '\n') return (Map<?, ?>) new Parser(line).value();
        line.append((char) (one & 0xff));
      }
      from = 0;
      until = in.read(chunk);
      if (until <= 0) return null;
    }
  }

  void send(Object frame) throws IOException {
    StringBuilder text = new StringBuilder();
    write(text, frame);
    out.write(text.append('\n').toString().getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  private static void write(StringBuilder out, Object value) {
    if (value instanceof List) {
      String mark = "[";
      for (Object item : (List<?>) value) {
        out.append(mark);
        write(out, item);
        mark = ",";
      }
      out.append(mark.equals("[") ? "[]" : "]");
    } else if (value instanceof String) {
      quote(out, (String) value);
    } else {
      out.append(value);
    }
  }

  private static void quote(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') out.append('\\').append(c);
      else if (c >= ' ' && c < 127) out.append(c);
      else {
        out.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4)
          out.append(Character.forDigit((c >> shift) & 15, 16));
      }
    }
    out.append('"');
  }

  /** Reads what our side wrote: it is trusted to be JSON. */
  private static final class Parser {
    private final CharSequence text;
    private int at;

    Parser(CharSequence text) {
      this.text = text;
    }

    Object value() {
      char c = text.charAt(at);
      if (c == '"') return string();
      if (c == '[') return list();
      if (c == '{') return map();
      int start = at;
      while (at < text.length() && ",]}".indexOf(text.charAt(at)) < 0) at++;
      String word = text.subSequence(start, at).toString();
      if (word.equals("null")) return null;
      return word.equals("true") || word.equals("false") ? (Object) word.equals("true") : Long.valueOf(word);
    }

    private List<Object> list() {
      List<Object> made = new ArrayList<>();
      at++;
      while (text.charAt(at) != ']') {
        made.add(value());
        if (text.charAt(at) == ',') at++;
      }
      at++;
      return made;
    }

    private Map<Object, Object> map() {
      Map<Object, Object> made = new LinkedHashMap<>();
      at++;
      while (text.charAt(at) != '}') {
        Object key = string();
        at++;
        made.put(key, value());
        if (text.charAt(at) == ',') at++;
      }
      at++;
      return made;
    }

    private String string() {
      StringBuilder made = new StringBuilder();
      at++;
      while (text.charAt(at) != '"') {
        char c = text.charAt(at++);
        if (c != '\\') {
          made.append(c);
          continue;
        }
        c = text.charAt(at++);
        int simple = "nrtbf".indexOf(c);
        if (c == 'u') {
          made.append((char) Integer.parseInt(text.subSequence(at, at + 4).toString(), 16));
          at += 4;
        } else made.append(simple >= 0 ? "\n\r\t\b\f".charAt(simple) : c);
      }
      at++;
      return made.toString();
    }
  }
}
