import Devices
import Foundation
import Recorder
import Shopfloor

/// What becomes of one order: the same steps for each, so that what the ERP holds afterwards can be compared.
extension FaultLine {
  /// Ways that an order may go; each has its own undisturbed run.
  enum Story: Int, CaseIterable, Sendable {
    case plain
    /// Picked, put back, picked again; one consumption undone.
    case corrected
    /// The lot is held and let go; without a purchase, so that the ERP asks before it receives.
    case held

    /// The story of the order that a seed disturbs.
    init(seed: UInt64) { self = Self.allCases[Int(seed % UInt64(Self.allCases.count))] }
  }

  struct Made: Sendable {
    var order: WorkOrderNumber
    var lot: LotNumber
    var film: MaterialLotNumber
    var recordSHA256: String
  }

  static let film = "04012345000016"

  /// From the receipt of the film to the sealed record of the lot.
  func make(order number: Int, _ story: Story) async throws -> Made {
    let order = WorkOrderNumber(stringLiteral: "WO-\(number)")
    let lot = try await lot(of: order)
    let film = try await receive(number, story)
    try await ask(.disposeMaterial(material: film, status: .released, person: "P-3", reason: "certificate"), by: "P-3")
    try await pick(order, film, story)
    if story == .held {
      try await ask(.hold(lot: lot, person: "P-3", reason: "dust"), by: "P-3")
      try await ask(.liftHold(lot: lot, person: "P-3", reason: "wiped"), by: "P-3")
    }
    try await run(lot, film, story)
    try await ask(
      .reportQuantity(
        QuantityReported(
          lot: lot, operation: "sealing", station: Self.sealer, good: Quantity(98),
          scrap: [RejectedQuantity(quantity: Quantity(2), reason: "WRINKLE")], person: "P-1", at: clock.now().utc)),
      by: "P-1")
    try await inspect(lot)
    return Made(order: order, lot: lot, film: film, recordSHA256: try await seal(lot))
  }

  /// Waits until the ERP's order has come.
  private func lot(of order: WorkOrderNumber) async throws -> LotNumber {
    for _ in 0..<1_200 {
      let lot = await recorder.inspect { $0.floor.lots.filter { $0.value.order == order }.keys.min() }
      if let lot { return lot }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw Refused(description: "\(order) did not come from the ERP within a minute")
  }

  private func receive(_ number: Int, _ story: Story) async throws -> MaterialLotNumber {
    try await scan("badge-1", at: Self.dock)
    try await scan(story == .held ? CommandCard.blind.rawValue : "PO-\(number)", at: Self.dock)
    let before = await recorder.inspect { Set($0.floor.materials.keys) }
    let supplierLot = "F-\(number)"
    try await scan(
      ScannedLabel(
        text: "]d201\(Self.film)10\(supplierLot)", scheme: "gs1", itemCodes: [Self.film], lot: supplierLot,
        unusableFrom: Timestamp(microseconds: 1_956_528_000_000_000), quantity: Quantity(100), quantityUnit: "m"),
      at: Self.dock)
    try await scan(CommandCard.end.rawValue, at: Self.dock)
    try await scan(CommandCard.leave.rawValue, at: Self.dock)
    let after = await recorder.inspect { Set($0.floor.materials.keys) }
    guard let film = after.subtracting(before).min() else {
      throw Refused(description: "the receipt of \(supplierLot) made no material lot")
    }
    return film
  }

  private func pick(_ order: WorkOrderNumber, _ film: MaterialLotNumber, _ story: Story) async throws {
    try await scan("badge-1", at: Self.store)
    try await scan(order.text, at: Self.store)
    try await take(film.text, "13", at: Self.store)
    if story == .corrected {
      try await scan(CommandCard.unpick.rawValue, at: Self.store)
      try await take(film.text, "7", at: Self.store)
      try await take(film.text, "7", at: Self.store)
    }
    try await take("M-VALVE-1", "100", at: Self.store)
    try await scan(CommandCard.end.rawValue, at: Self.store)
    try await scan(CommandCard.leave.rawValue, at: Self.store)
  }

  private func run(_ lot: LotNumber, _ film: MaterialLotNumber, _ story: Story) async throws {
    try await scan("badge-1", at: Self.sealer)
    try await scan(lot.text, at: Self.sealer)
    try await take(film.text, "13", at: Self.sealer)
    if story == .corrected {
      try await take("M-VALVE-1", "3", at: Self.sealer)
      try await scan(CommandCard.undo.rawValue, at: Self.sealer)
    }
    try await take("M-VALVE-1", "100", at: Self.sealer)
    try await sealThrice()
    try await scan(CommandCard.end.rawValue, at: Self.sealer)
    try await scan(CommandCard.leave.rawValue, at: Self.sealer)
  }

  private func inspect(_ lot: LotNumber) async throws {
    try await scan("badge-1", at: Self.inspection)
    try await scan(lot.text, at: Self.inspection)
    clock.work(microseconds: 30_000_000)
    try await scan(CommandCard.end.rawValue, at: Self.inspection)
    try await scan(CommandCard.leave.rawValue, at: Self.inspection)
  }

  private func take(_ material: String, _ quantity: String, at station: StationName) async throws {
    try await scan(CommandCard.quantityPrefix + quantity, at: station)
    do {
      try await scan(material, at: station)
    } catch is Refused {
      // The store suggests the lot that expires first; this order is made of its own.
      try await scan(CommandCard.override.rawValue, at: station)
      try await scan(CommandCard.quantityPrefix + quantity, at: station)
      try await scan(material, at: station)
    }
  }
}
