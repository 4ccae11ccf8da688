import BatchRecord
import Devices
import ERP
import Foundation
import Ledger
import Recorder
import Shopfloor

/// The line whose ERP is disturbed: the real recorder, ledger, sealing and exchange with the ERP in one process.
final class FaultLine: Sendable {
  static let dock: StationName = "dock"
  static let store: StationName = "store"
  static let sealer: StationName = "sealer-1"
  static let inspection: StationName = "inspection-1"
  static let plc: DeviceName = "plc-1"
  static let key = SigningKey(seed: Array(1...32))

  let clock = LineClock()
  let recorder: Recorder
  private let access: LedgerQueue

  struct Refused: Error, CustomStringConvertible { var description: String }

  init(folder: URL) async throws {
    let path = folder.appendingPathComponent("lotwire.sqlite").path
    var setup = Recorder.Setup(ledgerPath: path, programVersion: "erpfaults", bootID: "boot-1")
    setup.reserveBytes = 1 << 20
    recorder = try Recorder(setup, clock: clock) { _ in }
    access = LedgerQueue(reader: try LedgerReader(path: path))
    try accept(await recorder.perform(.updatePeople(Self.people), actor: "configuration", at: clock.now().utc))
    try accept(await recorder.apply(Self.plan, digest: "plan-1", changes: [], at: clock.now().utc))
  }

  func stop() { recorder.stop() }

  func read<Value: Sendable>(_ look: @Sendable (LedgerReader) throws -> Value) async throws -> Value {
    try await access.read(look)
  }

  // MARK: The plant

  static let people = [
    Person(id: "P-1", name: "Li Wei", badge: "badge-1", rights: [.operate]),
    Person(id: "P-3", name: "Ana", badge: "badge-3", rights: [.operate, .acknowledge, .disposition, .quality]),
  ]

  static let plan = LinePlan(
    site: "Suzhou", line: "Pouch line 1",
    stations: [
      StationPlan(name: dock, operation: "receipt", role: .receipt),
      StationPlan(name: store, operation: "picking", role: .picking),
      StationPlan(
        name: sealer, operation: "sealing",
        parameters: [
          ParameterPlan(
            name: "seal.temperature", device: plc, point: "temperature", unit: "°C", expectedIntervalMicroseconds: 0),
          ParameterPlan(
            name: "seal.pressure", device: plc, point: "pressure", unit: "bar", expectedIntervalMicroseconds: 0),
          ParameterPlan(name: "seal.cycle", device: plc, point: "cycle", unit: "", expectedIntervalMicroseconds: 0),
        ],
        cycle: CyclePlan(parameter: "seal.cycle", condition: .bit),
        characteristics: [
          CharacteristicPlan(
            name: "seal.temperature.mean", parameter: "seal.temperature", feature: .mean, unit: "°C",
            specification: LimitPlan(low: 170, high: 190)),
          CharacteristicPlan(
            name: "seal.pressure.max", parameter: "seal.pressure", feature: .maximum, unit: "bar",
            specification: LimitPlan(low: 2.5, high: 3.5)),
          CharacteristicPlan(
            name: "seal.duration", parameter: "seal.cycle", feature: .duration, unit: "s",
            specification: LimitPlan(low: 0.5, high: 1.2)),
        ]),
      StationPlan(name: inspection, operation: "inspection"),
    ],
    materialRules: MaterialRules(allowsBlindReceipt: true))

  // MARK: What people and machines do

  @discardableResult
  func scan(_ label: ScannedLabel, at station: StationName) async throws -> Words {
    clock.work(microseconds: 2_000_000)
    let answer = await recorder.perform(
      .scan(label, station: station), actor: "scanner \(station)", at: clock.now().utc)
    guard case .accepted(let words) = answer else {
      throw Refused(description: "\(label.text) at \(station): \(answer.words.english)")
    }
    return words
  }

  func scan(_ text: String, at station: StationName) async throws {
    try await scan(ScannedLabel(text: text), at: station)
  }

  func ask(_ command: Command, by person: PersonID) async throws {
    try accept(await recorder.perform(command, actor: "person \(person)", at: clock.now().utc))
  }

  private func accept(_ answer: CommandAnswer) throws {
    if case .refused(let refusal) = answer { throw Refused(description: refusal.words.english) }
  }

  /// Three sealing cycles of exactly 0.75 s, as their PLC has measured them; from one quarter of a second to another, so
  /// that the difference of two times is the same number for every order.
  func sealThrice() async throws {
    for _ in 0..<3 {
      clock.work(microseconds: 500_000)
      let now = clock.now().utc
      let beginning = now.advanced(byMicroseconds: -(now.microseconds % 250_000))
      try await measure(cycle: 1, at: beginning)
      clock.work(microseconds: 750_000)
      try await measure(cycle: 0, at: beginning.advanced(byMicroseconds: 750_000))
    }
  }

  private func measure(cycle: Double, at time: Timestamp) async throws {
    let now = clock.now()
    let values = [180.0, 3.0, cycle]
    let batch = ReadingBatch(
      device: Self.plc, receivedAt: now.utc, monotonicMicroseconds: now.monotonicMicroseconds,
      readings: values.enumerated().map {
        Reading(parameter: ParameterIndex(UInt32($0.offset)), time: time, value: $0.element)
      })
    let outcome = await withCheckedContinuation { (continuation: CheckedContinuation<Bool, Never>) in
      if !recorder.offer([batch], acknowledge: { _ in continuation.resume(returning: true) }) {
        continuation.resume(returning: false)
      }
    }
    guard outcome else { throw Refused(description: "the recorder took no readings") }
  }

  /// Seals the record of a completed lot as the daemon does.
  ///
  /// - Returns: SHA-256 of the sealed record, in hexadecimal digits.
  func seal(_ lot: LotNumber) async throws -> String {
    let key = Self.key
    let record = try await read { reader -> SealedRecord? in
      guard let key, let evidence = try BatchRecordAssembler.evidence(of: lot, from: reader) else { return nil }
      return try RecordSeal.seal(BatchRecordAssembler.assemble(evidence: evidence, revision: 0), with: key)
    }
    guard let record else { throw Refused(description: "there is nothing to seal of \(lot)") }
    try accept(
      await recorder.seal(
        CommitGroup.SealedRecord(notice: record.notice, bytes: record.bytes), at: clock.now().utc))
    return SHA256Text.digest(Data(record.bytes))
  }
}

/// One reader, asked by one at a time.
actor LedgerQueue {
  private let reader: LedgerReader

  init(reader: sending LedgerReader) { self.reader = reader }

  func read<Value: Sendable>(_ look: @Sendable (LedgerReader) throws -> Value) throws -> Value { try look(reader) }
}
