/// A message and, once somebody has asked, what its payload is as JSON: read at most once for all devices and mappings.
struct MessageContent {
  enum JSON {
    case document(JSONDocument)
    case unreadable
  }

  let message: IncomingMessage
  private var parsed: JSON?

  init(_ message: IncomingMessage) { self.message = message }

  /// nil where the payload was too large to be copied.
  var payload: [UInt8]? {
    if case .bytes(let payload) = message.payload { return payload }
    return nil
  }

  mutating func json() -> JSON {
    if let parsed { return parsed }
    let read = Self.parse(payload ?? [])
    parsed = read
    return read
  }

  private static func parse(_ payload: [UInt8]) -> JSON {
    do throws(JSONScanner.Fault) {
      return .document(try JSONScanner.document(of: payload))
    } catch {
      return .unreadable
    }
  }

  /// What the message says of an availability topic; nil where it says neither.
  mutating func isOnline(_ topic: DeviceAvailability.Topic) -> Bool? {
    guard let payload else { return nil }
    guard let path = topic.path else {
      return topic.isOnline(String(decoding: payload[...].withoutBlanks, as: UTF8.self))
    }
    guard case .document(let document) = json(), let text = document.root.lookup(path).item?.plainText else {
      return nil
    }
    return topic.isOnline(text)
  }
}
