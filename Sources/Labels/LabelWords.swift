/// One sentence for people, in both languages of the floor.
public struct LabelWords: Hashable, Sendable {
  /// The sentence in English.
  public var english: String
  /// The sentence in Chinese.
  public var chinese: String

  init(_ english: String, _ chinese: String) {
    self.english = english
    self.chinese = chinese
  }
}
