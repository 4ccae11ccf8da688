public import Shopfloor

extension ProfilePoint {
  /// What a value of the point says in words; nil where it is a plain number.
  public func words(of value: Double) -> Words? {
    guard let code = Int64(exactly: value) else { return nil }
    if let word = enumeration.first(where: { $0.code == code }) { return word.words }
    guard !bitNames.isEmpty else { return nil }
    let set = bitNames.filter { (0..<63).contains($0.code) && code >> $0.code & 1 == 1 }
    guard !set.isEmpty else { return Words("nothing set", "均未置位") }
    return Words(
      set.map(\.words.english).joined(separator: ", "), set.map(\.words.chinese).joined(separator: "、"))
  }
}
