package dev.rollcall.planner.adapter.kafka;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Options;

/** Little memory for each partition's store: the planner's state is small, and several services share a machine. */
public final class SmallRocksDb implements RocksDBConfigSetter {
    private static final long WRITE_BUFFER_BYTES = 2L << 20;

    /** Created by Kafka Streams. */
    public SmallRocksDb() {}

    @Override
    public void setConfig(String storeName, Options options, Map<String, Object> configs) {
        options.setWriteBufferSize(WRITE_BUFFER_BYTES);
        options.setMaxWriteBufferNumber(2);
        if (options.tableFormatConfig() instanceof BlockBasedTableConfig table) {
            table.setCacheIndexAndFilterBlocks(true);
            options.setTableFormatConfig(table);
        }
    }

    @Override
    public void close(String storeName, Options options) {
        // Nothing was created here that needs closing.
    }
}
