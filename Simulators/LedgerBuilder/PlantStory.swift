import Ledger
import Shopfloor

/// What people, material and machine do in the made-up plant, as events: orders, deliveries, picks, runs, consumption,
/// alarms, gaps, holds and seals.
struct PlantStory {
  private let size: PlantSize
  private(set) var events: [CommitGroup.PendingEvent] = []
  private(set) var records: [CommitGroup.SealedRecord] = []
  private var alarms = 0
  private var gaps = 0
  private var received: Set<String> = []
  private var ordered = 0

  init(_ size: PlantSize) { self.size = size }

  mutating func add(_ event: Event, actor: String? = nil) {
    events.append(.init(event, actor: actor ?? "recorder", derived: actor == nil))
  }

  /// Takes what happened since the last time.
  mutating func take() -> (events: [CommitGroup.PendingEvent], records: [CommitGroup.SealedRecord]) {
    defer { (events, records) = ([], []) }
    return (events, records)
  }

  /// What stands before the first lot.
  mutating func prologue(at time: Timestamp) {
    add(
      .recordingStarted(RecordingStarted(programVersion: "made up", bootID: "made up", chainFinding: "")),
      actor: "recorder")
    add(
      .planApplied(
        PlanApplied(
          digest: PlantLine.digest, plan: PlantLine.plan(size), changes: [])),
      actor: "configuration")
    for person in 0..<PlantLine.peopleCount {
      add(
        .personUpdated(
          Person(
            id: PlantLine.person(person), name: "Person \(person + 1)", badge: "B-\(person + 1)",
            rights: [.operate, .acknowledge])), actor: "configuration")
    }
    for item in PlantLine.boughtItems {
      add(.itemUpdated(Item(code: item.code, name: item.name, unit: "pcs")), actor: "erp")
    }
    add(.itemUpdated(Item(code: PlantLine.product, name: "Sterile pouch", unit: "pcs")), actor: "erp")
  }

  // MARK: A lot

  mutating func begin(_ lot: Int, at station: Int, _ time: Timestamp, _ random: inout PlantRandom) {
    order(lot, time)
    let person = PlantLine.person(Int(random.next() % UInt64(PlantLine.peopleCount)))
    let actor = "person \(person)"
    let run = Run(
      id: PlantLine.run(lot), station: PlantLine.station(station), operation: "seal",
      workOrders: [PlantLine.order(lot / PlantLine.lotsPerOrder)], lots: [PlantLine.lot(lot)], startedAt: time,
      startedBy: person, planDigest: PlantLine.digest)
    let uses = PlantLine.boughtItems.enumerated().map { kind, item in
      let material = PlantLine.material(kind, (lot + kind * 17) / size.lotsPerMaterial)
      receive(material, item.code, supplier: kind, at: time)
      return (material, item.code)
    }
    add(
      .materialPicked(
        MaterialPicked(
          order: PlantLine.order(lot / PlantLine.lotsPerOrder), material: uses[0].0, item: uses[0].1,
          quantity: Quantity(10), station: "store", person: person, at: time)), actor: actor)
    add(.runStarted(run), actor: actor)
    for (material, item) in uses {
      add(
        .materialConsumed(
          MaterialConsumed(
            run: run.id, materialLot: material, item: item, person: person, quantity: 10, serial: nil, at: time)),
        actor: actor)
    }
    // Something that was made here goes into something else, under its own number.
    let rework = lot - 3 * size.stations
    if lot % PlantLine.reworkEvery == 0, rework >= 0 {
      add(
        .materialConsumed(
          MaterialConsumed(
            run: run.id, materialLot: PlantLine.named(PlantLine.lot(rework).text), item: PlantLine.product,
            person: person, quantity: 1, serial: PlantLine.serial(ofLot: rework), at: time)), actor: actor)
    }
    if lot % 20 == 0 {
      add(
        .textRecorded(
          TextRecorded(
            station: run.station, parameter: "recipe", device: PlantLine.device(station), text: "POUCH \(lot % 7)",
            words: "", run: run.id, at: time)))
    }
    if lot % 50 == 7 { alarm(lot, station, time, person) }
    if lot % 200 == 11 { gap(station, time) }
  }

  mutating func end(_ lot: Int, at station: Int, _ time: Timestamp) {
    let run = PlantLine.run(lot)
    let number = PlantLine.lot(lot)
    let person = PlantLine.person(lot % PlantLine.peopleCount)
    add(.runEnded(RunEnded(run: run, person: person, at: time, completedOperation: true)), actor: "person \(person)")
    add(.operationCompleted(OperationCompleted(lot: number, operation: "seal", run: run)))
    add(
      .lotCompleted(
        LotCompleted(lot: number, workOrder: PlantLine.order(lot / PlantLine.lotsPerOrder), at: time)))
    let record = Array("{\"lot\":\"\(number)\",\"run\":\"\(run)\",\"words\":\"a made-up record\"}".utf8)
    let notice = SealedRecordNotice(
      lot: number, revision: 0, digestSHA256: HistoryWriter.digest(of: record), keyID: "0000000000000000",
      byteCount: record.count, exceptionCount: 0, throughSequence: 0)
    add(.recordSealed(notice), actor: "recorder")
    records.append(.init(notice: notice, bytes: record))
  }

  private mutating func order(_ lot: Int, _ time: Timestamp) {
    guard lot >= ordered * PlantLine.lotsPerOrder else { return }
    let lots = (ordered * PlantLine.lotsPerOrder)..<((ordered + 1) * PlantLine.lotsPerOrder)
    add(
      .workOrderUpdated(
        WorkOrder(
          number: PlantLine.order(ordered), product: PlantLine.product, productName: "Sterile pouch", quantity: 1_000,
          unit: "pcs", operations: ["seal"], lots: lots.map(PlantLine.lot),
          materials: PlantLine.boughtItems.map { BillOfMaterialsLine(item: $0.code, quantityPerUnit: 0.01) })),
      actor: "erp")
    ordered += 1
  }

  private mutating func receive(_ material: MaterialLotNumber, _ item: ItemCode, supplier: Int, at time: Timestamp) {
    guard received.insert(material.text).inserted else { return }
    let delivery: DeliveryNumber = PlantLine.named("D-\(material.text)")
    let person = PlantLine.person(received.count % PlantLine.peopleCount)
    add(
      .deliveryExpected(
        ExpectedDelivery(
          number: delivery, supplier: "Supplier \(supplier + 1)",
          lines: [ExpectedDelivery.Line(item: item, quantity: Quantity(1_000))])), actor: "erp")
    add(
      .materialReceived(
        MaterialReceived(
          material: material, item: item, supplierLot: "S-\(material.text)", quantity: Quantity(1_000),
          container: "C-\(material.text)", delivery: delivery, station: "goods-in", person: person, at: time)),
      actor: "person \(person)")
    add(
      .materialDisposed(
        MaterialDisposed(material: material, status: .released, person: person, reason: "inspected", at: time)),
      actor: "person \(person)")
  }

  // MARK: Trouble

  private mutating func alarm(_ lot: Int, _ station: Int, _ time: Timestamp, _ person: PersonID) {
    alarms += 1
    let id: AlarmID = PlantLine.named("A-\(alarms)")
    let later = time.advanced(byMicroseconds: size.pollMicroseconds)
    add(
      .alarmRaised(
        Alarm(
          id: id, kind: .specification, station: PlantLine.station(station), source: PlantLine.temperature.text,
          rule: Words("above 190 °C", "高于 190 °C"), side: .high, value: 190.4, limit: 190, unit: "°C",
          run: PlantLine.run(lot), raisedAt: time)))
    add(
      .alarmAcknowledged(AlarmAcknowledged(alarm: id, person: person, cause: "heater", at: later)),
      actor: "person \(person)")
    add(.alarmReturned(AlarmReturned(alarm: id, at: later, value: 186)))
    add(.alarmClosed(AlarmClosed(alarm: id, at: later)))
  }

  private mutating func gap(_ station: Int, _ time: Timestamp) {
    gaps += 1
    let id: GapID = PlantLine.named("G-\(gaps)")
    add(
      .gapOpened(
        GapOpened(
          gap: id, station: PlantLine.station(station), device: PlantLine.device(station),
          parameters: [PlantLine.temperature], since: time, reason: "timeout")))
    add(
      .gapClosed(
        GapClosed(
          gap: id, parameters: [PlantLine.temperature], until: time.advanced(byMicroseconds: size.pollMicroseconds))))
  }

  /// The sensor of every station's temperature was calibrated; one of them was found out of tolerance once.
  mutating func calibrate(_ round: Int, at time: Timestamp) {
    for station in 0..<size.stations {
      add(
        .calibrationRecorded(
          Calibration(
            station: PlantLine.station(station), parameter: PlantLine.temperature, performedAt: time,
            asFound: round == 2 && station == 3 ? .outOfTolerance : .inTolerance, asLeft: .inTolerance,
            dueAt: time.advanced(byMicroseconds: 100 * 86_400_000_000), certificate: "K-\(round)-\(station)",
            person: PlantLine.person(station))), actor: "person \(PlantLine.person(station))")
    }
  }
}
