package io.tailrace.policies.ottl;

import java.util.List;

/** A compiled condition or part of one. Immutable. */
interface Test {
  /** Throws {@link EvaluationException} if there is no answer. */
  boolean holds(Frame frame);

  /** In order, up to the first that decides. */
  record Joined(boolean all, List<Test> tests) implements Test {
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
