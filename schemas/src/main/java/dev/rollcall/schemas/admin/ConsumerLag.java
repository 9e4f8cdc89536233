package dev.rollcall.schemas.admin;

import java.util.Collection;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/** How far a service is behind, as its own Kafka clients know it; asks no broker. */
public final class ConsumerLag {
    private static final String GROUP = "consumer-fetch-manager-metrics";
    private static final String OF_A_PARTITION = "records-lag";
    private static final String STORES = "-restore-consumer";

    private ConsumerLag() {}

    /**
     * Records that are there and were not read yet, over all partitions that a client reads. Those of stores that are restored do not
     * count. A partition of which nothing was fetched yet counts as none.
     *
     * @param metrics of a consumer or of a Streams application
     */
    public static double of(Collection<? extends Metric> metrics) {
        double sum = 0;
        for (Metric metric : metrics) {
            MetricName name = metric.metricName();
            if (name.group().equals(GROUP)
                    && name.name().equals(OF_A_PARTITION)
                    && !name.tags().getOrDefault("client-id", "").endsWith(STORES)
                    && metric.metricValue() instanceof Double lag
                    && lag > 0) {
                sum += lag;
            }
        }
        return sum;
    }
}
