import Devices

/// The quality of a value as a rendering says it: "good", "uncertain: retained", "bad: timeout". The first word is one of
/// the three of IEC 62541-4 (OPC UA), 7.39; the reason is the stable name of the record.
enum QualityWord {
  private static let words = Dictionary(
    Quality.allCases.map { quality in
      let word = quality.isGood ? "good" : (quality.hasValue ? "uncertain: " : "bad: ") + quality.name
      return (quality.name, word)
    }, uniquingKeysWith: { first, _ in first })

  /// All that a rendering may say.
  static let all = Set(words.values)

  static func of(_ name: String) -> String { words[name] ?? "bad: \(name)" }
}
