/// Takes events out of a stream, as it comes (WHATWG HTML, section 9.2.6, "Interpreting an event stream").
struct EventStream: Sendable {
  struct Message: Hashable, Sendable {
    var id: String?
    var event: String
    var data: String
  }

  /// Longest line, in bytes: more than any feedback.
  static let maximumLineBytes = 262_144

  private var line: [UInt8] = []
  private var afterReturn = false
  private var message = Message(id: nil, event: "", data: "")
  private var hasData = false

  /// - Throws: `.unexpectedAnswer` where a line has no end.
  mutating func take(_ bytes: [UInt8]) throws(ConsoleFault) -> [Message] {
    var messages: [Message] = []
    for byte in bytes {
      let follows = afterReturn
      afterReturn = byte == 0x0D
      switch byte {
      // CR, LF and CR LF each end a line.
      case 0x0A where follows: break
      case 0x0A, 0x0D: if let message = endLine() { messages.append(message) }
      default:
        line.append(byte)
        guard line.count <= Self.maximumLineBytes else {
          throw .unexpectedAnswer(reason: "a line of the stream is longer than \(Self.maximumLineBytes) bytes")
        }
      }
    }
    return messages
  }

  private mutating func endLine() -> Message? {
    let text = String(decoding: line, as: UTF8.self)
    line = []
    guard !text.isEmpty else {
      defer {
        message = Message(id: message.id, event: "", data: "")
        hasData = false
      }
      return hasData ? message : nil
    }
    // A line that begins with a colon is a comment.
    guard !text.hasPrefix(":") else { return nil }
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let value = parts.count < 2 ? "" : parts[1].hasPrefix(" ") ? String(parts[1].dropFirst()) : String(parts[1])
    switch parts[0] {
    case "id": message.id = value
    case "event": message.event = value
    case "data":
      message.data += (hasData ? "\n" : "") + value
      hasData = true
    default: break
    }
    return nil
  }
}
