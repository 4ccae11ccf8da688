import Console
import Foundation
import Glibc
import Harness
import Shopfloor
import Synchronization
import Testing

/// Collects what a client on another thread sees.
final class Seen<Value: Sendable>: Sendable {
  private let values = Mutex<[Value]>([])

  var all: [Value] { values.withLock { $0 } }

  func add(_ value: Value) { values.withLock { $0.append(value) } }

  /// Waits for that many; false where they do not come in half a minute.
  func wait(for count: Int) -> Bool {
    for _ in 0..<3_000 {
      if all.count >= count { return true }
      usleep(10_000)
    }
    return false
  }
}

@Suite struct FeedbackServerTests {
  let folder: TemporaryFolder
  let hub = FeedbackHubTests.hub()

  init() throws { folder = try TemporaryFolder("feedback") }

  var path: String { folder.file("console.sock").path }

  /// Runs the blocking body on a thread of its own while the server serves.
  ///
  /// - Parameter body: gets the port for screens, 0 where there is none.
  func whileServing(
    heartbeat: Duration = .seconds(15), screens: ScreenAddress? = nil, screenBounds: ScreenBounds = ScreenBounds(),
    _ body: @escaping @Sendable (_ port: Int, _ stop: @escaping @Sendable () -> Void) throws -> Void
  ) async throws {
    var ports = ConsoleServerTests.ports()
    ports.feedback = hub
    let server = ConsoleServer(
      socketPath: path, screens: screens, screenBounds: screenBounds, ports: ports, heartbeat: heartbeat)
    let (ready, announce) = AsyncStream<Int>.makeStream()
    let expected = screens == nil ? 1 : 2
    let task = Task {
      defer { announce.finish() }
      try await server.run(onReady: { announce.yield(0) }, onScreensReady: { announce.yield($0) })
    }
    var port = 0
    var count = 0
    for await one in ready {
      port = max(port, one)
      count += 1
      if count == expected { break }
    }
    let found = (port: port, isReady: count == expected)
    let result: Result<Void, any Error> = await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(returning: Result { if found.isReady { try body(found.port) { task.cancel() } } })
      }
    }
    task.cancel()
    let end = await task.result
    try result.get()
    if !found.isReady { try end.get() }
  }

  /// Watches on a thread of its own; the outcome is nil once the stream has ended well.
  private static func watch(
    _ client: FeedbackClient, _ station: StationName, after: Int64?, into seen: Seen<StationFeedback>
  ) -> (connected: Seen<Bool>, ended: Seen<ConsoleFault?>) {
    let connected = Seen<Bool>()
    let ended = Seen<ConsoleFault?>()
    Thread.detachNewThread {
      do throws(ConsoleFault) {
        try client.watch(station, after: after, connected: { connected.add(true) }) { seen.add($0) }
        ended.add(nil)
      } catch {
        ended.add(error)
      }
    }
    return (connected, ended)
  }

  @Test func feedbackReachesAClientWordForWord() async throws {
    let hub = self.hub
    let client = FeedbackClient(socketPath: path)
    try await whileServing { _, _ in
      let seen = Seen<StationFeedback>()
      let (connected, _) = Self.watch(client, "seal", after: nil, into: seen)
      #expect(connected.wait(for: 1))
      let sent = StationFeedback(
        station: "seal", at: Timestamp(microseconds: 9), tone: .refuse, code: "lot.on_hold",
        words: Words("Line one\nline two", "批次“1”已扣留"), language: .chinese, read: "L-1\u{1D}x", person: "李伟",
        run: "R-000001", lots: ["L-1", "批-2"], mode: "run", awaited: Words("A lot", "请扫描批次"))
      hub.publish(sent)
      #expect(seen.wait(for: 1))
      var expected = sent
      expected.sequence = 5
      #expect(seen.all == [expected])
    }
  }

  @Test func aClientThatComesBackMissesNothing() async throws {
    let hub = self.hub
    let client = FeedbackClient(socketPath: path)
    try await whileServing { _, _ in
      for text in ["a", "b", "c"] { hub.publish(FeedbackHubTests.feedback(text)) }
      let seen = Seen<StationFeedback>()
      _ = Self.watch(client, "seal", after: 5, into: seen)
      #expect(seen.wait(for: 2))
      hub.publish(FeedbackHubTests.feedback("d"))
      #expect(seen.wait(for: 3))
      #expect(seen.all.map(\.words.english) == ["b", "c", "d"])
      #expect(seen.all.map(\.sequence) == [6, 7, 8])
    }
  }

  @Test func anUnknownStationIsAnsweredInWords() async throws {
    let path = self.path
    try await whileServing { _, _ in
      let client = FeedbackClient(socketPath: path)
      let fault = #expect(throws: ConsoleFault.self) { try client.watch("press", after: nil) { _ in } }
      #expect(fault?.code == "station.unknown")
      #expect(fault?.description == "There is no such station. Configured are: oven, seal.")
      let raw = try RawClient(path: path)
      try raw.send("GET /api/v1/stations/press/feedback HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
      #expect(try raw.read(until: "}").hasPrefix("HTTP/1.1 404 "))
    }
  }

  @Test func aStationWithAChineseNameIsFound() async throws {
    hub.setStations(["封口/1"])
    let (hub, client) = (self.hub, FeedbackClient(socketPath: path))
    try await whileServing { _, _ in
      hub.publish(FeedbackHubTests.feedback("here", at: "封口/1"))
      let seen = Seen<StationFeedback>()
      _ = Self.watch(client, "封口/1", after: nil, into: seen)
      #expect(seen.wait(for: 1))
    }
  }

  @Test func aQuietStreamHasAHeartbeat() async throws {
    let path = self.path
    try await whileServing(heartbeat: .milliseconds(100)) { _, _ in
      let raw = try RawClient(path: path)
      try raw.send("GET /api/v1/stations/seal/feedback HTTP/1.1\r\nHost: x\r\n\r\n")
      let text = try raw.read(until: ": heartbeat\n\n")
      #expect(text.hasPrefix("HTTP/1.1 200 "))
      #expect(text.contains("text/event-stream"))
      #expect(text.contains("retry: 1000\n\n"))
      // And another one.
      #expect(try raw.read(until: ": heartbeat\n\n").contains(": heartbeat"))
    }
  }

  @Test func theEndOfTheServerEndsTheStreams() async throws {
    let client = FeedbackClient(socketPath: path)
    try await whileServing { _, stop in
      let seen = Seen<StationFeedback>()
      let (connected, ended) = Self.watch(client, "seal", after: nil, into: seen)
      #expect(connected.wait(for: 1))
      stop()
      #expect(ended.wait(for: 1))
      // A clean end of the chunked body, not a torn connection.
      #expect(ended.all == [nil])
    }
  }

  @Test func oneWhoNeverReadsIsLeftBehindAndHoldsUpNobody() async throws {
    let (hub, path) = (self.hub, self.path)
    try await whileServing(heartbeat: .milliseconds(200)) { _, _ in
      let stuck = try RawClient(path: path, receiveBufferBytes: 4_096)
      try stuck.send("GET /api/v1/stations/seal/feedback HTTP/1.1\r\nHost: x\r\n\r\n")
      _ = try stuck.read(until: "retry: 1000")
      let seen = Seen<StationFeedback>()
      let (connected, _) = Self.watch(FeedbackClient(socketPath: path), "seal", after: nil, into: seen)
      #expect(connected.wait(for: 1))
      // More than the buffers of the sockets and the queue hold; the one who reads gets every one.
      let long = String(repeating: "长", count: 5_000)
      for number in 0..<400 {
        hub.publish(FeedbackHubTests.feedback("\(number) \(long)"))
        #expect(seen.wait(for: number + 1))
      }
      #expect(hub.counters.droppedSubscribers == 1)
      #expect(try stuck.drainToEnd())
    }
  }

  // MARK: Screens over TCP

  @Test func screensReadOverTCPAndChangeNothing() async throws {
    let hub = self.hub
    try await whileServing(screens: ScreenAddress(host: "127.0.0.1", port: 0)) { port, _ in
      hub.publish(FeedbackHubTests.feedback("over tcp"))
      let screen = try RawClient(port: port)
      try screen.send("GET /api/v1/stations/seal/feedback HTTP/1.1\r\nHost: x\r\nLast-Event-ID: 4\r\n\r\n")
      #expect(try screen.read(until: "over tcp").contains("id: 5\nevent: feedback\ndata: {"))
      for (request, status) in [
        ("GET /health", "200"), ("GET /status", "404"), ("POST /reload", "404"), ("POST /acknowledge", "404"),
        ("POST /hold", "404"), ("POST /write", "404"), ("POST /health", "404"),
      ] {
        let client = try RawClient(port: port)
        try client.send("\(request) HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        #expect(try client.read(until: "\r\n").hasPrefix("HTTP/1.1 \(status) "), "\(request)")
      }
    }
  }

  /// The recorder and its local socket do not depend on a port that is free.
  @Test func aPortThatIsTakenKeepsNobodyFromTheSocket() async throws {
    let taken = DeadPort()
    let path = self.path
    let task = Task {
      try await ConsoleServer(
        socketPath: path, screens: ScreenAddress(host: "127.0.0.1", port: taken.port),
        ports: ConsoleServerTests.ports()
      ).run()
    }
    let isServed = await Self.onThread {
      for _ in 0..<12_000 {
        // Until the socket is there, there is no answer.
        if (try? ControlClient(socketPath: path).health()) == true { return true }
        usleep(10_000)
      }
      return false
    }
    #expect(isServed)
    task.cancel()
    // How it ends is not what is asked here.
    _ = await task.result
  }

  private static func onThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread { continuation.resume(returning: body()) }
    }
  }

  @Test(arguments: [
    ("127.0.0.1:8080", "127.0.0.1", 8_080), ("[::1]:80", "::1", 80), ("localhost:0", "localhost", 0),
  ])
  func addresses(text: String, host: String, port: Int) {
    #expect(ScreenAddress(text) == ScreenAddress(host: host, port: port))
    #expect(ScreenAddress(text)?.description == text)
  }

  @Test(arguments: ["", "8080", ":8080", "host", "host:", "host:70000", "host:-1", "::1:80", "host:80x"])
  func whatIsNoAddress(text: String) { #expect(ScreenAddress(text) == nil) }
}
