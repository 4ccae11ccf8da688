import Scanners
import Testing

@Suite struct KeyLayoutTests {
  static let names = KeyLayout.all.map(\.name)

  private func keyboard(_ name: String) throws -> WindowsKeyboard {
    try #require(WindowsKeyboard.all.first { $0.layout.name == name })
  }

  @Test func layoutsOfTheConfiguration() {
    #expect(Self.names == ["us", "zh-office", "uk", "de", "fr", "es", "it"])
    for name in Self.names { #expect(KeyLayout.named(name)?.name == name) }
    #expect(KeyLayout.named("US") == nil)
  }

  @Test(arguments: names) func everyKeyWritesWhatWindowsWrites(_ name: String) throws {
    let keyboard = try keyboard(name)
    for (level, scalars) in keyboard.levels.enumerated() {
      #expect(scalars.count == 48)
      for (usage, scalar) in zip(WindowsKeyboard.usages, scalars) where scalar != " " {
        let found = keyboard.layout.keys[usage]?.character(KeyLayout.Level.allCases[level])
        #expect(found?.scalar == scalar, "usage \(usage), level \(level)")
        #expect(found?.isDead == keyboard.isDead(scalar, level), "usage \(usage), level \(level)")
      }
    }
    #expect(keyboard.layout.keys.count == 48 + 2)
  }

  @Test(arguments: names) func capsLockTurnsTheKeysItTurnsOnWindows(_ name: String) throws {
    let keyboard = try keyboard(name)
    let expected = Array(
      (keyboard.capsLock
        ?? String(
          String.UnicodeScalarView(
            zip(keyboard.levels[0], keyboard.levels[1]).map { plain, shifted in
              String(plain).uppercased() == String(shifted) ? shifted : plain
            }))).unicodeScalars)
    for (index, usage) in WindowsKeyboard.usages.enumerated() where !keyboard.isDead(expected[index], 0) {
      guard !keyboard.isDead(expected[index], 1) else { continue }
      var decoder = KeyDecoder(ScannerTextForm(layout: keyboard.layout))
      var events: [ScanEvent] = []
      for key: UInt8 in [0x39, usage, 0x28] {
        events += decoder.take([0, 0, key, 0, 0, 0, 0, 0], at: 0)
        events += decoder.take(ScannerTyping.release, at: 0)
      }
      #expect(
        events == [.label(ScannedText(bytes: Array(String(expected[index]).utf8)))], "usage \(usage) in \(name)")
    }
  }
}
