package io.tailrace.policies.ottl;

import io.tailrace.policies.ottl.values.EvaluationException;
import io.tailrace.policies.ottl.values.Expr;
import io.tailrace.policies.ottl.values.Frame;
import io.tailrace.policies.ottl.values.Values;
import java.util.ArrayList;
import java.util.List;

/** A compiled boolean expression. Immutable. */
interface Test {
  /** Evaluates the expression. Throws {@link EvaluationException} if the evaluation fails. */
  boolean holds(Frame frame);

  /** A constant condition. */
  record Constant(boolean value) implements Test {
    @Override
    public boolean holds(Frame frame) {
      return value;
    }
  }

  /** Conditions joined by AND or OR, evaluated in order up to the deciding one. */
  record Joined(boolean all, List<Test> tests) implements Test {
    /**
     * Joins conditions as the Collector does. A deciding constant at any position replaces the
     * whole expression, so that no other condition can fail.
     */
    static Test of(boolean all, List<Test> tests) {
      List<Test> open = new ArrayList<>();
      for (Test test : tests) {
        if (!(test instanceof Constant constant)) {
          open.add(test);
        } else if (constant.value() != all) {
          return constant;
        }
      }
      if (open.isEmpty()) {
        return new Constant(all);
      }
      return open.size() == 1 ? open.get(0) : new Joined(all, List.copyOf(open));
    }

    @Override
    public boolean holds(Frame frame) {
      for (int i = 0; i < tests.size(); i++) {
        if (tests.get(i).holds(frame) != all) {
          return !all;
        }
      }
      return all;
    }
  }

  record Compare(Expr left, Values.Operator operator, Expr right) implements Test {
    @Override
    public boolean holds(Frame frame) {
      return Values.compare(left.eval(frame), operator, right.eval(frame));
    }
  }

  /** A call of a boolean function. */
  record Answer(Expr call) implements Test {
    @Override
    public boolean holds(Frame frame) {
      if (call.eval(frame) instanceof Boolean answer) {
        return answer;
      }
      throw new EvaluationException("neither true nor false");
    }
  }
}
