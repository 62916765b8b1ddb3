package algosmith;

import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.math.BigInteger;
import java.util.*;

/** Values of ours as Java's and back; the forms are those of {@code sandbox/codec.py}. */
final class Values {
  private static final int DEEPEST = 60;
  private static final int MOST_NODES = 100_000;
  private static final int MOST_VALUES = 400_000;

  /** A value that is none of the type. */
  static final class Mismatch extends RuntimeException {
    Mismatch(String text) {
      super(text, null, false, false);
    }
  }

  /** Classes of the user's whose objects are told by their parts: the fields' names. */
  private final Map<?, ?> shapes;
  private int written;

  Values(Map<?, ?> shapes) {
    this.shapes = shapes;
  }

  // Types.

  static Class<?> raw(Type type) {
    if (type instanceof Class) return (Class<?>) type;
    if (type instanceof ParameterizedType) return (Class<?>) ((ParameterizedType) type).getRawType();
    if (type instanceof GenericArrayType)
      return Array.newInstance(raw(((GenericArrayType) type).getGenericComponentType()), 0).getClass();
    if (type instanceof TypeVariable) return raw(((TypeVariable<?>) type).getBounds()[0]);
    if (type instanceof WildcardType) return raw(((WildcardType) type).getUpperBounds()[0]);
    return Object.class;
  }

  private static Type part(Type type, int number) {
    if (!(type instanceof ParameterizedType)) return Object.class;
    Type[] parts = ((ParameterizedType) type).getActualTypeArguments();
    return number < parts.length ? parts[number] : Object.class;
  }

  private static Type item(Type type) {
    return type instanceof GenericArrayType
        ? ((GenericArrayType) type).getGenericComponentType() : raw(type).getComponentType();
  }

  private static boolean isOpen(Class<?> raw) {
    return raw == Object.class || raw == Comparable.class || raw == Number.class || raw == java.io.Serializable.class;
  }

  /** Whether values of a type can be made here. */
  boolean isCarried(Type type, int depth) {
    Class<?> raw = raw(type);
    if (depth > 8) return false;
    if (raw.isArray()) return isCarried(item(type), depth + 1);
    if (raw.isPrimitive() || isOpen(raw) || raw == String.class || raw == CharSequence.class) return true;
    if (raw == Boolean.class || raw == Character.class || raw == BigInteger.class) return true;
    if (Number.class.isAssignableFrom(raw)) return raw.getName().startsWith("java.lang.");
    if (Map.class.isAssignableFrom(raw) && raw.getName().startsWith("java.util."))
      return isCarried(part(type, 0), depth + 1) && isCarried(part(type, 1), depth + 1);
    if (raw == Iterable.class || raw == Optional.class
        || (Collection.class.isAssignableFrom(raw) && raw.getName().startsWith("java.util.")))
      return isCarried(part(type, 0), depth + 1);
    if (shapes.containsKey(raw.getName())) {
      for (Field one : parts(raw)) if (!isCarried(bound(one.getGenericType(), type), depth + 1)) return false;
      return true;
    }
    return raw.isEnum() || isNode(raw);
  }

  // Objects that are told by their parts.

  private List<Field> parts(Class<?> type) {
    List<Field> found = new ArrayList<>();
    for (Object name : (List<?>) shapes.get(type.getName())) {
      Field one = field(type, (String) name);
      if (one == null) throw new Mismatch("no " + type.getSimpleName() + " can be made");
      found.add(one);
    }
    return found;
  }

  /** A field's type where its class's own parameters are given. */
  private static Type bound(Type type, Type owner) {
    if (!(type instanceof TypeVariable)) return type;
    TypeVariable<?>[] variables = raw(owner).getTypeParameters();
    for (int i = 0; i < variables.length; i++) if (variables[i].equals(type)) return part(owner, i);
    return type;
  }

  private Object object(List<?> items, Type type, Class<?> raw) {
    List<Field> parts = parts(raw);
    if (parts.size() != items.size()) throw new Mismatch("a " + raw.getSimpleName() + " has " + parts.size() + " parts");
    Object[] given = new Object[parts.size()];
    for (int i = 0; i < given.length; i++) given[i] = read(items.get(i), bound(parts.get(i).getGenericType(), type));
    try {
      Constructor<?>[] all = raw.getDeclaredConstructors();
      for (Constructor<?> one : all) {
        if (!takes(one, parts)) continue;
        one.setAccessible(true);
        return one.newInstance(given);
      }
      Constructor<?> bare = raw.getDeclaredConstructor();
      bare.setAccessible(true);
      Object made = bare.newInstance();
      for (int i = 0; i < given.length; i++) parts.get(i).set(made, given[i]);
      return made;
    } catch (ReflectiveOperationException | IllegalArgumentException error) {
      throw new Mismatch("no " + raw.getSimpleName() + " can be made");
    }
  }

  private static boolean takes(Constructor<?> one, List<Field> parts) {
    Class<?>[] types = one.getParameterTypes();
    if (types.length != parts.size()) return false;
    for (int i = 0; i < types.length; i++) if (types[i] != parts.get(i).getType()) return false;
    return true;
  }

  private Object objectWritten(Object value, int depth) {
    List<Object> made = new ArrayList<>(Arrays.asList("t"));
    try {
      for (Field one : parts(value.getClass())) made.add(written(one.get(value), Object.class, depth + 1));
    } catch (IllegalAccessException error) {
      throw new Mismatch("a " + value.getClass().getSimpleName());
    }
    return made;
  }

  // Nodes of linked lists and trees, by the names of their fields.

  private static Field field(Class<?> type, String... names) {
    for (String name : names) {
      try {
        Field found = type.getDeclaredField(name);
        found.setAccessible(true);
        return Modifier.isStatic(found.getModifiers()) ? null : found;
      } catch (ReflectiveOperationException error) {
        continue;
      }
    }
    return null;
  }

  private static boolean links(Class<?> type, String name) {
    Field found = field(type, name);
    return found != null && found.getType() == type && !Modifier.isFinal(found.getModifiers());
  }

  private static boolean isTree(Class<?> type) {
    return links(type, "left") && links(type, "right");
  }

  private static boolean isNode(Class<?> type) {
    if (type.isPrimitive() || type.isArray() || type.getName().startsWith("java.")) return false;
    return field(type, "val", "value", "data") != null && (isTree(type) || links(type, "next"));
  }

  private Object node(Class<?> type, Object given) throws ReflectiveOperationException {
    Field value = field(type, "val", "value", "data");
    Object plain = read(given, value.getGenericType());
    for (Constructor<?> one : type.getDeclaredConstructors()) {
      one.setAccessible(true);
      Class<?>[] types = one.getParameterTypes();
      Object[] values = new Object[types.length];
      for (int i = 0; i < types.length; i++) {
        if (i == 0 && types[0] == value.getType()) values[0] = plain;
        else if (types[i].isPrimitive()) values[i] = Array.get(Array.newInstance(types[i], 1), 0);
      }
      try {
        Object made = one.newInstance(values);
        if (!Modifier.isFinal(value.getModifiers())) value.set(made, plain);
        else if (!Objects.equals(value.get(made), plain)) continue;
        return made;
      } catch (java.lang.reflect.InvocationTargetException error) {
        continue;
      }
    }
    throw new Mismatch("no " + type.getSimpleName() + " can be made");
  }

  private Object nodes(Class<?> type, List<?> items) throws ReflectiveOperationException {
    boolean tree = isTree(type);
    Object[] all = new Object[items.size()];
    for (int i = 0; i < all.length; i++)
      all[i] = tree && items.get(i) == null ? null : node(type, items.get(i));
    if (all.length == 0) return null;
    if (!tree) {
      Field next = field(type, "next");
      for (int i = 0; i < all.length; i++) next.set(all[i], i + 1 < all.length ? all[i + 1] : null);
      return all[0];
    }
    Field left = field(type, "left");
    Field right = field(type, "right");
    int child = 1;
    for (Object one : all) {
      if (one == null) continue;
      left.set(one, child < all.length ? all[child] : null);
      right.set(one, child + 1 < all.length ? all[child + 1] : null);
      child += 2;
    }
    return all[0];
  }

  private Object nodesWritten(Object first, Class<?> type, int depth) throws ReflectiveOperationException {
    List<Object> made = new ArrayList<>(Arrays.asList("n", isTree(type) ? "TreeNode" : "ListNode"));
    Field value = field(type, "val", "value", "data");
    if (!isTree(type)) {
      Field next = field(type, "next");
      for (Object one = first; one != null; one = next.get(one)) {
        if (made.size() > MOST_NODES) throw new Mismatch("a list that never ends");
        made.add(written(value.get(one), value.getGenericType(), depth + 1));
      }
      return made;
    }
    List<Object> level = new ArrayList<>(Arrays.asList(first));
    for (int i = 0; i < level.size(); i++) {
      if (level.size() > MOST_NODES) throw new Mismatch("a tree that never ends");
      if (level.get(i) == null) continue;
      level.add(field(type, "left").get(level.get(i)));
      level.add(field(type, "right").get(level.get(i)));
    }
    while (!level.isEmpty() && level.get(level.size() - 1) == null) level.remove(level.size() - 1);
    for (Object one : level) made.add(one == null ? null : written(value.get(one), value.getGenericType(), depth + 1));
    return made;
  }

  // To Java.

  Object read(Object given, Type type) {
    Class<?> raw = raw(type);
    if (given == null) {
      if (raw.isPrimitive()) throw new Mismatch("null is no " + raw);
      return raw == Optional.class ? Optional.empty() : null;
    }
    if (raw == Optional.class) return Optional.of(read(given, part(type, 0)));
    if (given instanceof Boolean) {
      if (raw == boolean.class || raw == Boolean.class || isOpen(raw)) return given;
      throw new Mismatch("a boolean is no " + raw.getSimpleName());
    }
    if (given instanceof String) return scalar((String) given, raw);
    List<?> parts = (List<?>) given;
    String tag = (String) parts.get(0);
    List<?> items = parts.subList(tag.equals("n") ? 2 : 1, parts.size());
    if (tag.equals("d")) return map(items, type, raw);
    if (!tag.equals("n") && !"ltez".contains(tag)) throw new Mismatch("no value of Java");
    try {
      if (isNode(raw)) return nodes(raw, items);
    } catch (ReflectiveOperationException error) {
      throw new Mismatch("no " + raw.getSimpleName() + " can be made");
    }
    if (shapes.containsKey(raw.getName())) return object(items, type, raw);
    if (tag.equals("n")) throw new Mismatch("a linked list or tree is no " + raw.getSimpleName());
    if (raw.isArray()) {
      Type item = item(type);
      Object made = Array.newInstance(raw.getComponentType(), items.size());
      for (int i = 0; i < items.size(); i++) Array.set(made, i, read(items.get(i), item));
      return made;
    }
    return collection(items, type, raw, tag.equals("e") || tag.equals("z"));
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private Object collection(List<?> items, Type type, Class<?> raw, boolean group) {
    Collection made;
    try {
      if (group && raw.isAssignableFrom(LinkedHashSet.class)) made = new LinkedHashSet<>();
      else if (raw.isAssignableFrom(ArrayList.class)) made = new ArrayList<>();
      else if (raw.isAssignableFrom(LinkedHashSet.class)) made = new LinkedHashSet<>();
      else if (raw.isAssignableFrom(TreeSet.class)) made = new TreeSet<>();
      else if (raw.isAssignableFrom(ArrayDeque.class)) made = new ArrayDeque<>();
      else if (Collection.class.isAssignableFrom(raw) && !Modifier.isAbstract(raw.getModifiers()))
        made = (Collection) raw.getDeclaredConstructor().newInstance();
      else throw new Mismatch("a list is no " + raw.getSimpleName());
      for (Object one : items) made.add(read(one, part(type, 0)));
    } catch (ReflectiveOperationException | NullPointerException | ClassCastException error) {
      throw new Mismatch("a list is no " + raw.getSimpleName());
    }
    return made;
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private Object map(List<?> items, Type type, Class<?> raw) {
    Map made;
    try {
      if (raw.isAssignableFrom(LinkedHashMap.class)) made = new LinkedHashMap<>();
      else if (raw.isAssignableFrom(TreeMap.class)) made = new TreeMap<>();
      else if (Map.class.isAssignableFrom(raw) && !Modifier.isAbstract(raw.getModifiers()))
        made = (Map) raw.getDeclaredConstructor().newInstance();
      else throw new Mismatch("a map is no " + raw.getSimpleName());
      for (int i = 0; i < items.size(); i += 2)
        made.put(read(items.get(i), part(type, 0)), read(items.get(i + 1), part(type, 1)));
    } catch (ReflectiveOperationException | NullPointerException | ClassCastException error) {
      throw new Mismatch("a map is no " + raw.getSimpleName());
    }
    return made;
  }

  private static Object scalar(String text, Class<?> raw) {
    String rest = text.substring(1);
    switch (text.charAt(0)) {
      case 's':
        return chars(rest, raw);
      case 'i':
        return whole(new BigInteger(rest, 16), raw);
      case 'f':
        return real(rest.equals("nan") ? Double.NaN : rest.equals("inf") ? Double.POSITIVE_INFINITY
            : rest.equals("-inf") ? Double.NEGATIVE_INFINITY : Double.parseDouble(rest), raw);
      default:
        throw new Mismatch("no value of Java");
    }
  }

  private static Object chars(String text, Class<?> raw) {
    if (raw == char[].class) return text.toCharArray();
    if (raw == char.class || raw == Character.class) {
      if (text.length() == 1) return text.charAt(0);
      throw new Mismatch("a text of " + text.length() + " chars is no char");
    }
    if (raw.isAssignableFrom(String.class)) return text;
    if (raw.isEnum()) for (Object one : raw.getEnumConstants()) if (((Enum<?>) one).name().equals(text)) return one;
    if (raw == StringBuilder.class) return new StringBuilder(text);
    throw new Mismatch("a text is no " + raw.getSimpleName());
  }

  private static Object whole(BigInteger value, Class<?> raw) {
    int bits = value.bitLength();
    if ((raw == int.class || raw == Integer.class) && bits < 32) return value.intValue();
    if ((raw == long.class || raw == Long.class) && bits < 64) return value.longValue();
    if ((raw == short.class || raw == Short.class) && bits < 16) return value.shortValue();
    if ((raw == byte.class || raw == Byte.class) && bits < 8) return value.byteValue();
    if (raw == double.class || raw == Double.class) return value.doubleValue();
    if (raw == float.class || raw == Float.class) return value.floatValue();
    if (raw == BigInteger.class) return value;
    if (isOpen(raw)) return bits < 32 ? (Object) value.intValue() : bits < 64 ? (Object) value.longValue() : value;
    throw new Mismatch("a whole number" + (bits > 31 ? " of " + bits + " bits" : "") + " is no " + raw.getSimpleName());
  }

  private static Object real(double value, Class<?> raw) {
    if (raw == double.class || raw == Double.class || isOpen(raw)) return value;
    if (raw == float.class || raw == Float.class) return (float) value;
    if (value == Math.rint(value) && Math.abs(value) < 9e15) return whole(BigInteger.valueOf((long) value), raw);
    throw new Mismatch("a float is no " + raw.getSimpleName());
  }

  // From Java.

  /** The argument as it is after the call. */
  Object after(Object now, Type type, Object given, boolean nothing) {
    if (now == null || given instanceof String || given instanceof Boolean && !(now instanceof char[])) return given;
    Class<?> raw = now.getClass();
    if (isNode(raw) && !nothing) return given;
    if (now instanceof Optional) return given;
    Object made = written(now, type, 0);
    boolean tuple = given instanceof List && ((List<?>) given).get(0).equals("t");
    if (tuple && made instanceof List) cast(made).set(0, "t");
    return made;
  }

  @SuppressWarnings("unchecked")
  private static List<Object> cast(Object made) {
    return (List<Object>) made;
  }

  /** A result; a list or tree without nodes is one all the same. */
  Object result(Object value, Type type) {
    if (value == null && isNode(raw(type))) return Arrays.asList("n", isTree(raw(type)) ? "TreeNode" : "ListNode");
    return written(value, type, 0);
  }

  Object written(Object value, Type type, int depth) {
    if (depth > DEEPEST) throw new Mismatch("a value nested too deeply, or one that contains itself");
    if (++written > MOST_VALUES) throw new Mismatch("a value with too many parts");
    if (value == null || value instanceof Boolean) return value;
    if (value instanceof Integer || value instanceof Long || value instanceof Short || value instanceof Byte)
      return "i" + Long.toString(((Number) value).longValue(), 16);
    if (value instanceof BigInteger) return "i" + ((BigInteger) value).toString(16);
    if (value instanceof Double) return "f" + hex((Double) value);
    if (value instanceof Float) return "f" + hex(Double.parseDouble(value.toString()));
    if (value instanceof Character || value instanceof String) return "s" + value;
    if (value instanceof StringBuilder) return "s" + value;
    if (value instanceof Optional) return written(((Optional<?>) value).orElse(null), Object.class, depth + 1);
    if (value instanceof OptionalInt) return ((OptionalInt) value).isPresent() ? "i" + Integer.toString(((OptionalInt) value).getAsInt(), 16) : null;
    if (value.getClass().isArray()) return array(value, depth);
    if (value instanceof Enum) return "s" + ((Enum<?>) value).name();
    if (shapes.containsKey(value.getClass().getName())) return objectWritten(value, depth);
    if (value instanceof Map.Entry) {
      Map.Entry<?, ?> pair = (Map.Entry<?, ?>) value;
      return new ArrayList<>(Arrays.asList("t", written(pair.getKey(), Object.class, depth + 1), written(pair.getValue(), Object.class, depth + 1)));
    }
    if (value instanceof Map) {
      List<Object> made = new ArrayList<>(Arrays.asList("d"));
      for (Map.Entry<?, ?> pair : ((Map<?, ?>) value).entrySet()) {
        made.add(key(written(pair.getKey(), Object.class, depth + 1)));
        made.add(written(pair.getValue(), Object.class, depth + 1));
      }
      return made;
    }
    if (value instanceof Collection) {
      boolean group = value instanceof Set;
      List<Object> made = new ArrayList<>(Arrays.asList(group ? "e" : "l"));
      for (Object one : (Collection<?>) value) {
        Object text = written(one, Object.class, depth + 1);
        made.add(group ? key(text) : text);
      }
      return made;
    }
    try {
      if (isNode(value.getClass())) return nodesWritten(value, value.getClass(), depth);
    } catch (ReflectiveOperationException error) {
      throw new Mismatch("a " + value.getClass().getSimpleName());
    }
    throw new Mismatch("a " + value.getClass().getSimpleName() + " is no plain value");
  }

  private Object array(Object value, int depth) {
    List<Object> made = new ArrayList<>(Arrays.asList("l"));
    int length = Array.getLength(value);
    if (length > MOST_VALUES) throw new Mismatch("a value with too many parts");
    for (int i = 0; i < length; i++) made.add(written(Array.get(value, i), Object.class, depth + 1));
    return made;
  }

  /** A key of ours: a list can be none, a tuple can. */
  private static Object key(Object text) {
    if (!(text instanceof List)) return text;
    List<Object> made = new ArrayList<>();
    for (Object one : (List<?>) text) made.add(key(one));
    if (made.get(0).equals("l")) made.set(0, "t");
    if (made.get(0).equals("e")) made.set(0, "z");
    return made;
  }

  private static String hex(double value) {
    if (Double.isNaN(value)) return "nan";
    if (Double.isInfinite(value)) return value > 0 ? "inf" : "-inf";
    String text = Double.toHexString(value);
    int at = text.indexOf('p') + 1;
    return text.charAt(at) == '-' ? text : text.substring(0, at) + '+' + text.substring(at);
  }
}
