package io.tailrace.topology.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.policies.PolicySet;
import io.tailrace.topology.streams.SamplerHarness;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PolicyScheduleTest {
  private static final PolicySet SET =
      SamplerHarness.set("policies: [{name: all, type: always_sample}]");

  private static PolicyVersion version(long number, long activeFrom) {
    return new PolicyVersion(number, activeFrom, SET, new Waits(30_000, Waits.NEVER));
  }

  private static PolicySchedule schedule(PolicyVersion... later) {
    PolicySchedule schedule = new PolicySchedule(version(0, Long.MIN_VALUE));
    for (PolicyVersion version : later) {
      schedule = schedule.with(version);
    }
    return schedule;
  }

  @Test
  void eachTimeHasItsVersion() {
    PolicySchedule schedule = schedule(version(3, 100), version(7, 200));

    assertThat(schedule.at(Long.MIN_VALUE).number()).isZero();
    assertThat(schedule.at(99).number()).isZero();
    assertThat(schedule.at(100).number()).isEqualTo(3);
    assertThat(schedule.at(199).number()).isEqualTo(3);
    assertThat(schedule.at(200).number()).isEqualTo(7);
    assertThat(schedule.at(Long.MAX_VALUE).number()).isEqualTo(7);
    assertThat(schedule.latest().number()).isEqualTo(7);
  }

  @Test
  void versionsFollowEachOther() {
    PolicySchedule schedule = schedule(version(3, 100), version(7, 200));

    assertThat(schedule.after(version(0, 0)).number()).isEqualTo(3);
    assertThat(schedule.after(version(3, 0)).number()).isEqualTo(7);
    assertThat(schedule.after(version(5, 0)).number()).isEqualTo(7);
    assertThat(schedule.after(version(7, 0))).isNull();
  }

  @Test
  void aVersionIsFoundByItsNumber_theFirstOneStandsForThoseForgotten() {
    PolicySchedule schedule = schedule(version(3, 100));

    assertThat(schedule.numbered(3, 0).activeFrom()).isEqualTo(100);
    assertThat(schedule.numbered(2, 0).number()).isZero();
  }

  @Test
  void ofVeryManyVersionsTheOldestAreForgotten_andTheFirstLeftStandsForThem() {
    PolicySchedule schedule = schedule();
    for (int number = 1; number <= 10_000; number++) {
      schedule = schedule.with(version(number, number));
    }

    long first = 10_001 - PolicySchedule.MAX_VERSIONS;
    assertThat(schedule.latest().number()).isEqualTo(10_000);
    assertThat(schedule.at(Long.MIN_VALUE).number()).isEqualTo(first);
    assertThat(schedule.numbered(7, 0).number()).isEqualTo(first);
    assertThat(schedule.after(version(7, 0)).number()).isEqualTo(first);
    assertThat(schedule.at(9_999).number()).isEqualTo(9_999);
  }

  @Test
  void aVersionStampedBeforeItsPredecessorWaitsForIt() {
    PolicySchedule schedule = schedule(version(3, 200), version(4, 150));

    assertThat(schedule.numbered(4, 0).activeFrom()).isEqualTo(200);
    assertThat(schedule.at(199).number()).isZero();
    assertThat(schedule.at(200).number()).isEqualTo(4);
    assertThat(schedule.after(version(0, 0)).number()).isEqualTo(3);
  }

  @Test
  void whatIsAddedIsNotSeenInTheOldSchedule() {
    PolicySchedule before = schedule(version(3, 100));
    before.with(version(4, 300));

    assertThat(before.latest().number()).isEqualTo(3);
  }

  private static ShadowVersion shadow(long number, long activeFrom) {
    return new ShadowVersion(number, activeFrom, SET);
  }

  private static String at(PolicySchedule schedule, long logTime) {
    PolicyVersion version = schedule.at(logTime);
    return version.number() + "/" + version.shadow();
  }

  /** All steps of the schedule, as a task goes through them. */
  private static List<String> steps(PolicySchedule schedule) {
    List<String> steps = new ArrayList<>();
    PolicyVersion step = schedule.at(Long.MIN_VALUE);
    while (step != null) {
      steps.add(step.number() + "/" + step.shadow() + "@" + Math.max(0, step.activeFrom()));
      step = schedule.after(step);
    }
    return steps;
  }

  @Test
  void aShadowStandsBesideTheVersionOfItsTime_untilItEnds() {
    PolicySchedule schedule =
        schedule(version(3, 100))
            .with(shadow(4, 150))
            .with(version(5, 200))
            .with(new ShadowVersion(6, 300, null));

    assertThat(at(schedule, 149)).isEqualTo("3/0");
    assertThat(at(schedule, 150)).isEqualTo("3/4");
    assertThat(at(schedule, 200)).isEqualTo("5/4");
    assertThat(at(schedule, 300)).isEqualTo("5/6");
    assertThat(schedule.at(250).set().shadowSet()).isPresent();
    assertThat(schedule.at(300).set().shadowSet()).isEmpty();
    assertThat(steps(schedule))
        .containsExactly("0/0@0", "3/0@100", "3/4@150", "5/4@200", "5/6@300");
  }

  @Test
  void whenAVersionJudgesDoesNotDependOnShadows() {
    PolicySchedule behind = schedule().with(shadow(1, 500)).with(version(2, 200));
    assertThat(steps(behind)).containsExactly("0/0@0", "2/0@200", "2/1@500");

    PolicySchedule before = schedule(version(1, 200)).with(shadow(2, 100)).with(version(3, 150));
    assertThat(steps(before)).containsExactly("0/0@0", "0/2@100", "1/2@200", "3/2@200");
  }

  @Test
  void noStepGoesBackToAnOlderVersion_thoughAShadowIsStampedBeforeIt() {
    PolicyVersion current = version(3, 200);
    PolicySchedule schedule = schedule(current).with(shadow(4, 100));

    assertThat(schedule.after(current).number()).isEqualTo(3);
    assertThat(schedule.after(current).shadow()).isEqualTo(4);
  }

  @Test
  void theFirstDocumentThatIsLeftJudgesTheTimeBeforeIt_withTheShadowOfThatTime() {
    PolicySchedule schedule = schedule().with(shadow(4, 100)).with(version(6, Long.MIN_VALUE));

    assertThat(at(schedule, 99)).isEqualTo("6/0");
    assertThat(at(schedule, 100)).isEqualTo("6/4");
  }

  @Test
  void aTaskResumesBesideItsShadow_orTheNearestThatIsKnown() {
    PolicySchedule schedule = schedule(version(3, 100)).with(shadow(4, 150)).with(shadow(6, 170));

    assertThat(schedule.numbered(3, 4).shadow()).isEqualTo(4);
    assertThat(schedule.numbered(3, 5).shadow()).isEqualTo(4);
    assertThat(schedule.numbered(3, 9).shadow()).isEqualTo(6);
    assertThat(schedule(version(3, 100)).with(shadow(4, 50)).numbered(3, 0).number()).isEqualTo(3);
    assertThat(schedule.numbered(2, 4).number()).isZero();
  }

  @Test
  void ofVeryManyShadowsTheOldestAreForgotten() {
    PolicySchedule schedule = schedule();
    for (int number = 1; number <= 1_000; number++) {
      schedule = schedule.with(shadow(number, number));
    }

    assertThat(steps(schedule)).hasSize(1 + PolicySchedule.MAX_VERSIONS);
    assertThat(at(schedule, 999)).isEqualTo("0/999");
  }
}
