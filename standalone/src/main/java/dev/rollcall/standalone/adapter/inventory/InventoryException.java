package dev.rollcall.standalone.adapter.inventory;

/** A file of another tool cannot be carried over; the message says where and why, ready to be shown. */
public final class InventoryException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    InventoryException(String message) {
        super(message);
    }

    static InventoryException at(String file, int line, String words) {
        return new InventoryException("%s:%d: %s".formatted(file, line, words));
    }
}
