package io.tailrace.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.policies.PolicySet;
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

    assertThat(schedule.after(0).number()).isEqualTo(3);
    assertThat(schedule.after(3).number()).isEqualTo(7);
    assertThat(schedule.after(5).number()).isEqualTo(7);
    assertThat(schedule.after(7)).isNull();
  }

  @Test
  void aVersionIsFoundByItsNumber_theFirstOneStandsForThoseForgotten() {
    PolicySchedule schedule = schedule(version(3, 100));

    assertThat(schedule.numbered(3).activeFrom()).isEqualTo(100);
    assertThat(schedule.numbered(2).number()).isZero();
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
    assertThat(schedule.numbered(7).number()).isEqualTo(first);
    assertThat(schedule.after(7).number()).isEqualTo(first);
    assertThat(schedule.at(9_999).number()).isEqualTo(9_999);
  }

  @Test
  void aVersionStampedBeforeItsPredecessorWaitsForIt() {
    PolicySchedule schedule = schedule(version(3, 200), version(4, 150));

    assertThat(schedule.numbered(4).activeFrom()).isEqualTo(200);
    assertThat(schedule.at(199).number()).isZero();
    assertThat(schedule.at(200).number()).isEqualTo(4);
    assertThat(schedule.after(0).number()).isEqualTo(3);
  }

  @Test
  void whatIsAddedIsNotSeenInTheOldSchedule() {
    PolicySchedule before = schedule(version(3, 100));
    before.with(version(4, 300));

    assertThat(before.latest().number()).isEqualTo(3);
  }
}
