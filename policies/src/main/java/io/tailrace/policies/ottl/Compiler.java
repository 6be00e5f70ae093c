package io.tailrace.policies.ottl;

import io.tailrace.policies.document.Suggestion;
import io.tailrace.policies.ottl.functions.Converters;
import io.tailrace.policies.ottl.values.Converter;
import io.tailrace.policies.ottl.values.EvaluationException;
import io.tailrace.policies.ottl.values.Expr;
import io.tailrace.policies.ottl.values.Frame;
import io.tailrace.policies.ottl.values.Parameter;
import io.tailrace.policies.ottl.values.Regexes;
import io.tailrace.policies.ottl.values.Type;
import io.tailrace.policies.ottl.values.Values;
import io.tailrace.policies.span.AttributesView;
import io.tailrace.policies.span.W3cTraceState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Compiles a parsed condition and rejects conditions that can never be evaluated. */
final class Compiler {
  private static final Map<String, Long> ENUMS =
      Map.of(
          "SPAN_KIND_UNSPECIFIED", 0L,
          "SPAN_KIND_INTERNAL", 1L,
          "SPAN_KIND_SERVER", 2L,
          "SPAN_KIND_CLIENT", 3L,
          "SPAN_KIND_PRODUCER", 4L,
          "SPAN_KIND_CONSUMER", 5L,
          "STATUS_CODE_UNSET", 0L,
          "STATUS_CODE_OK", 1L,
          "STATUS_CODE_ERROR", 2L);

  private final ConditionContext context;
  private final Regexes regexes;

  Compiler(ConditionContext context, Regexes regexes) {
    this.context = context;
    this.regexes = regexes;
  }

  Test test(Ast ast) throws OttlException {
    if (ast instanceof Ast.Joined joined) {
      List<Test> tests = new ArrayList<>();
      for (Ast operand : joined.operands()) {
        tests.add(test(operand));
      }
      return Test.Joined.of(joined.all(), tests);
    }
    if (ast instanceof Ast.Not not) {
      Test operand = test(not.operand());
      return operand instanceof Test.Constant constant
          ? new Test.Constant(!constant.value())
          : frame -> !operand.holds(frame);
    }
    if (ast instanceof Ast.Comparison c) {
      Values.Operator operator = Values.Operator.of(c.operator());
      Expr left = value(c.left());
      Expr right = value(c.right());
      if (isLiteral(c.left()) && isLiteral(c.right())) {
        return new Test.Constant(
            Values.compare(
                ((Expr.Constant) left).value(), operator, ((Expr.Constant) right).value()));
      }
      return new Test.Compare(left, operator, right);
    }
    if (ast instanceof Ast.Literal literal && literal.value() instanceof Boolean constant) {
      return new Test.Constant(constant);
    }
    Expr answer = value(ast);
    if (answer.type() != Type.ANY && answer.type() != Type.BOOL) {
      throw new OttlException(
          ast.column(), "a function that is true or false, this is " + answer.type().shown());
    }
    return new Test.Answer(answer);
  }

  /**
   * Returns whether the Collector knows the value when it parses the condition. It calls no
   * functions at that time.
   */
  private static boolean isLiteral(Ast ast) {
    if (ast instanceof Ast.ListOf list) {
      return list.items().stream().allMatch(Compiler::isLiteral);
    }
    if (ast instanceof Ast.MapOf map) {
      return map.entries().stream().allMatch(entry -> isLiteral(entry.value()));
    }
    return ast instanceof Ast.Literal || ast instanceof Ast.EnumName;
  }

  Expr value(Ast ast) throws OttlException {
    Expr value = unfolded(ast);
    if (!value.isConstant() || value instanceof Expr.Constant) {
      return value;
    }
    try {
      return new Expr.Constant(value.eval(Frame.ofConstants()));
    } catch (Frame.NeedsTimeException e) {
      return value;
    } catch (EvaluationException e) {
      throw new OttlException(
          ast.column(), "something that has a value, here is " + e.getMessage());
    }
  }

  private Expr unfolded(Ast ast) throws OttlException {
    if (ast instanceof Ast.Literal literal) {
      return new Expr.Constant(literal.value());
    }
    if (ast instanceof Ast.EnumName name) {
      return enumValue(name);
    }
    if (ast instanceof Ast.Path path) {
      return path(path);
    }
    if (ast instanceof Ast.Call call) {
      Expr result = call(call);
      return call.keys().isEmpty() ? result : keyed(result, call);
    }
    if (ast instanceof Ast.ListOf list) {
      return new Expr.ListOf(values(list.items()));
    }
    if (ast instanceof Ast.MapOf map) {
      Map<String, Expr> entries = new LinkedHashMap<>();
      for (Ast.Entry entry : map.entries()) {
        entries.put(entry.key(), value(entry.value()));
      }
      return new Expr.MapOf(entries);
    }
    if (ast instanceof Ast.Negation negation) {
      return new Arithmetic.Negation(number(negation.operand()));
    }
    return arithmetic((Ast.Arithmetic) ast);
  }

  private static Expr enumValue(Ast.EnumName name) throws OttlException {
    Long value = ENUMS.get(name.name());
    if (value == null) {
      String hint = hint(name.name(), ENUMS.keySet());
      throw new OttlException(name.column(), "an enum such as SPAN_KIND_SERVER" + hint);
    }
    return new Expr.Constant(value);
  }

  private Expr arithmetic(Ast.Arithmetic ast) throws OttlException {
    char[] operators = new char[ast.steps().size()];
    Expr[] operands = new Expr[operators.length];
    Expr first = number(ast.first());
    for (int i = 0; i < operators.length; i++) {
      Ast.Step step = ast.steps().get(i);
      operators[i] = step.operator();
      operands[i] = number(step.operand());
    }
    return new Arithmetic(first, operators, operands);
  }

  private Expr number(Ast ast) throws OttlException {
    Expr value = value(ast);
    return switch (value.type()) {
      case ANY, INT, DOUBLE, TIME, DURATION -> value;
      default ->
          throw new OttlException(
              ast.column(), "a number, time or duration, this is " + value.type().shown());
    };
  }

  private List<Expr> values(List<Ast> asts) throws OttlException {
    List<Expr> values = new ArrayList<>();
    for (Ast ast : asts) {
      values.add(value(ast));
    }
    return List.copyOf(values);
  }

  private Expr path(Ast.Path path) throws OttlException {
    String name = fullName(path);
    Expr.Field field = Paths.FIELDS.get(name);
    if (field == null) {
      throw new OttlException(path.column(), "a path" + hint(name, Paths.names()));
    }
    if (path.keys().isEmpty()) {
      return field;
    }
    List<Expr> keys = keys(path.keys());
    Function<Frame, AttributesView> attributes = Paths.ATTRIBUTES.get(name);
    if (attributes != null) {
      return attribute(attributes, keys, path);
    }
    if (name.equals(Paths.TRACE_STATE) && keys.size() == 1) {
      return traceState(keys.get(0), path);
    }
    throw new OttlException(path.keys().get(0).column(), "no key, " + name + " has no parts");
  }

  /** Returns the path with its context as prefix. */
  private String fullName(Ast.Path path) throws OttlException {
    List<String> segments = path.segments();
    String known = Paths.CONTEXTS.get(segments.get(0));
    if (known == null) {
      return context.prefix() + "." + String.join(".", segments);
    }
    if (known.equals("spanevent") && context == ConditionContext.SPAN) {
      throw new OttlException(path.column(), "no path of an event in a condition on spans");
    }
    String rest = segments.stream().skip(1).map(s -> "." + s).collect(Collectors.joining());
    return known + rest;
  }

  private static Expr attribute(
      Function<Frame, AttributesView> attributes, List<Expr> keys, Ast.Path path)
      throws OttlException {
    Expr first = requireText(keys.get(0), path);
    if (keys.size() == 1
        && first instanceof Expr.Constant constant
        && constant.value() instanceof String key) {
      return new Expr.Field(frame -> attributes.apply(frame).get(key), Type.ANY);
    }
    return new Expr.Field(
        frame -> {
          AttributesView view = attributes.apply(frame);
          String key = text(first.eval(frame));
          Object value = view.get(key);
          return value == null && !view.has(key)
              ? null
              : Values.within(value, keys, 1, frame, true);
        },
        Type.ANY);
  }

  private static Expr traceState(Expr key, Ast.Path path) throws OttlException {
    boolean literal = path.keys().get(0) instanceof Ast.Literal;
    if (!literal || !(((Expr.Constant) key).value() instanceof String name)) {
      throw new OttlException(path.keys().get(0).column(), "a literal string as key");
    }
    return new Expr.Field(
        frame -> {
          String header = frame.span().traceState();
          frame.charge(header.length());
          return W3cTraceState.parsed(header)
              .map(state -> state.getOrDefault(name, ""))
              .orElse(null);
        },
        Type.ANY);
  }

  private static Expr requireText(Expr key, Ast.Path path) throws OttlException {
    if (key.type() != Type.ANY && key.type() != Type.STRING) {
      throw new OttlException(path.keys().get(0).column(), "a string as key");
    }
    return key;
  }

  private static String text(@Nullable Object key) {
    if (key instanceof String text) {
      return text;
    }
    throw new EvaluationException("a map without a string as key");
  }

  private Expr keyed(Expr base, Ast.Call call) throws OttlException {
    if (base.type() != Type.ANY && base.type() != Type.LIST && base.type() != Type.MAP) {
      throw new OttlException(
          call.keys().get(0).column(), "no key, " + call.name() + " has no parts");
    }
    return new Expr.Keyed(base, keys(call.keys()));
  }

  private List<Expr> keys(List<Ast> asts) throws OttlException {
    List<Expr> keys = values(asts);
    for (int i = 0; i < keys.size(); i++) {
      Type type = keys.get(i).type();
      if (type != Type.ANY && type != Type.STRING && type != Type.INT) {
        throw new OttlException(asts.get(i).column(), "a string or an integer as key");
      }
    }
    return keys;
  }

  private Expr call(Ast.Call call) throws OttlException {
    Converter converter = Converters.BY_NAME.get(call.name());
    if (converter == null) {
      String hint = hint(call.name(), Converters.BY_NAME.keySet());
      throw new OttlException(call.column(), "a known function" + hint);
    }
    if (converter.equals(Converters.IS_ROOT_SPAN) && context != ConditionContext.SPAN) {
      throw new OttlException(call.column(), "no " + call.name() + " in a condition on events");
    }
    List<Parameter> parameters = converter.parameters();
    Expr[] arguments = new Expr[parameters.size()];
    int[] columns = new int[arguments.length];
    boolean named = false;
    for (int i = 0; i < call.arguments().size(); i++) {
      Ast.Argument argument = call.arguments().get(i);
      named |= argument.name() != null;
      int place = named ? placeOf(argument, parameters) : i;
      if (place >= parameters.size() || arguments[place] != null) {
        throw new OttlException(argument.column(), "no argument here, " + usage(converter));
      }
      columns[place] = argument.column();
      arguments[place] = argument(argument.value(), parameters.get(place), converter);
    }
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i] == null && !parameters.get(i).optional()) {
        throw new OttlException(
            call.column(), "the argument " + parameters.get(i).name() + ", " + usage(converter));
      }
    }
    return new Call(converter, body(converter, arguments, columns), arguments);
  }

  private Converter.Body body(Converter converter, Expr[] arguments, int[] columns)
      throws OttlException {
    Object[] known = new Object[arguments.length];
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i] instanceof Expr.Constant constant) {
        known[i] = constant.value();
      }
    }
    AtomicReference<OttlException> fault = new AtomicReference<>();
    Converter.Body body =
        converter
            .binding()
            .bind(
                known,
                regexes,
                (place, expected) -> fault.set(new OttlException(columns[place], expected)));
    if (body == null) {
      throw fault.get();
    }
    return body;
  }

  private static int placeOf(Ast.Argument argument, List<Parameter> parameters)
      throws OttlException {
    if (argument.name() == null) {
      throw new OttlException(argument.column(), "a name, as the argument before has");
    }
    for (int i = 0; i < parameters.size(); i++) {
      if (parameters.get(i).isNamed(argument.name())) {
        return i;
      }
    }
    List<String> names = parameters.stream().map(Parameter::name).toList();
    throw new OttlException(
        argument.column(), "an argument of this function" + hint(argument.name(), names));
  }

  private Expr argument(Ast ast, Parameter parameter, Converter converter) throws OttlException {
    Expr value = value(ast);
    if (!parameter.accepts().takes(value.type())) {
      throw new OttlException(
          ast.column(),
          parameter.accepts().shown()
              + " as "
              + parameter.name()
              + ", "
              + usage(converter)
              + ", this is "
              + value.type().shown());
    }
    return parameter.fixed() ? prepared(ast, value, parameter) : value;
  }

  private Expr prepared(Ast ast, Expr value, Parameter parameter) throws OttlException {
    if (!(value instanceof Expr.Constant constant)) {
      throw new OttlException(
          ast.column(), "a literal as " + parameter.name() + ", known before any span");
    }
    Parameter.Preparation preparation = parameter.preparation();
    if (preparation == null || !(constant.value() instanceof String text)) {
      return constant;
    }
    AtomicReference<String> fault = new AtomicReference<>("");
    Object prepared = preparation.prepare(text, regexes, fault::set);
    if (prepared == null) {
      throw new OttlException(ast.column(), String.valueOf(fault.get()));
    }
    return new Expr.Constant(prepared);
  }

  private static String usage(Converter converter) {
    return converter.parameters().stream()
        .map(p -> p.optional() ? "[" + p.name() + "]" : p.name())
        .collect(Collectors.joining(", ", converter.name() + "(", ")"));
  }

  private static String hint(String typed, Collection<String> words) {
    return Suggestion.nearest(typed, words).map(near -> ", perhaps " + near).orElse("");
  }
}
