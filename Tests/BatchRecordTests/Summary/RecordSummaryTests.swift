import Shopfloor
import Testing

@testable import BatchRecord

@Suite struct RecordSummaryTests {
  private let sealed: SealedRecord

  init() throws {
    let document = BatchRecordAssembler.assemble(evidence: EvidenceBuilder.eventful().evidence)
    sealed = try RecordSeal.seal(document, with: SigningKey())
  }

  @Test func saysWhatAPersonAsksInEnglish() throws {
    let text = try RecordSummary(sealedBytes: sealed.bytes).text(in: .english)
    for expected in [
      "Batch record of lot LOT-7, revision 0", "Product: Kit „A“ 套件 (KIT)", "Work order: WO-1, 2.5 pcs",
      "Line: Suzhou / Line 1", "王芳 (P-1)", "Zoë \"Zed\" O'Neil (P-2)", "Runs (2)", "cure @ oven",
      "lots LOT-8, LOT-7", "Materials (3)", "film-b, lot M-3, 5, ", "; instead of film; taken back",
      "FILM, lot M-100, 0.25", "serial S/\"1\"", "Characteristics (5)",
      "temperature mean @ sealer: 3 points", "specification [170, 195.5]; control limits [175.5, 184.5]",
      "Alarms (3)", "acknowledged by P-2: Heater band 加热带", "not acknowledged", "[violation]", "[warning]",
      "[information]", "Sealed by key \(sealed.notice.keyID), SHA-256 \(sealed.notice.digestSHA256)",
    ] {
      #expect(text.contains(expected), "\(expected) is missing in:\n\(text)")
    }
  }

  @Test func saysWhatAPersonAsksInChinese() throws {
    let text = try RecordSummary(sealedBytes: sealed.bytes).text(in: .chinese)
    for expected in [
      "批记录，批次 LOT-7", "产品: Kit", "待审核事项", "[违规]", "已检查，未发现", "封存密钥 \(sealed.notice.keyID)", "批次 LOT-7 被 P-3 冻结：check",
    ] {
      #expect(text.contains(expected), "\(expected) is missing in:\n\(text)")
    }
  }

  @Test func saysForWhichOrderMaterialWasPicked() throws {
    let summary = try RecordSummary(sealedBytes: RenderingStory.shared())
    for (language, expected) in [
      (.english, "; 8 of it from the picking of WO-1, 4.125 of it from the picking of WO-2\n"),
      (.chinese, "；其中 8 来自 WO-1 的拣料，其中 4.125 来自 WO-2 的拣料\n"),
      (
        .english,
        "Run R-1 consumed 6 of M-200 for WO-1, WO-2; nobody said how much each of them took (5 had been picked for WO-2)\n"
      ),
      (.english, "Run R-1 consumed M-100 for WO-1, WO-2; nobody said how much each of them took\n"),
      (.chinese, "运行 R-1 为 WO-1、WO-2 投料 M-200 共 6，未说明各工单的用量（其中 5 为 WO-2 拣料）\n"),
    ] as [(Language, String)] {
      let text = summary.text(in: language)
      #expect(text.contains(expected), "\(expected) is missing in:\n\(text)")
    }
  }

  @Test func anUnsealedDocumentSaysSo() {
    let document = BatchRecordAssembler.assemble(evidence: EvidenceBuilder.quiet().evidence)
    let text = RecordSummary(document).text(in: .english)
    #expect(text.contains("Not sealed."))
    #expect(text.contains("To be reviewed (0)"))
    #expect(text.contains("Checked, nothing found (\(ExceptionKind.allCases.count))"))
    #expect(text.contains("  values outside their specification\n  values beyond their alarm limits\n"))
  }

  @Test func nothingInAFileReachesTheTerminalAsACommand() throws {
    let hostile = CanonicalJSON.object([
      "record": .object(["lot": .string("A\u{1B}[2J\nB\u{202E}C"), "runs": .array([.null, .integer(1)])]),
      "seal": .null,
    ])
    let text = try RecordSummary(sealedBytes: hostile.canonicalBytes).text(in: .english)
    #expect(text.contains("A<U+001B>[2J<U+000A>B<U+202E>C"))
    #expect(!text.unicodeScalars.contains("\u{1B}"))
  }

  @Test func bytesThatAreNoJSONAreRefused() {
    #expect(throws: CanonicalJSONFault.self) { try RecordSummary(sealedBytes: [0x7B]) }
  }
}
