import Devices
import Shopfloor

/// Remembers what each text parameter said last, so that a text is recorded when it changes and not with every poll.
struct TextMemory: Sendable {
  private var last: [ParameterIndex: [UInt16]] = [:]

  /// The texts that are other than the last time.
  mutating func changes(in texts: [TextReading]) -> [TextReading] {
    texts.filter { text in
      defer { last[text.parameter] = text.words }
      return last[text.parameter] != text.words
    }
  }

  /// After a reconnect everything is told again.
  mutating func forget() { last.removeAll() }
}
