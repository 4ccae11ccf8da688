import Console
import Glibc
import Shopfloor
import Testing

/// Who takes a place, and who gives it back.
extension FeedbackServerTests {
  private static let request = "GET /api/v1/stations/seal/feedback HTTP/1.1\r\nHost: x\r\n\r\n"

  /// Somebody who is gone before the head of the answer can be written takes no place.
  @Test func whoIsGoneAtOnceTakesNoPlace() async throws {
    let (hub, path) = (self.hub, self.path)
    try await whileServing(heartbeat: .milliseconds(100)) { _, _ in
      for _ in 0..<(4 * FeedbackHub.maximumSubscribersPerStation) {
        // Closed as soon as the request is sent.
        try RawClient(path: path).send(Self.request)
      }
      // Each is looked at in its time, and afterwards nobody is left.
      let last = try RawClient(path: path)
      try last.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
      _ = try last.read(until: "ok\n")
      #expect(Self.comesTrue { hub.subscriberCount(at: "seal") == 0 })
      let client = try RawClient(path: path)
      try client.send(Self.request)
      #expect(try client.read(until: "\r\n").hasPrefix("HTTP/1.1 200 "))
    }
  }

  @Test func oneTooManyIsAnsweredInWords() async throws {
    let (hub, path) = (self.hub, self.path)
    try await whileServing { _, _ in
      var clients: [RawClient] = []
      for _ in 0..<FeedbackHub.maximumSubscribersPerStation {
        let client = try RawClient(path: path)
        try client.send(Self.request)
        _ = try client.read(until: "retry: 1000")
        clients.append(client)
      }
      let late = try RawClient(path: path)
      try late.send(Self.request)
      let answer = try late.read(until: "}")
      #expect(answer.hasPrefix("HTTP/1.1 503 ") && answer.contains("feedback.too_many_subscribers"))
      #expect(hub.counters.turnedAwaySubscribers == 1)
      #expect(hub.subscriberCount(at: "seal") == clients.count)
    }
  }

  // MARK: Screens over TCP

  /// One who connects and says nothing is sent away; one who watches a quiet station stays.
  @Test func anIdleConnectionOfAScreenIsClosed() async throws {
    let bounds = ScreenBounds(maximumConnections: 8, idleSeconds: 1)
    try await whileServing(
      heartbeat: .milliseconds(200), screens: ScreenAddress(host: "127.0.0.1", port: 0), screenBounds: bounds
    ) { port, _ in
      let watching = try RawClient(port: port)
      try watching.send(Self.request)
      _ = try watching.read(until: "retry: 1000")
      let silent = try RawClient(port: port)
      let half = try RawClient(port: port)
      try half.send("GET /health HT")
      #expect(try silent.drainToEnd())
      #expect(try half.drainToEnd())
      #expect(try watching.read(until: ": heartbeat").contains(": heartbeat"))
    }
  }

  /// One connection too many is closed and counted; a place that is given back is taken again.
  @Test func connectionsOfScreensAreBounded() async throws {
    let hub = self.hub
    let bounds = ScreenBounds(maximumConnections: 2, idleSeconds: 60)
    try await whileServing(
      heartbeat: .milliseconds(200), screens: ScreenAddress(host: "127.0.0.1", port: 0), screenBounds: bounds
    ) { port, _ in
      var watching: [RawClient] = []
      for _ in 0..<2 {
        let client = try RawClient(port: port)
        try client.send(Self.request)
        _ = try client.read(until: "retry: 1000")
        watching.append(client)
      }
      for _ in 0..<5 { #expect(try RawClient(port: port).drainToEnd()) }
      #expect(hub.counters.turnedAwayScreens == 5)
      #expect(hub.subscriberCount(at: "seal") == 2)
      watching.removeLast()
      let isServed = Self.comesTrue {
        // A connection without a place ends before there is an answer.
        guard let client = try? RawClient(port: port), (try? client.send(Self.request)) != nil else { return false }
        return (try? client.read(until: "\r\n"))?.hasPrefix("HTTP/1.1 200 ") ?? false
      }
      #expect(isServed)
      #expect(try watching[0].read(until: ": heartbeat").contains(": heartbeat"))
    }
  }

  /// Looks for half a minute.
  private static func comesTrue(_ isTrue: () -> Bool) -> Bool {
    for _ in 0..<3_000 {
      if isTrue() { return true }
      usleep(10_000)
    }
    return false
  }
}
