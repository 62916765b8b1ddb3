package algosmith;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Answers calls of one candidate and its small changes, each in a class loader of its own. */
final class Driver {
  private static final String UNFIT = "the call does not fit the function: ";
  private static final long STACK = 16L << 20;
  private static final InputStream STDIN = new ByteArrayInputStream(new byte[0]);

  private final Wire wire = new Wire();
  private Thread own;
  private Map<String, byte[]> classes;
  private Map<?, ?> program;
  private Loader loader;
  private Method method;

  private Driver() throws ReflectiveOperationException {}

  public static void main(String[] given) throws Exception {
    Driver driver = new Driver();
    // What a candidate prints is looked at by nobody; only too much of it ends it.
    driver.wire.send(Arrays.asList("sealed"));
    driver.own = new Thread(null, driver::serve, "main", STACK);
    driver.own.start();
    driver.own.join();
    Runtime.getRuntime().halt(0);
  }

  private void serve() {
    try {
      for (Map<?, ?> frame = wire.next(); frame != null; frame = wire.next()) {
        if (frame.containsKey("classes")) wire.send(load(frame));
        else if (frame.containsKey("seen")) wire.send(seen());
        else wire.send(answer(frame));
      }
    } catch (IOException error) {
      Runtime.getRuntime().halt(4);
    }
  }

  // The program.

  private List<Object> load(Map<?, ?> frame) {
    if (someoneElseRuns()) return Arrays.asList("stale");
    Sink.reset(((Long) frame.get("output_bytes")).intValue());
    System.setOut(new PrintStream(new Sink(), true));
    System.setErr(System.out);
    System.setIn(STDIN);
    program = frame;
    classes = new HashMap<>();
    List<?> given = (List<?>) frame.get("classes");
    for (int i = 0; i < given.size(); i += 2)
      classes.put((String) given.get(i), Base64.getDecoder().decode((String) given.get(i + 1)));
    try {
      return find();
    } catch (StackOverflowError | OutOfMemoryError error) {
      return failed("load", error.getClass().getSimpleName());
    } catch (Throwable error) {
      return failed("load", named(error));
    }
  }

  private static List<Object> failed(String kind, String text) {
    return Arrays.asList("failed", kind, text, 0);
  }

  private List<Object> find() throws ReflectiveOperationException {
    loader = new Loader(classes);
    Thread.currentThread().setContextClassLoader(loader);
    String owner = (String) program.get("owner");
    String name = (String) program.get("name");
    List<?> types = (List<?>) program.get("types");
    Class<?> home = Class.forName(owner, false, loader);
    method = null;
    List<Method> same = new ArrayList<>();
    for (Method one : home.getDeclaredMethods())
      if (one.getName().equals(name) && !one.isSynthetic() && (types == null || one.getParameterCount() == types.size())) same.add(one);
    for (Method one : same) if (same.size() == 1 || fits(one, types)) method = one;
    String gone = (String) program.get("gone");
    if (method == null) return failed(gone.isEmpty() ? "entry" : "syntax", gone.isEmpty() ? "there is no method " + name : gone);
    method.setAccessible(true);
    for (Type one : method.getGenericParameterTypes())
      if (!values().isCarried(one, 0)) return failed("entry", "takes a " + one.getTypeName().replace('$', '.') + ", which is not carried into the cage");
    return Arrays.asList("loaded", Boolean.TRUE.equals(program.get("many")) ? 1 : 0);
  }

  private Values values() {
    return new Values((Map<?, ?>) program.get("shapes"));
  }

  private static boolean fits(Method one, List<?> types) {
    if (types == null) return false;
    Class<?>[] given = one.getParameterTypes();
    for (int i = 0; i < given.length; i++) if (!given[i].getSimpleName().equals(types.get(i))) return false;
    return true;
  }

  private boolean someoneElseRuns() {
    Thread[] found = new Thread[16];
    int count = Thread.currentThread().getThreadGroup().enumerate(found);
    for (int i = 0; i < count; i++) if (found[i] != own && !found[i].getName().equals("main")) return true;
    return false;
  }

  private List<Object> seen() {
    List<Object> numbers = new ArrayList<>();
    try {
      Field all = Class.forName((String) program.get("marks"), true, loader).getDeclaredField("all");
      all.setAccessible(true);
      numbers.addAll((Collection<?>) all.get(null));
    } catch (Throwable error) {
      numbers.clear();
    }
    return numbers;
  }

  // Calls.

  private List<Object> answer(Map<?, ?> frame) {
    Object number = frame.get("n");
    try {
      List<Object> made = answered((List<?>) frame.get("args"));
      made.add(0, number);
      return made;
    } catch (Values.Mismatch error) {
      return Arrays.asList(number, "unserialisable", null, null, error.getMessage(), false);
    } catch (OutOfMemoryError error) {
      return Arrays.asList(number, "memory", null, null, "ran out of memory", false);
    } catch (Throwable error) {
      return Arrays.asList(number, "raised", null, null, named(error), false);
    }
  }

  private List<Object> answered(List<?> given) throws Throwable {
    if (Boolean.TRUE.equals(program.get("fresh"))) find();
    Type[] types = method.getGenericParameterTypes();
    if (given.size() != types.length) throw new Values.Mismatch(UNFIT + "it takes " + types.length + " values");
    Object[] made = new Object[types.length];
    Values values = values();
    try {
      for (int i = 0; i < made.length; i++) made[i] = values.read(given.get(i), types[i]);
    } catch (Values.Mismatch error) {
      throw new Values.Mismatch(UNFIT + error.getMessage());
    }
    Object result;
    try {
      Object target = Modifier.isStatic(method.getModifiers()) ? null : instance(method.getDeclaringClass());
      result = method.invoke(target, made);
    } catch (InvocationTargetException error) {
      throw error.getCause();
    }
    System.out.flush();
    boolean nothing = method.getReturnType() == void.class;
    List<Object> after = new ArrayList<>();
    for (int i = 0; i < made.length; i++)
      after.add(values.after(made[i], types[i], given.get(i), nothing));
    return new ArrayList<>(Arrays.asList("value", values.result(result, method.getGenericReturnType()), after, "", false));
  }

  private static Object instance(Class<?> type) throws Throwable {
    Class<?> outer = type.getEnclosingClass();
    boolean inner = outer != null && !Modifier.isStatic(type.getModifiers());
    Constructor<?> made = inner ? type.getDeclaredConstructor(outer) : type.getDeclaredConstructor();
    made.setAccessible(true);
    return inner ? made.newInstance(instance(outer)) : made.newInstance();
  }

  /** An exception as people write it. */
  private static String named(Throwable error) {
    Throwable one = error;
    while ((one instanceof ExceptionInInitializerError || one instanceof InvocationTargetException) && one.getCause() != null)
      one = one.getCause();
    String text;
    try {
      text = one.getMessage();
    } catch (Throwable other) {
      text = null;
    }
    String name = one.getClass().getName();
    name = name.substring(Math.max(name.lastIndexOf('.'), name.lastIndexOf('$')) + 1);
    return text == null || text.isEmpty() ? name : name + ": " + text.substring(0, Math.min(500, text.length()));
  }

  /** Finds the candidate's classes; ours are not seen by it. */
  private static final class Loader extends ClassLoader {
    private final Map<String, byte[]> classes;

    Loader(Map<String, byte[]> classes) {
      super(ClassLoader.getPlatformClassLoader());
      this.classes = classes;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      byte[] data = classes.get(name);
      if (data == null) throw new ClassNotFoundException(name);
      return defineClass(name, data, 0, data.length);
    }
  }

  /** Counts what is printed and lets nothing through. */
  private static final class Sink extends OutputStream {
    private static int left;

    static void reset(int most) {
      left = most;
    }

    @Override
    public void write(int one) {
      count(1);
    }

    @Override
    public void write(byte[] given, int from, int count) {
      count(count);
    }

    private static void count(int count) {
      left -= count;
      if (left < 0) Runtime.getRuntime().halt(97);
    }
  }
}
