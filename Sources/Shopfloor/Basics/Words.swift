/// One sentence for people, in both languages of the floor.
public struct Words: Hashable, Sendable, Codable {
  public var english: String
  public var chinese: String

  public init(_ english: String, _ chinese: String) {
    self.english = english
    self.chinese = chinese
  }

  public func text(in language: Language) -> String {
    switch language {
    case .english: english
    case .chinese: chinese
    }
  }
}

/// A language that every message exists in.
public enum Language: String, Sendable, Codable, CaseIterable {
  case english = "en"
  case chinese = "zh-CN"
}
