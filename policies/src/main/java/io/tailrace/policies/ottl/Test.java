package io.tailrace.policies.ottl;

import java.util.ArrayList;
import java.util.List;

/** A compiled condition or part of one. Immutable. */
interface Test {
  /** Throws {@link EvaluationException} if there is no answer. */
  boolean holds(Frame frame);

  /** A condition whose answer the text alone decides. */
  record Constant(boolean value) implements Test {
    @Override
    public boolean holds(Frame frame) {
      return value;
    }
  }

  /** In order, up to the first that decides. */
  record Joined(boolean all, List<Test> tests) implements Test {
    /**
     * Joins conditions as the Collector does: a constant that decides leaves nothing to evaluate,
     * wherever it is, so that no other condition can fail.
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

  /** A function that answers true or false. */
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
