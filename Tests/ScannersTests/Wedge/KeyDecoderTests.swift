import Scanners
import Testing

@Suite struct KeyDecoderTests {
  private func events(_ reports: [[UInt8]], _ decoder: inout KeyDecoder) -> [ScanEvent] {
    reports.flatMap { decoder.take($0, at: 0) }
  }

  @Test func labelsWithTerminatorPrefixAndSuffix() {
    var decoder = KeyDecoder(ScannerTextForm(layout: .us, prefix: Array("B".utf8), suffix: Array("C".utf8)))
    #expect(
      events(Keys.typing("BLOT-1C\rLOT-2\r"), &decoder) == [
        .label(ScannedText(bytes: Array("LOT-1".utf8))),
        .label(ScannedText(bytes: Array("LOT-2".utf8), flags: [.prefixMissing, .suffixMissing])),
      ])
  }

  @Test func withoutLayoutEveryLabelIsFlagged() {
    var decoder = KeyDecoder(ScannerTextForm())
    #expect(
      events(Keys.typing("A\u{1D}B\r"), &decoder) == [
        .label(ScannedText(bytes: Array("A\u{1D}B".utf8), flags: [.uncalibrated]))
      ])
    #expect(!decoder.counters.noSeparatorSeen)
  }

  @Test func separatorsAreCounted() {
    var decoder = KeyDecoder(ScannerTextForm(layout: .us))
    _ = events(Keys.typing("A\rB\r"), &decoder)
    #expect(decoder.counters.noSeparatorSeen)
    _ = events(Keys.typing("A\u{1D}B\r"), &decoder)
    #expect(decoder.counters.labels == 3)
    #expect(decoder.counters.labelsWithoutSeparator == 2)
    #expect(!decoder.counters.noSeparatorSeen)
  }

  @Test func unfinishedLabelIsDroppedOnceWithItsReason() {
    var decoder = KeyDecoder(ScannerTextForm(layout: .us))
    _ = events(Keys.typing("HALF"), &decoder)
    #expect(decoder.deadline == 2_000_000)
    #expect(decoder.passTime(2_000_000) == [.partialDropped(.stale)])
    #expect(decoder.passTime(9_000_000) == [])
    _ = Keys.typing("HALF").map { decoder.take($0, at: 9_000_000) }
    #expect(decoder.detached() == [.partialDropped(.detached)])
    #expect(decoder.detached() == [])
    #expect(decoder.counters.droppedPartials == 2)
  }
}
