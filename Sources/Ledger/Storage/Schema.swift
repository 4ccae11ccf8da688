/// The tables of the ledger. Steps are appended, never changed; `PRAGMA user_version` counts them.
enum Schema {
  /// "LOTW" in ASCII, in the header of the file (SQLite file format, offset 68).
  static let applicationID: Int32 = 0x4C4F_5457

  static var currentVersion: Int { steps.count }

  /// Step n brings a file from version n-1 to version n.
  static let steps: [String] = [version1, version2, version3, version4, version5]

  private static let version1 = """
    CREATE TABLE device (
      number INTEGER PRIMARY KEY,
      name TEXT NOT NULL UNIQUE
    ) STRICT;

    CREATE TABLE parameter (
      number INTEGER PRIMARY KEY,
      station TEXT NOT NULL,
      name TEXT NOT NULL,
      device TEXT NOT NULL,
      point TEXT NOT NULL,
      unit TEXT NOT NULL,
      UNIQUE (station, name, device, point, unit)
    ) STRICT;

    -- One row a commit: its clocks, and the readings it brought as one blob (see ReadingBatchCodec).
    CREATE TABLE commit_group (
      id INTEGER PRIMARY KEY,
      time INTEGER NOT NULL,
      monotonic INTEGER NOT NULL,
      last_event INTEGER NOT NULL,
      reading_count INTEGER NOT NULL,
      first_reading INTEGER,
      last_reading INTEGER,
      out_of_window INTEGER NOT NULL,
      body BLOB,
      hash BLOB
    ) STRICT;
    CREATE INDEX commit_group_time ON commit_group (time) WHERE body IS NOT NULL;
    CREATE INDEX commit_group_out_of_window ON commit_group (first_reading) WHERE out_of_window = 1;

    CREATE TABLE event (
      sequence INTEGER PRIMARY KEY,
      commit_group INTEGER NOT NULL,
      time INTEGER NOT NULL,
      kind TEXT NOT NULL,
      derived INTEGER NOT NULL,
      body BLOB NOT NULL,
      hash BLOB NOT NULL
    ) STRICT;
    CREATE INDEX event_commit_group ON event (commit_group);

    CREATE TABLE event_subject (
      subject TEXT NOT NULL,
      sequence INTEGER NOT NULL,
      PRIMARY KEY (subject, sequence)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE record (
      lot TEXT NOT NULL,
      revision INTEGER NOT NULL,
      sealed_at INTEGER NOT NULL,
      digest TEXT NOT NULL,
      body BLOB NOT NULL,
      PRIMARY KEY (lot, revision)
    ) STRICT;

    -- Projections: current state, rebuilt from events when lost.
    CREATE TABLE run (
      id TEXT PRIMARY KEY,
      station TEXT NOT NULL,
      started_at INTEGER NOT NULL,
      ended_at INTEGER
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE lot (
      number TEXT PRIMARY KEY,
      completed_at INTEGER,
      sealed_revision INTEGER
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE gap (
      id TEXT PRIMARY KEY,
      station TEXT NOT NULL,
      since INTEGER NOT NULL,
      open_parameters INTEGER NOT NULL,
      until INTEGER
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX gap_station ON gap (station, since);
    CREATE TABLE alarm (
      id TEXT PRIMARY KEY,
      station TEXT NOT NULL,
      raised_at INTEGER NOT NULL,
      returned_at INTEGER,
      closed_at INTEGER
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX alarm_station ON alarm (station, raised_at);

    CREATE TABLE outbox (
      id INTEGER PRIMARY KEY,
      kind TEXT NOT NULL,
      lot TEXT,
      idempotency_key TEXT NOT NULL UNIQUE,
      payload_sha256 TEXT NOT NULL,
      payload BLOB NOT NULL,
      state TEXT NOT NULL,
      attempts INTEGER NOT NULL,
      created_at INTEGER NOT NULL,
      next_attempt_at INTEGER NOT NULL,
      last_answer TEXT
    ) STRICT;
    CREATE INDEX outbox_state ON outbox (state, id);

    CREATE TABLE checkpoint (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      commit_group INTEGER NOT NULL,
      body BLOB NOT NULL
    ) STRICT;
    CREATE TABLE setting (
      name TEXT PRIMARY KEY,
      value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TRIGGER event_no_update BEFORE UPDATE ON event
      BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
    CREATE TRIGGER event_no_delete BEFORE DELETE ON event
      BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;
    CREATE TRIGGER commit_group_no_update BEFORE UPDATE ON commit_group
      BEGIN SELECT RAISE(ABORT, 'readings are never changed'); END;
    CREATE TRIGGER commit_group_no_delete BEFORE DELETE ON commit_group
      BEGIN SELECT RAISE(ABORT, 'readings are never deleted'); END;
    CREATE TRIGGER record_no_update BEFORE UPDATE ON record
      BEGIN SELECT RAISE(ABORT, 'sealed records are never changed'); END;
    CREATE TRIGGER record_no_delete BEFORE DELETE ON record
      BEGIN SELECT RAISE(ABORT, 'sealed records are never deleted'); END;
    """

  /// What is owed to the ERP keeps its order by a key of any kind, no longer by the lot alone.
  private static let version2 = """
    ALTER TABLE outbox ADD COLUMN order_key TEXT;
    UPDATE outbox SET order_key = 'lot:' || lot WHERE lot IS NOT NULL;
    CREATE INDEX outbox_order ON outbox (order_key, id) WHERE state IN ('pending', 'blocked');
    """

  /// The way of material is found by lookups alone, however many events the ledger holds.
  private static let version3 = """
    -- Projection: the events that consumed material in a run, or took that back. A run has as many events as cycles.
    CREATE TABLE run_material (
      run TEXT NOT NULL,
      sequence INTEGER NOT NULL,
      PRIMARY KEY (run, sequence)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO run_material
      SELECT json_extract(CAST(body AS TEXT), '$.data.run'), sequence FROM event WHERE kind = 'materialConsumed';
    CREATE INDEX run_station ON run (station, started_at);
    CREATE INDEX event_person ON event (sequence) WHERE kind = 'personUpdated';
    CREATE INDEX event_movement ON event (time) WHERE kind IN
      ('materialReceived', 'materialDisposed', 'materialPicked', 'materialUnpicked', 'materialConsumed', 'stepUndone');
    """

  /// Every receiver has an outbox of its own: no backlog of one is read through for another.
  private static let version4 = """
    -- Null: the ERP.
    ALTER TABLE outbox ADD COLUMN receiver TEXT;
    CREATE INDEX outbox_receiver ON outbox (receiver, state, id);
    """
}
