package dev.rollcall.task.adapter.kafka;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.WriteBufferManager;

/**
 * One bound for the memory of all stores together; without it every store of every partition takes up to 100 MB of its own.
 * Kafka Streams makes an instance of this class for each store, by its name.
 */
public class BoundedRocksDb implements RocksDBConfigSetter {

    private static final long CACHE_BYTES = 24L << 20;
    private static final long WRITE_BUFFERS_BYTES = 12L << 20;
    private static final long WRITE_BUFFER_BYTES = 1L << 20;

    /** Shared by all stores of the JVM, and never closed while it runs. */
    private static final Cache CACHE = new LRUCache(CACHE_BYTES);

    private static final WriteBufferManager WRITE_BUFFERS = new WriteBufferManager(WRITE_BUFFERS_BYTES, CACHE);

    @Override
    public void setConfig(String storeName, Options options, Map<String, Object> configs) {
        if (options.tableFormatConfig() instanceof BlockBasedTableConfig table) {
            table.setBlockCache(CACHE);
            table.setCacheIndexAndFilterBlocks(true);
            options.setTableFormatConfig(table);
        }
        options.setWriteBufferManager(WRITE_BUFFERS);
        options.setWriteBufferSize(WRITE_BUFFER_BYTES);
        options.setMaxWriteBufferNumber(2);
    }

    @Override
    public void close(String storeName, Options options) {
        // What was set belongs to all stores; the options themselves are closed by Kafka Streams.
    }
}
