import Scanners
import Testing

@Suite struct LabelAssemblerTests {
  private func labels(_ chunks: [String], _ settings: LabelAssembler.Settings = .init(), step: Int64 = 1000) -> [String]
  {
    var assembler = LabelAssembler(settings)
    var now: Int64 = 0
    return chunks.flatMap { chunk in
      now += step
      return assembler.take(chunk.utf8, at: now).map { String(decoding: $0, as: UTF8.self) }
    }
  }

  @Test func everyEndIsOneEnd() {
    #expect(labels(["A\rB\nC\r\nD\tE\u{3}"]) == ["A", "B", "C", "D", "E"])
    #expect(labels(["\u{2}A\u{3}\r\n\u{2}B\u{3}"]) == ["A", "B"])
    #expect(labels(["\r\n\r\n\t"]) == [])
  }

  @Test func labelSplitOverReads() {
    #expect(labels(["LO", "T-1\r", "\nLOT", "-2", "\r\n"]) == ["LOT-1", "LOT-2"])
  }

  @Test func unfinishedLabelIsDroppedNotJoined() {
    var assembler = LabelAssembler()
    #expect(assembler.take("LOT-1".utf8, at: 0).isEmpty)
    #expect(assembler.deadline == 2_000_000)
    #expect(assembler.take("LOT-2\r".utf8, at: 2_000_001) == [Array("LOT-2".utf8)])
    #expect(assembler.droppedPartials == 1)
  }

  @Test func idleGapEndsOnlyWhereConfigured() {
    var assembler = LabelAssembler(.init(idleEndMicroseconds: 100_000))
    #expect(assembler.take("LOT-1".utf8, at: 0).isEmpty)
    #expect(assembler.expire(at: 99_999) == nil)
    #expect(assembler.expire(at: 100_000) == Array("LOT-1".utf8))
    #expect(assembler.droppedPartials == 0)
  }

  @Test func overlongTextIsBoundedAndStaysOverlong() {
    var assembler = LabelAssembler()
    #expect(assembler.take(repeatElement(0x41, count: 1_000_000), at: 0).isEmpty)
    let label = assembler.take([0x0D], at: 1).first
    #expect((label?.count ?? 0) > 512)
    #expect((label?.count ?? 0) < 1024)
  }
}
