import Devices
import Testing

@testable import Modbus

@Suite struct RequestPlannerTests {
  private func mapped(
    _ address: Int, _ type: PointType = .uint16, _ table: RegisterTable = .holding
  ) -> MappedPoint {
    MappedPoint(
      point: ProfilePoint(name: "\(table)-\(address)-\(type)", table: table, address: address, type: type),
      parameters: [ParameterIndex(0)])
  }

  private func requests(_ points: [MappedPoint], _ rules: RequestRules = RequestRules()) -> [[Int]] {
    plan(points, rules).map { [$0.request.address, $0.request.count] }
  }

  private func plan(_ points: [MappedPoint], _ rules: RequestRules) -> [ReadBlock] {
    let ground = PlanGround(rules: rules, points: points.map(\.point), learned: nil)
    let planner = RequestPlanner(ground: ground, cost: .tcp)
    return planner.blocks(planner.items(of: points))
  }

  @Test func neighboursShareARequestAndHolesDoNot() {
    #expect(requests([mapped(3), mapped(0, .float32), mapped(2), mapped(5)]) == [[0, 4], [5, 1]])
  }

  @Test func holesAreBridgedOnlyWhereTheProfileAllowsIt() {
    #expect(requests([mapped(0), mapped(9)], RequestRules(bridgesGaps: true)) == [[0, 10]])
    #expect(requests([mapped(0), mapped(9)]) == [[0, 1], [9, 1]])
  }

  @Test func aValueIsNeverSplit() {
    let rules = RequestRules(maximumRegisters: 3)
    #expect(requests([mapped(0, .float32), mapped(2, .float32), mapped(4)], rules) == [[0, 2], [2, 3]])
  }

  @Test func bitsOfOneRegisterAreReadOnce() {
    #expect(requests([mapped(7, .bit(0)), mapped(7, .bit(5)), mapped(7)]) == [[7, 1]])
  }

  @Test func tablesAreApart() {
    #expect(requests([mapped(0), mapped(1, .uint16, .input), mapped(0, .bool, .coil)]).count == 3)
  }

  @Test func theBoundsOfTheProtocolAreUsedToTheFull() {
    #expect(requests((0..<250).map { mapped($0) }) == [[0, 125], [125, 125]])
    #expect(requests((0..<2_001).map { mapped($0, .bool, .coil) }) == [[0, 2_000], [2_000, 1]])
  }

  /// Against a slow reference: the fewest blocks of a run, by trying every cut.
  @Test func randomPlansAreWithinTheRulesAndMinimal() {
    var generator = SeededGenerator(seed: 5)
    for _ in 0..<300 {
      let limit = Int.random(in: 2...12, using: &generator)
      let bridges = Bool.random(using: &generator)
      var address = 0
      var points: [MappedPoint] = []
      for _ in 0..<Int.random(in: 1...10, using: &generator) {
        let point = mapped(address, Bool.random(using: &generator) ? .uint16 : .uint32)
        points.append(point)
        address += point.point.addressCount + (Int.random(in: 0...3, using: &generator) == 0 ? 2 : 0)
      }
      let rules = RequestRules(maximumRegisters: limit, bridgesGaps: bridges)
      let blocks = plan(points.shuffled(using: &generator), rules)
      #expect(blocks.flatMap(\.points).count == points.count)
      for block in blocks {
        let span = block.request.address..<(block.request.address + block.request.count)
        #expect(block.request.count <= limit)
        #expect(
          block.points.allSatisfy {
            span.lowerBound <= $0.point.address && $0.point.addresses.upperBound <= span.upperBound
          })
        if !bridges { #expect(Set(block.points.flatMap { $0.point.addresses }).count == block.request.count) }
      }
      #expect(blocks.count == fewest(points.map { $0.point.addresses }, limit: limit, bridges: bridges))
    }
  }

  private func fewest(_ ranges: [Range<Int>], limit: Int, bridges: Bool) -> Int {
    guard let first = ranges.first else { return 0 }
    var best = Int.max
    var end = first.lowerBound
    for (index, range) in ranges.enumerated() {
      guard range.upperBound - first.lowerBound <= limit, bridges || range.lowerBound == end || index == 0 else {
        break
      }
      end = range.upperBound
      best = min(best, 1 + fewest(Array(ranges[(index + 1)...]), limit: limit, bridges: bridges))
    }
    return best
  }
}
