import Devices
import Shopfloor
import Testing

@testable import Modbus

/// Every folder of Tests/Cases/modbus-planning: points and rules, and the requests they become or the fault they are.
@Suite struct PlanningCaseTests {
  static let area = "modbus-planning"

  @Test func thereAreCases() { #expect(CaseFolders.names(Self.area).count >= 20) }

  @Test(arguments: CaseFolders.names(area))
  func pointsBecomeRequests(name: String) throws {
    let document = try CaseFolders.document(Self.area, name)
    let points = try lines(document["points"]).enumerated().map { try Self.point($1, "p\($0)") }
    let companions = try lines(document["companions"]).map { try Self.point($0, "companion") }
    let profile = DeviceProfile(
      name: "case", vendor: "Maker", model: "M1", status: .simulated, requests: rules(document["rules"]),
      points: points + companions)
    do throws(ModbusSetupFault) {
      var learner = try PlanLearner(
        device: "plc", profile: profile, profileDigest: "d",
        points: points.map { MappedPoint(point: $0, parameters: [ParameterIndex(0)]) }, rules: profile.requests,
        cost: cost(document["cost"]))
      let due = lines(document["due"]).compactMap(Int64.init)
      let plan = learner.plan(dueIntervals: (due.isEmpty ? [1, 10] : due).map { $0 * 1_000_000 }, now: 0)
      let requests = plan.blocks.map {
        "\($0.request.table.rawValue) \($0.request.address) \($0.request.count)"
      }
      #expect(requests == lines(document["requests"]), "\(name)")
      #expect(document["fault"] == nil, "\(name): the fault was not found")
    } catch {
      #expect(error.code == document.text("fault"), "\(name): \(error)")
    }
  }

  private func lines(_ node: DocumentNode?) -> [String] {
    node?.elements("Write a list").compactMap { $0.string("Write a text") } ?? []
  }

  private func integer(_ node: DocumentNode?, _ key: String) -> Int? {
    node?[key]?.integer(in: 0...70_000, "Write a whole number")
  }

  private func rules(_ node: DocumentNode?) -> RequestRules {
    func ranges(_ key: String) -> [AddressRange] {
      lines(node?[key]).compactMap { line in
        let words = line.split(separator: " ")
        guard words.count == 3, let table = RegisterTable(rawValue: String(words[0])), let start = Int(words[1]),
          let count = Int(words[2])
        else { return nil }
        return AddressRange(table: table, addresses: start..<(start + count))
      }
    }
    return RequestRules(
      maximumRegisters: integer(node, "max_registers") ?? 125,
      maximumInputRegisters: integer(node, "max_input_registers"), maximumBits: integer(node, "max_bits") ?? 2_000,
      maximumReplyBytes: integer(node, "max_reply_bytes"), bridgesGaps: node?.text("bridge_gaps") == "true",
      maximumGap: integer(node, "max_gap"), registerMultiple: integer(node, "multiple") ?? 1,
      readableRanges: ranges("readable"),
      deniedRanges: ranges("denied").map { DeniedRange(range: $0, reason: "the manual says so") })
  }

  private func cost(_ node: DocumentNode?) -> RequestCost {
    guard let baud = integer(node, "baud") else { return .tcp }
    return RequestCost(
      baud: baud, hasParity: node?.text("parity") == "true", stopBits: integer(node, "stop_bits") ?? 1)
  }

  /// "holding 3 float32 group=g every=10 name=places scale=other alone"
  private static func point(_ line: String, _ name: String) throws -> ProfilePoint {
    var words = line.split(separator: " ").map(String.init)
    func option(_ key: String) -> String? {
      words.first { $0.hasPrefix("\(key)=") }.map { String($0.dropFirst(key.count + 1)) }
    }
    let (group, every, own, scale) = (option("group"), option("every"), option("name"), option("scale"))
    let isAlone = words.contains("alone")
    words.removeAll { $0.contains("=") || $0 == "alone" }
    let table = try #require(RegisterTable(rawValue: words[0]))
    let type = try #require(PointType(caseText: words.dropFirst(2).joined(separator: " ")), "\(line)")
    return ProfilePoint(
      name: own ?? name, table: table, address: try #require(Int(words[1])), type: type,
      scaleSource: scale.map { ScaleSource(point: $0, meaning: .decimalPlaces) }, atomicGroup: group,
      isAskedAlone: isAlone, pollIntervalMicroseconds: (every.flatMap { Int64($0) } ?? 1) * 1_000_000)
  }
}
