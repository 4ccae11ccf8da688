/// One sentence for people, in both languages of the floor.
public struct LabelWords: Hashable, Sendable {
  public var english: String
  public var chinese: String

  init(_ english: String, _ chinese: String) {
    self.english = english
    self.chinese = chinese
  }
}
