import Devices
import Shopfloor
import Testing

@testable import Modbus

/// Seeded plans against the slow reference.
@Suite struct PlannerPropertyTests {
  private struct Situation {
    var rules: RequestRules
    var cost: RequestCost
    var points: [ProfilePoint]
    var due: [ProfilePoint]

    init(_ generator: inout SeededGenerator, count: Int, reach: Int) {
      func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
      func chance(_ one: Int) -> Bool { number(1...one) == 1 }
      let multiple = chance(4) ? 2 : 1
      rules = RequestRules(
        maximumRegisters: number(4...14), maximumInputRegisters: chance(3) ? number(4...9) : nil,
        maximumBits: number(1...20), maximumReplyBytes: chance(4) ? number(8...30) : nil, bridgesGaps: chance(2),
        maximumGap: chance(2) ? number(1...6) : nil, registerMultiple: multiple)
      if chance(3) { rules.readableRanges = [AddressRange(table: .holding, addresses: 0..<(reach / 2 / 2 * 2))] }
      if chance(3) { rules.readableRanges.append(AddressRange(table: .holding, addresses: (reach / 2 / 2 * 2)..<90)) }
      if chance(2) {
        let start = number(0...reach)
        rules.deniedRanges = [
          DeniedRange(range: AddressRange(table: .holding, addresses: start..<(start + number(1...3))), reason: "r")
        ]
      }
      cost = RequestCost(
        requestMicroseconds: Double(number(1...40)), registerMicroseconds: Double(number(1...4)), bitMicroseconds: 0.5)
      let types: [PointType] = [
        .uint16, .uint16, .uint32, .float64, .bit(number(0...15)), .int8(.high), .bcd(digits: 12),
      ]
      points = (0..<count).map { index in
        let table = RegisterTable.allCases[chance(4) ? number(0...3) : 0]
        let type = table.holdsRegisters ? types[number(0...(types.count - 1))] : .bool
        return ProfilePoint(
          name: "p\(index)", table: table, address: number(0...reach), type: type,
          atomicGroup: chance(5) ? "g" : nil, isAskedAlone: chance(9))
      }
      due = points.filter { _ in !chance(5) }
    }

    /// nil where the situation cannot be planned at all.
    func planner() -> RequestPlanner? {
      let mapped = points.map { MappedPoint(point: $0, parameters: [ParameterIndex(0)]) }
      let planner = RequestPlanner(
        ground: PlanGround(rules: rules, points: points, learned: nil), cost: cost)
      do throws(ModbusSetupFault) {
        try PlanCheck.check(planner, mapped, device: "plc")
        return planner
      } catch {
        return nil
      }
    }

    var reference: ReferencePlanner { ReferencePlanner(rules: rules, cost: cost, points: points) }
  }

  private func blocks(_ planner: RequestPlanner, _ due: [ProfilePoint]) -> [ReadBlock] {
    planner.blocks(planner.items(of: due.map { MappedPoint(point: $0, parameters: [ParameterIndex(0)]) }))
  }

  private func checkLegal(_ blocks: [ReadBlock], _ situation: Situation, _ seed: Comment) {
    let delivered = blocks.flatMap { $0.points.map(\.point.name) }
    #expect(delivered.sorted() == situation.due.map(\.name).sorted(), seed)
    #expect(blocks.count <= situation.due.count, seed)
    for block in blocks {
      let request = block.request
      let span = request.address..<(request.address + request.count)
      #expect(request.count <= situation.rules.maximumCount(of: request.table), seed)
      #expect(block.points.allSatisfy { $0.point.table == request.table }, seed)
      #expect(
        block.points.allSatisfy {
          span.contains($0.point.address) && $0.point.addresses.upperBound <= span.upperBound
        }, seed)
      // The reference finds the same request legal, and no shorter one would do.
      #expect(
        situation.reference.nanoseconds(block.points.map(\.point))
          == situation.cost.nanoseconds(count: request.count, table: request.table), seed)
    }
  }

  private func nanoseconds(_ blocks: [ReadBlock], _ cost: RequestCost) -> Int64 {
    blocks.reduce(0) { $0 + cost.nanoseconds(count: $1.request.count, table: $1.request.table) }
  }

  @Test func smallPlansCostWhatTryingEverythingFinds() throws {
    var generator = SeededGenerator(seed: 21)
    var planned = 0
    for seed in 0..<1_500 {
      let situation = Situation(&generator, count: Int.random(in: 1...6, using: &generator), reach: 24)
      guard let planner = situation.planner() else { continue }
      let place = Comment(rawValue: "situation \(seed): \(situation)")
      let blocks = blocks(planner, situation.due)
      checkLegal(blocks, situation, place)
      let best = try #require(situation.reference.best(situation.due), place)
      #expect(nanoseconds(blocks, situation.cost) == best.nanoseconds, place)
      #expect(blocks.count == best.requests, place)
      planned += 1
    }
    // Most situations contradict themselves; enough must be left.
    #expect(planned > 300)
  }

  @Test func largePlansCostNoMoreThanFillingFromBelow() {
    var generator = SeededGenerator(seed: 22)
    var planned = 0
    var cheaper = 0
    for seed in 0..<300 {
      var situation = Situation(&generator, count: 60, reach: 80)
      for index in situation.points.indices where situation.points[index].atomicGroup != nil {
        situation.points[index].atomicGroup = nil
      }
      situation.due = situation.points
      guard let planner = situation.planner() else { continue }
      let blocks = blocks(planner, situation.due)
      checkLegal(blocks, situation, "situation \(seed)")
      planned += 1
      guard let greedy = situation.reference.greedy(situation.due) else { continue }
      let time = nanoseconds(blocks, situation.cost)
      #expect(time <= greedy, "situation \(seed)")
      if time < greedy { cheaper += 1 }
    }
    #expect(planned > 30)
    #expect(cheaper > 0)
  }

  /// The order in which points are given does not matter, nor does planning again.
  @Test func theSamePointsGiveTheSamePlan() {
    var generator = SeededGenerator(seed: 23)
    for _ in 0..<100 {
      let situation = Situation(&generator, count: 12, reach: 40)
      guard let planner = situation.planner() else { continue }
      #expect(blocks(planner, situation.due) == blocks(planner, situation.due.shuffled(using: &generator)))
    }
  }
}
