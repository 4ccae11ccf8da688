public import Ledger
public import Shopfloor

/// Makes the batch record of a lot from what the ledger knows. A pure function: the same evidence gives the same bytes.
public enum BatchRecordAssembler {
  /// - Parameters:
  ///   - revision: 0 for the record itself, 1 and more for addenda.
  ///   - maximumInlineReadings: With more readings than that, the record carries digests and statistics only.
  public static func assemble(
    evidence: LotEvidence, revision: Int = 0,
    maximumInlineReadings: Int = BatchRecordFormat.maximumInlineReadings
  ) -> BatchRecordDocument {
    let ordered = OrderedEvidence(evidence, maximumInlineReadings: maximumInlineReadings)
    let runs = ordered.runs.map { RunSection($0, in: ordered) }
    let materials = MaterialSection.sections(in: ordered)
    let exceptions = ExceptionFinder(evidence: ordered, runs: runs, materials: materials).exceptions()
    let record = CanonicalJSON.object([
      "format": .object([
        "name": .string(BatchRecordFormat.name), "version": .integer(BatchRecordFormat.version),
      ]),
      "site": .string(ordered.site), "line": .string(ordered.line), "lot": .name(ordered.lot),
      "revision": .whole(revision), "workOrder": workOrder(ordered.workOrder), "product": product(ordered.workOrder),
      "people": .array(ordered.people.map { .object(["id": .name($0.id), "name": .string($0.name)]) }),
      "readings": readingsStatement(ordered), "runs": .array(runs.map(\.json)),
      "materials": .array(materials.map(\.json)),
      "quantities": .array(QuantitySection.sections(in: ordered).map(\.json)),
      "controlPlans": .array(ControlPlanSection.sections(in: ordered).map(\.json)),
      "texts": .array(TextSection.sections(in: ordered).map(\.json)), "alarms": .array(ordered.alarms.map(\.json)),
      "gaps": .array(
        ordered.gaps.map {
          $0.json(run: ordered.run(at: $0.gap.station, from: $0.gap.since, to: $0.until)?.id)
        }),
      "exceptions": .array(exceptions.map(\.json)), "checkedNothingFound": nothingFound(exceptions),
      "events": .array(ordered.events.map(EventExcerpt.json)),
      "ledger": .object([
        "throughSequence": .whole(ordered.throughSequence),
        "throughHash": .string(Hexadecimal.text(of: ordered.throughHash)),
      ]),
    ])
    return BatchRecordDocument(
      lot: ordered.lot, revision: revision, throughSequence: ordered.throughSequence,
      exceptionCount: exceptions.count, record: record)
  }

  /// Reads what a record of the lot is assembled from. Of more readings than a record carries, the digests and statistics
  /// are taken while they pass: the memory that it takes does not grow with their number.
  ///
  /// - Returns: nil where no event ever named the lot.
  public static func evidence(
    of lot: LotNumber, from reader: LedgerReader,
    maximumInlineReadings: Int = BatchRecordFormat.maximumInlineReadings
  ) throws(LedgerError) -> LotEvidence? {
    try reader.evidence(
      of: lot, series: .summariesAbove(readings: maximumInlineReadings) { SeriesDigest() })
  }

  private static func workOrder(_ order: WorkOrder?) -> CanonicalJSON {
    guard let order else { return .null }
    return .object([
      "number": .name(order.number), "quantity": .decimal(order.quantity), "unit": .string(order.unit),
      "operations": .names(order.operations), "lots": .names(order.lots), "state": .string(order.state.rawValue),
      "materials": .array(
        order.materials.map {
          .object([
            "item": .name($0.item), "quantityPerUnit": .decimal($0.quantityPerUnit),
            "suppliedByCustomer": $0.suppliedByCustomer.map { .bool($0) } ?? .null,
          ])
        }),
    ])
  }

  private static func product(_ order: WorkOrder?) -> CanonicalJSON {
    guard let order else { return .null }
    return .object([
      "item": .name(order.product), "name": .string(order.productName),
      "deviceIdentifier": order.deviceIdentifier.map { .string($0) } ?? .null,
    ])
  }

  /// Where the readings are: a record never leaves open whether some are missing.
  private static func readingsStatement(_ evidence: OrderedEvidence) -> CanonicalJSON {
    let count = evidence.series.values.joined().reduce(0) { $0 + $1.statistics.count }
    let words =
      evidence.carriesReadings
      ? evidence.leftOut.isEmpty
        ? Words("This record carries all readings of its runs.", "本记录包含各次运行的全部读数。")
        : Words("This record carries the readings of its runs.", "本记录包含各次运行的读数。")
      : Words(
        "The readings are held by the ledger; this record carries their digests and statistics.",
        "读数保存在账本中；本记录只包含其摘要与统计值。")
    let missing = evidence.leftOut.reduce(0) { $0 + $1.commits }
    let but =
      missing == 0
      ? Words("", "")
      : Words(
        " Missing are those of \(missing) commits of the ledger that were damaged and set aside; see the exceptions.",
        "其中缺少台账中已损坏并被隔离的 \(missing) 次提交的读数，参见异常。")
    return .object([
      "count": .whole(count), "carried": .bool(evidence.carriesReadings), "missingCommits": .integer(missing),
      "words": .words(Words(words.english + but.english, words.chinese + but.chinese)),
    ])
  }

  private static func nothingFound(_ exceptions: [RecordException]) -> CanonicalJSON {
    let found = Set(exceptions.map(\.kind))
    return .array(
      ExceptionKind.allCases.filter { !found.contains($0) }.map {
        .object(["kind": .string($0.rawValue), "words": .words($0.title)])
      })
  }
}
