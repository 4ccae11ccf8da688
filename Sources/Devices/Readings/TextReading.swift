public import Shopfloor

/// What a text point said at one time: a recipe name, a serial number, a lot number that the machine shows.
public struct TextReading: Hashable, Sendable {
  public var parameter: ParameterIndex
  public var time: Timestamp
  /// Without the padding; at most ``maximumBytes`` in UTF-8.
  public var text: String
  /// The register words in the order of their addresses, so that the text can be read again in another way.
  public var words: [UInt16]

  /// Two bytes of Latin-1 a register, in UTF-8.
  public static let maximumBytes = 500

  public init(parameter: ParameterIndex, time: Timestamp, text: String, words: [UInt16]) {
    self.parameter = parameter
    self.time = time
    self.text = text
    self.words = words
  }
}
