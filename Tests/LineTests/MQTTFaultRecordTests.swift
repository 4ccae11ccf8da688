import BatchRecord
import Foundation
import Harness
import Ledger
import Shopfloor
import Testing

/// A flooding topic and a lost session while a lot is on the station: what of it the record says.
@Suite("The record of a day with faults", .serialized)
struct MQTTFaultRecordTests {
  /// So slow that even the backlog of a starved machine keeps within the rule of a hundred a second.
  static let calm = (1...2).map { MQTTFaultLine.Sensor(device: "room-\($0)", everySeconds: 0.2) }
  static let flooding = MQTTFaultLine.Sensor(device: "flood-1", everySeconds: 0.001)
  static let far = MQTTFaultLine.Sensor(device: "far-1", everySeconds: 0.2, broker: "far")
  static let messagesInAFlood = 1_500

  @Test(
    "a flooding topic is thinned and counted, nobody else misses anything; the record verifies and lists what is missing",
    .timeLimit(.minutes(5)))
  func record() throws {
    let home = try TemporaryFolder("mqtt-record")
    let farHome = home.file("far")
    try FileManager.default.createDirectory(at: farHome, withIntermediateDirectories: true)
    let broker = try MosquittoBroker(folder: home.url)
    let farBroker = try MosquittoBroker(folder: farHome)
    let erp = try MQTTFaultERP(folder: home.url, lot: "L-1")
    let line = try MQTTFaultLine(
      brokers: [.init(port: broker.port), .init(name: "far", port: farBroker.port)],
      sensors: Self.calm + [Self.flooding, Self.far], more: erp.configuration)
    let scanner = try MaterialDayScanner(station: "room", folder: line.folder.url, simulate: MQTTFaultLine.simulate)
    try line.startDaemon()
    try line.waitUntilRecording()
    #expect(try scanner.scan("BADGE"))
    try line.waitUntil("the lot is known") { try scanner.scan("L-1") }
    try line.waitUntil("both brokers are connected") {
      Set(try line.events().compactMap { if case .brokerLinked(let link) = $0 { link.broker } else { nil } }).count == 2
    }
    let calm = try MQTTFaultPublisher("calm", folder: line.folder.url, port: broker.port, sensors: Self.calm)
    let far = try MQTTFaultPublisher("far", folder: line.folder.url, port: farBroker.port, sensors: [Self.far])
    try flood(line, broker, calm, far)
    let loss = try loseSession(line, broker, calm)
    #expect(try scanner.scan("LOTWIRE:END"))
    calm.end()
    far.end()
    try line.waitUntil("the record is sealed") { try line.ledger().sealedRecord(of: "L-1") != nil }
    line.endDaemon()
    try line.check([calm, far], of: Self.calm + [Self.far]) { _, message in
      loss.tells(of: message)
    }
    try check(try #require(try line.ledger().sealedRecord(of: "L-1")))
  }

  /// While the topic floods, what others send becomes readings.
  private func flood(
    _ line: MQTTFaultLine, _ broker: MosquittoBroker, _ calm: MQTTFaultPublisher, _ far: MQTTFaultPublisher
  ) throws {
    let flood = try MQTTFaultPublisher(
      "flood", folder: line.folder.url, port: broker.port, sensors: [Self.flooding])
    // After a slow commit it is taken for a backlog for up to a minute.
    try line.waitUntil("the flood is thinned", patienceSeconds: 150) { try !Self.thinned(line).isEmpty }
    let (nearBefore, farBefore) = (try calm.acknowledged(), try far.acknowledged())
    try line.waitUntil("others are recorded meanwhile") {
      var kept = KeptCounts()
      try kept.read(line.ledger())
      return kept.holds(nearBefore, Self.calm) && kept.holds(farBefore, [Self.far])
    }
    try line.waitUntil("a flood") { try flood.count() >= Self.messagesInAFlood }
    #expect(flood.isRunning)
    flood.end()
    let published = try #require(try flood.acknowledged()[Self.flooding.topic])
    var kept = KeptCounts()
    try line.waitUntil("the flood has passed") {
      // The highest of a round is kept.
      try kept.read(line.ledger())
      return kept.times[Self.flooding.device]?[published.count] != nil
    }
    // Ended, it tells what it has not told yet.
    line.endDaemon()
    try line.startDaemon()
    let numbers = kept.times[Self.flooding.device] ?? [:]
    let told = try Self.thinned(line)
    #expect(numbers.values.allSatisfy { $0 == 1 })
    #expect(numbers.count < published.count)
    #expect(told.allSatisfy { $0.device == "flood-1" && $0.topic == Self.flooding.topic && !$0.runs.isEmpty })
    #expect(told.reduce(0) { $0 + $1.received - $1.kept } == published.count - numbers.count, "\(told)")
  }

  private static func thinned(_ line: MQTTFaultLine) throws -> [MessagesThinned] {
    try line.events().compactMap { if case .messagesThinned(let thinned) = $0 { thinned } else { nil } }
  }

  /// The broker forgets us while the daemon runs.
  private func loseSession(
    _ line: MQTTFaultLine, _ broker: MosquittoBroker, _ calm: MQTTFaultPublisher
  ) throws -> MessagesLost {
    broker.stop()
    try broker.forgetSessions()
    try broker.start()
    func losses() throws -> [MessagesLost] {
      try line.events().compactMap { if case .messagesLost(let lost) = $0 { lost } else { nil } }
    }
    try line.waitUntil("the loss is told") { try !losses().isEmpty }
    let loss = try #require(try losses().first)
    #expect(loss.broker == "main" && loss.cause == .sessionLost && loss.runs.count == 1)
    try line.waitUntil("more comes") {
      try calm.acknowledged().values.contains { ($0.last?.time ?? loss.from) > loss.until }
    }
    return loss
  }

  private func check(_ content: [UInt8]) throws {
    struct File: Decodable {
      struct Record: Decodable {
        struct Exception: Decodable { var kind: String }
        var exceptions: [Exception]
      }
      var record: Record
    }
    let report = RecordVerifier.verify(content)
    #expect(report.isVerified, "\(report.text(in: .english))")
    let kinds = Set(try JSONDecoder().decode(File.self, from: Data(content)).record.exceptions.map(\.kind))
    #expect(
      kinds.isSuperset(of: [ExceptionKind.messagesLost.rawValue, ExceptionKind.messagesThinned.rawValue]), "\(kinds)")
  }
}

/// An ERP with one lot, and what the configuration says of it and of the people and the scanner at the station "room".
private struct MQTTFaultERP {
  private let process: ChildProcess
  private let port: Int

  init(folder: URL, lot: String) throws {
    let scenario = folder.appendingPathComponent("erp.yaml")
    try """
    orders:
      - number: WO-1
        product: VIAL
        product_name: Vial
        quantity: 100
        unit: pcs
        operations: [fill]
        lots: [\(lot)]
        materials: []

    """.write(to: scenario, atomically: true, encoding: .utf8)
    process = try ChildProcess(
      name: "erp", path: MQTTFaultLine.simulate,
      arguments: [
        "erp", "--port", "0", "--data", folder.appendingPathComponent("erp").path, "--scenario", scenario.path,
      ], log: folder.appendingPathComponent("erp.log"))
    let line = try process.waitForLine(containing: "listening on")
    // A line without a port makes every connection fail, which the test reports.
    port = line.split(separator: ":").last.flatMap { Int($0.trimmingCharacters(in: .whitespaces)) } ?? 0
  }

  var configuration: String {
    """
    people:
      - {id: P-1, name: Li Wei, badge: BADGE, rights: [operate, acknowledge]}
    erp:
      http: {url: "http://127.0.0.1:\(port)"}
      poll_seconds: 0.5
    seal_after_seconds: 2

    """
  }
}
