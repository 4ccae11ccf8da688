import Devices

/// Remembers what each text parameter said last, so that a text is told when it changes and not with every message. At
/// most one entry for each parameter of the plan.
struct ToldTexts {
  private var last: [ParameterIndex: String] = [:]

  /// The texts of a batch that are other than the last time.
  mutating func news(of piece: RoundPiece) -> [TextReading] {
    piece.texts.compactMap { text in
      let reading = piece.batch.readings[text.reading]
      // Compared byte by byte: two texts that only look alike are two texts.
      if let former = last[reading.parameter], former.utf8.elementsEqual(text.text.utf8) { return nil }
      last[reading.parameter] = text.text
      return TextReading(
        parameter: reading.parameter, time: reading.time, text: text.text, words: Self.words(text.text))
    }
  }

  /// Two bytes of UTF-8 a register word, the first in the high byte; a zero byte fills the last word.
  private static func words(_ text: String) -> [UInt16] {
    let bytes = Array(text.utf8)
    return stride(from: 0, to: bytes.count, by: 2).map { place in
      UInt16(bytes[place]) << 8 | (place + 1 < bytes.count ? UInt16(bytes[place + 1]) : 0)
    }
  }
}
