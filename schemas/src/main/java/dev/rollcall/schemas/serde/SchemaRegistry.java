package dev.rollcall.schemas.serde;

/** What the serde needs of a schema registry. Implementations are thread-safe and keep what they were told. */
interface SchemaRegistry {

    /** Stores the schema under the subject unless it is there, and says its id. */
    int register(String subject, String schemaText);

    /** The id of a schema that is already there under the subject. */
    int lookUp(String subject, String schemaText);

    /** The newest schema of a subject. */
    Registered latest(String subject);

    /** Demands of later versions of a subject what this level says, such as {@code FULL_TRANSITIVE}; an earlier demand is replaced. */
    void demand(String subject, String compatibility);

    /** The text of the schema with this id. */
    String byId(int id);

    /** A schema and its id. */
    record Registered(int id, String schemaText) {}
}
