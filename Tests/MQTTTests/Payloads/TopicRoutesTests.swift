import Devices
import Testing

@testable import MQTT

@Suite struct TopicRoutesTests {
  static func routes(_ filters: [[String]]) throws -> TopicRoutes {
    TopicRoutes(
      mappings: try filters.map { try $0.map { try TopicFilter($0) } },
      availability: try filters.map { try $0.map { try TopicFilter("up/" + $0) } })
  }

  @Test func aTopicIsLookedUpOnce() throws {
    var routes = try Self.routes([["a/+", "a/1"], ["b/#"], ["a/#", "c"]])
    for _ in 0..<3 {
      let stops = routes.stops(of: "a/1")
      #expect(stops.map(\.device) == [0, 2] && stops.map(\.mappings) == [[0, 1], [0]])
      #expect(routes.stops(of: "up/b/x").map(\.availability) == [[0]])
      #expect(routes.stops(of: "nobody").isEmpty)
    }
    #expect(routes.lookups == 3 && routes.remembered == 3)
  }

  @Test func whatIsRememberedIsBounded() throws {
    var routes = try Self.routes([["a/#"]])
    for number in 0..<25_000 {
      #expect(routes.stops(of: "a/\(number)").count == 1)
      _ = routes.stops(of: "a/often")
      #expect(routes.remembered <= TopicRoutes.maximumTopics)
    }
    // What is asked for again and again stays; the first ones are looked up anew.
    #expect(routes.lookups == 25_001)
    _ = routes.stops(of: "a/0")
    #expect(routes.lookups == 25_002)
  }

  @Test func theirBytesAreBounded() throws {
    var routes = try Self.routes([["#"]])
    let long = String(repeating: "x", count: 60_000)
    for number in 0..<300 { _ = routes.stops(of: "\(long)\(number)") }
    #expect(routes.remembered * 60_000 <= TopicRoutes.maximumTopicBytes)
    #expect(routes.stops(of: String(repeating: "y", count: 65_535)).count == 1)
  }

  @Test func theDepthIsBounded() throws {
    var routes = try Self.routes([["#"]])
    let deepest = Array(repeating: "x", count: TopicRoutes.maximumLevels).joined(separator: "/")
    #expect(routes.stops(of: deepest).count == 1 && routes.stops(of: deepest + "/").isEmpty)
  }
}
