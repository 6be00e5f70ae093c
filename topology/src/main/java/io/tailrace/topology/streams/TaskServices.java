package io.tailrace.topology.streams;

import io.tailrace.topology.kafka.CaughtUp;
import io.tailrace.topology.meters.SamplerMetrics;
import io.tailrace.topology.sampling.PolicySource;
import io.tailrace.topology.sampling.RoundSink;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;

/**
 * What the tasks of an instance share.
 *
 * @param policies the policy versions by log time
 * @param caughtUp whether a quiet partition has been read to its end
 * @param keyPartitioning looks at the keys of keyed mode
 * @param questions about traces, from other threads
 * @param keeping empty if no traces can be kept on request
 * @param roundSinks makes the listener to a task's due rounds
 */
public record TaskServices(
    PolicySource policies,
    SamplerMetrics metrics,
    CaughtUp caughtUp,
    KeyPartitioning keyPartitioning,
    TraceQuestions questions,
    Optional<KeepServices> keeping,
    Function<TopicPartition, RoundSink> roundSinks) {}
