package io.tailrace.topology.streams;

import io.tailrace.topology.kafka.CaughtUp;
import io.tailrace.topology.kafka.Commits;
import io.tailrace.topology.meters.SamplerMetrics;
import io.tailrace.topology.operations.Operations;
import io.tailrace.topology.sampling.PolicySource;
import io.tailrace.topology.sampling.RoundSink;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;

/**
 * Services shared by the tasks of an instance.
 *
 * @param policies policy versions by log time
 * @param operations counts of operations
 * @param caughtUp whether an idle partition was read to its end
 * @param commits commits of this instance under at-least-once
 * @param keyPartitioning checks the keys in keyed mode
 * @param questions questions about traces from other threads
 * @param keeping empty if keep requests are not supported
 * @param roundSinks creates the listener to the due rounds of a task
 */
public record TaskServices(
    PolicySource policies,
    SamplerMetrics metrics,
    Operations operations,
    CaughtUp caughtUp,
    Commits commits,
    KeyPartitioning keyPartitioning,
    TraceQuestions questions,
    Optional<KeepServices> keeping,
    Function<TopicPartition, RoundSink> roundSinks) {}
