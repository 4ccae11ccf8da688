extension Schema {
  /// A field of an event's payload as SQL. Queries must say it exactly so to be answered by an index over it; the bytes of
  /// an event are JSON text.
  static func field(_ name: String, of alias: String? = nil) -> String {
    "json_extract(CAST(\(alias.map { "\($0)." } ?? "")body AS TEXT), '$.data.\(name)')"
  }

  /// What questions are found by: time, and fields of kinds of events that are rare beside readings, cycles and values.
  static var questionIndexes: String {
    """
    CREATE INDEX event_time ON event (time);

    -- How people are called, and what they may.
    DROP INDEX event_person;
    CREATE INDEX event_person ON event (\(field("id")), sequence) WHERE kind = 'personUpdated';
    CREATE INDEX event_plan ON event (sequence) WHERE kind = 'planApplied';
    CREATE INDEX event_run ON event (\(field("station")), sequence) WHERE kind = 'runStarted';
    CREATE INDEX event_text ON event (\(field("station")), \(field("parameter")), time) WHERE kind = 'textRecorded';
    CREATE INDEX event_limits ON event (\(field("station")), sequence) WHERE kind = 'limitsEstablished';
    CREATE INDEX event_clearance ON event (\(field("station")), time) WHERE kind = 'lineCleared';
    CREATE INDEX event_calibration ON event (\(field("station")), \(field("parameter")), sequence)
      WHERE kind = 'calibrationRecorded';
    CREATE INDEX event_hold ON event (sequence) WHERE kind IN ('lotHeld', 'lotHoldLifted');
    CREATE INDEX event_order_product ON event (\(field("product")), sequence) WHERE kind = 'workOrderUpdated';

    -- Material by its own number, by item, and by the number of the supplier.
    CREATE INDEX event_material ON event (\(field("number")), sequence) WHERE kind = 'materialLotUpdated';
    CREATE INDEX event_material_item ON event (\(field("item")), sequence) WHERE kind = 'materialLotUpdated';
    CREATE INDEX event_material_supplier ON event (\(field("supplierLot"))) WHERE kind = 'materialLotUpdated';
    CREATE INDEX event_receipt_supplier ON event (\(field("supplierLot"))) WHERE kind = 'materialReceived';

    CREATE INDEX lot_awaiting_seal ON lot (completed_at) WHERE completed_at IS NOT NULL AND sealed_revision IS NULL;
    CREATE INDEX lot_completed ON lot (completed_at) WHERE completed_at IS NOT NULL;
    CREATE INDEX run_started ON run (started_at);
    CREATE INDEX alarm_raised ON alarm (raised_at);
    CREATE INDEX alarm_closed ON alarm (closed_at);
    """
  }

  /// Read-only views for people's own tools. Their columns are a promise: QUESTIONS.md describes each of them.
  static var questionViews: String {
    [eventViews, lotViews, floorViews, materialViews, keptViews].joined(separator: "\n")
  }

  /// The last event of some kinds about a subject, as a subquery that gives its sequence.
  private static func last(_ kinds: String, about subject: String) -> String {
    """
    (SELECT s.sequence FROM event_subject s JOIN event x ON x.sequence = s.sequence
      WHERE s.subject = \(subject) AND x.kind IN (\(kinds)) ORDER BY s.sequence DESC LIMIT 1)
    """
  }

  private static func first(_ kinds: String, about subject: String) -> String {
    """
    (SELECT s.sequence FROM event_subject s JOIN event x ON x.sequence = s.sequence
      WHERE s.subject = \(subject) AND x.kind IN (\(kinds)) ORDER BY s.sequence LIMIT 1)
    """
  }

  private static var eventViews: String {
    """
    CREATE VIEW v_event AS
      SELECT sequence, time, kind, json_extract(CAST(body AS TEXT), '$.actor') AS actor, derived, commit_group,
        json_extract(CAST(body AS TEXT), '$.data') AS data, lower(hex(hash)) AS sha256
      FROM event;
    CREATE VIEW v_person_action AS
      SELECT \(field("id", of: "p")) AS person, \(field("name", of: "p")) AS name, e.sequence, e.time, e.kind,
        json_extract(CAST(e.body AS TEXT), '$.data') AS data
      FROM event p JOIN event_subject s ON s.subject = 'person:' || \(field("id", of: "p"))
        JOIN event e ON e.sequence = s.sequence
      WHERE p.kind = 'personUpdated' AND e.kind <> 'personUpdated' AND NOT EXISTS (
        SELECT 1 FROM event n WHERE n.kind = 'personUpdated' AND \(field("id", of: "n")) = \(field("id", of: "p"))
          AND n.sequence > p.sequence);
    CREATE VIEW v_calibration AS
      SELECT \(field("station")) AS station, \(field("parameter")) AS parameter, sequence,
        \(field("performedAt")) AS performed_at, \(field("asFound")) AS as_found, \(field("asLeft")) AS as_left,
        \(field("dueAt")) AS due_at, \(field("certificate")) AS certificate, \(field("person")) AS person,
        \(field("note")) AS note
      FROM event WHERE kind = 'calibrationRecorded';
    """
  }

  private static var lotViews: String {
    """
    CREATE VIEW v_lot AS
      SELECT l.number, \(field("number", of: "o")) AS work_order, \(field("product", of: "o")) AS product,
        \(field("productName", of: "o")) AS product_name, \(field("customer", of: "o")) AS customer,
        (SELECT min(\(field("startedAt", of: "r"))) FROM event_subject s JOIN event r ON r.sequence = s.sequence
          WHERE s.subject = 'lot:' || l.number AND r.kind = 'runStarted') AS started_at,
        l.completed_at, CASE h.kind WHEN 'lotHeld' THEN \(field("reason", of: "h")) END AS hold, l.sealed_revision,
        (SELECT digest FROM record WHERE lot = l.number ORDER BY revision DESC LIMIT 1) AS record_sha256
      FROM lot l
        LEFT JOIN event o ON o.sequence = \(last("'workOrderUpdated'", about: "'lot:' || l.number"))
        LEFT JOIN event h ON h.sequence = \(last("'lotHeld', 'lotHoldLifted'", about: "'lot:' || l.number"));
    CREATE VIEW v_run AS
      SELECT r.id, r.station, \(field("operation", of: "e")) AS operation, \(field("lots", of: "e")) AS lots,
        \(field("workOrders", of: "e")) AS work_orders, r.started_at, \(field("startedBy", of: "e")) AS started_by,
        r.ended_at, \(field("person", of: "x")) AS ended_by, \(field("completedOperation", of: "x")) AS completed_operation,
        \(field("controlPlan.number", of: "e")) AS control_plan,
        \(field("controlPlan.version", of: "e")) AS control_plan_version
      FROM run r
        JOIN event e ON e.sequence = \(first("'runStarted'", about: "'run:' || r.id"))
        LEFT JOIN event x ON x.sequence = \(last("'runEnded'", about: "'run:' || r.id"));
    CREATE VIEW v_run_lot AS
      SELECT l.number AS lot, \(field("id", of: "e")) AS run, \(field("station", of: "e")) AS station,
        \(field("operation", of: "e")) AS operation, \(field("startedAt", of: "e")) AS started_at
      FROM lot l JOIN event_subject s ON s.subject = 'lot:' || l.number JOIN event e ON e.sequence = s.sequence
      WHERE e.kind = 'runStarted';
    CREATE VIEW v_record AS
      SELECT lot, revision, sealed_at, digest AS sha256, length(body) AS bytes FROM record;
    """
  }

  private static var floorViews: String {
    """
    CREATE VIEW v_alarm AS
      SELECT a.id, a.station, \(field("kind", of: "e")) AS kind, \(field("source", of: "e")) AS source,
        \(field("priority", of: "e")) AS priority, \(field("rule.english", of: "e")) AS rule,
        \(field("side", of: "e")) AS side, \(field("value", of: "e")) AS value, \(field("limit", of: "e")) AS limit_value,
        \(field("unit", of: "e")) AS unit, \(field("run", of: "e")) AS run, a.raised_at, a.returned_at,
        \(field("at", of: "k")) AS acknowledged_at, \(field("person", of: "k")) AS acknowledged_by,
        \(field("cause", of: "k")) AS cause, a.closed_at
      FROM alarm a
        JOIN event e ON e.sequence = \(first("'alarmRaised'", about: "'alarm:' || a.id"))
        LEFT JOIN event k ON k.sequence = \(last("'alarmAcknowledged'", about: "'alarm:' || a.id"));
    CREATE VIEW v_gap AS
      SELECT g.id, g.station, \(field("device", of: "e")) AS device, \(field("parameters", of: "e")) AS parameters,
        g.since, g.until, \(field("reason", of: "e")) AS reason
      FROM gap g JOIN event e ON e.sequence = \(first("'gapOpened'", about: "'gap:' || g.id"));
    CREATE VIEW v_parameter AS SELECT number, station, name, device, point, unit FROM parameter;
    CREATE VIEW v_reading_block AS
      SELECT p.number AS parameter, p.station, p.name, b.segment, b.first_reading, b.last_reading, b.reading_count,
        b.good_count, b.minimum, b.maximum, b.sum / nullif(b.good_count, 0) AS mean, p.unit
      FROM parameter p JOIN block b ON b.parameter = p.number;
    """
  }

  private static var materialViews: String {
    """
    CREATE VIEW v_material AS
      SELECT \(field("number", of: "m")) AS number, \(field("item", of: "m")) AS item,
        \(field("supplierLot", of: "m")) AS supplier_lot, \(field("status", of: "m")) AS status,
        \(field("quantity", of: "m")) AS quantity, \(field("unusableFrom", of: "m")) AS unusable_from,
        \(field("delivery", of: "m")) AS delivery, \(field("receivedAt", of: "m")) AS received_at,
        m.sequence AS last_event
      FROM event m WHERE m.kind = 'materialLotUpdated' AND NOT EXISTS (
        SELECT 1 FROM event n WHERE n.kind = 'materialLotUpdated'
          AND \(field("number", of: "n")) = \(field("number", of: "m")) AND n.sequence > m.sequence);
    """
  }

  private static var keptViews: String {
    """
    CREATE VIEW v_delivery AS
      SELECT id, kind, receiver, lot, state, attempts, created_at, next_attempt_at, last_answer, idempotency_key,
        payload_sha256
      FROM outbox;
    """
  }
}
