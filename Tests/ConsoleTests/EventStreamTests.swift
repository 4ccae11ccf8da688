import Testing

@testable import Console

@Suite struct EventStreamTests {
  /// The stream in pieces of this size.
  private static func messages(_ text: String, piece: Int) throws -> [EventStream.Message] {
    var stream = EventStream()
    var messages: [EventStream.Message] = []
    let bytes = Array(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: piece) {
      messages += try stream.take(Array(bytes[start..<min(start + piece, bytes.count)]))
    }
    return messages
  }

  @Test(arguments: [1, 2, 3, 7, 1_000], ["\n", "\r\n", "\r"])
  func messagesComeInPieces(piece: Int, end: String) throws {
    let lines = [
      "retry: 1000", "", ": a comment", "", "id: 7", "event: feedback", "data: {\"a\":", "data: 1}", "",
      "data:批次", "", "id: 8", "", "data", "", "event: other", "data: x", "", "data: not ended",
    ]
    #expect(
      try Self.messages(lines.joined(separator: end) + end, piece: piece) == [
        .init(id: "7", event: "feedback", data: "{\"a\":\n1}"), .init(id: "7", event: "", data: "批次"),
        .init(id: "8", event: "", data: ""), .init(id: "8", event: "other", data: "x"),
      ])
  }

  @Test func aLineWithoutAnEndIsRefused() {
    var stream = EventStream()
    #expect(throws: ConsoleFault.self) {
      try stream.take(Array(repeating: 97, count: EventStream.maximumLineBytes + 1))
    }
  }

  @Test(arguments: [1, 2, 5, 100])
  func chunksComeInPieces(piece: Int) throws {
    let bytes = Array(
      "4\r\nWiki\r\n5;name=value\r\npedia\r\nE\r\n in\r\n\r\nchunks.\r\n0\r\nTrailer: x\r\n\r\nafter".utf8)
    var body = ChunkedBody()
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: piece) {
      text += try body.take(bytes[start..<min(start + piece, bytes.count)])
    }
    #expect(String(decoding: text, as: UTF8.self) == "Wikipedia in\r\n\r\nchunks.")
    #expect(body.isComplete)
  }

  @Test(arguments: ["x\r\n", "-1\r\n", "2\r\nabc\r\n", String(repeating: "1", count: 2_000)])
  func whatIsNotChunkedIsRefused(text: String) {
    var body = ChunkedBody()
    #expect(throws: ConsoleFault.self) { try body.take(Array(text.utf8)[...]) }
  }

  @Test func anyBytesAreReadWithoutATrap() {
    var state: UInt64 = 9
    for _ in 0..<300 {
      var body = ChunkedBody()
      var stream = EventStream()
      let bytes = (0..<60).map { _ -> UInt8 in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return [13, 10, 58, 48, 49, 70, 100, 97, 116, 32, UInt8(truncatingIfNeeded: state >> 40)][Int(state >> 33) % 11]
      }
      // Refused or read: both are answers.
      _ = try? stream.take(bytes)
      _ = try? body.take(bytes[...])
    }
  }
}
