import Testing

@testable import Labels

@Suite struct LabelWordsTests {
  @Test func everyNameHasAFamilyAndItsOwnName() {
    for name in LabelFault.Name.allCases {
      #expect(name.rawValue.hasPrefix(name.family.rawValue + "."))
    }
    #expect(Set(LabelFault.Name.allCases.map(\.rawValue)).count == LabelFault.Name.allCases.count)
  }

  /// The families whose sentences are written: none falls back to the bare name of the rule.
  @Test(arguments: LabelFault.Name.allCases.filter { [.scan, .plain, .gs1, .dl, .udi].contains($0.family) })
  func everyFaultIsSaidInBothLanguages(_ name: LabelFault.Name) {
    let words = LabelFault(name, at: 4, identifier: "10", read: "READ\u{1B}".utf8).words
    #expect(!words.english.contains(name.rawValue))
    #expect(!words.english.contains("\u{1B}"))
    #expect(words.chinese.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) })
    #expect(words.english != words.chinese)
  }

  @Test func aSentenceSaysTheFieldThePlaceAndWhatWasRead() {
    let words = read("]C110AB CD").fault?.words
    #expect(words?.english == "GS1 field (10) holds a character that is not allowed at byte 8: \"AB CD\"")
    #expect(words?.chinese == "GS1 字段 (10) 第 8 字节处含有不允许的字符：“AB CD”")
  }

  @Test func longTextIsCutAndControlsAreShown() {
    let fault = LabelFault(.badCharacter, at: 0, read: [0x07] + [UInt8](repeating: 0x41, count: 50))
    #expect(fault.read == "<07>" + String(repeating: "A", count: 39) + "…")
  }
}
