import Labels
import Scanners
import Shopfloor
import Testing

@Suite struct ScannedLabelTextTests {
  private func fault(_ text: String, _ flags: Set<ScannedText.Flag>) -> String? {
    let bytes = Array(text.utf8)
    return ScannedLabel(LabelReader().read(bytes, referenceYear: 2026), from: ScannedText(bytes: bytes, flags: flags))
      .fault?.code
  }

  @Test func whatWentWrongOnTheWayIsAFaultOfTheLabel() {
    #expect(fault("LOT-1", []) == nil)
    #expect(fault("LOT-1", [.uncalibrated]) == nil)
    #expect(fault("LOT-1", [.prefixMissing, .suffixMissing]) == "scan.prefix_missing")
    #expect(fault("LOT-1", [.suffixMissing]) == "scan.suffix_missing")
    #expect(fault("LOT-1", [.suffixMissing, .incomplete]) == "scan.incomplete")
    #expect(fault("LOT-1", [.prefixMissing, .unreadableKey]) == "scan.unreadable_key")
  }

  @Test func whatAnUncalibratedScannerTypedIsDoubtful() {
    let bytes = Array("]C10109521234543213172612311030AB\u{1D}21S1".utf8)
    let reading = LabelReader().read(bytes, referenceYear: 2026)
    #expect(!ScannedLabel(reading, from: ScannedText(bytes: bytes)).isLotDoubtful)
    #expect(ScannedLabel(reading, from: ScannedText(bytes: bytes, flags: [.uncalibrated])).isLotDoubtful)
  }

  @Test func rawBytesAreThoseThatCame() {
    let form = ScannerTextForm(separators: [.substitute("~")], prefix: Array("B".utf8), suffix: Array("C".utf8))
    for came in ["]C1B10AB~21S1C", "B10AB~21S1C", "B" + String(repeating: "x", count: 570) + "C"] {
      let text = form.label(in: Array(came.utf8))
      let label = ScannedLabel(LabelReader().read(text.bytes, referenceYear: 2026), from: text)
      #expect(label.raw == Array(came.utf8))
    }
  }

  @Test func rawBytesOfHIDPOSAreTheDataOfTheReports() {
    var assembler = PointOfSaleAssembler()
    let reports = PointOfSaleReports.of(Array("10AB\r\n".utf8), aim: "]C1")
    guard case .label(let text)? = reports.flatMap({ assembler.take($0, at: 0) }).first else {
      Issue.record("no label came")
      return
    }
    let bytes = Array((text.aimIdentifier ?? "").utf8) + text.bytes
    let label = ScannedLabel(LabelReader().read(bytes, referenceYear: 2026), from: text)
    #expect(label.raw == Array("10AB\r\n".utf8))
    #expect(label.aimIdentifier == "]C1")
  }

  @Test func aHoleExplainsWhatElseIsWrong() {
    let wrongCheckDigit = "]C10109521234543214"
    #expect(fault(wrongCheckDigit, []) == "gs1.check_digit")
    #expect(fault(wrongCheckDigit, [.prefixMissing]) == "gs1.check_digit")
    #expect(fault(wrongCheckDigit, [.unreadableKey]) == "scan.unreadable_key")
  }
}
