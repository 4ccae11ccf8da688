extension Schema {
  /// Readings are packed, events stand in a Merkle tree, damage is set aside, questions have views.
  static var version5: String { [packing, proof, questions, evidence].joined(separator: "\n") }

  /// Commits that were packed are gone from `commit_group`; a segment gives them back byte for byte.
  private static let packing = """
    -- Commits first_batch to last_batch, without holes between segments. See SegmentCodec.
    CREATE TABLE segment (
      id INTEGER PRIMARY KEY,
      first_batch INTEGER NOT NULL,
      last_batch INTEGER NOT NULL UNIQUE,
      -- Of the commits, then of the readings' own times.
      first_time INTEGER NOT NULL,
      last_time INTEGER NOT NULL,
      first_reading INTEGER,
      last_reading INTEGER,
      reading_count INTEGER NOT NULL,
      -- The readings' hash chain before and after.
      head_before BLOB NOT NULL,
      head_after BLOB NOT NULL,
      -- Merkle root (RFC 9162, 2.1) over the digests of the skeleton, the clocks and the blocks, in this order.
      root BLOB NOT NULL,
      skeleton_digest BLOB NOT NULL,
      -- Null where retention removed the readings.
      skeleton BLOB
    ) STRICT;
    CREATE INDEX segment_time ON segment (first_time, last_time);

    -- Columns of times that blocks of one segment share.
    CREATE TABLE segment_clock (
      segment INTEGER NOT NULL,
      number INTEGER NOT NULL,
      digest BLOB NOT NULL,
      body BLOB,
      PRIMARY KEY (segment, number)
    ) STRICT;

    -- The readings of one parameter in one segment, in the order of arrival. Statistics are of the good ones.
    CREATE TABLE block (
      id INTEGER PRIMARY KEY,
      segment INTEGER NOT NULL,
      parameter INTEGER NOT NULL,
      clock INTEGER NOT NULL,
      first_reading INTEGER NOT NULL,
      last_reading INTEGER NOT NULL,
      reading_count INTEGER NOT NULL,
      good_count INTEGER NOT NULL,
      minimum REAL,
      maximum REAL,
      sum REAL,
      digest BLOB NOT NULL,
      body BLOB,
      UNIQUE (segment, parameter)
    ) STRICT;
    CREATE INDEX block_header ON block
      (parameter, first_reading, last_reading, reading_count, good_count, minimum, maximum, sum, segment);
    -- Blocks that late readings made longer than 6 h: the others are found from 6 h before a stretch on.
    CREATE INDEX block_long ON block (parameter, first_reading) WHERE last_reading - first_reading > 21600000000;

    DROP TRIGGER commit_group_no_delete;
    CREATE TRIGGER commit_group_no_delete BEFORE DELETE ON commit_group
      WHEN NOT EXISTS (SELECT 1 FROM segment WHERE last_batch >= OLD.id)
      BEGIN SELECT RAISE(ABORT, 'readings are never deleted before they are packed'); END;
    """

  private static let proof = """
    -- Nodes of the Merkle tree over the events, from the stored level up: position counts from the left.
    CREATE TABLE merkle_node (
      level INTEGER NOT NULL,
      position INTEGER NOT NULL,
      hash BLOB NOT NULL,
      PRIMARY KEY (level, position)
    ) STRICT, WITHOUT ROWID;

    -- Stretches that did not give their digest: left as they are, read by nobody.
    CREATE TABLE quarantine (
      id INTEGER PRIMARY KEY,
      place TEXT NOT NULL,
      first INTEGER NOT NULL,
      last INTEGER NOT NULL,
      reason TEXT NOT NULL,
      found_at INTEGER NOT NULL
    ) STRICT;

    -- The way to the few events that a proof begins with, however many others there are.
    CREATE INDEX event_checkpointed ON event (sequence) WHERE kind = 'ledgerCheckpointed';
    CREATE INDEX event_sealed ON event (sequence) WHERE kind = 'recordSealed';

    -- SQLite has no checksums of its own. What no hash chain covers has a digest here (see RowDigest); null in rows of
    -- older programs.
    ALTER TABLE commit_group ADD COLUMN digest BLOB;
    ALTER TABLE checkpoint ADD COLUMN digest BLOB;
    -- Small tables whose rows change stand in the file twice: PRAGMA integrity_check compares rows with their indices.
    CREATE INDEX setting_copy ON setting (value);
    CREATE INDEX quarantine_copy ON quarantine (reason, place, first, last, found_at);
    CREATE INDEX outbox_copy ON outbox
      (attempts, next_attempt_at, created_at, last_answer, receiver, lot, order_key, kind, payload_sha256);
    CREATE INDEX record_copy ON record (sealed_at, digest);
    """

  /// Views for people's own tools are part of it: ``QuestionViews``.
  private static var questions: String { [questionIndexes, questionViews].joined(separator: "\n") }
}
