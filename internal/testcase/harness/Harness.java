
final class HuimianHarness {
  private static final java.io.FileOutputStream OUTPUT = new java.io.FileOutputStream(java.io.FileDescriptor.out);
  private static java.lang.String marker;
  private static java.lang.String text;
  private static int at;

  public static void main(java.lang.String[] unused) throws java.lang.Throwable {
    text = new java.lang.String(java.lang.System.in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    at = text.indexOf('\n');
    marker = text.substring(0, at);
    java.lang.StringBuilder out = new java.lang.StringBuilder("\n").append(marker);
    try {
      call(out);
    } catch (java.lang.Throwable error) {
      java.lang.System.out.flush();
      fail(error);
    }
    java.lang.System.out.flush();
    OUTPUT.write(out.append('\n').toString().getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    OUTPUT.flush();
    java.lang.Runtime.getRuntime().halt(0);
  }

  private static void call(java.lang.StringBuilder out) throws java.lang.Throwable {
    __CALL__
  }

  private static void fail(java.lang.Throwable error) {
    java.util.Set<java.lang.Throwable> seen = new java.util.HashSet<>();
    for (java.lang.Throwable e = error; e != null && seen.add(e); e = e.getCause()) {
      java.util.List<java.lang.StackTraceElement> frames = new java.util.ArrayList<>();
      for (java.lang.StackTraceElement frame : e.getStackTrace()) {
        if (!frame.getClassName().endsWith("HuimianHarness")) frames.add(frame);
      }
      e.setStackTrace(frames.toArray(new java.lang.StackTraceElement[0]));
    }
    error.printStackTrace();
    java.lang.System.err.flush();
    java.lang.Runtime.getRuntime().halt(1);
  }

  private static char peek() {
    while (at < text.length() && text.charAt(at) <= ' ') at++;
    return at < text.length() ? text.charAt(at) : '\0';
  }

  private static void skip(char expected) {
    if (peek() != expected) throw new java.lang.IllegalStateException("the arguments cannot be read");
    at++;
  }

  private static java.lang.String token() {
    peek();
    int begin = at;
    while (at < text.length() && (java.lang.Character.isLetterOrDigit(text.charAt(at)) || "+-.".indexOf(text.charAt(at)) >= 0)) at++;
    return text.substring(begin, at);
  }

  private static java.lang.Object read(java.lang.Class<?> type, char before) {
    skip(before);
    return read(type);
  }

  private static java.lang.Object read(java.lang.Class<?> type) {
    if (type == boolean.class) return token().equals("true");
    if (type == int.class) return java.lang.Integer.parseInt(token());
    if (type == long.class) return java.lang.Long.parseLong(token());
    if (type == double.class) return java.lang.Double.parseDouble(token());
    if (type == java.lang.String.class) return readString();
    java.util.List<java.lang.Object> items = new java.util.ArrayList<>();
    skip('[');
    while (peek() != ']') {
      if (!items.isEmpty()) skip(',');
      items.add(read(type.getComponentType()));
    }
    skip(']');
    java.lang.Object array = java.lang.reflect.Array.newInstance(type.getComponentType(), items.size());
    for (int n = 0; n < items.size(); n++) java.lang.reflect.Array.set(array, n, items.get(n));
    return array;
  }

  private static java.lang.String readString() {
    java.lang.StringBuilder s = new java.lang.StringBuilder();
    skip('"');
    while (text.charAt(at) != '"') {
      char c = text.charAt(at++);
      if (c == '\\') {
        c = text.charAt(at++);
        int index = "bfnrt".indexOf(c);
        if (index >= 0) c = "\b\f\n\r\t".charAt(index);
        if (c == 'u') {
          c = (char) java.lang.Integer.parseInt(text.substring(at, at + 4), 16);
          at += 4;
        }
      }
      s.append(c);
    }
    at++;
    return s.toString();
  }

  private static void write(java.lang.StringBuilder out, java.lang.Object value) {
    if (value instanceof java.lang.String) {
      writeString(out, (java.lang.String) value);
    } else if (value != null && value.getClass().isArray()) {
      out.append('[');
      for (int n = 0; n < java.lang.reflect.Array.getLength(value); n++) {
        if (n > 0) out.append(',');
        write(out, java.lang.reflect.Array.get(value, n));
      }
      out.append(']');
    } else {
      out.append(value);
    }
  }

  private static void writeString(java.lang.StringBuilder out, java.lang.String value) {
    out.append('"');
    for (int n = 0; n < value.length(); n++) {
      char c = value.charAt(n);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ' || c > '~') {
        out.append(java.lang.String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }
}
